"""What a worker says of itself and of the outbox, and when it has to make room for a newer version."""

import logging
import secrets
import threading
import time
from importlib.metadata import version

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from lti_tool import clock
from lti_tool.app.migrations import SchemaState, find_schema_state
from lti_tool.config import Settings
from lti_tool.db import SessionFactory, make_session_factory
from lti_tool.passback.catalog import DeliveryReport
from lti_tool.passback.queries import count_open
from lti_tool.passback.rules import in_flight
from lti_tool.passback.service.signs import add_totals, give_sign, sign_off
from lti_tool.registration.catalog import ProductFamily

log = logging.getLogger("lti_tool.worker")

# Seconds between two signs of life, and between two records on the outbox.
_SIGN_EVERY = 5.0
_REPORT_EVERY = 60.0


class Watch:
    """Signs of life of one worker, in a thread of its own."""

    def __init__(self, engine: Engine, sessions: SessionFactory, stop: threading.Event) -> None:
        self._engine = engine
        self._sessions = sessions
        self._reading = make_session_factory(engine.execution_options(read_only=True))
        self._stop = stop
        self._name = secrets.token_hex(8)
        # The database was migrated by a newer version: this worker ends, and its supervisor starts that version.
        self.is_outdated = False

    def say_start(self, settings: Settings) -> None:
        """One record on what runs here."""
        log.info(
            "worker starts",
            extra={
                "event": "worker_started",
                "worker": self._name,
                "version": version("lti-tool"),
                "database": self._engine.dialect.name,
                "parallel_canvas": in_flight(ProductFamily.CANVAS),
                "parallel_other": in_flight(ProductFamily.OTHER),
                "platform_timeout": settings.platform_timeout,
            },
        )

    def run(self) -> None:
        """Give signs until asked to stop, or until the schema is of a newer version."""
        reported_at = float("-inf")
        while not self._stop.is_set():
            try:
                if self._must_make_room():
                    break
                with self._sessions.begin() as session:
                    give_sign(session, self._name, version("lti-tool"), clock.now())
                if time.monotonic() - reported_at >= _REPORT_EVERY:
                    reported_at = time.monotonic()
                    self._say_outbox()
            except SQLAlchemyError as error:
                _say_away(error)
            self._stop.wait(_SIGN_EVERY)

    def count(self, report: DeliveryReport) -> None:
        """Add a round to the totals; what the database does not take now is missing there, and nowhere else."""
        try:
            with self._sessions.begin() as session:
                add_totals(session, report)
        except SQLAlchemyError as error:
            _say_away(error)

    def say_end(self) -> None:
        """Take the sign away; a worker that cannot is forgotten after a day."""
        try:
            with self._sessions.begin() as session:
                sign_off(session, self._name)
        except SQLAlchemyError as error:
            _say_away(error)
        log.info("worker ends", extra={"event": "worker_ended", "worker": self._name, "outdated": self.is_outdated})

    def _must_make_room(self) -> bool:
        if find_schema_state(self._engine) is not SchemaState.AHEAD:
            return False
        log.warning("newer schema: this worker ends", extra={"event": "schema_newer", "worker": self._name})
        self.is_outdated = True
        self._stop.set()
        return True

    def _say_outbox(self) -> None:
        with self._reading() as session:
            counts = count_open(session)
        age = (clock.now() - counts.oldest_pending).total_seconds() if counts.oldest_pending else 0.0
        log.info(
            "outbox",
            extra={
                "event": "outbox",
                "worker": self._name,
                "pending": sum(counts.pending.values()),
                "pending_by_reason": {reason: count for reason, count in counts.pending.items() if reason},
                "sending": counts.sending,
                "parked": sum(counts.parked.values()),
                "parked_by_reason": counts.parked,
                "oldest_pending_seconds": round(max(0.0, age), 1),
            },
        )


def _say_away(error: SQLAlchemyError) -> None:
    log.warning("database away", extra={"event": "database_away", "error": type(error).__name__})
