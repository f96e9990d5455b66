"""`lti-tool worker`: delivers scores until it is stopped. Any number may run on one database."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from lti_tool import clock
from lti_tool.config import Settings
from lti_tool.db import SessionFactory
from lti_tool.outbound import make_platform_session
from lti_tool.passback.catalog import DeliveryReport
from lti_tool.passback.service import Dispatcher, wake_shut_out

logger = logging.getLogger("lti_tool.worker")

# Seconds between looks while nothing is due, and after the database did not answer.
_IDLE = 1.0
_DATABASE_AWAY = 3.0
# Seconds between looks for courses that let the tool in again.
_WAKE_EVERY = 60.0


def run(
    settings: Settings,
    session_factory: SessionFactory,
    *,
    once: bool = False,
    stop: threading.Event | None = None,
    now_fn: Callable[[], datetime] = clock.now,
    on_report: Callable[[DeliveryReport], None] = lambda _: None,
) -> DeliveryReport:
    """Deliver what is due; with `once` until nothing is, otherwise until `stop` is set.

    Returns the counts of the last round. Logs one record for each round or five seconds in which something was
    delivered, and hands the same counts to `on_report`. A set `stop` lets the scores in flight finish and hands the
    others back.
    """
    stop = stop or threading.Event()
    dispatcher = Dispatcher(
        session_factory,
        make_platform_session(settings),
        settings.secret_keys,
        launch_url=settings.launch_url,
        now_fn=now_fn,
    )

    def tell(report: DeliveryReport) -> None:
        if report.total:
            logger.info("delivered", extra={"event": "deliveries", **asdict(report)})
            on_report(report)

    report, woken_at = DeliveryReport(), -_WAKE_EVERY
    while not stop.is_set():
        try:
            if time.monotonic() - woken_at >= _WAKE_EVERY:
                with session_factory.begin() as session:
                    wake_shut_out(session, now_fn())
                woken_at = time.monotonic()
            report = dispatcher.run(stop=stop, on_report=tell)
        except SQLAlchemyError as error:
            if once:
                raise
            logger.warning("database away", extra={"event": "database_away", "error": type(error).__name__})
            stop.wait(_DATABASE_AWAY)
            continue
        tell(report)
        if once:
            break
        stop.wait(_IDLE)
    return report
