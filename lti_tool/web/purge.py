"""Forget visits and codes for new windows that are over."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lti_tool.web.models import Visit, VisitCode

_BATCH = 1000


def purge_visits(session: Session, now: datetime, keep: timedelta) -> int:
    """Delete up to a batch of visits that ended longer ago than that, with their codes; returns how many went.

    Until then an ended visit still says "ended" rather than "unknown"; nothing else needs it.
    """
    ids = session.scalars(select(Visit.id).where(Visit.ends_at < now - keep).limit(_BATCH)).all()
    if ids:
        session.execute(delete(Visit).where(Visit.id.in_(ids)))
    return len(ids)


def count_over_visits(session: Session, now: datetime, keep: timedelta) -> int:
    """How many visits ended longer ago than that."""
    return session.scalars(select(func.count()).select_from(Visit).where(Visit.ends_at < now - keep)).one()


def purge_codes(session: Session, now: datetime, keep: timedelta) -> int:
    """Delete up to a batch of codes for new windows that ran out longer ago than that; returns how many went."""
    ids = session.scalars(select(VisitCode.id).where(VisitCode.expires_at < now - keep).limit(_BATCH)).all()
    if ids:
        session.execute(delete(VisitCode).where(VisitCode.id.in_(ids)))
    return len(ids)


def count_over_codes(session: Session, now: datetime, keep: timedelta) -> int:
    """How many codes for new windows ran out longer ago than that."""
    return session.scalars(select(func.count()).select_from(VisitCode).where(VisitCode.expires_at < now - keep)).one()
