"""When: stamps of scores, waits between tries, `Retry-After`."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_SECOND = timedelta(seconds=1)
_BASE = timedelta(seconds=2)
_CAP = timedelta(hours=1)
# A clock may be wrong by hours; a score must not wait for the year 9999.
_FARTHEST_AHEAD = timedelta(days=1)
_SLOW_BASE = timedelta(minutes=15)
# A platform that asks for more is asked again after this.
_LONGEST_RETRY_AFTER = timedelta(hours=1)
_DEFAULT_PAUSE = timedelta(seconds=10)


def write_time(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds (AGS 2.0 §3.4.9: sub-second and zone)."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def next_stamp(now: datetime, last: datetime | None, *, after: datetime | None = None) -> datetime:
    """A score's `timestamp`: now, but at least a second after the last of the same person and column.

    Moodle compares whole seconds, so a full second apart is distinct there as well. `after`: what the platform says
    it holds; more than a day ahead is not believed. The result may lie ahead; whoever sends it waits until then.
    """
    stamp = now
    if after is not None and after - now > _FARTHEST_AHEAD:
        after = None
    for other in (last, after):
        if other is not None:
            stamp = max(stamp, other + _SECOND)
    return stamp.replace(microsecond=stamp.microsecond // 1000 * 1000)


def wait_before_try(failures: int, *, jitter: float, is_slow: bool = False) -> timedelta:
    """How long to wait after so many failures in a row (1 or more); `jitter` from 0 to 1 spreads the tries."""
    base = _SLOW_BASE if is_slow else _BASE
    doubled = base * (1 << min(failures - 1, 20))
    return min(doubled, _CAP) * (0.5 + jitter / 2)


def parse_retry_after(text: str, now: datetime) -> timedelta | None:
    """`Retry-After` in seconds or as an HTTP date, from 0 to an hour; None where there is none that can be read."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        wait = timedelta(seconds=min(int(text[:9]), 86_400))
    else:
        try:
            at = parsedate_to_datetime(text)
        except (TypeError, ValueError):
            return None
        wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return min(max(wait, timedelta()), _LONGEST_RETRY_AFTER)


def wait_when_limited(retry_after: timedelta | None, *, failures: int, jitter: float) -> timedelta:
    """How long a registration pauses when the platform asks for it: what it says, and a little more so that not all
    come back at once; without a wish, longer each time.
    """
    if retry_after is None:
        return max(_DEFAULT_PAUSE, wait_before_try(failures, jitter=1.0)) * (1 + jitter)
    return retry_after + _SECOND * jitter
