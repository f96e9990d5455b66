"""Scores of a class leave together: one look at the column, stamps and endings stored at once, several workers."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.config import load_settings
from lti_tool.passback import worker
from lti_tool.passback.ags import PlatformGradebook
from lti_tool.passback.catalog import DeliveryState, ReasonCode
from lti_tool.passback.models import Delivery
from lti_tool.passback.service import Dispatcher, planning
from lti_tool.roster.models import Membership
from tests.builders import make_member
from tests.service.passback_course import LAUNCH, SECRET, TAG, Course, open_course
from tests.service.passback_platform import Platform

PEOPLE = 10


@pytest.fixture
def course(session: Session, platform: Platform) -> Course:
    """A column that a launch has named, so that its address is known."""
    course = open_course(session, platform)
    url = platform.add_column(TAG, 10)
    # The first score binds the column.
    course.score(9)
    course.deliver()
    assert platform.columns[0]["id"] == url
    platform.calls.clear()
    return course


def enrol(course: Course, count: int = PEOPLE) -> list[Membership]:
    return [make_member(course.session, f"Student {number}", context=course.context) for number in range(count)]


def score_all(course: Course, people: list[Membership], given: float = 8) -> None:
    for person in people:
        course.score(given, who=person)


def reads(course: Course) -> tuple[int, int]:
    """How often everybody's results were asked for, and one person's."""
    calls = course.platform.of_kind("results")
    alone = sum("user_id" in call.query for call in calls)
    return len(calls) - alone, alone


def test_one_look_serves_a_class(course: Course) -> None:
    score_all(course, enrol(course))
    assert course.deliver().delivered == PEOPLE
    assert reads(course) == (1, 0)
    assert len(course.platform.scores) == PEOPLE
    assert all(delivery.stamp == course.now.replace(microsecond=250_000) for delivery in course.deliveries())


def test_the_teacher_wins_there_too(course: Course) -> None:
    people = enrol(course)
    course.platform.set_by_teacher("sub-Student 3", 2)
    score_all(course, people)
    report = course.deliver()
    assert (report.delivered, report.kept_theirs) == (PEOPLE - 1, 1)
    assert "sub-Student 3" not in {score["userId"] for score in course.platform.scores}
    # Never sent, so it is no value of ours.
    (kept,) = [delivery for delivery in course.deliveries() if delivery.state == DeliveryState.KEPT_THEIRS]
    assert (kept.stamp, kept.sent_to) == (None, None)


def test_a_lost_answer_is_recognised_in_everybodys_results(course: Course) -> None:
    people = enrol(course)
    score_all(course, people)
    course.platform.fail("scores", drops=True, after=True, times=PEOPLE)
    course.deliver()
    course.platform.calls.clear()
    course.wait(minutes=5)
    assert course.deliver().delivered == PEOPLE
    assert course.platform.scores == []


def test_ours_of_another_day_is_replaced_with_a_later_stamp(course: Course) -> None:
    people = enrol(course)
    score_all(course, people, 5)
    course.deliver()
    score_all(course, people, 9)
    # The same moment: the second stamps lie a second ahead, and are waited for.
    assert course.deliver().waiting == PEOPLE
    course.wait(seconds=2)
    assert course.deliver().delivered == PEOPLE
    assert {course.platform.cells[key]["score"] for key in course.platform.cells} == {9}


def test_where_the_column_cannot_be_read_each_cell_is(course: Course) -> None:
    score_all(course, enrol(course))
    course.platform.fail("results", status=404, body="<html>No limit here</html>")
    assert course.deliver().delivered == PEOPLE
    assert reads(course) == (1, PEOPLE)


def test_a_platform_that_asks_to_wait_gets_no_score(course: Course) -> None:
    score_all(course, enrol(course))
    course.platform.fail("results", status=429, headers={"Retry-After": "30"})
    report = course.deliver()
    assert (report.retried, report.delivered) == (1, 0)
    assert course.platform.scores == []
    course.wait(seconds=29)
    assert course.deliver().total == 0
    course.wait(seconds=5)
    assert course.deliver().delivered == PEOPLE


def test_whoever_is_not_on_the_pages_read_is_asked_for_alone(course: Course) -> None:
    people = enrol(course, 30)
    score_all(course, people, 5)
    course.deliver()
    course.wait(minutes=1)
    course.platform.calls.clear()
    course.platform.page_size = 1
    late = people[-6:]
    course.platform.set_by_teacher("sub-Student 29", 2)
    score_all(course, late, 9)
    course.session.commit()
    dispatcher = Dispatcher(course.factory, course.http, SECRET, launch_url=LAUNCH, now_fn=lambda: course.now)
    report = dispatcher.run()
    assert (report.delivered, report.kept_theirs) == (5, 1)
    assert reads(course) == (1, 6)
    # It told too little to be asked again soon.
    course.wait(minutes=1)
    course.platform.calls.clear()
    score_all(course, late[:5], 10)
    assert dispatcher.run().delivered == 5
    assert reads(course) == (0, 5)


def test_pages_that_lead_elsewhere_do_not_tell_who_has_no_grade(course: Course) -> None:
    people = enrol(course)
    score_all(course, people, 5)
    course.deliver()
    course.wait(minutes=1)
    course.platform.calls.clear()
    course.platform.page_size = 2
    course.platform.next_at = "https://inside.example"
    course.platform.set_by_teacher("sub-Student 9", 2)
    score_all(course, people, 9)
    report = course.deliver()
    assert (report.delivered, report.kept_theirs) == (PEOPLE - 1, 1)
    assert reads(course)[0] == 1


def test_an_error_of_ours_in_a_look_leaves_the_rest_to_be_sent(
    course: Course, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def read_results(*_: object, **__: object) -> None:
        raise TypeError("Private words")

    monkeypatch.setattr(PlatformGradebook, "read_results", read_results)
    score_all(course, enrol(course))
    assert course.deliver().delivered == PEOPLE
    assert "Private" not in caplog.text


def test_what_was_read_a_while_ago_decides_nothing(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "_FRESH", -1.0)
    score_all(course, enrol(course))
    assert course.deliver().delivered == PEOPLE
    assert reads(course) == (1, PEOPLE)


def test_what_grew_old_while_it_was_stored_is_read_again(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    people = enrol(course)
    score_all(course, people)
    # Fresh when the stamps are given, old when the first score is to leave.
    seen: list[int] = []

    def is_ready(plan: planning.Plan) -> bool:
        seen.append(plan.job.delivery.id)
        return len(seen) % 2 == 1 or len(seen) > 2 * PEOPLE

    monkeypatch.setattr(planning.Plan, "is_ready", property(is_ready))
    course.deliver()
    assert {str(delivery.state) for delivery in course.deliveries()} == {"delivered"}
    sent = [score["userId"] for score in course.platform.scores]
    assert sorted(sent) == sorted(set(sent))


@pytest.mark.parametrize("platform", ["canvas"], indirect=True)
def test_canvas_shows_ten_a_page_and_is_asked_for_each(course: Course) -> None:
    people = enrol(course, 6)
    score_all(course, people, 5)
    course.deliver()
    assert reads(course) == (0, 0)
    course.wait(minutes=1)
    score_all(course, people, 9)
    assert course.deliver().delivered == 6
    assert reads(course) == (0, 6)


# Several workers

_WORKER = """
import os
from lti_tool.config import load_settings
from lti_tool.db import make_engine, make_session_factory
from lti_tool.passback import worker
settings = load_settings(os.environ)
print(worker.run(settings, make_session_factory(make_engine(settings.database_url)), once=True).delivered)
"""


def test_two_workers_of_one_database_share_a_class(course: Course, database_url: str) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("one worker is enough for SQLite; two never hold the same score, which another test shows")
    course.now = clock.now() - timedelta(seconds=5)
    score_all(course, enrol(course, 200))
    course.session.commit()
    course.platform.latency = 0.05
    environ = {key: value for key, value in os.environ.items() if not key.startswith("LTI_TOOL_")} | {
        "LTI_TOOL_DATABASE_URL": database_url,
        "LTI_TOOL_SECRET_KEY": SECRET,
        "LTI_TOOL_ALLOW_PRIVATE_PLATFORMS": "1",
    }
    workers = [
        subprocess.Popen([sys.executable, "-c", _WORKER], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=90) for process in workers]
    assert [process.returncode for process in workers] == [0, 0], said
    assert sum(int(out) for out, _ in said) == 200
    assert {str(delivery.state) for delivery in course.deliveries()} == {"delivered"}
    sent = [score["userId"] for score in course.platform.scores]
    assert len(sent) == len(set(sent)) == 200


# Waking


@pytest.mark.parametrize(
    "reason",
    [ReasonCode.TOOL_REMOVED, ReasonCode.NOT_AUTHORISED, ReasonCode.FORBIDDEN, ReasonCode.COURSE_UNAVAILABLE],
)
def test_a_launch_after_the_tool_was_shut_out_wakes_the_scores_of_its_course(course: Course, reason: str) -> None:
    people = enrol(course, 3)
    score_all(course, people)
    course.session.execute(
        update(Delivery)
        .where(Delivery.user_id.in_([person.user_id for person in people]))
        .values(state=DeliveryState.PARKED, reason=reason, finished_at=course.now, tries=3)
    )
    course.session.commit()
    settings = load_settings(
        {
            "LTI_TOOL_DATABASE_URL": "sqlite://",
            "LTI_TOOL_SECRET_KEY": SECRET,
            "LTI_TOOL_ALLOW_PRIVATE_PLATFORMS": "1",
        }
    )

    def work() -> int:
        course.session.commit()
        return worker.run(settings, course.factory, once=True, now_fn=lambda: course.now).delivered

    course.wait(hours=1)
    assert work() == 0
    people[1].last_launch_at = course.now
    # A launch of before the refusal shows nothing; this one came after.
    assert work() == 3
