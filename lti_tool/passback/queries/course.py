"""Reads of the outbox for the pages of a course: its columns, a person's own deliveries, what is stuck."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager

from lti_tool.passback.catalog import DeliveryState, Reason, get_reason
from lti_tool.passback.models import Delivery, LineItem

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


def count_parked(session: Session, context_id: int) -> list[tuple[Reason, int]]:
    """Why the newest scores of a course are parked, and of how many people, most first, in one statement.

    Quiet reasons are left out: nothing is wrong there.
    """
    people = func.count(Delivery.user_id.distinct())
    counted = (
        select(Delivery.reason, people)
        .where(Delivery.id.in_(_newest_of_each(context_id)), Delivery.state == DeliveryState.PARKED)
        .group_by(Delivery.reason)
        .order_by(people.desc(), Delivery.reason)
    )
    found = [(get_reason(code), count) for code, count in session.execute(counted)]
    return [(reason, count) for reason, count in found if not reason.is_quiet]


def find_delivery(session: Session, context_id: int, delivery_id: int) -> Delivery | None:
    """A delivery of this course."""
    return session.scalars(
        select(Delivery)
        .join(Delivery.line_item)
        .options(contains_eager(Delivery.line_item))
        .where(LineItem.context_id == context_id, Delivery.id == delivery_id)
    ).one_or_none()


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
