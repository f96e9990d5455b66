"""Signs of life of workers, and totals of what they did."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lti_tool.db import insert_or_ignore, upsert
from lti_tool.passback.catalog import DeliveryReport
from lti_tool.passback.models import DeliveryTotal, Worker

# Longer than any pause of a machine; a killed worker's row is of use to nobody after it.
_KEEP_KILLED = timedelta(days=1)
_OUTCOMES = ("delivered", "kept_theirs", "parked", "retried", "waiting")


def give_sign(session: Session, name: str, version: str, now: datetime) -> None:
    """Say that a worker lives; the first sign is its start."""
    values = {"name": name, "version": version, "started_at": now, "seen_at": now}
    upsert(session, Worker, values, key=["name"], update=["seen_at"])


def sign_off(session: Session, name: str) -> None:
    """A worker has ended properly."""
    session.execute(delete(Worker).where(Worker.name == name))


def forget_killed_workers(session: Session, now: datetime) -> int:
    """Delete the rows of workers that were killed long ago; returns how many went."""
    gone = session.scalars(delete(Worker).where(Worker.seen_at < now - _KEEP_KILLED).returning(Worker.id)).all()
    return len(gone)


def add_totals(session: Session, report: DeliveryReport) -> None:
    """Count how tries ended, in a fixed order, so that workers never wait for each other crosswise."""
    for outcome in sorted(_OUTCOMES):
        count = getattr(report, outcome)
        if count:
            insert_or_ignore(session, DeliveryTotal, {"outcome": outcome, "count": 0}, key=["outcome"])
            session.execute(
                update(DeliveryTotal)
                .where(DeliveryTotal.outcome == outcome)
                .values(count=DeliveryTotal.count + count)
                .execution_options(synchronize_session=False)
            )
