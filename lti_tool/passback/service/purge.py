"""Forget scores that later ones have replaced, in batches; the rules say which."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.orm import Session

from lti_tool.passback.models import Delivery
from lti_tool.passback.rules.forgetting import Trace, list_forgettable

# Cells (a person in a column) that are looked through at once.
_BATCH = 200
_COLUMNS = [getattr(Delivery, field.name) for field in fields(Trace)]
_CELL = tuple_(Delivery.line_item_id, Delivery.user_id)

Cell = tuple[int, int]
FIRST: Cell = (0, 0)


@dataclass(frozen=True)
class Found:
    """A part of the outbox: what may be forgotten of it, and the cell after which the next begins (None at the end)."""

    delivery_ids: list[int]
    after: Cell | None


def find_forgettable(session: Session, before: datetime, after: Cell) -> Found:
    """Look through some cells that have more than one score; reads only, in two statements, each row once a round."""
    seen = session.execute(
        select(Delivery.line_item_id, Delivery.user_id)
        .where(_CELL > after)  # noqa: SIM300
        .group_by(Delivery.line_item_id, Delivery.user_id)
        .having(func.count() > 1, func.min(Delivery.finished_at) < before)
        .order_by(Delivery.line_item_id, Delivery.user_id)
        .limit(_BATCH)
    ).all()
    if not seen:
        return Found([], None)
    cells: dict[Cell, list[Trace]] = defaultdict(list)
    rows = session.execute(
        select(Delivery.line_item_id, Delivery.user_id, *_COLUMNS).where(
            _CELL.in_([(line_item, user) for line_item, user in seen])
        )
    )
    for line_item, user, *values in rows:
        cells[line_item, user].append(Trace(*values))
    found = [one for traces in cells.values() for one in list_forgettable(traces, before)]
    last = (seen[-1].line_item_id, seen[-1].user_id)
    return Found(sorted(found), last if len(seen) == _BATCH else None)


def forget_deliveries(session: Session, delivery_ids: Collection[int]) -> None:
    """Delete what was found; none of it can have changed since, because only the newest of a cell ever does."""
    session.execute(delete(Delivery).where(Delivery.id.in_(delivery_ids)).execution_options(synchronize_session=False))
