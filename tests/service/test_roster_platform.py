"""The edge to a platform's roster over HTTP, and the worker around it, with a platform that misbehaves."""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lti_tool.config import Settings
from lti_tool.db import SessionFactory, make_session_factory
from lti_tool.roster.catalog import RosterReason, RosterReport
from lti_tool.roster.models import Context, Membership, RosterSync
from lti_tool.roster.service import want_roster
from lti_tool.roster.worker import RosterReader, keep_rosters, read_due
from tests.builders import NOW, make_context, make_registration

LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
Answer = tuple[int, Any, dict[str, str]]


class Platform:
    """Answers of the roster by path and query; tokens for everybody."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.token: Answer = (200, {"access_token": "t", "expires_in": 3600}, {})
        self.asked: list[str] = []
        self.on_ask: Callable[[], None] = lambda: None
        platform = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:
                """Nothing."""

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.answer(platform.token)

            def do_GET(self) -> None:
                platform.asked.append(self.path)
                platform.on_ask()
                self.answer(platform.pages.get(self.path, (404, "no such course", {})))

            def answer(self, given: Answer) -> None:
                status, body, headers = given
                data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in {"Content-Length": str(len(data)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.base = f"http://127.0.0.1:{self.server.server_port}"

    def page(self, path: str, *names: str, then: str = "") -> None:
        link = {"Link": f'<{then}>; rel="next"'} if then else {}
        members = [{"user_id": name, "name": name, "roles": [LEARNER]} for name in names]
        self.pages[path] = (200, {"members": members}, link)


@pytest.fixture
def platform() -> Iterator[Platform]:
    platform = Platform()
    platform.thread.start()
    yield platform
    platform.server.shutdown()
    platform.server.server_close()
    platform.thread.join()


@pytest.fixture
def factory(session: Session) -> SessionFactory:
    bind = session.get_bind()
    assert isinstance(bind, Engine)
    return make_session_factory(bind)


@pytest.fixture
def context_id(session: Session, platform: Platform) -> int:
    context = make_context(session, registration=make_registration(session, base=platform.base))
    context.memberships_url = platform.base + "/m?type_id=3"
    want_roster(session, context.id, NOW)
    session.commit()
    return context.id


FIRST = "/m?type_id=3&limit=200"


@pytest.fixture
def reader(settings: Settings, factory: SessionFactory, context_id: int) -> RosterReader:
    return RosterReader(settings, factory, now_fn=lambda: NOW, jitter=lambda: 0.5)


def read(reader: RosterReader) -> RosterReport:
    report = reader.read_next()
    assert report is not None
    return report


def test_all_pages_are_read_and_the_claims_query_is_kept(reader: RosterReader, platform: Platform) -> None:
    platform.page(FIRST, "Zoë", then="/m?page=2")
    platform.page("/m?page=2", "Zoë", "amara", "wei", then=f"{platform.base}/m?page=3")
    platform.page("/m?page=3", "tomas")
    # What is no ASCII is no user id.
    assert read(reader).added == 3
    assert platform.asked == [FIRST, "/m?page=2", "/m?page=3"]
    assert reader.read_next() is None


@pytest.mark.parametrize(
    "then",
    ["http://127.0.0.2:1/m?page=2", FIRST, "/m?page=2"],
    ids=["another origin", "itself", "in a circle"],
)
def test_pages_without_an_end_mark_nobody_as_gone(
    reader: RosterReader, platform: Platform, session: Session, context_id: int, then: str
) -> None:
    platform.page(FIRST, "zoe", "amara")
    assert read(reader).added == 2
    platform.page(FIRST, "zoe", then=then)
    platform.page("/m?page=2", "wei", then=FIRST)
    want_roster(session, context_id, NOW)
    session.commit()
    report = read(reader)
    assert report.failure is not None and report.failure.reason is RosterReason.PAGES_BROKEN
    assert report.left == 0
    assert session.scalars(select(Membership.left_at)).all().count(None) == (3 if then == "/m?page=2" else 2)


@pytest.mark.parametrize(
    ("answer", "reason", "minutes"),
    [
        ((401, "", {}), RosterReason.NOT_ALLOWED, None),
        ((403, "no", {}), RosterReason.NOT_ALLOWED, None),
        ((404, "gone", {}), RosterReason.GONE, None),
        ((429, "slow down", {"Retry-After": "1800"}), RosterReason.RATE_LIMITED, 30),
        ((429, "slow down", {"Retry-After": "tomorrow"}), RosterReason.RATE_LIMITED, 2),
        ((500, "oops\0", {}), RosterReason.PLATFORM_ERROR, 2),
        ((302, "", {"Location": "/elsewhere"}), RosterReason.ADDRESS_REFUSED, None),
        ((200, "<html>", {}), RosterReason.UNREADABLE, 2),
        ((200, [], {}), RosterReason.UNREADABLE, 2),
        ((200, {"members": {}}, {}), RosterReason.UNREADABLE, 2),
        ((200, "", {}), RosterReason.UNREADABLE, 2),
    ],
)
def test_every_refusal_has_its_reason(
    reader: RosterReader,
    platform: Platform,
    session: Session,
    answer: Answer,
    reason: RosterReason,
    minutes: int | None,
) -> None:
    platform.pages[FIRST] = answer
    report = read(reader)
    assert report.failure is not None and report.failure.reason is reason
    sync = session.scalars(select(RosterSync)).one()
    assert (sync.reason, sync.tries, sync.held_until, sync.synced_at) == (reason.value, 1, None, None)
    assert sync.due_at == (NOW + timedelta(minutes=minutes) if minutes is not None else None)


def test_half_a_list_of_people_is_not_kept(reader: RosterReader, platform: Platform, session: Session) -> None:
    platform.pages[FIRST] = (200, '{"members": [{"user_id": "5", "name": "Zoë Nuñez", "email": "zoe@', {})
    read(reader)
    sync = session.scalars(select(RosterSync)).one()
    assert (sync.reason, sync.detail) == (RosterReason.UNREADABLE.value, "200")


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ((400, {"error": "invalid_scope"}, {}), RosterReason.NOT_ALLOWED),
        ((429, "", {}), RosterReason.RATE_LIMITED),
        ((503, "", {}), RosterReason.PLATFORM_ERROR),
        ((200, "{}", {}), RosterReason.UNREADABLE),
    ],
)
def test_a_token_that_is_not_given(
    reader: RosterReader, platform: Platform, token: Answer, reason: RosterReason
) -> None:
    platform.token = token
    failure = read(reader).failure
    assert failure is not None and failure.reason is reason


def test_a_platform_that_is_away(reader: RosterReader, platform: Platform) -> None:
    platform.server.server_close()
    failure = read(reader).failure
    assert failure is not None and failure.reason in (RosterReason.UNREACHABLE, RosterReason.UNREADABLE)


def test_another_worker_may_take_over(
    settings: Settings, factory: SessionFactory, context_id: int, platform: Platform
) -> None:
    """A worker that slept for longer than its hold stops at the next page."""
    times = iter(range(0, 1000, 2))
    slow = RosterReader(settings, factory, now_fn=lambda: NOW + timedelta(minutes=next(times)))
    platform.page(FIRST, "zoe", then="/m?page=2")
    platform.page("/m?page=2", "amara")

    def take_over() -> None:
        with factory.begin() as session:
            session.execute(update(RosterSync).values(held_until=NOW + timedelta(days=1)))

    platform.on_ask = take_over
    assert slow.read_next() is None
    assert platform.asked == [FIRST]
    assert RosterReader(settings, factory, now_fn=lambda: NOW).read_next() is None


def test_a_long_reading_keeps_its_hold(
    settings: Settings, factory: SessionFactory, context_id: int, platform: Platform, session: Session
) -> None:
    times = iter(range(0, 1000, 2))
    slow = RosterReader(settings, factory, now_fn=lambda: NOW + timedelta(minutes=next(times)))
    platform.page(FIRST, "zoe", then="/m?page=2")
    platform.page("/m?page=2", "amara")
    assert read(slow).added == 2
    sync = session.scalars(select(RosterSync)).one()
    assert sync.synced_at is not None and sync.held_until is None


def test_an_error_of_ours_is_kept_as_one(
    reader: RosterReader, platform: Platform, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    platform.page(FIRST, "zoe")
    with session.begin():
        session.execute(update(Context).values(memberships_url="http://[::1"))
    failure = read(reader).failure
    assert failure is not None and failure.reason is RosterReason.OUR_ERROR
    assert "roster not read" in caplog.text
    (record,) = [record for record in caplog.records if record.__dict__.get("event") == "roster_error"]
    # What an error says may be what the platform said of people.
    assert record.exc_info is None
    assert record.__dict__["error"] == "ValueError"


def test_the_worker_reads_what_is_due_until_it_is_stopped(
    settings: Settings,
    factory: SessionFactory,
    platform: Platform,
    context_id: int,
    session: Session,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    platform.page(FIRST, "zoe")
    stop = threading.Event()
    thread = threading.Thread(target=keep_rosters, args=(settings, factory, stop))
    thread.start()
    for _ in range(200):
        if "roster" in caplog.text:
            break
        stop.wait(0.05)
    stop.set()
    thread.join()
    assert session.scalar(select(func.count()).select_from(Membership)) == 1
    assert read_due(RosterReader(settings, factory), stop) == 0


def test_the_worker_outlives_the_database(
    settings: Settings, session: Session, factory: SessionFactory, caplog: pytest.LogCaptureFixture, context_id: int
) -> None:
    session.execute(text("DROP TABLE roster_sync"))
    session.commit()
    try:
        with pytest.raises(SQLAlchemyError):
            RosterReader(settings, factory).read_next()
        stop = threading.Event()
        thread = threading.Thread(target=keep_rosters, args=(settings, factory, stop))
        thread.start()
        for _ in range(200):
            if "database away" in caplog.text:
                break
            stop.wait(0.05)
        stop.set()
        thread.join()
        assert "database away" in caplog.text
    finally:
        bind = session.get_bind()
        assert isinstance(bind, Engine)
        RosterSync.metadata.create_all(bind)
