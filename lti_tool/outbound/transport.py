"""Requests on connections that are kept: straight on the sockets, for a fifth of what `requests` costs.

What `requests` and urllib3's pool would add (cookies, proxies, redirects, retries, hooks) is what must not happen here.
"""

import http.client
import io
import re
import socket
import ssl
import threading
import time
import weakref
import zlib
from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import certifi
import requests
import urllib3
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError
from urllib3.util.connection import create_connection, is_connection_dropped
from urllib3.util.ssl_ import create_urllib3_context

from lti_tool.outbound.catalog import OutboundError, OutboundReason
from lti_tool.outbound.resolving import resolve
from lti_tool.outbound.rules import is_public_address
from lti_tool.outbound.turns import give_up_turn

# Connections kept per platform: as many as scores in flight, and some for key sets and rosters.
_KEPT = 32
_PLATFORMS = 200
# An older one may be dead without having said so: what is posted on it would end in silence.
_LONGEST_IDLE = 20.0
# A header, or a target, that could begin another one.
_BREAKS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class Place(NamedTuple):
    """Where an address leads; `target` is path and query."""

    scheme: str
    host: str
    port: int
    # The `Host` header.
    authority: str
    target: str


@lru_cache(maxsize=4096)
def find_place(url: str) -> Place:
    """Read an address as `requests` does (IDNA, quoting); raises `requests.RequestException` where it is none."""
    prepared = requests.PreparedRequest()
    prepared.prepare_url(url, None)
    parts = urlsplit(str(prepared.url))
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise requests.exceptions.InvalidSchema(f"No connection adapters were found for {parts.scheme!r}")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return Place(parts.scheme, parts.hostname, port, parts.netloc.rpartition("@")[2], target)


class Transport:
    """Connections to platforms; threads share it. `timeout`: seconds for one whole exchange."""

    def __init__(self, *, timeout: float, allow_private: bool, max_bytes: int) -> None:
        self._timeout = timeout
        self._allow_private = allow_private
        self._max_bytes = max_bytes
        self._idle: OrderedDict[tuple[str, str, int], deque[tuple[Any, float]]] = OrderedDict()
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None
        # Sockets are closed at the end of whoever forgets to.
        self._end = weakref.finalize(self, _close_all, self._idle)

    def exchange(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> requests.Response:
        """One request and its whole answer, of whatever status; raises `OutboundError` where there is none."""
        give_up_turn()
        with _explained():
            place = find_place(url)
            if place.scheme != "https" and not self._allow_private:
                raise OutboundError(OutboundReason.ADDRESS_REFUSED, "only https is called")
            message = _write(method, place, headers, body)
            deadline = time.monotonic() + self._timeout
            connection = self._take(place) or self._open(place, deadline)
        with _explained(is_connected=True), _closing_on_error(connection):
            found, is_done = _read(connection, method, message, deadline, self._max_bytes)
            if is_done:
                connection.close()
            else:
                self._keep(place, connection)
        return _Answer(url, found[0], found[1], found[2])

    def close(self) -> None:
        """Close what is kept."""
        with self._lock:
            _close_all(self._idle)

    def _take(self, place: Place) -> Any | None:
        """A kept connection that still lives, the last used first."""
        while True:
            with self._lock:
                idle = self._idle.get(place[:3])
                if not idle:
                    return None
                connection, since = idle.pop()
            if time.monotonic() - since <= _LONGEST_IDLE and not is_connection_dropped(connection):
                return connection
            connection.close()

    def _keep(self, place: Place, connection: Any) -> None:
        dropped: list[Any] = []
        with self._lock:
            idle = self._idle.setdefault(place[:3], deque())
            self._idle.move_to_end(place[:3])
            idle.append((connection, time.monotonic()))
            if len(idle) > _KEPT:
                dropped.append(idle.popleft()[0])
            if len(self._idle) > _PLATFORMS:
                dropped += [old for old, _ in self._idle.popitem(last=False)[1]]
        for old in dropped:
            old.close()

    def _open(self, place: Place, deadline: float) -> Any:
        left = max(deadline - time.monotonic(), 0.001)
        connection: Any
        if place.scheme == "https":
            connection = _Secure(
                place.host, place.port, timeout=left, ssl_context=self._tls(), cert_reqs="CERT_REQUIRED"
            )
        else:
            connection = _Plain(place.host, place.port, timeout=left)
        connection.allow_private = self._allow_private
        with _closing_on_error(connection):
            connection.connect()
        return connection

    def _tls(self) -> ssl.SSLContext:
        """One context for all: reading the bundle of authorities costs 10 ms."""
        with self._lock:
            if self._context is None:
                self._context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
                self._context.check_hostname = True
                self._context.load_verify_locations(certifi.where())
            return self._context


def _close_all(idle: dict[Any, deque[tuple[Any, float]]]) -> None:
    while idle:
        for connection, _ in idle.popitem()[1]:
            connection.close()


class _Answer(requests.Response):
    """An answer that has been read to its end."""

    def __init__(
        self, url: str, head: http.client.HTTPResponse, headers: CaseInsensitiveDict[str], body: bytes
    ) -> None:
        # Not the parent's constructor, which makes a jar for cookies each time.
        self.url = url
        self.status_code = head.status
        self.reason = head.reason
        self.headers = headers
        self.encoding = None
        self.history = []
        self._content = body
        self._content_consumed = True


def _write(method: str, place: Place, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"{method} {place.target} HTTP/1.1", f"Host: {place.authority}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    if any(map(_BREAKS.search, lines)):
        raise OutboundError(OutboundReason.BROKEN, "a header that is none")
    try:
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
    except UnicodeEncodeError as error:
        raise OutboundError(OutboundReason.BROKEN, "a header that is none") from error


def _read(
    connection: Any, method: str, message: bytes, deadline: float, most: int
) -> tuple[tuple[http.client.HTTPResponse, CaseInsensitiveDict[str], bytes], bool]:
    """Send and read; what came, and whether the connection is at its end."""
    sock = connection.sock
    sock.settimeout(max(deadline - time.monotonic(), 0.001))
    sock.sendall(message)
    response = _Response(sock, deadline=deadline, method=method)
    try:
        response.begin()
        if response.status < 200:
            # Another answer follows; on a kept connection it would be taken for the next request's.
            raise OutboundError(OutboundReason.BROKEN, f"answered {response.status} at first")
        headers = _headers_of(response)
        if response.length is not None and response.length > most:
            raise _too_large(most)
        # A length that is known is read to its end or is an error; one that is not, to one byte more than allowed.
        body = response.read() if response.length is not None else response.read(most + 1)
        if len(body) > most:
            raise _too_large(most)
        return (response, headers, _decode(headers.get("Content-Encoding", ""), body, most)), response.will_close
    finally:
        response.close()


def _headers_of(response: http.client.HTTPResponse) -> CaseInsensitiveDict[str]:
    headers: CaseInsensitiveDict[str] = CaseInsensitiveDict()
    for name, value in response.getheaders():
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _decode(encoding: str, body: bytes, most: int) -> bytes:
    """Undo a compression that was not asked for."""
    if encoding.strip().lower() not in ("gzip", "x-gzip") or not body:
        return body
    try:
        plain = zlib.decompressobj(31).decompress(body, most + 1)
    except zlib.error as error:
        raise OutboundError(OutboundReason.BROKEN, "the answer cannot be decompressed") from error
    if len(plain) > most:
        raise _too_large(most)
    return plain


def _too_large(most: int) -> OutboundError:
    return OutboundError(OutboundReason.TOO_LARGE, f"more than {most} bytes")


class _Deadline(io.RawIOBase):
    """A socket's reading side that gives up at one moment, however slowly the bytes drip in."""

    def __init__(self, sock: socket.socket, at: float) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._at = at

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._at - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *, deadline: float, method: str) -> None:
        super().__init__(sock, method=method)
        self.fp.close()
        self.fp = io.BufferedReader(_Deadline(sock, deadline))


class _Guarded:
    """Connects to checked addresses only, resolved once: the name cannot point elsewhere between check and use."""

    allow_private = False

    def _new_conn(self: Any) -> socket.socket:
        deadline = time.monotonic() + self.timeout
        try:
            addresses = resolve(self._dns_host, self.port, self.timeout)
        except TimeoutError as error:
            raise urllib3.exceptions.ConnectTimeoutError(self, "timed out") from error
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(self, f"name not known: {error}") from error
        if not self.allow_private and not all(map(is_public_address, addresses)):
            raise OutboundError(OutboundReason.ADDRESS_REFUSED, "the address is not public")
        last = OSError("no address")
        for address in addresses:
            left = max(deadline - time.monotonic(), 0.001)
            try:
                return create_connection((address, self.port), left, socket_options=self.socket_options)
            except TimeoutError as caught:
                raise urllib3.exceptions.ConnectTimeoutError(self, "timed out") from caught
            except OSError as caught:
                last = caught
        raise NewConnectionError(self, str(last)) from last


class _Plain(_Guarded, HTTPConnection):
    """To a platform on this machine or in a private network."""


class _Secure(_Guarded, HTTPSConnection):
    """To any other platform."""


@contextmanager
def _closing_on_error(connection: Any) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


@contextmanager
def _explained(*, is_connected: bool = False) -> Iterator[None]:
    """Errors of addresses, sockets, TLS and HTTP as `OutboundError`."""
    try:
        yield
    except OutboundError:
        raise
    except (OSError, http.client.HTTPException, urllib3.exceptions.HTTPError, requests.RequestException) as error:
        raise explain(error, is_connected=is_connected) from error


def explain(error: Exception, *, is_connected: bool = False) -> OutboundError:
    """What stands behind an error of the libraries below; `is_connected`: after the handshake."""
    for kinds, reason, words in _KINDS:
        if isinstance(error, kinds) and not (is_connected and reason is OutboundReason.CERTIFICATE_WRONG):
            return OutboundError(reason, words)
    return OutboundError(OutboundReason.BROKEN, "the connection ended early or the answer is not HTTP")


_Kinds = tuple[type[BaseException], ...]
_KINDS: tuple[tuple[_Kinds, OutboundReason, str], ...] = (
    ((ssl.SSLError, urllib3.exceptions.SSLError), OutboundReason.CERTIFICATE_WRONG, "the certificate is not valid"),
    # Before the time-outs: urllib3 makes it a kind of them.
    ((NewConnectionError,), OutboundReason.UNREACHABLE, "nobody answers at this address"),
    ((TimeoutError, urllib3.exceptions.TimeoutError), OutboundReason.TIMED_OUT, "no answer in time"),
    (
        (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema),
        OutboundReason.ADDRESS_REFUSED,
        "not a web address",
    ),
)
