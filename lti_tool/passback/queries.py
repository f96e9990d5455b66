"""Reads of the outbox for pages and metrics: columns of a course, a person's own deliveries, what is stuck."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager

from lti_tool.passback.catalog import DeliveryState, Reason, get_reason
from lti_tool.passback.models import Delivery, LineItem
from lti_tool.roster.models import Context, User

_UNDER_WAY = (DeliveryState.PENDING, DeliveryState.SENDING)


@dataclass(frozen=True)
class ColumnStatus:
    """A column of a course, and how many people's scores are where; each person is counted once, by the newest."""

    line_item_id: int
    tag: str
    label: str
    state: str
    is_from_launch: bool
    by_state: dict[str, int] = field(default_factory=dict)
    # Reasons of what is parked or being retried.
    by_reason: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class DeliveryStatus:
    """Where one person's newest score of a column is; `at` is when it got there."""

    delivery_id: int
    tag: str
    label: str
    state: str
    at: datetime
    # Why it is not there; None where nothing is wrong.
    reason: Reason | None
    # When it is tried again, where it is.
    next_try_at: datetime | None


def list_columns(session: Session, context_id: int) -> list[ColumnStatus]:
    """The columns of a course with counts of people by state and by reason, in two statements."""
    columns = session.scalars(select(LineItem).where(LineItem.context_id == context_id).order_by(LineItem.id)).all()
    status = {
        column.id: ColumnStatus(column.id, column.tag, column.label or column.tag, column.state, column.is_from_launch)
        for column in columns
    }
    counted = (
        select(Delivery.line_item_id, Delivery.state, Delivery.reason, func.count())
        .where(Delivery.id.in_(_newest_of_each(context_id)))
        .group_by(Delivery.line_item_id, Delivery.state, Delivery.reason)
    )
    for line_item_id, state, reason, count in session.execute(counted):
        column = status[line_item_id]
        column.by_state[state] = column.by_state.get(state, 0) + count
        if reason:
            column.by_reason[reason] = column.by_reason.get(reason, 0) + count
    return list(status.values())


def list_delivery_statuses(session: Session, context_id: int, user_id: int) -> dict[str, DeliveryStatus]:
    """A person's own scores on their way, by tag; only the newest of each column."""
    newest = session.scalars(
        select(Delivery)
        .join(Delivery.line_item)
        .options(contains_eager(Delivery.line_item))
        .where(Delivery.id.in_(_newest_of_each(context_id, user_id)))
        .order_by(LineItem.id)
    )
    return {delivery.line_item.tag: _status(delivery) for delivery in newest}


def list_stuck(session: Session, context_id: int, *, limit: int = 200) -> Sequence[Delivery]:
    """Newest deliveries that wait for a person (parked, or theirs was kept), with column and person; oldest first.

    Quiet reasons are left out: nothing is wrong there.
    """
    waiting = (DeliveryState.PARKED, DeliveryState.KEPT_THEIRS)
    found = session.scalars(
        select(Delivery)
        .join(Delivery.line_item)
        .join(Delivery.user)
        .options(contains_eager(Delivery.line_item), contains_eager(Delivery.user))
        .where(Delivery.id.in_(_newest_of_each(context_id)), Delivery.state.in_(waiting))
        .order_by(Delivery.id)
        .limit(limit)
    ).all()
    return [delivery for delivery in found if not get_reason(delivery.reason).is_quiet]


def find_delivery(session: Session, context_id: int, delivery_id: int) -> Delivery | None:
    """A delivery of this course."""
    return session.scalars(
        select(Delivery)
        .join(Delivery.line_item)
        .options(contains_eager(Delivery.line_item))
        .where(LineItem.context_id == context_id, Delivery.id == delivery_id)
    ).one_or_none()


def count_deliveries(session: Session, registration_id: int | None = None) -> list[tuple[str, str, int]]:
    """How many deliveries there are of each (state, reason); of one platform, if named."""
    query = select(Delivery.state, Delivery.reason, func.count()).group_by(Delivery.state, Delivery.reason)
    if registration_id is not None:
        query = query.where(Delivery.registration_id == registration_id)
    return [(state, reason, count) for state, reason, count in session.execute(query)]


def find_oldest_pending(session: Session, registration_id: int | None = None) -> datetime | None:
    """When the oldest score that is still under way was made."""
    query = select(func.min(Delivery.created_at)).where(Delivery.state.in_(_UNDER_WAY))
    if registration_id is not None:
        query = query.where(Delivery.registration_id == registration_id)
    return session.scalar(query)


def find_latest_delivered(session: Session, registration_id: int) -> datetime | None:
    """When a score last arrived at a platform."""
    return session.scalar(
        select(func.max(Delivery.finished_at)).where(
            Delivery.registration_id == registration_id, Delivery.state == DeliveryState.DELIVERED
        )
    )


def list_courses_with_stuck(session: Session, registration_id: int) -> list[tuple[Context, int]]:
    """Courses of a platform in which parked scores wait, with how many, most first."""
    stuck = (
        select(Context, func.count())
        .join(LineItem, LineItem.context_id == Context.id)
        .join(Delivery, Delivery.line_item_id == LineItem.id)
        .where(Delivery.registration_id == registration_id, Delivery.state == DeliveryState.PARKED)
        .group_by(Context.id)
        .order_by(func.count().desc(), Context.id)
    )
    return [(context, count) for context, count in session.execute(stuck)]


def list_people_with_unsent(session: Session, context_id: int, line_item_id: int) -> Sequence[User]:
    """Whose newest score of a column has not arrived, by name."""
    return session.scalars(
        select(User)
        .join(Delivery, Delivery.user_id == User.id)
        .where(
            Delivery.id.in_(_newest_of_each(context_id)),
            Delivery.line_item_id == line_item_id,
            Delivery.state != DeliveryState.DELIVERED,
        )
        .order_by(User.name, User.id)
    ).all()


def _newest_of_each(context_id: int, user_id: int | None = None) -> Select[int]:
    """Ids of the newest delivery of each person and column."""
    query = (
        select(func.max(Delivery.id))
        .join(LineItem, LineItem.id == Delivery.line_item_id)
        .where(LineItem.context_id == context_id)
        .group_by(Delivery.line_item_id, Delivery.user_id)
    )
    return query if user_id is None else query.where(Delivery.user_id == user_id)


def _status(delivery: Delivery) -> DeliveryStatus:
    under_way = delivery.state in _UNDER_WAY
    return DeliveryStatus(
        delivery_id=delivery.id,
        tag=delivery.line_item.tag,
        label=delivery.line_item.label or delivery.line_item.tag,
        state=delivery.state,
        at=delivery.finished_at or delivery.created_at,
        reason=get_reason(delivery.reason) if delivery.reason else None,
        next_try_at=delivery.next_try_at if under_way else None,
    )
