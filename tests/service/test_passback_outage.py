"""A platform that is away, in every way that it can be: asked seldom, by one score at a time, and soon again."""

from datetime import timedelta
from typing import Any

import pytest

from lti_tool.passback.catalog import DeliveryState, ReasonCode
from lti_tool.passback.service import Dispatcher
from tests.builders import make_member
from tests.service.passback_course import LAUNCH, SECRET, Course

CLASS = 40


@pytest.fixture
def waiting(course: Course) -> Course:
    """A whole class that waits."""
    for number in range(CLASS):
        course.score(5, who=make_member(course.session, f"Student {number}", context=course.context))
    return course


def make_worker(course: Course) -> Dispatcher:
    return Dispatcher(
        course.factory, course.http, SECRET, launch_url=LAUNCH, now_fn=lambda: course.now, jitter=lambda: 1.0
    )


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 502, "body": "<h1>Bad Gateway</h1>"}])
@pytest.mark.parametrize("kind", ["token", "lineitems", "scores"])
def test_a_platform_in_trouble_is_asked_by_few(waiting: Course, kind: str, fault: dict[str, Any]) -> None:
    waiting.platform.fail(kind, times=9999, **fault)
    waiting.session.commit()
    worker = make_worker(waiting)
    for _ in range(30):
        worker.run()
        waiting.wait(seconds=1)
    assert set(waiting.states) == {DeliveryState.PENDING}
    assert len(waiting.platform.of_kind(kind)) <= 16 * 2 + 30
    waiting.platform.faults.clear()
    waiting.wait(minutes=5)
    waiting.deliver()
    assert set(waiting.states) == {DeliveryState.DELIVERED}


def test_a_course_in_trouble_does_not_keep_the_others_waiting(waiting: Course) -> None:
    waiting.platform.fail("scores", times=9999, status=502, path="/lineitems/1/")
    waiting.platform.add_column("module:etiquette", 10)
    dispatcher = make_worker(waiting)
    for _ in range(30):
        dispatcher.run()
        waiting.wait(seconds=1)
    waiting.score(9, tag="module:etiquette")
    for _ in range(70):
        dispatcher.run()
        waiting.wait(seconds=1)
    assert waiting.last.state == DeliveryState.DELIVERED
    assert len(waiting.platform.scores) < 3 * CLASS


def test_a_web_page_is_no_receipt_of_a_score(course: Course) -> None:
    course.platform.fail("scores", status=200, body="  <!doctype html><title>Sign in</title>")
    course.score(9)
    course.deliver()
    assert (course.last.state, course.last.reason) == (DeliveryState.PENDING, ReasonCode.PLATFORM_ANSWER_BROKEN)
    course.wait(seconds=10)
    course.deliver()
    assert course.last.state == DeliveryState.DELIVERED
    # One more where an earlier platform had this port: its token is refused first.
    assert len(course.platform.scores) in (2, 3)
    assert len({score["timestamp"] for score in course.platform.scores}) == 1


def test_a_token_refused_while_our_keys_were_away_is_asked_for_soon(course: Course) -> None:
    course.platform.fail("token", status=400, body='{"error": "invalid_client"}', times=2)
    course.score(9)
    course.deliver()
    assert course.last.reason == ReasonCode.NOT_AUTHORISED
    assert course.last.next_try_at - course.now <= timedelta(seconds=2)
    course.wait(seconds=2)
    course.deliver()
    course.wait(seconds=4)
    course.deliver()
    assert course.last.state == DeliveryState.DELIVERED


def test_who_is_never_let_in_is_tried_slowly(course: Course) -> None:
    course.platform.fail("token", status=400, body='{"error": "invalid_client"}', times=9999)
    course.score(9)
    for _ in range(6):
        course.deliver()
        course.wait(seconds=20)
    assert course.last.next_try_at - course.now >= timedelta(minutes=5)


def test_a_course_that_moodle_does_not_have_is_no_deleted_column(course: Course) -> None:
    course.platform.fail("scores", status=404, body="Not Found: Course 2 doesn't exist.")
    course.score(9)
    course.deliver()
    assert (course.last.state, course.last.reason) == (DeliveryState.PARKED, ReasonCode.COURSE_UNAVAILABLE)
    assert course.last.line_item.url is not None
