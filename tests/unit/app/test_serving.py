"""Requests that run in place, and those that step aside because they would have to wait."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined] # public, but not declared so

from lti_tool.app.serving import InPlace, make_environ
from lti_tool.outbound.turns import give_up_turn

LONG = 10.0


class Headers:
    """As granian gives them: names in lower case, a name may come twice."""

    def __init__(self, *pairs: tuple[str, str]) -> None:
        self.pairs = pairs

    def items(self) -> list[tuple[str, str]]:
        return list(self.pairs)


@dataclass
class Asked:
    """A request."""

    method: str = "GET"
    path: str = "/"
    headers: Headers = field(default_factory=Headers)
    query_string: str = ""
    server: str = "127.0.0.1:8000"
    client: str = "192.0.2.7:41000"
    scheme: str = "http"


class Answered:
    """Its body, and what came back."""

    def __init__(self, *pieces: bytes, hangs: bool = False, is_gone: bool = False) -> None:
        self.pieces, self.hangs, self.is_gone = pieces, hangs, is_gone
        self.status, self.headers, self.body = 0, dict[str, str](), b""

    async def __call__(self) -> bytes:
        if self.is_gone:
            raise ProtocolClosed
        if self.hangs:
            await asyncio.sleep(LONG)
        return b"".join(self.pieces)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece
        if self.hangs:
            await asyncio.sleep(LONG)

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.body = status, dict(headers), body

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> "Answered":
        self.status, self.headers = status, dict(headers)
        return self

    async def send_bytes(self, piece: bytes) -> None:
        if self.is_gone:
            raise ProtocolClosed
        self.body += piece


class Site:
    """An application that tells where each request ran and what it was given."""

    def __init__(self) -> None:
        self.entered, self.leave = threading.Event(), threading.Event()
        self.ran: list[tuple[str, str]] = []
        self.error: BaseException | None = None
        self.closed = 0

    def __call__(self, environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        self.ran.append((path, threading.current_thread().name.rpartition("_")[0]))
        body = b""
        if path != "/unread":
            try:
                body = environ["wsgi.input"].read()
            except OSError as error:
                self.error = error
        if path.startswith("/waits"):
            give_up_turn()
            self.entered.set()
            assert self.leave.wait(LONG)
        start_response("201 Created", [("X-Path", path)])
        return Pieces(self, [b"<", body, b">"])


class Pieces(list[bytes]):
    """A body that wants to be closed."""

    def __init__(self, site: Site, pieces: list[bytes]) -> None:
        super().__init__(pieces)
        self.site = site

    def close(self) -> None:
        self.site.closed += 1


def serve(site: Site, *exchanges: tuple[Asked, Answered], body_seconds: float = LONG) -> None:
    """Answer all at once, as a process does."""

    async def run() -> None:
        door = InPlace(site, threads=2, at_once=1, body_seconds=body_seconds)
        loop = asyncio.get_running_loop()
        door.__rsgi_init__(loop)
        await asyncio.wait_for(asyncio.gather(*(door.__rsgi__(*it) for it in exchanges)), LONG)
        door.__rsgi_del__(loop)

    asyncio.run(run())


def test_an_ordinary_request_runs_where_it_arrives() -> None:
    site, answer = Site(), Answered(b"a=1")
    serve(site, (Asked("POST", "/form", Headers(("content-length", "3"))), answer))
    assert (answer.status, answer.headers, answer.body) == (201, {"X-Path": "/form"}, b"<a=1>")
    assert site.ran == [("/form", "")]
    assert site.closed == 1


def test_one_that_would_wait_begins_again_on_a_thread_with_its_body() -> None:
    site, answer = Site(), Answered(b"a=1")
    site.leave.set()
    serve(site, (Asked("POST", "/waits", Headers(("content-length", "3"))), answer))
    assert (answer.status, answer.body) == (201, b"<a=1>")
    assert site.ran == [("/waits", ""), ("/waits", "aside")]
    assert site.closed == 1


def test_while_it_waits_the_others_are_answered() -> None:
    site, slow, quick = Site(), Answered(), Answered()

    class Quick(Answered):
        def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            super().response_bytes(status, headers, body)
            site.leave.set()

    quick = Quick()
    serve(site, (Asked(path="/waits"), slow), (Asked(path="/quick"), quick))
    assert (slow.body, quick.body) == (b"<>", b"<>")


@pytest.mark.parametrize(
    "headers",
    [
        (("content-length", str(64 * 1024 + 1)),),
        (("transfer-encoding", "chunked"),),
        (("content-length", "6"), ("content-type", "multipart/form-data; boundary=x")),
        (("content-length", "six"),),
    ],
    ids=["large", "of no known size", "with a file", "of no number"],
)
def test_a_body_that_may_come_slowly_is_read_on_a_thread(headers: tuple[tuple[str, str], ...]) -> None:
    site, answer = Site(), Answered(b"abc", b"", b"def")
    serve(site, (Asked("POST", "/form", Headers(*headers)), answer))
    assert site.ran == [("/form", "aside")]
    # An empty piece is the end, as it is for every stream.
    assert answer.body == b"<abc>"


def test_a_small_body_that_never_ends_is_told_so() -> None:
    site, answer = Site(), Answered(b"a=", hangs=True)
    serve(site, (Asked("POST", "/form", Headers(("content-length", "3"))), answer), body_seconds=0.05)
    assert answer.status == 408
    assert site.ran == []


def test_a_large_body_that_never_ends_is_an_error_of_its_stream() -> None:
    site, answer = Site(), Answered(b"abc", hangs=True)
    serve(site, (Asked("POST", "/form", Headers(("transfer-encoding", "chunked"))), answer), body_seconds=0.05)
    assert isinstance(site.error, TimeoutError)


def test_whoever_leaves_is_no_error() -> None:
    site = Site()
    site.leave.set()
    small, streamed = Answered(is_gone=True), Answered(is_gone=True)
    serve(site, (Asked("POST", "/form", Headers(("content-length", "3"))), small), (Asked(path="/waits"), streamed))
    assert site.ran == [("/waits", ""), ("/waits", "aside")]
    assert site.closed == 1


def test_the_environment_is_that_of_wsgi() -> None:
    asked = Asked(
        "GET",
        "/v/é",
        Headers(("host", "tool.example"), ("accept", "a"), ("accept", "b"), ("cookie", "c=1"), ("cookie", "d=2")),
        "x=%20",
        client="[2001:db8::1]:9",
    )
    environ = make_environ(asked)
    assert environ["PATH_INFO"] == "/v/é".encode().decode("latin-1")
    assert (environ["QUERY_STRING"], environ["REMOTE_ADDR"]) == ("x=%20", "2001:db8::1")
    assert (environ["HTTP_HOST"], environ["HTTP_ACCEPT"], environ["HTTP_COOKIE"]) == ("tool.example", "a,b", "c=1; d=2")
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("127.0.0.1", "8000")


def test_a_header_with_an_underscore_does_not_pass_for_what_a_proxy_says() -> None:
    environ = make_environ(Asked(headers=Headers(("x_forwarded_for", "203.0.113.9"), ("content_length", "9"))))
    assert "HTTP_X_FORWARDED_FOR" not in environ
    assert "CONTENT_LENGTH" not in environ
