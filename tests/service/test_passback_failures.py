"""What platforms answer instead of yes: kept, retried, paused, parked; and processes that die."""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from lti_tool import clock
from lti_tool.config import Settings, load_settings
from lti_tool.db import make_engine, make_session_factory
from lti_tool.outbound import PlatformSession
from lti_tool.passback import worker
from lti_tool.passback.catalog import REASONS, DeliveryState, Policy, ReasonCode, get_reason
from lti_tool.passback.models import Delivery
from lti_tool.passback.queries import (
    count_deliveries,
    count_parked,
    find_delivery,
    find_oldest_pending,
    list_columns,
    list_delivery_statuses,
)
from lti_tool.passback.service import Dispatcher
from lti_tool.passback.service.claiming import LEASE, claim_jobs, lock_registration
from lti_tool.passback.service.outbox import Outbox
from tests.builders import make_member
from tests.service.passback_course import LAUNCH, NOW, SECRET, TAG, ZOE, Course, open_course
from tests.service.passback_platform import Platform

on_canvas = pytest.mark.parametrize("platform", ["canvas"], indirect=True)


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (422, "This course has concluded. AGS requests will no longer be accepted", ReasonCode.COURSE_CONCLUDED),
        (422, "User not found in course or is not a student", ReasonCode.NOT_A_STUDENT),
        (412, "Tool does not have permission to view line_item", ReasonCode.COLUMN_OF_OTHER_REGISTRATION),
        (404, "The specified resource does not exist.", ReasonCode.COURSE_UNAVAILABLE),
        (404, "", ReasonCode.COLUMN_GONE),
        (401, "Invalid Developer Key", ReasonCode.TOOL_REMOVED),
        (422, "ScoreMaximum must be greater than 0", ReasonCode.SCORE_REFUSED),
    ],
)
@on_canvas
def test_final_answers_park_at_once(course: Course, status: int, body: str, reason: ReasonCode) -> None:
    words = json.dumps({"errors": {"type": "unprocessable_entity", "message": body}}) if body else ""
    course.platform.fail("scores", status=status, body=words, times=2)
    course.score(9)
    assert course.deliver().parked == 1
    assert (course.last.state, course.last.reason) == (DeliveryState.PARKED, reason)
    assert course.last.detail == f"{status} {body}".strip()
    course.wait(days=1)
    assert course.deliver().total == 0


def test_moodle_echoes_the_score_and_none_of_it_is_kept(course: Course) -> None:
    course.platform.fail("scores", status=400, body='Incorrect score received{"userId":"sub-Zoë","comment":"Private"}')
    course.score(9)
    course.deliver()
    assert (course.last.reason, course.last.detail) == (ReasonCode.NOT_A_STUDENT, "400 Incorrect score received")


@on_canvas
def test_an_unpublished_assignment_is_tried_until_it_is_published(course: Course) -> None:
    course.platform.fail("scores", status=422, body="This assignment is still unpublished", times=30)
    course.score(9)
    for _ in range(30):
        course.deliver()
        assert course.last.reason == ReasonCode.ASSIGNMENT_UNPUBLISHED
        course.wait(hours=1)
    assert course.deliver().delivered == 1
    assert len({body["timestamp"] for body in course.platform.scores}) == 1


@on_canvas
def test_without_attempts_left_the_grade_goes_alone(course: Course) -> None:
    words = "The maximum number of allowed attempts has been reached for this submission"
    course.platform.fail("scores", status=422, body=words)
    course.score(9)
    course.deliver()
    extension = "https://canvas.instructure.com/lti/submission"
    assert [body[extension]["new_submission"] for body in course.platform.scores] == [True, False]
    assert course.states == ["delivered"]
    course.platform.fail("scores", status=422, body=words, times=2)
    course.wait(days=1)
    course.score(10)
    course.deliver()
    assert course.last.reason == ReasonCode.ATTEMPTS_EXHAUSTED


def test_an_expired_token_is_renewed_once_for_all(course: Course) -> None:
    for number in range(6):
        course.score(9, who=make_member(course.session, f"Student {number}", context=course.context))
    course.deliver(limit=3)
    course.platform.revoke_tokens()
    before = len(course.platform.of_kind("token"))
    course.deliver()
    assert set(course.states) == {"delivered"}
    # One for results, one for scores.
    assert len(course.platform.of_kind("token")) - before == 2


def test_a_platform_that_refuses_every_token_is_tried_for_hours_then_parked(course: Course) -> None:
    course.platform.fail("scores", status=401, times=999)
    course.score(9)
    course.deliver()
    assert (course.last.state, course.last.reason) == (DeliveryState.PENDING, ReasonCode.NOT_AUTHORISED)
    first_try = len(course.platform.of_kind("scores"))
    assert first_try == 2
    for _ in range(12):
        course.wait(hours=1)
        course.deliver()
    assert (course.last.state, course.last.reason) == (DeliveryState.PARKED, ReasonCode.NOT_AUTHORISED)
    assert course.last.stamp == NOW


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        # The first token is for listing columns.
        ({"status": 400, "body": '{"error": "invalid_scope"}'}, ReasonCode.SCOPE_LINE_ITEM_MISSING),
        ({"status": 401, "body": '{"error": "unauthorized_client"}'}, ReasonCode.TOOL_REMOVED),
        ({"status": 400, "body": '{ "error" : ""kid" invalid" }'}, ReasonCode.NOT_AUTHORISED),
        ({"status": 200, "body": "<html>Sorry</html>"}, ReasonCode.PLATFORM_ANSWER_BROKEN),
        ({"status": 200, "body": '{"token_type": "Bearer"}'}, ReasonCode.PLATFORM_ANSWER_BROKEN),
        ({"status": 503}, ReasonCode.PLATFORM_ERROR),
    ],
)
def test_what_the_token_endpoint_may_say(course: Course, answer: dict[str, object], reason: ReasonCode) -> None:
    course.platform.fail("token", **answer)
    course.score(9)
    course.deliver()
    assert course.last.reason == reason


def test_a_token_with_less_than_was_asked_for_is_not_used(course: Course) -> None:
    course.platform.token_body = lambda body: {**body, "scope": "openid"}
    course.score(9)
    course.deliver()
    assert course.last.reason == ReasonCode.SCOPE_LINE_ITEM_MISSING


def test_an_error_of_the_platform_is_retried_ever_more_slowly(course: Course) -> None:
    course.platform.fail("results", status=503, times=99)
    course.score(9)
    waits = []
    for _ in range(8):
        course.deliver()
        waits.append((course.last.next_try_at - course.now).total_seconds())
        course.wait(seconds=waits[-1])
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256]
    assert course.platform.scores == []


def test_after_a_week_of_errors_a_person_is_asked(course: Course) -> None:
    course.platform.fail("scores", status=502, times=9999)
    course.score(9)
    for _ in range(9):
        course.deliver()
        course.wait(days=1)
    assert (course.last.state, course.last.reason) == (DeliveryState.PARKED, ReasonCode.PLATFORM_ERROR)


@pytest.mark.parametrize("asked", ["120", "date"])
def test_retry_after_is_heeded_for_the_whole_platform(course: Course, asked: str) -> None:
    value = format_datetime(course.now + timedelta(seconds=120), usegmt=True) if asked == "date" else asked
    course.platform.fail("scores", status=429, headers={"Retry-After": value})
    course.score(9)
    course.deliver()
    course.score(8, who=make_member(course.session, "Amara", context=course.context))
    sent = len(course.platform.scores)
    assert course.last.reason == ""
    course.wait(seconds=60)
    later = course.deliver()
    # Also scores that were made since wait, whichever worker comes for them.
    assert later.delivered == 0
    assert course.deliveries()[0].state == DeliveryState.PENDING
    course.wait(seconds=62)
    course.deliver()
    assert course.states == ["delivered", "delivered"]
    assert len(course.platform.scores) == sent + 2


@on_canvas
def test_canvas_says_rate_limit_with_403(course: Course) -> None:
    for number in range(20):
        course.score(9, who=make_member(course.session, f"Student {number}", context=course.context))
    course.platform.fail("scores", status=403, body="403 Forbidden (Rate Limit Exceeded)", times=3)
    report = course.deliver()
    assert report.retried >= 1
    pending = [delivery for delivery in course.deliveries() if delivery.state == DeliveryState.PENDING]
    assert min(delivery.next_try_at for delivery in pending) >= course.now + timedelta(seconds=10)
    course.wait(minutes=2)
    course.deliver()
    assert set(course.states) == {"delivered"}


def test_a_platform_that_is_away_is_not_asked_for_each_score(session: Session) -> None:
    platform = Platform()
    course = open_course(session, platform)
    platform.stop()
    for number in range(60):
        course.score(9, who=make_member(session, f"Student {number}", context=course.context))
    report = course.deliver()
    assert report.retried < 40
    assert set(course.states) == {"pending"}
    assert {delivery.reason for delivery in course.deliveries() if delivery.tries} == {"platform_unreachable"}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"raw": b"HTTP/1.0 0 Error writing to database\r\n\r\n"}, ReasonCode.PLATFORM_ANSWER_BROKEN),
        ({"drops": True}, ReasonCode.PLATFORM_ANSWER_BROKEN),
        ({"seconds": 3.0}, ReasonCode.PLATFORM_TIMED_OUT),
        ({"status": 302, "headers": {"Location": "/elsewhere"}}, ReasonCode.PLATFORM_REDIRECTS),
        ({"status": 302}, ReasonCode.PLATFORM_ANSWER_BROKEN),
        ({"status": 300, "headers": {"Location": "/elsewhere"}}, ReasonCode.PLATFORM_ANSWER_BROKEN),
        ({"status": 304}, ReasonCode.PLATFORM_ANSWER_BROKEN),
        ({"status": 500}, ReasonCode.GRADE_LOCKED),
        ({"status": 403}, ReasonCode.FORBIDDEN),
    ],
)
def test_answers_that_are_none(
    session: Session, platform: Platform, fault: dict[str, object], reason: ReasonCode
) -> None:
    course = open_course(session, platform)
    course.http = PlatformSession(timeout=1.0, allow_private=True)
    platform.add_column(TAG, 10)
    platform.fail("scores", **fault)
    course.score(9)
    course.deliver()
    assert (course.last.state, course.last.reason) == (DeliveryState.PENDING, reason)
    course.wait(hours=1)
    course.deliver()
    assert course.states == ["delivered"]


def test_what_may_be_a_lock_or_a_moments_trouble_is_tried_soon_at_first(course: Course) -> None:
    course.platform.fail("scores", status=500, times=8)
    course.score(9)
    waits = []
    for _ in range(7):
        course.deliver()
        waits.append((course.last.next_try_at - course.now).total_seconds())
        course.now = course.last.next_try_at
    assert waits == [2, 4, 8, 16, 32, 900, 1800]
    assert course.last.reason == ReasonCode.GRADE_LOCKED


def test_a_page_of_html_instead_of_results_is_not_taken_for_none(course: Course) -> None:
    course.platform.fail("results", status=200, body="<html><title>Log in</title></html>")
    course.platform.fail("results", status=200, body='{"error": "what"}')
    course.score(9)
    course.deliver()
    assert course.last.reason == ReasonCode.PLATFORM_ANSWER_BROKEN
    course.wait(minutes=1)
    course.deliver()
    assert course.last.reason == ReasonCode.PLATFORM_ANSWER_BROKEN
    assert course.platform.scores == []


def test_a_success_with_any_body_is_a_success(course: Course) -> None:
    course.platform.fail("scores", status=202, body="OK")
    course.score(9)
    assert course.deliver().delivered == 1


def test_an_error_of_ours_keeps_the_score_and_writes_no_personal_data(
    course: Course, caplog: pytest.LogCaptureFixture
) -> None:
    course.score(9, comment="Private words")
    # No JSON number.
    course.session.execute(update(Delivery).values(score_given=1e400))
    course.deliver()
    assert course.last.reason == ReasonCode.OUR_ERROR
    assert course.last.state == DeliveryState.PENDING
    assert "Private" not in caplog.text
    assert any(record.__dict__.get("event") == "delivery_failed" for record in caplog.records)


# Holding and dying


def test_a_dead_senders_scores_are_taken_up_after_the_lease(course: Course) -> None:
    course.score(9)
    course.session.execute(
        update(Delivery).values(state=DeliveryState.SENDING, leased_by="dead", next_try_at=course.now + LEASE)
    )
    assert course.deliver().total == 0
    course.wait(seconds=9)
    assert course.deliver().delivered == 1


def test_a_dead_senders_score_keeps_its_stamp(course: Course) -> None:
    course.score(9)
    stamp = course.now - timedelta(seconds=5)
    url = course.platform.columns[0]["id"]
    course.session.execute(
        update(Delivery).values(
            state=DeliveryState.SENDING, leased_by="dead", next_try_at=course.now, stamp=stamp, sent_to=url
        )
    )
    course.deliver()
    assert course.last.stamp == stamp
    assert course.platform.scores[0]["timestamp"].startswith("2026-09-01T07:59:55")


def test_a_score_in_flight_finishes_before_a_newer_one(course: Course) -> None:
    course.score(8)
    course.session.execute(
        update(Delivery).values(state=DeliveryState.SENDING, leased_by="other", next_try_at=course.now + LEASE)
    )
    course.score(9)
    assert course.states == ["sending", "pending"]
    assert course.deliver().total == 0
    course.wait(seconds=9)
    course.deliver()
    assert course.states == ["superseded", "delivered"]


def test_an_old_score_that_parks_beside_a_newer_one_is_over(course: Course) -> None:
    course.platform.fail("scores", status=422, body="This course has concluded.", seconds=0.3)
    course.score(8)
    course.session.commit()

    def improve() -> None:
        while not course.platform.of_kind("scores"):
            time.sleep(0.005)
        with course.factory() as session:
            replace(course, session=session).score(9)

    thread = threading.Thread(target=improve)
    thread.start()
    course.deliver()
    thread.join()
    course.wait(seconds=5)
    course.deliver()
    assert course.states == ["superseded", "delivered"]


def test_an_old_score_that_is_woken_never_comes_after_a_newer_one(course: Course) -> None:
    old = course.score(8)
    assert old is not None
    course.session.execute(
        update(Delivery).values(state=DeliveryState.SENDING, leased_by="other", next_try_at=course.now + LEASE)
    )
    course.score(9)
    course.session.execute(update(Delivery).where(Delivery.id == old.id).values(state=DeliveryState.PARKED))
    assert course.deliver().delivered == 1
    course.wait(hours=1)
    course.session.execute(
        update(Delivery).where(Delivery.id == old.id).values(state=DeliveryState.PENDING, next_try_at=course.now)
    )
    course.deliver()
    assert course.states == ["superseded", "delivered"]
    assert [score["scoreGiven"] for score in course.platform.scores] == [9]


def test_a_sender_that_was_overtaken_stores_nothing(course: Course) -> None:
    course.score(9)
    course.session.commit()
    overtaken = threading.Event()

    def overtake() -> None:
        while not course.platform.of_kind("results"):
            time.sleep(0.005)
        with course.factory.begin() as session:
            session.execute(update(Delivery).values(leased_by="another"))
        overtaken.set()

    course.platform.latency = 0.2
    thread = threading.Thread(target=overtake)
    thread.start()
    course.deliver()
    thread.join()
    assert overtaken.is_set()
    assert course.last.leased_by == "another"
    assert course.platform.scores == []


def test_two_workers_never_hold_the_same_score(course: Course) -> None:
    for number in range(30):
        course.score(9, who=make_member(course.session, f"Student {number}", context=course.context))
    course.platform.latency = 0.01
    other = Dispatcher(course.factory, course.http, SECRET, launch_url=LAUNCH, now_fn=lambda: course.now)
    threads = [threading.Thread(target=course.deliver), threading.Thread(target=other.run)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(course.states) == {"delivered"}
    assert len(course.platform.scores) == 30


@on_canvas
def test_one_worker_at_a_time_serves_canvas(course: Course) -> None:
    amara = make_member(course.session, "Amara", context=course.context)
    course.score(9, who=amara)
    course.session.execute(
        update(Delivery).values(state=DeliveryState.SENDING, leased_by="other", next_try_at=course.now + LEASE)
    )
    course.score(9)
    assert course.deliver().total == 0
    course.wait(seconds=9)
    assert course.deliver().delivered == 2


def test_while_another_worker_claims_this_one_passes_by(course: Course) -> None:
    if course.session.get_bind().dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    course.score(9)
    with course.factory.begin() as first, course.factory.begin() as second:
        assert lock_registration(first, course.registration.id, course.now)
        assert not lock_registration(second, course.registration.id, course.now)
        jobs = claim_jobs(first, course.registration.id, "first", 10, course.now)
        assert len(jobs) == 1
        assert claim_jobs(second, course.registration.id, "second", 10, course.now) == []


def test_a_stopped_worker_hands_back_what_it_holds(course: Course) -> None:
    for number in range(40):
        course.score(9, who=make_member(course.session, f"Student {number}", context=course.context))
    course.session.commit()
    course.platform.latency = 0.1
    stop = threading.Event()
    dispatcher = Dispatcher(course.factory, course.http, SECRET, launch_url=LAUNCH, now_fn=lambda: course.now)
    thread = threading.Thread(target=dispatcher.run, kwargs={"stop": stop})
    thread.start()
    while not course.platform.of_kind("results"):
        time.sleep(0.01)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert set(course.states) == {"delivered", "pending"}


_KILLED = """
import sys
from lti_tool.config import load_settings
from lti_tool.db import make_engine, make_session_factory
from lti_tool.outbound import PlatformSession
from lti_tool.passback import worker
settings = load_settings({k: v for k, v in __import__("os").environ.items() if k.startswith("LTI_TOOL_")})
worker.run(settings, make_session_factory(make_engine(settings.database_url)))
"""


def test_killing_the_worker_loses_nothing_and_changes_no_stamp(course: Course, database_url: str) -> None:
    course.now = clock.now()
    people = [make_member(course.session, f"Student {number}", context=course.context) for number in range(40)]
    for person in people:
        course.score(9, who=person)
    course.session.commit()
    course.platform.latency = 0.05
    environ = {
        **os.environ,
        "LTI_TOOL_DATABASE_URL": database_url,
        "LTI_TOOL_SECRET_KEY": SECRET,
        "LTI_TOOL_ALLOW_PRIVATE_PLATFORMS": "1",
        "LTI_TOOL_BASE_URL": "http://localhost:8000",
    }
    process = subprocess.Popen([sys.executable, "-c", _KILLED], env=environ, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 30
    while len(course.platform.of_kind("scores")) < 5 and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert DeliveryState.SENDING in course.states
    course.now = clock.now() + timedelta(minutes=5)
    course.deliver()
    assert set(course.states) == {"delivered"}
    stamps: dict[str, set[str]] = {}
    for body in course.platform.scores:
        stamps.setdefault(body["userId"], set()).add(body["timestamp"])
    assert len(stamps) == 40
    assert all(len(found) == 1 for found in stamps.values())
    assert all(course.platform.cell(f"sub-Student {number}") for number in range(40))


# The worker


@pytest.fixture
def worker_settings(database_url: str) -> Settings:
    return load_settings(
        {
            "LTI_TOOL_DATABASE_URL": database_url,
            "LTI_TOOL_SECRET_KEY": SECRET,
            "LTI_TOOL_ALLOW_PRIVATE_PLATFORMS": "1",
        }
    )


def test_the_worker_delivers_once_and_logs_counts_only(
    course: Course, worker_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    course.score(9)
    course.session.commit()
    caplog.set_level(logging.INFO, "lti_tool.worker")
    report = worker.run(worker_settings, course.factory, once=True, now_fn=lambda: course.now)
    assert report.delivered == 1
    (record,) = [record for record in caplog.records if record.name == "lti_tool.worker"]
    assert (record.__dict__["event"], record.__dict__["delivered"]) == ("deliveries", 1)
    assert worker.run(worker_settings, course.factory, once=True, now_fn=lambda: course.now).total == 0


def test_the_worker_runs_until_it_is_stopped(course: Course, worker_settings: Settings) -> None:
    stop = threading.Event()
    arguments = {"stop": stop, "now_fn": lambda: course.now}
    thread = threading.Thread(target=worker.run, args=(worker_settings, course.factory), kwargs=arguments)
    thread.start()
    course.score(9)
    course.session.commit()
    until = time.monotonic() + 20
    while not course.platform.scores and time.monotonic() < until:
        time.sleep(0.02)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert course.states == ["delivered"]


def test_the_worker_outlives_its_database(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = load_settings({"LTI_TOOL_INSTANCE_DIR": str(tmp_path), "LTI_TOOL_DATABASE_URL": "sqlite://"})
    # A database without tables answers like one that is away.
    engine = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    factory = make_session_factory(engine)
    with pytest.raises(OperationalError):
        worker.run(settings, factory, once=True)
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(settings, factory), kwargs={"stop": stop})
    thread.start()
    until = time.monotonic() + 20
    while "database away" not in caplog.text and time.monotonic() < until:
        time.sleep(0.02)
    stop.set()
    thread.join(10)
    engine.dispose()
    assert not thread.is_alive()
    assert "database away" in caplog.text


def test_a_long_run_reports_as_it_goes(course: Course) -> None:
    for number in range(3):
        course.score(9, who=make_member(course.session, f"Student {number}", context=course.context))
    course.session.commit()
    reports: list[int] = []
    dispatcher = Dispatcher(course.factory, course.http, SECRET, launch_url=LAUNCH, now_fn=lambda: course.now)
    rest = dispatcher.run(on_report=lambda report: reports.append(report.delivered), report_every=0)
    assert sum(reports) + rest.delivered == 3
    assert reports


def test_the_outbox_needs_an_engine(course: Course) -> None:
    with course.factory() as session, pytest.raises(TypeError, match="engine"):
        Outbox(sessionmaker(session.connection()))


# Reads


def test_what_pages_show(course: Course) -> None:
    amara = make_member(course.session, "Amara", context=course.context)
    staffed = make_member(course.session, "Priya", context=course.context)
    course.platform.fail("scores", status=422, body="This course has concluded.")
    course.score(9)
    course.deliver()
    course.score(7, who=amara)
    course.deliver()
    course.score(5, who=staffed)
    staffed.has_been_staff = True
    course.deliver()
    (column,) = list_columns(course.session, course.context.id)
    assert column.by_state == {"parked": 2, "delivered": 1}
    assert column.by_reason == {"course_concluded": 1, "not_a_student": 1}
    own = list_delivery_statuses(course.session, course.context.id, course.zoe.user_id)[TAG]
    assert own.reason is not None
    assert (own.state, own.reason.code) == ("parked", ReasonCode.COURSE_CONCLUDED)
    arrived = list_delivery_statuses(course.session, course.context.id, amara.user_id)[TAG]
    assert (arrived.state, arrived.at, arrived.reason) == ("delivered", course.now, None)
    # Whoever is no student is no problem to show.
    assert count_parked(course.session, course.context.id) == [(own.reason, 1)]
    assert count_parked(course.session, course.context.id + 1) == []
    found = find_delivery(course.session, course.context.id, own.delivery_id)
    assert found is not None
    assert found.user.name == "Zoë"
    assert find_delivery(course.session, course.context.id + 1, own.delivery_id) is None
    counted = sorted(count_deliveries(course.session))
    assert counted == sorted(count_deliveries(course.session, course.registration.id))
    assert ("delivered", "", 1) in counted
    assert find_oldest_pending(course.session) is None
    course.score(6, who=amara)
    assert find_oldest_pending(course.session, course.registration.id) == course.now
    waiting = list_delivery_statuses(course.session, course.context.id, amara.user_id)[TAG]
    assert waiting.next_try_at == course.now


def test_every_reason_says_what_happened_and_what_helps() -> None:
    assert set(REASONS) == {code.value for code in ReasonCode}
    for reason in REASONS.values():
        assert all((reason.title, reason.explanation, reason.fix, reason.student))
        assert reason.policy is Policy.PARK or reason.horizon >= timedelta(hours=1)
    assert get_reason("of a newer version").code is ReasonCode.OUR_ERROR


def test_zoe_is_who_is_sent(course: Course) -> None:
    course.score(9)
    course.deliver()
    assert course.platform.scores[0]["userId"] == ZOE
    assert course.session.scalars(select(Delivery.sent_to)).one() == course.platform.columns[0]["id"]
