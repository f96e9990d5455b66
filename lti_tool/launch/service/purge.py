"""Forget logins and waiting launches that are over."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti_tool.launch.models import LoginRecord, PendingLaunch

# Long enough that a reload of yesterday's tab is still told "already used", and for the offer of a window.
_KEEP = timedelta(days=1)
_BATCH = 1000


def purge_launches(session: Session, now: datetime) -> int:
    """Delete up to a batch of each; returns how many rows went, so that the caller can go on until none."""
    gone = 0
    for model, until in ((PendingLaunch, now), (LoginRecord, now - _KEEP)):
        ids = session.scalars(select(model.id).where(model.expires_at < until).limit(_BATCH)).all()
        if ids:
            session.execute(delete(model).where(model.id.in_(ids)))
            gone += len(ids)
    return gone
