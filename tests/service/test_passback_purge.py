"""Old scores are forgotten, and the teacher still wins."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from lti_tool.cli import housekeeping
from lti_tool.config import Settings
from lti_tool.passback.catalog import DeliveryState
from lti_tool.passback.models import Delivery
from lti_tool.passback.service import purge as purging
from lti_tool.passback.service.purge import FIRST, find_forgettable
from tests.builders import make_member
from tests.service.passback_course import ZOE, Course, open_course
from tests.service.passback_platform import Platform


@pytest.fixture(params=["moodle", "canvas"])
def course(request: pytest.FixtureRequest, session: Session) -> Iterator[Course]:
    platform = Platform(request.param)
    yield open_course(session, platform)
    platform.stop()


def purge(course: Course, settings: Settings) -> int:
    course.session.commit()
    return housekeeping.purge_all(course.factory, settings, course.now)["replaced scores"]


def hand_in(course: Course, given: float) -> None:
    course.score(given)
    course.deliver()
    course.wait(minutes=5)


def test_a_value_that_was_once_ours_stays_ours(course: Course, settings: Settings) -> None:
    for given in (4, 6, 8):
        hand_in(course, given)
    course.wait(days=200)
    purge(course, settings)
    # The LMS was restored from an old backup, or somebody undid our last change: the value is still one of ours.
    course.platform.set_by_teacher(ZOE, 4)
    course.score(9)
    course.deliver()
    assert course.last.state == DeliveryState.DELIVERED
    cell = course.platform.cell(ZOE)
    assert cell is not None
    assert cell["score"] == 9


def test_the_teacher_wins_after_a_purge(course: Course, settings: Settings) -> None:
    for given in (4, 8, 8, 8):
        hand_in(course, given)
    course.wait(days=200)
    purge(course, settings)
    course.platform.set_by_teacher(ZOE, 9.5)
    course.score(6)
    course.deliver()
    assert course.last.state == DeliveryState.KEPT_THEIRS
    cell = course.platform.cell(ZOE)
    assert cell is not None
    assert cell["score"] == 9.5


def test_a_score_sent_again_and_again_leaves_one_row(course: Course, settings: Settings) -> None:
    handed_in = course.now
    for _ in range(6):
        course.score(8, submitted_at=handed_in)
        course.deliver()
        course.wait(minutes=5)
    assert purge(course, settings) == 0
    course.wait(days=91)
    assert purge(course, settings) == 5
    (left,) = course.deliveries()
    assert left.state == DeliveryState.DELIVERED
    assert purge(course, settings) == 0


def test_rows_that_were_replaced_unsent_go(course: Course, settings: Settings) -> None:
    for given in (1, 2, 3):
        course.score(given)
    course.deliver()
    course.wait(days=91)
    assert purge(course, settings) == 2
    assert course.states == ["delivered"]


def test_what_waits_is_never_forgotten(course: Course, settings: Settings) -> None:
    course.platform.fail("scores", status=422, body="This course has concluded.")
    course.score(7)
    course.deliver()
    amara = make_member(course.session, "Amara", context=course.context)
    course.score(5, who=amara)
    course.wait(days=2000)
    assert purge(course, settings) == 0
    assert sorted(course.states) == ["parked", "pending"]


def test_a_purge_looks_at_small_parts(course: Course, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "_BATCH", 2)
    people = [make_member(course.session, name, context=course.context) for name in ("Amara", "Priya", "José")]
    handed_in = course.now
    for _ in range(4):
        for who in people:
            course.score(8, who=who, submitted_at=handed_in)
        course.deliver()
        course.wait(minutes=5)
    course.wait(days=91)
    before = course.now - timedelta(days=90)
    statements: list[str] = []
    event.listen(course.session.get_bind(), "before_cursor_execute", lambda *args: statements.append(args[2]))
    first = find_forgettable(course.session, before, FIRST)
    assert len([one for one in statements if one.startswith("SELECT")]) == 2
    assert len(first.delivery_ids) == 6
    assert first.after is not None
    course.session.commit()
    assert purge(course, settings) == 9
    assert {delivery.user_id for delivery in course.deliveries()} == {who.user_id for who in people}


def test_the_table_stops_growing_under_a_load_that_goes_on(course: Course, settings: Settings) -> None:
    """The same work sent every day, as after columns that move: rows stay as many as there are days to keep."""
    handed_in, sizes = course.now, []
    for _ in range(12):
        course.score(8, submitted_at=handed_in)
        course.deliver()
        course.wait(days=30)
        purge(course, settings)
        sizes.append(course.session.query(Delivery).count())
        course.session.commit()
    assert max(sizes[4:]) == min(sizes[4:]) <= 4
