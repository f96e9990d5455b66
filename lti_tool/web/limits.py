"""How often something may be asked for: by address at the front door, by person for codes.

Counted in this process, in bounded memory. A route that is `limited` is checked before anything else is done for it;
`spend` is for what is known only later.
"""

import io
import math
from collections import OrderedDict
from collections.abc import Callable
from enum import StrEnum
from threading import Lock
from typing import IO, Any, TypeVar, cast

from flask import Flask, Request, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from lti_tool import clock
from lti_tool.errors import TooManyRequests
from lti_tool.outbound.turns import LARGEST_BODY, give_up_turn
from lti_tool.telemetry.metrics import LIMITED
from lti_tool.web.rules import Pace, decide_pace, is_this_machine, network_of

F = TypeVar("F", bound=Callable[..., Any])
_KEY = "lti_tool_limits"
# Addresses that are remembered for each limit; the one that was quiet longest goes first.
_REMEMBERED = 20_000
# Bytes of a form from outside; a launch's token alone may have 256 kB.
_LARGEST_FIELDS = 64 * 1024
_MOST_FIELDS = 1000
_URL_ENCODED = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
# Bytes of a file that are kept of a request; of a larger one only so much that its size is known to be too much.
LARGEST_FILE = 5 * 1024 * 1024
# Bytes that are read of a request with a file, most of them thrown away: so a file that is far too large still gets a
# page that says so, and the texts that came with it are saved.
_LARGEST_WITH_FILE = 40 * 1024 * 1024


class Limit(StrEnum):
    """The limits; `LTI_TOOL_LIMIT_…` sets each, and the values stand in metrics and reason codes."""

    LOGINS = "logins"
    LAUNCHES = "launches"
    REFUSED = "refused"
    REGISTRATIONS = "registrations"
    CODES = "codes"
    UPLOADS = "uploads"


# This machine itself is a proxy that nobody told us of, or a measurement: all people would count as one.
_FREE_HERE = frozenset({Limit.LOGINS, Limit.LAUNCHES})
_LARGEST = {Limit.LAUNCHES: 320 * 1024}


class BoundedFile(io.BytesIO):
    """Takes a file of any size and keeps so many bytes of it: one more than the largest that is accepted, or fewer."""

    def __init__(self, most: int = LARGEST_FILE + 1) -> None:
        super().__init__()
        self._most = most

    def write(self, data: Any, /) -> int:
        """Keep what there is room for; the rest counts as written."""
        room = self._most - self.tell()
        if room > 0:
            super().write(data[:room])
        return len(data)


class BoundedRequest(Request):
    """A request whose files take bounded memory, all together, and no place on the disk."""

    _kept: tuple[BoundedFile, ...] = ()

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        # A form of ours has one file; anybody may send eight, before a visit is asked for.
        file = BoundedFile(LARGEST_FILE + 1 - sum(it.getbuffer().nbytes for it in self._kept))
        self._kept = (*self._kept, file)
        return file


class Counter:
    """Keeps one pace for many keys."""

    def __init__(self, pace: Pace, remembered: int = _REMEMBERED) -> None:
        self._pace = pace
        self._remembered = remembered
        self._owed: OrderedDict[str, float] = OrderedDict()
        self._lock = Lock()

    def spend(self, key: str, now: float) -> float:
        """Count one at `now` (seconds of any steady clock): 0.0, or the seconds to wait where it is too many."""
        with self._lock:
            owed, wait = decide_pace(self._pace, self._owed.get(key, 0.0), now)
            if wait:
                return wait
            self._owed[key] = owed
            self._owed.move_to_end(key)
            if len(self._owed) > self._remembered:
                self._owed.popitem(last=False)
            return 0.0

    def __len__(self) -> int:
        return len(self._owed)


def init_limits(app: Flask) -> None:
    """Give the app its counters, and check limited routes before anything else."""
    wanted = app.extensions["lti_tool"].settings
    paces = {limit: getattr(wanted, f"limit_{limit}") for limit in Limit}
    app.extensions[_KEY] = {limit: Counter(Pace.of_minute(count)) for limit, count in paces.items() if count}
    app.before_request(_check)


def limited(limit: Limit) -> Callable[[F], F]:
    """Name the limit of a view that anybody may call."""

    def mark(view: F) -> F:
        view.limit = limit  # type: ignore[attr-defined]
        return view

    return mark


def takes_file(view: F) -> F:
    """Mark a view whose form has a file: the one place where a request may be large."""
    view.takes_file = True  # type: ignore[attr-defined]
    return view


def spend(limit: Limit, key: str | None = None) -> None:
    """Count one for a key, or for the address of this request; raises `TooManyRequests`."""
    counters = cast(dict[Limit, Counter], current_app.extensions[_KEY])
    counter = counters.get(limit)
    address = request.remote_addr or ""
    if counter is None or (limit in _FREE_HERE and is_this_machine(address)):
        return
    wait = counter.spend(network_of(address) if key is None else key, clock.steady())
    if wait:
        LIMITED.labels(limit).inc()
        raise TooManyRequests(f"too_many_{limit}", math.ceil(wait))


def _check() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    limit = getattr(view, "limit", None)
    if limit is not None:
        request.max_content_length = _LARGEST.get(limit, _LARGEST_FIELDS)
        spend(limit)
    if getattr(view, "takes_file", False) and request.mimetype == _MULTIPART:
        request.max_content_length = _LARGEST_WITH_FILE
        if (request.content_length or 0) > LARGEST_BODY:
            # It was not read before the turn, and may come slowly.
            give_up_turn()
    if request.mimetype == _URL_ENCODED:
        _check_fields()


def _check_fields() -> None:
    """Reading half a megabyte of empty fields takes half a second; nothing that large has many of them."""
    length = request.content_length
    is_large = length is None or length > _LARGEST_FIELDS
    if is_large and request.get_data(cache=True).count(b"&") > _MOST_FIELDS:
        raise RequestEntityTooLarge
