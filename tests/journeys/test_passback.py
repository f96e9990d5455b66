"""From a recorded result to the gradebook of the sandbox LMS, under both sets of rules, over real HTTP."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.db import make_engine, make_session_factory
from lti_tool.lti.roles import CourseRole
from lti_tool.lti.scopes import RESULT_READONLY, SCORE
from lti_tool.passback.catalog import DeliveryState
from lti_tool.passback.models import Delivery
from lti_tool.passback.queries import count_parked, list_columns
from lti_tool.passback.service import retry_delivery
from lti_tool.sandbox import SandboxServer, SandboxSettings, make_server
from lti_tool.sandbox.people import STUDENTS
from lti_tool.sandbox.urls import lineitem_url
from tests.journeys.passback_class import COURSE, LABEL, TAG, SandboxClass, connect, serve_keys


@pytest.fixture(params=["moodle", "canvas"])
def lms(request: pytest.FixtureRequest) -> Iterator[SandboxServer]:
    with make_server(SandboxSettings(port=0, rules=request.param)) as server:
        yield server


@pytest.fixture
def course(session: Session, lms: SandboxServer, database_url: str) -> Iterator[SandboxClass]:
    engine = make_engine(database_url)
    with serve_keys(make_session_factory(engine)) as keys_url:
        yield connect(session, lms, keys_url)
    engine.dispose()


only_canvas = pytest.mark.parametrize("lms", ["canvas"], indirect=True)
only_moodle = pytest.mark.parametrize("lms", ["moodle"], indirect=True)


def test_a_class_hands_in_and_the_gradebook_shows_it(course: SandboxClass) -> None:
    course.launch()
    for number, student in enumerate(STUDENTS):
        course.hand_in(student.username, number % 11, comment=f"Comment {number}")
    report = course.deliver()
    assert report.delivered == len(STUDENTS) == 25
    columns = course.lms.list_lineitems(COURSE)
    assert [(column["label"], column["tag"], column["maximum"]) for column in columns] == [(LABEL, TAG, 10)]
    for number, student in enumerate(STUDENTS):
        score = course.lms.find_score(student.username, LABEL)
        assert score is not None
        assert (score.score, score.grading_progress) == (number % 11, "FullyGraded")
        assert f"Comment {number}" in (score.comment, *score.comments)
    (status,) = list_columns(course.session, course.context.id)
    assert status.by_state == {"delivered": 25}


def test_a_placed_link_gets_the_score_in_its_own_column(course: SandboxClass) -> None:
    course.lms.add_item(COURSE, course.client_id, LABEL, points=50)
    column = course.lms.list_lineitems(COURSE)[0]
    tool = course.lms.get_tool(course.client_id)
    course.launch(lineitem_url(course.lms, tool, column))
    course.hand_in("zoe.nunez", 8)
    course.deliver()
    score = course.lms.find_score("zoe.nunez", LABEL)
    assert score is not None
    assert (score.score, score.maximum) == (40, 50)
    assert len(course.lms.list_lineitems(COURSE)) == 1


def test_a_regrade_follows_and_a_teachers_change_is_kept(course: SandboxClass) -> None:
    course.launch()
    handed_in = clock.now() - timedelta(hours=2)
    course.hand_in("zoe.nunez", 5, "First look.", handed_in)
    course.deliver()
    course.hand_in("zoe.nunez", 7, "Looked again.", handed_in)
    time.sleep(1.1)
    assert course.deliver().delivered == 1
    column = course.lms.list_lineitems(COURSE)[0]["id"]
    score = course.lms.find_score("zoe.nunez", LABEL)
    assert score is not None
    assert score.score == 7
    if not course.lms.moodle:
        assert score.attempt == 1
        assert "module=expectations" in score.submission_url
    course.lms.set_grade(column, "zoe.nunez", 6)
    course.hand_in("zoe.nunez", 9, "And again.", handed_in)
    time.sleep(1.1)
    assert course.deliver().kept_theirs == 1
    score = course.lms.find_score("zoe.nunez", LABEL)
    assert score is not None
    assert (score.score, score.source) == (6, "teacher")
    stuck = course.session.scalars(select(Delivery).where(Delivery.state == DeliveryState.KEPT_THEIRS)).one()
    assert retry_delivery(course.session, stuck, now=clock.now(), overrule=True)
    time.sleep(1.1)
    assert course.deliver().delivered == 1
    score = course.lms.find_score("zoe.nunez", LABEL)
    assert score is not None
    assert score.score == 9


def test_two_scores_at_once_end_with_the_last(course: SandboxClass) -> None:
    course.launch()
    course.hand_in("zoe.nunez", 5)
    course.deliver()
    course.hand_in("zoe.nunez", 6)
    course.hand_in("zoe.nunez", 7)
    course.deliver()
    time.sleep(1.1)
    course.deliver()
    assert course.states == ["delivered", "superseded", "delivered"]
    score = course.lms.find_score("zoe.nunez", LABEL)
    assert score is not None
    assert score.score == 7


def test_somebody_who_left_the_course_is_skipped(course: SandboxClass) -> None:
    course.launch()
    course.lms.unenrol(COURSE, "zoe.nunez")
    course.hand_in("zoe.nunez", 5)
    course.hand_in("amara.okafor", 5)
    report = course.deliver()
    assert (report.parked, report.delivered) == (1, 1)
    assert course.reasons[0] == "not_a_student"
    assert count_parked(course.session, course.context.id) == []


@only_canvas
def test_a_test_student_never_reaches_the_gradebook(course: SandboxClass) -> None:
    course.launch()
    member = course.member("test.student")
    member.user.is_test_user = True
    course.hand_in("test.student", 5)
    course.member("helena.marsh", CourseRole.INSTRUCTOR)
    course.hand_in("helena.marsh", 5)
    assert course.deliver().total == 0
    assert course.lms.list_lineitems(COURSE) == []


@only_canvas
def test_an_unpublished_assignment_gets_its_scores_once_published(course: SandboxClass) -> None:
    item = course.lms.add_item(COURSE, course.client_id, LABEL, points=10, tag=TAG, published=False)
    course.launch()
    course.hand_in("zoe.nunez", 5)
    course.deliver()
    assert course.reasons == ["assignment_unpublished"]
    course.lms.publish_item(item["id"])
    assert course.deliver(ahead=timedelta(seconds=1)).total == 0
    # The platform takes no work from the future: the wait is real, its length is not.
    (waiting,) = _deliveries(course)
    waiting.next_try_at = clock.now()
    assert course.deliver().delivered == 1


@only_canvas
def test_a_concluded_course_parks(course: SandboxClass) -> None:
    course.lms.add_item(COURSE, course.client_id, LABEL, points=10, tag=TAG)
    course.lms.conclude_course(COURSE)
    course.launch()
    course.hand_in("zoe.nunez", 5)
    course.deliver()
    assert course.reasons == ["course_concluded"]
    course.lms.conclude_course(COURSE, False)
    (parked,) = _deliveries(course)
    assert retry_delivery(course.session, parked, now=clock.now())
    time.sleep(1.1)
    assert course.deliver().delivered == 1


def test_a_tool_that_may_only_send_scores_uses_a_placed_column(course: SandboxClass) -> None:
    course.launch(scopes=[SCORE, RESULT_READONLY])
    course.hand_in("zoe.nunez", 5)
    course.deliver()
    assert course.reasons == ["scope_line_item_missing"]
    course.lms.add_item(COURSE, course.client_id, LABEL, points=10)
    column = course.lms.list_lineitems(COURSE)[0]
    tool = course.lms.get_tool(course.client_id)
    course.launch(lineitem_url(course.lms, tool, column), scopes=[SCORE, RESULT_READONLY])
    assert course.deliver().delivered == 1


def test_a_deleted_column_parks_and_a_person_brings_it_back(course: SandboxClass) -> None:
    course.launch()
    course.hand_in("zoe.nunez", 5)
    course.deliver()
    course.lms.delete_lineitem(course.lms.list_lineitems(COURSE)[0]["id"])
    course.hand_in("zoe.nunez", 6)
    time.sleep(1.1)
    course.deliver()
    parked = _deliveries(course)[-1]
    # Canvas's words for a missing column are those for a course outside its dates.
    assert parked.reason == ("column_gone" if course.lms.moodle else "course_unavailable")
    assert retry_delivery(course.session, parked, now=clock.now())
    time.sleep(1.1)
    assert course.deliver().delivered == 1
    score = course.lms.find_score("zoe.nunez", LABEL)
    assert score is not None
    assert score.score == 6


def test_an_outage_loses_nothing(course: SandboxClass, session: Session) -> None:
    course.launch()
    course.registration.token_url = "http://127.0.0.1:1/token"
    course.hand_in("zoe.nunez", 5)
    course.hand_in("amara.okafor", 6)
    assert course.deliver().retried == 2
    course.registration.token_url = course.lms.base_url + "/lti/token"
    for delivery in _deliveries(course):
        delivery.next_try_at = clock.now()
    assert course.deliver().delivered == 2


@only_moodle
def test_moodle_keeps_the_comment_of_each_score(course: SandboxClass) -> None:
    course.launch()
    for given in (5, 6):
        course.hand_in("nour.haddad", given, "أحسنت يا نور")
        course.deliver()
        time.sleep(1.1)
    score = course.lms.find_score("nour.haddad", LABEL)
    assert score is not None
    assert (score.score, score.comment) == (6, "أحسنت يا نور")


def _deliveries(course: SandboxClass) -> list[Delivery]:
    return list(course.session.scalars(select(Delivery).order_by(Delivery.id)))
