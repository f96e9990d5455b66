"""What the worker does beside delivering: forget logins and visits that are over."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.db import SessionFactory
from lti_tool.launch.service import purge_launches
from lti_tool.web.service import purge_visits

log = logging.getLogger("lti_tool.housekeeping")

_EVERY_SECONDS = 3600
# A batch is one short transaction; the bound keeps one round from holding a busy database for long.
_BATCHES = 200

Purge = Callable[[Session, datetime], int]


def forget_what_is_over(sessions: SessionFactory, now: datetime) -> int:
    """Delete ended logins and visits in batches; returns how many rows went."""
    return sum(_in_batches(sessions, purge, now) for purge in (purge_launches, purge_visits))


def keep_house(sessions: SessionFactory, stop: threading.Event) -> None:
    """Forget what is over, now and every hour, until asked to stop."""
    while not stop.is_set():
        try:
            gone = forget_what_is_over(sessions, clock.now())
            log.info("forgot what is over", extra={"event": "purge", "rows": gone})
        except SQLAlchemyError as error:
            log.warning("database away", extra={"event": "database_away", "error": type(error).__name__})
        stop.wait(_EVERY_SECONDS)


def _in_batches(sessions: SessionFactory, purge: Purge, now: datetime) -> int:
    gone = 0
    for _ in range(_BATCHES):
        with sessions.begin() as session:
            rows = purge(session, now)
        if not rows:
            break
        gone += rows
    return gone
