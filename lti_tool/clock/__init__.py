"""The one place that reads the clock."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def steady() -> float:
    """Seconds of a clock that only goes forward: for how long, never for when."""
    return time.monotonic()
