"""Requests to platforms end in time, in size and where they were sent."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from lti_tool.config import load_settings
from lti_tool.outbound import OutboundError, OutboundReason, PlatformSession, resolving
from lti_tool.outbound.session import make_platform_session


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        getattr(self, "page_" + self.path.strip("/"))()

    def _send(self, head: str, body: bytes = b"") -> None:
        self.wfile.write(f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

    def page_ok(self) -> None:
        self._send("200 OK\r\nSet-Cookie: a=b", (self.headers.get("Cookie") or "no cookie").encode())

    def page_moved(self) -> None:
        self._send("302 Found\r\nLocation: /ok")

    def page_big(self) -> None:
        self._send("200 OK", b"x" * 200_000)

    def page_slow(self) -> None:
        time.sleep(1.5)

    def page_drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self._drip(b"X: y\r\n")

    def page_dripbody(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        self._drip(b"x")

    def _drip(self, drop: bytes) -> None:
        for _ in range(12):
            self.wfile.write(drop)
            self.wfile.flush()
            time.sleep(0.15)

    def page_zero(self) -> None:
        self.wfile.write(b"HTTP/1.0 0 Error writing to database\r\n\r\n")
        self.close_connection = True

    def page_hangup(self) -> None:
        self.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers that hang up are part of the tests."""


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    server = _Server(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def platform_session() -> Iterator[PlatformSession]:
    with PlatformSession(timeout=0.6, allow_private=True, max_bytes=100_000) as session:
        yield session


def reason_of(session: PlatformSession, url: str) -> OutboundReason:
    with pytest.raises(OutboundError) as caught:
        session.get(url)
    assert isinstance(caught.value, requests.RequestException)
    return caught.value.reason


def test_an_answer_arrives_and_no_cookie_is_kept(platform_session: PlatformSession, base: str) -> None:
    for _ in range(2):
        assert platform_session.get(base + "/ok").text == "no cookie"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/moved", OutboundReason.REDIRECTED),
        ("/big", OutboundReason.TOO_LARGE),
        ("/slow", OutboundReason.TIMED_OUT),
        ("/drip", OutboundReason.TIMED_OUT),
        ("/dripbody", OutboundReason.TIMED_OUT),
        ("/zero", OutboundReason.BROKEN),
        ("/hangup", OutboundReason.BROKEN),
    ],
)
def test_what_is_no_answer(platform_session: PlatformSession, base: str, path: str, reason: OutboundReason) -> None:
    started = time.monotonic()
    assert reason_of(platform_session, base + path) is reason
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1:1/", OutboundReason.UNREACHABLE),
        ("http://nowhere.invalid/", OutboundReason.UNREACHABLE),
        ("ftp://127.0.0.1/", OutboundReason.ADDRESS_REFUSED),
        ("lms.example", OutboundReason.ADDRESS_REFUSED),
        ("http://[::1/", OutboundReason.ADDRESS_REFUSED),
    ],
)
def test_where_nobody_is(platform_session: PlatformSession, url: str, reason: OutboundReason) -> None:
    assert reason_of(platform_session, url) is reason


def test_a_server_without_a_valid_certificate_is_not_spoken_to(platform_session: PlatformSession, base: str) -> None:
    assert reason_of(platform_session, base.replace("http:", "https:") + "/ok") is OutboundReason.CERTIFICATE_WRONG


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0.0.0.0"])
def test_private_addresses_are_not_called(base: str, host: str) -> None:
    with PlatformSession(timeout=1) as session:
        address = base.replace("http:", "https:").replace("127.0.0.1", host)
        assert reason_of(session, address + "/ok") is OutboundReason.ADDRESS_REFUSED
        assert reason_of(session, base + "/ok") is OutboundReason.ADDRESS_REFUSED


def test_callers_cannot_loosen_it(platform_session: PlatformSession, base: str) -> None:
    with pytest.raises(OutboundError):
        platform_session.get(base + "/moved", allow_redirects=True, timeout=None)


def test_proxies_of_the_environment_are_not_used(
    platform_session: PlatformSession, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert platform_session.get(base + "/ok").ok


def test_it_is_made_from_settings(tmp_path: Any) -> None:
    environ = {"LTI_TOOL_INSTANCE_DIR": str(tmp_path), "LTI_TOOL_PLATFORM_TIMEOUT": "7"}
    session = make_platform_session(load_settings(environ))
    assert (session.timeout, session.allow_private) == (7.0, False)


def test_a_name_that_nobody_answers_for_is_given_up_in_time(
    platform_session: PlatformSession, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, asked = threading.Event(), []
    found = socket.getaddrinfo

    def hang(host: str, *args: Any, **kwargs: Any) -> Any:
        asked.append(host)
        answer.wait(10)
        return found("127.0.0.1", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    url = f"http://lms.example.test:{base.rpartition(':')[2]}/ok"
    try:
        with ThreadPoolExecutor(4) as pool:
            reasons = list(pool.map(lambda _: reason_of(platform_session, url), range(4)))
        assert set(reasons) == {OutboundReason.TIMED_OUT}
        # One look-up for all who wait.
        assert asked == ["lms.example.test"]
    finally:
        answer.set()
    while resolving._under_way:
        time.sleep(0.01)
    assert platform_session.get(url).text == "no cookie"


def test_too_many_names_that_hang_are_no_names(
    platform_session: PlatformSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer.wait(10) and [])
    monkeypatch.setattr(resolving, "_MOST", 2)
    try:
        urls = [f"http://lms-{number}.example.test/ok" for number in range(3)]
        assert {reason_of(platform_session, url) for url in urls} == {OutboundReason.TIMED_OUT}
        assert len(resolving._under_way) == 2
    finally:
        answer.set()
    while resolving._under_way:
        time.sleep(0.01)


def test_a_look_up_that_could_not_be_started_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", start)
        with pytest.raises(RuntimeError, match="new thread"):
            resolving.resolve("localhost", 80, 5)
    assert resolving.resolve("localhost", 80, 5)
