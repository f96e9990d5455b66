"""Reads the rosters that are due; any number may run on one database."""

import logging
import random
import threading
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from lti_tool import clock
from lti_tool.config import Settings
from lti_tool.db import SessionFactory
from lti_tool.outbound import PlatformSession
from lti_tool.registration.connector import ToolConnector
from lti_tool.registration.keys import SigningKey, get_signing_key
from lti_tool.roster.catalog import RosterFailure, RosterReason, RosterReport
from lti_tool.roster.nrps import PlatformRoster
from lti_tool.roster.service import Held, finish_reading, hold_roster, renew_hold, sync_roster

logger = logging.getLogger("lti_tool.roster")

# Seconds between looks while nothing is due, and after the database did not answer.
_IDLE = 5.0
# Some platforms send everybody at once.
_MAX_BYTES = 8 << 20
_RENEW_EVERY = timedelta(minutes=1)


class _TakenOver(Exception):
    """Another worker reads this course by now."""


class RosterReader:
    """Holds one course after another and reads its roster."""

    def __init__(
        self,
        settings: Settings,
        session_factory: SessionFactory,
        *,
        now_fn: Callable[[], datetime] = clock.now,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._secret = settings.secret_keys
        self._sessions = session_factory
        self._platform_session = PlatformSession(
            timeout=settings.platform_timeout, allow_private=settings.allow_private_platforms, max_bytes=_MAX_BYTES
        )
        self._now = now_fn
        self._jitter = jitter

    def read_next(self, context_id: int | None = None) -> RosterReport | None:
        """Read the roster that is due first (or that course's, due or not); None where there is none to read."""
        with self._sessions.begin() as session:
            held = hold_roster(session, self._now(), context_id=context_id)
            key = get_signing_key(session, self._secret, self._now()) if held is not None else None
        if held is None or key is None:
            return None
        hold = _Hold(self._sessions, held, self._now)
        try:
            report = self._read(hold, key)
        except _TakenOver:
            return None
        with self._sessions.begin() as session:
            if not finish_reading(session, hold.held, report, self._now(), jitter=self._jitter()):
                return None
        return report

    def _read(self, hold: "_Hold", key: SigningKey) -> RosterReport:
        held = hold.held
        connector = ToolConnector(
            held.registration, held.deployment_id, key=key, platform_session=self._platform_session
        )
        try:
            return sync_roster(
                self._sessions,
                PlatformRoster(connector, held.members_url),
                context_id=held.context_id,
                registration_id=held.registration.id,
                now_fn=self._now,
                keep_hold=hold.keep,
            )
        except (SQLAlchemyError, _TakenOver):
            # Without a database nothing can be noted either: the hold runs out by itself.
            raise
        except Exception as error:
            # Where it happened, without the message, which may hold what the platform said of people.
            frames = traceback.extract_tb(error.__traceback__)
            place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
            said = {"context": held.context_id, "error": type(error).__name__, "at": place}
            logger.error("roster not read", extra={"event": "roster_error", **said})
            return RosterReport(held.context_id, failure=RosterFailure(RosterReason.OUR_ERROR, type(error).__name__))


class _Hold:
    """Renews itself while a long roster is read."""

    def __init__(self, sessions: SessionFactory, held: Held, now_fn: Callable[[], datetime]) -> None:
        self.held = held
        self._sessions = sessions
        self._now = now_fn
        self._renewed_at = now_fn()

    def keep(self) -> None:
        now = self._now()
        if now - self._renewed_at < _RENEW_EVERY:
            return
        with self._sessions.begin() as session:
            until = renew_hold(session, self.held, now)
        if until is None:
            raise _TakenOver
        self.held = replace(self.held, held_until=until)
        self._renewed_at = now


def read_due(reader: RosterReader, stop: threading.Event | None = None) -> int:
    """Read everything that is due; how many rosters were read to their end."""
    complete = 0
    while not (stop is not None and stop.is_set()):
        report = reader.read_next()
        if report is None:
            break
        complete += report.failure is None
        _log(report)
    return complete


def keep_rosters(settings: Settings, session_factory: SessionFactory, stop: threading.Event) -> None:
    """Read what is due, now and whenever something is, until asked to stop."""
    reader = RosterReader(settings, session_factory)
    while not stop.is_set():
        try:
            read_due(reader, stop)
        except SQLAlchemyError as error:
            logger.warning("database away", extra={"event": "database_away", "error": type(error).__name__})
        except Exception as error:
            # A bug of ours at one course must not end the reading of all the others in silence.
            logger.error("rosters not read", extra={"event": "rosters_failed", "error": type(error).__name__})
        stop.wait(_IDLE)


def _log(report: RosterReport) -> None:
    said = {name: getattr(report, name) for name in ("members", "added", "changed", "left", "pages")}
    why = report.failure.reason.value if report.failure is not None else ""
    logger.info("roster", extra={"event": "roster", "context": report.context_id, **said, "failure": why})
