"""Requests that compute one after the other, and those that wait for somebody else's server."""

import io
import threading
from collections.abc import Iterable
from typing import Any

import pytest

from lti_tool.outbound.turns import TakeTurns, give_up_turn

LONG = 10.0


class Body(io.RawIOBase):
    """A body that comes only when it is let through."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.comes, self.is_asked = threading.Event(), threading.Event()

    def read(self, size: int = -1) -> bytes:
        self.is_asked.set()
        assert self.comes.wait(LONG)
        return self.content[:size]


def start(app: TakeTurns, path: str, **environ: Any) -> threading.Thread:
    thread = threading.Thread(target=lambda: list(app({"PATH_INFO": path, **environ}, lambda *_: lambda _: None)))
    thread.start()
    return thread


class Site:
    """An application whose requests stop where they are told to."""

    def __init__(self) -> None:
        self.entered = {path: threading.Event() for path in ("/first", "/second")}
        self.leave = {path: threading.Event() for path in ("/first", "/second")}
        self.gives_up: set[str] = set()
        self.bodies: list[bytes] = []

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path in self.gives_up:
            give_up_turn()
        if "wsgi.input" in environ:
            self.bodies.append(environ["wsgi.input"].read())
        self.entered[path].set()
        assert self.leave[path].wait(LONG)
        return [b"done"]

    def end(self, *threads: threading.Thread) -> None:
        for event in self.leave.values():
            event.set()
        for thread in threads:
            thread.join(LONG)
            assert not thread.is_alive()


def test_one_computes_and_the_next_waits_for_its_turn() -> None:
    site = Site()
    app = TakeTurns(site, 1)
    first = start(app, "/first")
    assert site.entered["/first"].wait(LONG)
    second = start(app, "/second")
    assert not site.entered["/second"].wait(0.1)
    site.leave["/first"].set()
    assert site.entered["/second"].wait(LONG)
    site.end(first, second)


def test_two_compute_where_two_may() -> None:
    site = Site()
    app = TakeTurns(site, 2)
    threads = [start(app, "/first"), start(app, "/second")]
    assert all(entered.wait(LONG) for entered in site.entered.values())
    site.end(*threads)


def test_who_waits_for_a_platform_lets_the_next_one_compute() -> None:
    site = Site()
    site.gives_up.add("/first")
    app = TakeTurns(site, 1)
    first = start(app, "/first")
    assert site.entered["/first"].wait(LONG)
    second = start(app, "/second")
    assert site.entered["/second"].wait(LONG)
    site.end(first, second)
    # Given up and not taken again: the turn is free once, not twice.
    third = start(app, "/second")
    site.end(third)


def test_a_body_that_comes_slowly_keeps_nobody_waiting() -> None:
    site = Site()
    app = TakeTurns(site, 1)
    body = Body(b"a=1")
    first = start(app, "/first", CONTENT_LENGTH="3", **{"wsgi.input": body})
    assert body.is_asked.wait(LONG)
    second = start(app, "/second")
    assert site.entered["/second"].wait(LONG)
    body.comes.set()
    site.end(first, second)
    assert site.bodies == [b"a=1"]


@pytest.mark.parametrize("length", ["", "0", "-1", "nonsense", "²", str(1 << 30)])
def test_a_body_without_a_fair_length_is_left_to_the_app(length: str) -> None:
    body = io.BytesIO(b"a=1")
    seen: list[Any] = []

    def app(environ: Any, _start: Any) -> list[bytes]:
        seen.append(environ["wsgi.input"])
        return []

    list(TakeTurns(app, 1)({"CONTENT_LENGTH": length, "wsgi.input": body}, lambda *_: lambda _: None))
    assert seen == [body]


def test_an_error_gives_the_turn_back() -> None:
    def app(_environ: Any, _start: Any) -> list[bytes]:
        raise ValueError

    turns = TakeTurns(app, 1)
    for _ in range(3):
        with pytest.raises(ValueError):  # noqa: PT011 - the app's own
            turns({}, lambda *_: lambda _: None)


def test_outside_of_a_web_process_nothing_is_given_up() -> None:
    give_up_turn()
    assert list(TakeTurns(lambda *_: [b"x"], 1)({}, lambda *_: lambda _: None)) == [b"x"]
