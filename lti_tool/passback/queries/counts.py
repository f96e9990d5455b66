"""Counts of the outbox for metrics and logs: what is open is read by partial indexes, however much has arrived."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool.passback.catalog import DeliveryState
from lti_tool.passback.models import IS_PARKED, UNDER_WAY, Delivery, DeliveryTotal, Worker


@dataclass
class OutboxCounts:
    """What has not arrived, by reason ("" = nothing went wrong so far), and since when the oldest waits."""

    pending: dict[str, int] = field(default_factory=dict)
    sending: int = 0
    parked: dict[str, int] = field(default_factory=dict)
    oldest_pending: datetime | None = None


def count_open(session: Session) -> OutboxCounts:
    """What has not arrived, in two statements whose cost grows with what is open only."""
    counts = OutboxCounts()
    under_way = (
        select(Delivery.state, Delivery.reason, func.count(), func.min(Delivery.created_at))
        .where(UNDER_WAY)
        .group_by(Delivery.state, Delivery.reason)
    )
    for state, reason, count, oldest in session.execute(under_way):
        counts.oldest_pending = min(filter(None, (counts.oldest_pending, oldest)))
        if state == DeliveryState.SENDING:
            counts.sending += count
        else:
            counts.pending[reason] = count
    parked = select(Delivery.reason, func.count()).where(IS_PARKED).group_by(Delivery.reason)
    counts.parked = {row.reason: row[1] for row in session.execute(parked)}
    return counts


def count_deliveries(session: Session, registration_id: int | None = None) -> list[tuple[str, str, int]]:
    """How many deliveries there are of each (state, reason), also of what arrived; of one platform, if named."""
    query = select(Delivery.state, Delivery.reason, func.count()).group_by(Delivery.state, Delivery.reason)
    if registration_id is not None:
        query = query.where(Delivery.registration_id == registration_id)
    return [(state, reason, count) for state, reason, count in session.execute(query)]


def find_oldest_pending(session: Session, registration_id: int | None = None) -> datetime | None:
    """When the oldest score that is still under way was made."""
    query = select(func.min(Delivery.created_at)).where(UNDER_WAY)
    if registration_id is not None:
        query = query.where(Delivery.registration_id == registration_id)
    return session.scalar(query)


def list_totals(session: Session) -> dict[str, int]:
    """How many tries ever ended how."""
    return {row.outcome: row.count for row in session.scalars(select(DeliveryTotal).order_by(DeliveryTotal.outcome))}


def count_workers(session: Session, since: datetime) -> int:
    """How many workers gave a sign of life since then."""
    return session.scalars(select(func.count()).select_from(Worker).where(Worker.seen_at >= since)).one()
