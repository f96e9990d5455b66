"""A sender that lives renews its holds, however long what it sends takes."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from lti_tool.passback.service.claiming import LEASE, renew_leases
from lti_tool.passback.service.outbox import Outbox

logger = logging.getLogger("lti_tool.passback")


@contextmanager
def keep_holds(outbox: Outbox, worker: str, now_fn: Callable[[], datetime]) -> Iterator[None]:
    """Renew a worker's holds while something is being sent."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(LEASE.total_seconds() / 3):
            try:
                with outbox.writing() as session:
                    renew_leases(session, worker, now_fn())
            except SQLAlchemyError as error:
                # The next beat may reach it; else the scores are sent again with the same stamps.
                logger.warning("holds not renewed", extra={"error": type(error).__name__})

    thread = threading.Thread(target=beat, name="holds", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
