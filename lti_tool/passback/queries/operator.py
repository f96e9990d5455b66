"""Reads of the outbox for operators: our own numbers only, no names, no addresses of people."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from lti_tool.passback.models import IS_PARKED, UNDER_WAY, Delivery, LineItem, PlatformPause
from lti_tool.registration.models import Deployment, Registration
from lti_tool.roster.models import Context, Membership


@dataclass(frozen=True)
class DeliveryFilter:
    """Which deliveries an operator means; what is empty or None does not count."""

    states: Collection[str] = ()
    reasons: Collection[str] = ()
    registration_id: int | None = None
    context_id: int | None = None


@dataclass(frozen=True)
class DeliveryStory:
    """All that is stored of one delivery and of where it goes; `member` is None where the person left the course."""

    delivery: Delivery
    line_item: LineItem
    context: Context
    registration: Registration
    deployment_id: str
    member: Membership | None
    # The newest delivery of the same person and column.
    newest_id: int
    # The platform is left alone until then; None where it never had to be.
    paused_until: datetime | None


def list_matching(session: Session, wanted: DeliveryFilter, limit: int) -> list[Delivery]:
    """Deliveries with their columns, those that wait longest first; without states only what has not arrived."""
    query = (
        select(Delivery)
        .join(Delivery.line_item)
        .options(contains_eager(Delivery.line_item))
        .order_by(Delivery.created_at, Delivery.id)
        .limit(limit)
    )
    return list(session.scalars(_narrow(query, wanted)))


def list_open_ids(session: Session, wanted: DeliveryFilter, *, is_parked: bool) -> list[int]:
    """What is parked, or what waits for a try, and is the newest score of its person and column."""
    newer = aliased(Delivery)
    query = (
        select(Delivery.id)
        .join(Delivery.line_item)
        .where(
            IS_PARKED if is_parked else UNDER_WAY,
            ~select(newer.id)
            .where(
                newer.line_item_id == Delivery.line_item_id,
                newer.user_id == Delivery.user_id,
                newer.id > Delivery.id,
            )
            .exists(),
        )
        .order_by(Delivery.id)
    )
    return list(session.scalars(_narrow(query, wanted, has_state=True)))


def find_story(session: Session, delivery_id: int) -> DeliveryStory | None:
    """One delivery with its column, course, platform and the person's place in the course."""
    row = session.execute(
        select(Delivery, LineItem, Context, Registration, Deployment.deployment_id, Membership, PlatformPause.until)
        .join(LineItem, LineItem.id == Delivery.line_item_id)
        .join(Context, Context.id == LineItem.context_id)
        .join(Deployment, Deployment.id == Context.deployment_id)
        .join(Registration, Registration.id == Delivery.registration_id)
        .outerjoin(PlatformPause, PlatformPause.registration_id == Registration.id)
        .outerjoin(Membership, and_(Membership.context_id == Context.id, Membership.user_id == Delivery.user_id))
        .where(Delivery.id == delivery_id)
    ).one_or_none()
    if row is None:
        return None
    delivery = row.Delivery
    newest_id = session.scalars(
        select(func.max(Delivery.id)).where(
            Delivery.line_item_id == delivery.line_item_id, Delivery.user_id == delivery.user_id
        )
    ).one()
    return DeliveryStory(
        delivery, row.LineItem, row.Context, row.Registration, row.deployment_id, row.Membership, newest_id, row.until
    )


def list_pauses(session: Session, now: datetime) -> list[tuple[int, datetime]]:
    """Platforms that are left alone now, and until when."""
    paused = select(PlatformPause.registration_id, PlatformPause.until).where(PlatformPause.until > now)
    return [(row.registration_id, row.until) for row in session.execute(paused.order_by(PlatformPause.registration_id))]


def _narrow(query: Select[Any], wanted: DeliveryFilter, *, has_state: bool = False) -> Select[Any]:
    if wanted.states:
        query = query.where(Delivery.state.in_(wanted.states))
    elif not has_state:
        query = query.where(or_(UNDER_WAY, IS_PARKED))
    if wanted.reasons:
        query = query.where(Delivery.reason.in_(wanted.reasons))
    if wanted.registration_id is not None:
        query = query.where(Delivery.registration_id == wanted.registration_id)
    if wanted.context_id is not None:
        query = query.where(LineItem.context_id == wanted.context_id)
    return query
