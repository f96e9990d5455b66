"""One request at a time computes in a web process; while it waits for a platform, the next one does.

Threads that compute at once only take the interpreter from each other, at the price of a switch for each statement;
one after the other they are faster, all of them. A thread that waits for somebody else's server has no need of it.
An ordinary request has no thread of its own at all: it runs in place, where requests are read, and must not wait there.
"""

import io
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Larger bodies are refused by the app before anybody reads them, or read without a turn.
LARGEST_BODY = 8 << 20

_local = threading.local()


class StepAside(BaseException):
    """A request that runs in place is about to wait: it begins again on a thread of its own.

    Not an `Exception`, so that nobody on the way makes an answer of it. What it did so far is taken back with its
    session; so nothing may have been committed.
    """


class TakeTurns:
    """A WSGI application in which `at_once` requests compute and the others wait, or are waiting for a platform."""

    def __init__(self, wsgi: "WSGIApplication", at_once: int) -> None:
        self._wsgi = wsgi
        self._free = threading.BoundedSemaphore(at_once)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Read the body first, however slowly it comes; then wait for the turn."""
        _read_body(environ)
        self._free.acquire()
        _local.turn = self._free
        try:
            return self._wsgi(environ, start_response)
        finally:
            give_up_turn()


def give_up_turn() -> None:
    """Let the next request compute, since this thread is about to wait for somebody else's server.

    Raises `StepAside` for a request that runs in place. The rest of the request runs beside the others. It does not
    wait for a turn again: whoever has one may be waiting for a lock that this thread holds. Outside of a web process
    nothing happens.
    """
    if getattr(_local, "is_in_place", False):
        raise StepAside
    turn: threading.BoundedSemaphore | None = getattr(_local, "turn", None)
    if turn is not None:
        _local.turn = None
        turn.release()


@contextmanager
def run_in_place() -> Iterator[None]:
    """What runs within must not wait: `give_up_turn` raises `StepAside`."""
    _local.is_in_place = True
    try:
        yield
    finally:
        _local.is_in_place = False


def _read_body(environ: "WSGIEnvironment") -> None:
    text = str(environ.get("CONTENT_LENGTH") or "")
    if text.isascii() and text.isdigit() and 0 < int(text) <= LARGEST_BODY:
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(text)))
