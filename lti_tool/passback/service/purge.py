"""Forget scores that later ones have replaced, in batches; the rules say which."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from lti_tool.passback.catalog import DeliveryState
from lti_tool.passback.models import Delivery
from lti_tool.passback.rules.forgetting import Trace, list_forgettable

_BATCH = 500
_OVER = (DeliveryState.DELIVERED, DeliveryState.SUPERSEDED, DeliveryState.KEPT_THEIRS)
_COLUMNS = [getattr(Delivery, field.name) for field in fields(Trace)]


@dataclass(frozen=True)
class Found:
    """A part of the outbox: what may be forgotten of it, and where the next part begins (None at the end)."""

    delivery_ids: list[int]
    next_id: int | None


def find_forgettable(session: Session, before: datetime, from_id: int) -> Found:
    """Look through a batch of old deliveries, in the order of their ids; reads only, in two statements."""
    seen = session.execute(
        select(Delivery.id, Delivery.line_item_id, Delivery.user_id)
        .where(Delivery.id >= from_id, Delivery.state.in_(_OVER), Delivery.finished_at < before)
        .order_by(Delivery.id)
        .limit(_BATCH)
    ).all()
    if not seen:
        return Found([], None)
    cells: dict[tuple[int, int], list[Trace]] = defaultdict(list)
    rows = session.execute(
        select(Delivery.line_item_id, Delivery.user_id, *_COLUMNS).where(
            tuple_(Delivery.line_item_id, Delivery.user_id).in_({(line_item, user) for _, line_item, user in seen})
        )
    )
    for line_item, user, *values in rows:
        cells[line_item, user].append(Trace(*values))
    batch = {delivery_id for delivery_id, _, _ in seen}
    found = [one for traces in cells.values() for one in list_forgettable(traces, before) if one in batch]
    return Found(sorted(found), seen[-1].id + 1 if len(seen) == _BATCH else None)


def forget_deliveries(session: Session, delivery_ids: Collection[int]) -> None:
    """Delete what was found; none of it can have changed since, because only the newest of a cell ever does."""
    session.execute(delete(Delivery).where(Delivery.id.in_(delivery_ids)).execution_options(synchronize_session=False))
