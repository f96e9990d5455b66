"""How a web process answers: one request after the other, in place, on the loop that also reads and writes them.

Threads that compute at once only take the interpreter from each other, and handing each request to a thread costs more
than many a request. So a request runs where it arrives. What would have to wait for somebody else — a platform, a slow
upload, a file that is read in a process of its own — begins again on a thread and lets the others pass
(`lti_tool.outbound.turns`).
"""

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol

from granian.rsgi import ProtocolClosed, ProtocolError  # type: ignore[attr-defined] # public, but not declared so

from lti_tool.outbound.turns import StepAside, TakeTurns, run_in_place

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

# A form of a page; what is larger, or does not say how large it is, comes piece by piece to a thread.
_SMALL_BODY = 64 * 1024
_BODY_SECONDS = 30.0
_MULTIPART = "multipart/form-data"
_BASE: dict[str, Any] = {
    "SCRIPT_NAME": "",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "wsgi.version": (1, 0),
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
    "wsgi.input_terminated": True,
}


class Scope(Protocol):
    """A request of granian's RSGI, version 1.5, as far as it is used here."""

    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    headers: Any


class Exchange(Protocol):
    """Its body and its answer."""

    async def __call__(self) -> bytes:
        """The whole body."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The body in pieces."""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Answer at once."""

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> Any:
        """Answer piece by piece."""


class _Start:
    """WSGI's `start_response`, kept until the body is there."""

    __slots__ = ("headers", "status")

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[str, str]] = []

    def __call__(self, status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], Any]:
        self.status, self.headers = int(status[:3]), headers
        return _no_write


class InPlace:
    """An RSGI application around a WSGI one; `threads` requests at once may wait, `at_once` of those compute.

    `body_seconds`: for a small form to arrive, and for each piece of a large one.
    """

    def __init__(
        self, wsgi: "WSGIApplication", *, threads: int, at_once: int, body_seconds: float = _BODY_SECONDS
    ) -> None:
        self._wsgi = wsgi
        self._body_seconds = body_seconds
        self._aside = TakeTurns(wsgi, at_once)
        self._count = threads
        self._threads: ThreadPoolExecutor | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin in a process: threads are made after the fork."""
        self._threads = ThreadPoolExecutor(self._count, thread_name_prefix="aside")

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End; requests that wait for somebody else end first, as long as the process is given."""
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        """Answer one request."""
        environ = make_environ(scope)
        if scope.method in ("GET", "HEAD"):
            body = b""
        elif _is_small(environ):
            try:
                async with asyncio.timeout(self._body_seconds):
                    body = await exchange()
            except TimeoutError:
                exchange.response_bytes(408, [("connection", "close")], b"")
                return
            except ProtocolClosed:
                return
        else:
            await self._step_aside(environ, exchange, _Pieces(exchange, asyncio.get_running_loop(), self._body_seconds))
            return
        again = environ.copy()
        environ["wsgi.input"] = io.BytesIO(body)
        start = _Start()
        try:
            with run_in_place():
                whole = _join(self._wsgi(environ, start))
        except StepAside:
            await self._step_aside(again, exchange, io.BytesIO(body))
            return
        exchange.response_bytes(start.status, start.headers, whole)

    async def _step_aside(self, environ: "WSGIEnvironment", exchange: Exchange, body: io.IOBase) -> None:
        loop = asyncio.get_running_loop()
        environ["wsgi.input"] = body
        await loop.run_in_executor(self._threads, self._answer, environ, exchange, loop)

    def _answer(self, environ: "WSGIEnvironment", exchange: Exchange, loop: asyncio.AbstractEventLoop) -> None:
        """One request on a thread of its own, sent piece by piece as it is made."""
        start = _Start()
        pieces = self._aside(environ, start)
        try:
            transport = exchange.response_stream(start.status, start.headers)
            for piece in filter(None, pieces):
                asyncio.run_coroutine_threadsafe(_send(transport, piece), loop).result()
        except (ProtocolClosed, ProtocolError):
            # Whoever asked has gone.
            return
        finally:
            _close(pieces)


class _Pieces(io.RawIOBase):
    """A body that is read on a thread while it arrives on the loop."""

    def __init__(self, exchange: Exchange, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._pieces = aiter(exchange)
        self._seconds = seconds
        self._loop = loop
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Some bytes; raises `TimeoutError` where none come."""
        if not self._rest:
            try:
                self._rest = asyncio.run_coroutine_threadsafe(self._next(), self._loop).result()
            except (ProtocolClosed, ProtocolError) as error:
                raise ConnectionResetError from error
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size

    async def _next(self) -> bytes:
        async with asyncio.timeout(self._seconds):
            return bytes(await anext(self._pieces, b""))


def make_environ(scope: Scope) -> "WSGIEnvironment":
    """The WSGI environment of a request, without its body (PEP 3333)."""
    server, _, port = scope.server.rpartition(":")
    environ = {
        **_BASE,
        "REQUEST_METHOD": scope.method,
        # WSGI's strings are bytes in Latin-1.
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            # It would pass for the one with a hyphen, which a proxy vouches for.
            continue
        key = _KEYS.get(name) or "HTTP_" + name.upper().replace("-", "_")
        if key in environ:
            environ[key] += ("; " if name == "cookie" else ",") + value
        else:
            environ[key] = value
    return environ


_KEYS = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


def _is_small(environ: "WSGIEnvironment") -> bool:
    length = environ.get("CONTENT_LENGTH", "" if "HTTP_TRANSFER_ENCODING" in environ else "0")
    is_number = length.isascii() and length.isdigit()
    return is_number and int(length) <= _SMALL_BODY and not environ.get("CONTENT_TYPE", "").startswith(_MULTIPART)


def _join(pieces: Iterable[bytes]) -> bytes:
    try:
        return b"".join(pieces)
    finally:
        _close(pieces)


def _close(pieces: Iterable[bytes]) -> None:
    close = getattr(pieces, "close", None)
    if close is not None:
        close()


async def _send(transport: Any, piece: bytes) -> None:
    await transport.send_bytes(piece)


def _no_write(_: bytes) -> None:
    raise NotImplementedError("WSGI's write() is not offered: return the body.")
