"""Forget logins and waiting launches that are over."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lti_tool.launch.models import LoginRecord, PendingLaunch

# Long enough that a reload of yesterday's tab is still told "already used", and for the offer of a window.
_KEEP = timedelta(days=1)
_BATCH = 1000


def purge_launches(session: Session, now: datetime, keep: timedelta = _KEEP) -> int:
    """Delete up to a batch of each; returns how many rows went, so that the caller can go on until none.

    A waiting launch says who launched: it goes as soon as it has run out.
    """
    gone = 0
    for model, before in ((PendingLaunch, now), (LoginRecord, now - keep)):
        ids = session.scalars(select(model.id).where(model.expires_at < before).limit(_BATCH)).all()
        if ids:
            session.execute(delete(model).where(model.id.in_(ids)))
            gone += len(ids)
    return gone


def count_over_launches(session: Session, now: datetime, keep: timedelta = _KEEP) -> int:
    """How many rows `purge_launches` would delete in all."""
    return sum(
        session.scalars(select(func.count()).select_from(model).where(model.expires_at < before)).one()
        for model, before in ((PendingLaunch, now), (LoginRecord, now - keep))
    )
