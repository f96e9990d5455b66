"""What the senders store of many scores at once: stamps before they are sent, and how they ended."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import Table, bindparam, func, update
from sqlalchemy.orm import Session

from lti_tool.passback.catalog import DeliveryState
from lti_tool.passback.models import Delivery
from lti_tool.passback.rules import next_stamp
from lti_tool.passback.service.claiming import has_newer
from lti_tool.passback.service.endings import Arrived, Ending, Later, changes_of
from lti_tool.passback.service.jobs import Job
from lti_tool.passback.service.planning import Cell

# What may be sent some day, unless a newer score takes its place.
_TO_COME = (DeliveryState.PENDING, DeliveryState.PARKED)

# A delivery as long as this sender holds it. The frequent ones are built once: writing a statement costs more than
# running it.
_table = cast(Table, Delivery.__table__)
_HELD = (
    update(_table)
    .where(
        _table.c.id.in_(bindparam("held_ids", expanding=True)),
        _table.c.state == DeliveryState.SENDING,
        _table.c.leased_by == bindparam("held_by"),
    )
    .returning(_table.c.id)
)
_STAMPED = _HELD.values(
    stamp=func.coalesce(_table.c.stamp, bindparam("fresh", type_=_table.c.stamp.type)), sent_to=bindparam("address")
)
_UNSENT = _HELD.values(sent_to=bindparam("address"))
_ARRIVED = _HELD.values({**changes_of(Arrived(), 0, datetime.min.replace(tzinfo=UTC)), "finished_at": bindparam("now")})


def store_endings(session: Session, worker: str, ended: Sequence[tuple[Job, Ending]], now: datetime) -> set[int]:
    """Store how tries ended; the ids of those deliveries that this sender still held."""
    stored: set[int] = set()
    arrived = [job.delivery.id for job, ending in ended if isinstance(ending, Arrived)]
    if arrived:
        stored |= set(session.scalars(_ARRIVED, {"held_ids": arrived, "held_by": worker, "now": now}))
    for job, ending in ended:
        if isinstance(ending, Arrived):
            continue
        values = changes_of(ending, job.delivery.tries, now)
        if values["state"] in _TO_COME and has_newer(session, job.delivery):
            values |= {"state": DeliveryState.SUPERSEDED, "finished_at": now}
        stored |= set(session.scalars(_HELD.values(**values), {"held_ids": [job.delivery.id], "held_by": worker}))
    return stored


def stamp_jobs(
    session: Session, worker: str, jobs: Sequence[tuple[Job, Cell]], now: datetime
) -> tuple[set[int], list[tuple[Job, Later]]]:
    """Fix the stamps of scores that are sent right after the commit: the ids of those that this sender still holds,
    and the jobs whose stamp lies ahead. A stamp that was given before stays.
    """
    ahead: list[tuple[Job, Later]] = []
    sharing: dict[tuple[str, datetime], list[int]] = {}
    for job, cell in jobs:
        fresh = next_stamp(now, cell.last_stamp)
        stamp = job.delivery.stamp or fresh
        if stamp > now:
            ahead.append((job, Later(stamp, {})))
            continue
        job.delivery.stamp = stamp
        sharing.setdefault((cell.url, fresh), []).append(job.delivery.id)
    held: set[int] = set()
    for (url, fresh), delivery_ids in sharing.items():
        values = {"held_ids": delivery_ids, "held_by": worker, "fresh": fresh, "address": url}
        held |= set(session.scalars(_STAMPED, values))
    return held, ahead


def unsend(session: Session, worker: str, job: Job) -> bool:
    """Note that a score did not leave after its stamp was stored: its value is none of ours there. False where another
    sender holds it by now.
    """
    values = {"held_ids": [job.delivery.id], "held_by": worker, "address": job.delivery.sent_to}
    return bool(session.scalars(_UNSENT, values).all())
