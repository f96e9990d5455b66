"""What goes over a kept connection, and what never does."""

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from lti_tool.outbound import OutboundError, OutboundReason, PlatformSession


@dataclass
class Line:
    """A server that answers each request on a connection with the next of its answers, then hangs up."""

    answers: list[bytes]
    heard: list[bytes] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                self.connections += 1
                with connection:
                    while self.answers:
                        asked = connection.recv(65536)
                        if not asked:
                            break
                        self.heard.append(asked)
                        answer = self.answers.pop(0)
                        connection.sendall(answer)
                        if b"X-Hang-Up" in answer:
                            break

    def stop(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(5)


@pytest.fixture
def session() -> Iterator[PlatformSession]:
    with PlatformSession(timeout=1.0, allow_private=True, max_bytes=10_000) as session:
        yield session


@pytest.fixture
def line() -> Iterator[Line]:
    line = Line([])
    yield line
    line.stop()


def answer(body: bytes = b"", *more: bytes, length: int | None = None) -> bytes:
    head = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % (len(body) if length is None else length), *more]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def test_one_connection_carries_many(session: PlatformSession, line: Line) -> None:
    line.answers = [answer(b"[1]"), answer(b"[2]")]
    assert session.fetch("POST", line.base + "/a?b=c d", {"X": "y"}, b"body").json() == [1]
    assert session.fetch("GET", line.base + "/a", {}).json() == [2]
    assert line.connections == 1
    first, second = line.heard
    assert first.startswith(b"POST /a?b=c%20d HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"\r\nContent-Length: 4\r\n" in first and first.endswith(b"\r\n\r\nbody")
    assert b"Content-Length" not in second and b"Accept-Encoding: identity" in second


def test_a_connection_that_the_platform_closed_is_not_used(session: PlatformSession, line: Line) -> None:
    line.answers = [answer(b"[1]", b"X-Hang-Up: 1"), answer(b"[2]", b"Connection: close"), answer(b"[3]")]
    found = [session.fetch("GET", line.base, {}).json() for _ in range(3)]
    assert (found, line.connections) == ([[1], [2], [3]], 3)


@pytest.mark.parametrize("value", ["a\r\nHost: elsewhere", "a\nb", "a\x00b", "żółw"])
def test_no_header_begins_another(session: PlatformSession, line: Line, value: str) -> None:
    with pytest.raises(OutboundError):
        session.fetch("GET", line.base, {"Authorization": f"Bearer {value}"})
    assert line.heard == []


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (answer(b"short", b"X-Hang-Up: 1", length=50), OutboundReason.BROKEN),
        (answer(b"", length=20_000), OutboundReason.TOO_LARGE),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4e20\r\n" + b"x" * 20_000, OutboundReason.TOO_LARGE),
        (answer(gzip.compress(b"x" * 20_000), b"Content-Encoding: gzip"), OutboundReason.TOO_LARGE),
        (answer(b"no gzip", b"Content-Encoding: gzip"), OutboundReason.BROKEN),
        (b"SSH-2.0-OpenSSH\r\n\r\n", OutboundReason.BROKEN),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </x.css>\r\n\r\n" + answer(b"late"), OutboundReason.BROKEN),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", OutboundReason.BROKEN),
    ],
)
def test_what_is_no_whole_answer(session: PlatformSession, line: Line, said: bytes, reason: OutboundReason) -> None:
    line.answers = [said]
    with pytest.raises(OutboundError) as caught:
        session.fetch("GET", line.base, {})
    assert caught.value.reason is reason


def test_answers_of_every_form_are_read(session: PlatformSession, line: Line) -> None:
    chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n"
    to_the_end = b"HTTP/1.1 200 OK\r\nX-Hang-Up: 1\r\n\r\n[3]"
    line.answers = [
        chunks,
        to_the_end,
        answer(gzip.compress(b"[4]"), b"Content-Encoding: gzip", b"Link: a", b"Link: b"),
    ]
    assert session.fetch("GET", line.base, {}).json() == [1, 2]
    assert session.fetch("GET", line.base, {}).json() == [3]
    last = session.fetch("GET", line.base, {})
    assert (last.json(), last.headers["link"]) == ([4], "a, b")


def test_connections_are_kept_for_a_while_only(
    session: PlatformSession, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lti_tool.outbound.transport._LONGEST_IDLE", -1.0)
    line.answers = [answer(b"[1]"), answer(b"[2]")]
    for _ in range(2):
        session.fetch("GET", line.base, {})
    assert line.connections == 2


def test_not_too_many_are_kept(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lti_tool.outbound.transport._PLATFORMS", 0)
    monkeypatch.setattr("lti_tool.outbound.transport._KEPT", 0)
    line.answers = [answer(b"[1]"), answer(b"[2]")]
    with PlatformSession(timeout=1.0, allow_private=True) as session:
        for _ in range(2):
            session.fetch("GET", line.base, {})
    assert line.connections == 2
