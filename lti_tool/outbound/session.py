"""The HTTP session through which everything to a platform goes: launches' key sets, tokens, grades, rosters."""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Iterator
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.util.connection import create_connection

from lti_tool.config import Settings
from lti_tool.outbound.catalog import OutboundError, OutboundReason
from lti_tool.outbound.rules import is_public_address

_MIB = 1 << 20
_CHUNK = 16 * 1024
# Sockets kept per platform: as many as scores in flight, and some for key sets and rosters.
_POOL = 32


class PlatformSession(requests.Session):
    """A `requests.Session` for addresses that other parties chose.

    `timeout`: seconds for one whole request, headers and body included. `max_bytes`: the largest body. With
    `allow_private`, plain http and addresses on loopback or in private networks are allowed (demo and tests).
    """

    def __init__(self, *, timeout: float = 10.0, allow_private: bool = False, max_bytes: int = _MIB) -> None:
        super().__init__()
        self.timeout = timeout
        self.allow_private = allow_private
        self.max_bytes = max_bytes
        # No proxies, no .netrc, no certificate bundle from the environment.
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.headers.update({"User-Agent": "lti-tool", "Accept-Encoding": "identity"})
        self.adapters.clear()
        adapter = _Adapter(timeout=timeout, allow_private=allow_private)
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """Prepare as usual; an address that is none raises `OutboundError`."""
        try:
            return super().prepare_request(request)
        except requests.RequestException as error:
            raise _explain(error) from error

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send one request; raises `OutboundError` where there is no complete answer of the address itself."""
        url = request.url or ""
        if urlsplit(url).scheme != "https" and not self.allow_private:
            raise OutboundError(OutboundReason.ADDRESS_REFUSED, "only https is called")
        deadline = time.monotonic() + self.timeout
        kwargs.update(timeout=self.timeout, allow_redirects=False, stream=True, verify=True, proxies={})
        try:
            response = super().send(request, **kwargs)
        except requests.RequestException as error:
            raise _explain(error) from error
        try:
            self._read(response, deadline)
        except requests.RequestException as error:
            response.close()
            raise _explain(error) from error
        if response.is_redirect or response.is_permanent_redirect:
            raise OutboundError(OutboundReason.REDIRECTED, f"answered {response.status_code}", response=response)
        return response

    def _read(self, response: requests.Response, deadline: float) -> None:
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > self.max_bytes:
                raise OutboundError(OutboundReason.TOO_LARGE, f"more than {self.max_bytes} bytes")
            if time.monotonic() > deadline:
                raise OutboundError(OutboundReason.TIMED_OUT, "the answer took too long")
        # What `Response.content` gives; set here since the stream has been read.
        response._content = bytes(body)
        response._content_consumed = True  # type: ignore[attr-defined]


def make_platform_session(settings: Settings) -> PlatformSession:
    """The session that the settings ask for; one per process, shared by its threads."""
    return PlatformSession(timeout=settings.platform_timeout, allow_private=settings.allow_private_platforms)


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
    def __init__(self, sock: socket.socket, *args: Any, deadline: float, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(_Deadline(sock, deadline))


class _Guarded:
    """Connects to checked addresses only, resolved once: the name cannot point elsewhere between check and use."""

    total = 10.0
    allow_private = False

    def _new_conn(self: Any) -> socket.socket:
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(self, f"name not known: {error}") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not self.allow_private and not all(map(is_public_address, addresses)):
            raise OutboundError(OutboundReason.ADDRESS_REFUSED, "the address is not public")
        last = OSError("no address")
        for address in addresses:
            try:
                return create_connection((address, self.port), self.timeout, socket_options=self.socket_options)
            except TimeoutError as caught:
                raise urllib3.exceptions.ConnectTimeoutError(self, "timed out") from caught
            except OSError as caught:
                last = caught
        raise NewConnectionError(self, str(last)) from last

    def request(self: Any, *args: Any, **kwargs: Any) -> None:
        self.response_class = partial(_Response, deadline=time.monotonic() + self.total)
        super().request(*args, **kwargs)  # type: ignore[misc]


class _Adapter(HTTPAdapter):
    def __init__(self, *, timeout: float, allow_private: bool) -> None:
        rules: dict[str, Any] = {"total": timeout, "allow_private": allow_private}
        plain = type("_HTTP", (_Guarded, HTTPConnection), rules)
        secure = type("_HTTPS", (_Guarded, HTTPSConnection), rules)
        self._pools = {
            "http": type("_HTTPPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("_HTTPSPool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }
        super().__init__(pool_connections=_POOL, pool_maxsize=_POOL, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools


def _explain(error: requests.RequestException) -> OutboundError:
    """What stands behind an error: requests wraps urllib3, which wraps sockets and our own refusals."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, OutboundError):
            return cause
    for kinds, reason, words in _KINDS:
        if any(isinstance(cause, kinds) for cause in causes):
            return OutboundError(reason, words)
    return OutboundError(OutboundReason.BROKEN, "the connection ended early or the answer is not HTTP")


_Kinds = tuple[type[BaseException], ...]
_KINDS: tuple[tuple[_Kinds, OutboundReason, str], ...] = (
    ((ssl.SSLError, urllib3.exceptions.SSLError), OutboundReason.CERTIFICATE_WRONG, "the certificate is not valid"),
    # Before the time-outs: urllib3 makes it a kind of them.
    ((NewConnectionError,), OutboundReason.UNREACHABLE, "nobody answers at this address"),
    ((requests.Timeout, TimeoutError), OutboundReason.TIMED_OUT, "no answer in time"),
    ((urllib3.exceptions.TimeoutError,), OutboundReason.TIMED_OUT, "no answer in time"),
    (
        (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema),
        OutboundReason.ADDRESS_REFUSED,
        "not a web address",
    ),
)


def _causes(error: BaseException) -> Iterator[BaseException]:
    todo: list[object] = [error]
    seen: set[int] = set()
    while todo:
        one = todo.pop()
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            yield one
            todo += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
