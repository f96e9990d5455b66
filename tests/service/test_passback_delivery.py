"""A score's way from its row to the LMS cell: columns, stamps, what is sent, what is read back."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_tool.lti import scopes
from lti_tool.lti.roles import CourseRole
from lti_tool.passback.catalog import (
    ActivityProgress,
    DeliveryState,
    GradingProgress,
    LineItemState,
    ReasonCode,
)
from lti_tool.passback.models import Delivery, LineItem
from lti_tool.passback.service import remember_endpoint, retry_delivery, retry_parked
from lti_tool.registration.catalog import RegistrationState
from tests.builders import LINE_ITEM_SCOPES, make_member
from tests.service.passback_course import LAUNCH, NOW, TAG, ZOE, Course, open_course
from tests.service.passback_platform import SUBMISSION, Platform


@pytest.fixture
def course(session: Session, platform: Platform) -> Course:
    return open_course(session, platform)


on_canvas = pytest.mark.parametrize("platform", ["canvas"], indirect=True)
on_both = pytest.mark.parametrize("platform", ["moodle", "canvas"], indirect=True)


# Columns


@on_both
def test_a_score_makes_its_column_and_stands_there(course: Course) -> None:
    course.score(8)
    report = course.deliver()
    assert (report.delivered, report.total) == (1, 1)
    (column,) = course.platform.columns
    assert column["posted"] | {"tag": TAG, "resourceId": TAG, "scoreMaximum": 10} == column["posted"]
    cell = course.platform.cell(ZOE)
    assert cell is not None
    assert cell["score"] == 8
    assert course.last.state == DeliveryState.DELIVERED
    assert course.last.finished_at == course.now


def test_columns_are_listed_by_tag_and_without_limit_before_one_is_made(course: Course) -> None:
    course.score(8)
    course.deliver()
    calls = course.platform.of_kind("lineitems")
    assert [call.method for call in calls] == ["GET", "POST"]
    assert calls[0].query == {"type_id": ["3"], "tag": [TAG]}
    assert calls[1].query == {"type_id": ["3"]}


def test_a_column_that_exists_is_used_and_never_changed(course: Course) -> None:
    course.platform.add_column(TAG, 50)
    course.score(8)
    course.deliver()
    assert len(course.platform.columns) == 1
    cell = course.platform.cell(ZOE)
    assert cell is not None
    assert cell["score"] == 40
    assert {call.method for call in course.platform.calls} <= {"GET", "POST"}


def test_a_class_that_arrives_together_makes_one_column(course: Course) -> None:
    people = [make_member(course.session, f"Student {n}", context=course.context) for n in range(24)]
    for person in people:
        course.score(8, who=person)
    course.platform.latency = 0.005
    report = course.deliver()
    assert report.delivered == 24
    assert len(course.platform.columns) == 1


def test_a_lost_answer_to_a_new_column_makes_no_second_one(course: Course) -> None:
    course.score(8)
    course.platform.fail("lineitems", status=200, body="[]")
    course.platform.fail("lineitems", status=504, after=True)
    course.deliver()
    assert course.last.reason == ReasonCode.PLATFORM_ERROR
    # Another worker keeps away while the platform may still be at it.
    course.wait(seconds=4)
    course.deliver()
    assert course.states == ["pending"]
    course.wait(seconds=6)
    course.deliver()
    assert course.states == ["delivered"]
    assert len(course.platform.columns) == 1


def test_a_launch_binds_its_own_column(course: Course) -> None:
    own = course.platform.add_column("", 20, label="Own")
    remember(course, lineitem_url=own)
    course.score(8)
    course.deliver()
    assert course.platform.of_kind("lineitems") == []
    cell = course.platform.cell(ZOE)
    assert cell is not None
    assert cell["score"] == 16
    line_item = course.session.scalars(select(LineItem)).one()
    assert (line_item.is_from_launch, line_item.state) == (True, LineItemState.BOUND)


@pytest.mark.parametrize("absent", [None, ""])
def test_a_launch_without_a_column_takes_none_away(course: Course, absent: str | None) -> None:
    own = course.platform.add_column("", 20)
    remember(course, lineitem_url=own)
    remember(course, lineitem_url=absent)
    remember(course, lineitem_url=None, lineitems_url=None)
    course.score(8)
    course.deliver()
    assert course.platform.cell(ZOE) is not None
    assert course.context.lineitems_url == course.platform.lineitems_url


def test_of_two_links_of_one_module_the_first_keeps_the_column(course: Course) -> None:
    first, second = course.platform.add_column("", 10), course.platform.add_column("", 10)
    remember(course, lineitem_url=first)
    remember(course, lineitem_url=second)
    assert course.session.scalars(select(LineItem.url)).one() == first


def test_a_launch_with_its_own_column_gets_what_went_to_ours(course: Course) -> None:
    course.score(8)
    course.deliver()
    own = course.platform.add_column("", 10)
    remember(course, lineitem_url=own)
    course.wait(seconds=5)
    assert course.deliver().delivered == 1
    cell = course.platform.cell(ZOE, 1)
    assert cell is not None
    assert cell["score"] == 8


def test_a_launch_with_its_own_column_gets_what_is_on_its_way_to_ours(course: Course) -> None:
    course.score(8)
    course.deliver()
    ours = course.platform.columns[0]["id"]
    flying = course.score(9)
    assert flying is not None
    lease = {"leased_by": "other", "next_try_at": course.now + timedelta(seconds=8)}
    mine = update(Delivery).where(Delivery.id == flying.id)
    course.session.execute(mine.values(state=DeliveryState.SENDING, **lease))
    course.platform.add_column("", 10)
    remember(course, lineitem_url=course.platform.columns[1]["id"])
    course.session.execute(mine.values(state=DeliveryState.DELIVERED, stamp=course.now, sent_to=ours))
    course.wait(seconds=9)
    assert course.deliver().delivered == 1
    cell = course.platform.cell(ZOE, 1)
    assert cell is not None
    assert cell["score"] == 9


def test_a_launch_with_its_own_column_never_brings_an_old_score_before_a_parked_one(course: Course) -> None:
    course.score(8)
    course.deliver()
    parked = course.score(9)
    assert parked is not None
    course.session.execute(
        update(Delivery)
        .where(Delivery.id == parked.id)
        .values(state=DeliveryState.PARKED, reason=ReasonCode.TOOL_REMOVED, finished_at=course.now)
    )
    remember(course, lineitem_url=course.platform.add_column("", 10))
    course.wait(seconds=5)
    course.deliver()
    assert [score["scoreGiven"] for score in course.platform.scores] == [8, 9]
    cell = course.platform.cell(ZOE, 1)
    assert cell is not None
    assert cell["score"] == 9


def test_without_a_gradebook_a_score_waits_for_the_launch_that_brings_one(session: Session, platform: Platform) -> None:
    course = open_course(session, platform, has_gradebook=False)
    course.score(8)
    assert (course.last.state, course.last.reason) == (DeliveryState.PARKED, ReasonCode.NO_GRADEBOOK_SERVICE)
    assert course.deliver().total == 0
    remember(course)
    assert course.deliver().delivered == 1


def test_without_the_scope_a_score_waits_until_a_launch_offers_it(course: Course) -> None:
    course.context.ags_scopes = [scopes.SCORE, scopes.RESULT_READONLY]
    course.score(8)
    course.deliver()
    assert (course.last.state, course.last.reason) == (DeliveryState.PARKED, ReasonCode.SCOPE_LINE_ITEM_MISSING)
    remember(course, offered=LINE_ITEM_SCOPES)
    assert course.deliver().delivered == 1


def test_with_readonly_columns_a_placed_one_is_found(course: Course) -> None:
    course.context.ags_scopes = [scopes.SCORE, scopes.LINE_ITEM_READONLY]
    course.score(8)
    course.deliver()
    assert course.last.reason == ReasonCode.SCOPE_LINE_ITEM_MISSING
    course.platform.add_column(TAG, 10)
    retry_parked(course.session, context_id=course.context.id, now=course.now)
    assert course.deliver().delivered == 1
    # No permission to read results: nothing to compare, so it is sent.
    assert course.platform.of_kind("results") == []


def test_without_the_score_scope_nothing_is_sent(course: Course) -> None:
    course.context.ags_scopes = [scopes.LINE_ITEM]
    course.score(8)
    course.deliver()
    assert course.last.reason == ReasonCode.SCOPE_SCORE_MISSING


def test_the_programme_column_is_never_made(course: Course) -> None:
    course.score(1, 6, tag="programme")
    assert course.last.reason == ReasonCode.NO_COLUMN_YET
    own = course.platform.add_column("", 100)
    remember(course, lineitem_url=own, activity="programme")
    course.deliver()
    assert course.states == ["delivered"]
    assert course.platform.of_kind("lineitems") == []


def test_a_programme_column_that_was_deleted_is_not_made_again(course: Course) -> None:
    own = course.platform.add_column("", 100)
    remember(course, lineitem_url=own, activity="programme")
    course.platform.columns.clear()
    course.score(1, 6, tag="programme")
    course.deliver()
    assert course.last.reason == ReasonCode.COLUMN_GONE
    assert retry_delivery(course.session, course.last, now=course.now)
    course.wait(seconds=2)
    course.deliver()
    assert course.last.reason == ReasonCode.NO_COLUMN_YET


def test_a_deleted_column_parks_until_somebody_asks_for_another(course: Course) -> None:
    course.score(8)
    course.deliver()
    course.platform.columns.clear()
    course.wait(seconds=60)
    course.score(9)
    course.deliver()
    assert (course.last.state, course.last.reason) == (DeliveryState.PARKED, ReasonCode.COLUMN_GONE)
    assert course.session.scalars(select(LineItem.state)).one() == LineItemState.GONE
    course.wait(seconds=60)
    course.score(10)
    course.deliver()
    assert course.last.reason == ReasonCode.COLUMN_GONE
    assert course.platform.columns == []
    assert retry_delivery(course.session, course.last, now=course.now)
    course.wait(seconds=2)
    course.deliver()
    assert course.states == ["delivered", "superseded", "delivered"]
    assert len(course.platform.columns) == 1


def test_a_deleted_column_is_replaced_by_a_launch(course: Course) -> None:
    course.score(8)
    course.deliver()
    course.platform.columns.clear()
    course.wait(seconds=60)
    course.score(9)
    course.deliver()
    course.platform.columns.append({"id": "gone"})
    own = course.platform.add_column("", 10)
    remember(course, lineitem_url=own)
    course.wait(seconds=2)
    course.deliver()
    cell = course.platform.cell(ZOE, 1)
    assert cell is not None
    assert cell["score"] == 9


@on_canvas
def test_a_placed_column_in_doubt_is_tried_again_or_replaced(course: Course) -> None:
    first = course.platform.add_column("", 10)
    remember(course, lineitem_url=first)
    words = "The specified resource does not exist."
    course.platform.fail("scores", status=404, body=words, times=2)
    course.score(8)
    course.deliver()
    assert course.last.reason == ReasonCode.COURSE_UNAVAILABLE
    line_item = course.session.scalars(select(LineItem)).one()
    assert (line_item.state, line_item.url) == (LineItemState.DOUBTFUL, first)
    retry_delivery(course.session, course.last, now=course.now)
    course.wait(seconds=2)
    course.deliver()
    assert course.last.reason == ReasonCode.COURSE_UNAVAILABLE
    second = course.platform.add_column("", 10)
    remember(course, lineitem_url=second)
    course.wait(seconds=2)
    assert course.deliver().delivered == 1
    cell = course.platform.cell(ZOE, 1)
    assert cell is not None
    assert cell["score"] == 8


@on_canvas
def test_a_column_that_answers_again_is_trusted(course: Course) -> None:
    remember(course, lineitem_url=course.platform.add_column("", 10))
    course.platform.fail("scores", status=412)
    course.score(8)
    course.deliver()
    retry_delivery(course.session, course.last, now=course.now)
    course.wait(seconds=2)
    assert course.deliver().delivered == 1
    assert course.session.scalars(select(LineItem.state)).one() == LineItemState.BOUND


# Stamps and order


@on_both
def test_two_scores_in_one_second_have_stamps_a_second_apart(course: Course) -> None:
    course.score(5)
    course.deliver()
    course.wait(milliseconds=1)
    course.score(6)
    assert course.deliver().waiting == 1
    assert course.states == ["delivered", "pending"]
    course.wait(milliseconds=999)
    course.deliver()
    first, second = (datetime.fromisoformat(body["timestamp"]) for body in course.platform.scores)
    assert second - first == timedelta(seconds=1)
    assert second <= course.now
    assert course.states == ["delivered", "delivered"]


def test_a_stamp_has_milliseconds_and_zone_and_is_stored_before_it_is_sent(course: Course) -> None:
    course.platform.fail("scores", drops=True)
    course.score(8)
    course.deliver()
    assert course.last.stamp == NOW
    assert course.platform.scores[0]["timestamp"] == "2026-09-01T08:00:00.250Z"
    assert course.platform.scores[0]["submission"] == {"submittedAt": "2026-09-01T08:00:00.250Z"}


def test_submitted_at_is_when_the_work_was_handed_in(course: Course) -> None:
    course.score(8, submitted_at=datetime(2026, 8, 30, 12, 0, 1, 987_654, tzinfo=UTC))
    course.score(9, submitted_at=NOW + timedelta(days=1))
    course.deliver()
    (body,) = course.platform.scores
    assert body["submission"] == {"submittedAt": "2026-09-01T08:00:00.250Z"}
    assert body["scoreGiven"] == 9


@on_both
def test_a_newer_score_supersedes_one_that_waits(course: Course) -> None:
    course.score(5)
    course.score(6)
    course.deliver()
    assert course.states == ["superseded", "delivered"]
    assert [body["scoreGiven"] for body in course.platform.scores] == [6]


def test_a_retry_keeps_its_stamp(course: Course) -> None:
    course.platform.fail("scores", status=502, times=3)
    course.score(8)
    for _ in range(4):
        course.deliver()
        course.wait(minutes=5)
    assert {body["timestamp"] for body in course.platform.scores} == {"2026-09-01T08:00:00.250Z"}
    assert course.states == ["delivered"]
    assert course.last.tries == 3


def test_a_lost_answer_is_recognised_by_reading_back(course: Course) -> None:
    course.platform.fail("scores", drops=True, after=True)
    course.score(8)
    course.deliver()
    course.wait(minutes=1)
    course.deliver()
    assert course.states == ["delivered"]
    assert len(course.platform.scores) == 1


@on_canvas
def test_a_lost_answer_on_canvas_makes_no_second_attempt(course: Course) -> None:
    course.platform.fail("scores", drops=True, after=True)
    course.score(8)
    course.deliver()
    course.wait(minutes=1)
    course.deliver()
    cell = course.platform.cell(ZOE)
    assert cell is not None
    assert (cell["attempts"], cell["comments"]) == (1, ["Well done, Zoë."])
    assert course.states == ["delivered"]


def test_a_newer_score_takes_the_place_of_one_whose_send_failed(course: Course) -> None:
    course.platform.fail("scores", status=500)
    course.score(8)
    course.deliver()
    course.score(9)
    course.wait(seconds=1)
    course.deliver()
    assert course.states == ["superseded", "delivered"]
    assert [body["scoreGiven"] for body in course.platform.scores] == [8, 9]


@on_both
def test_an_older_stamp_whose_score_arrived_is_delivered(course: Course) -> None:
    course.score(8)
    course.deliver()
    delivery = course.last
    # As if the process had died between the answer and its commit, and the results could not be compared.
    delivery.state, delivery.stamp = DeliveryState.PENDING, delivery.stamp
    cell = course.platform.cell(ZOE)
    assert cell is not None
    cell["stamp"] = "2026-09-01T08:00:30.000Z"
    course.platform.fail("results", status=200, body="[]")
    course.wait(seconds=40)
    course.deliver()
    assert course.states == ["delivered"]
    assert len(course.platform.scores) == 2


@on_both
def test_an_older_stamp_over_an_old_score_of_ours_gets_one_fresh_stamp(course: Course) -> None:
    course.score(5)
    course.deliver()
    cell = course.platform.cell(ZOE)
    assert cell is not None
    # The platform's clock is ahead.
    cell["stamp"] = "2026-09-01T08:00:20.000Z"
    course.wait(seconds=10)
    course.score(9)
    course.deliver()
    assert course.last.state == DeliveryState.PENDING
    assert course.last.restamps == 1
    for _ in range(3):
        course.wait(seconds=45)
        course.deliver()
    assert course.states == ["delivered", "delivered"]
    assert course.platform.cell(ZOE, 0) is not None
    assert course.platform.scores[-1]["scoreGiven"] == 9
    assert all(datetime.fromisoformat(body["timestamp"]) <= course.now for body in course.platform.scores)


def test_a_fresh_stamp_waits_for_the_moment_that_moodle_names(course: Course) -> None:
    course.score(5)
    course.deliver()
    cell = course.platform.cell(ZOE)
    assert cell is not None
    cell["stamp"] = "2026-09-01T08:00:20.000Z"
    course.wait(seconds=10)
    course.score(9)
    course.deliver()
    assert course.last.next_try_at == datetime(2026, 9, 1, 8, 0, 21, tzinfo=UTC)
    course.wait(seconds=11)
    course.deliver()
    assert course.states == ["delivered", "delivered"]
    assert len(course.platform.scores) == 3


def test_an_older_stamp_over_a_teachers_grade_keeps_theirs(course: Course) -> None:
    course.score(5)
    course.deliver()
    course.wait(minutes=1)
    course.score(9)
    # Between our look and our score the teacher sets a grade.
    course.platform.fail("results", status=200, body="[]")
    course.platform.set_by_teacher(ZOE, 7)
    cell = course.platform.cell(ZOE)
    assert cell is not None
    cell["stamp"] = "2026-09-01T09:00:00.000Z"
    course.deliver()
    assert course.last.state == DeliveryState.KEPT_THEIRS


def test_a_platform_that_refuses_every_stamp_parks(course: Course) -> None:
    course.platform.fail("scores", status=409, times=99)
    course.score(5)
    for _ in range(8):
        course.deliver()
        course.wait(hours=6)
    assert (course.last.state, course.last.reason) == (DeliveryState.PARKED, ReasonCode.TIMESTAMP_REFUSED)
    assert len(course.platform.scores) == 5


def test_open_edx_says_older_with_400(course: Course) -> None:
    course.score(5)
    course.deliver()
    course.wait(minutes=1)
    course.score(9)
    course.platform.fail(
        "scores", status=400, body='{"timestamp": ["Score already exists for the provided timestamp"]}'
    )
    course.deliver()
    assert course.last.restamps == 1
    course.wait(minutes=1)
    course.deliver()
    assert course.states == ["delivered", "delivered"]


# The teacher wins


def test_a_grade_that_a_teacher_set_is_kept(course: Course) -> None:
    course.score(5)
    course.deliver()
    course.platform.set_by_teacher(ZOE, 7)
    course.wait(minutes=1)
    course.score(9)
    assert course.deliver().kept_theirs == 1
    assert (course.last.state, course.last.reason) == (DeliveryState.KEPT_THEIRS, ReasonCode.CHANGED_IN_GRADEBOOK)
    cell = course.platform.cell(ZOE)
    assert cell is not None
    assert cell["score"] == 7


@on_both
def test_a_regrade_over_our_own_scaled_value_is_sent(course: Course) -> None:
    course.platform.add_column(TAG, 37)
    for given in (1, 2, 3):
        course.score(given, 3)
        course.deliver()
        course.wait(minutes=1)
    cell = course.platform.cell(ZOE)
    assert cell is not None
    assert cell["score"] == 37
    assert course.states == ["delivered"] * 3


def test_a_value_that_we_attempted_once_is_ours_even_if_nobody_knows_whether_it_arrived(course: Course) -> None:
    course.platform.fail("scores", after=True, status=500)
    course.score(5)
    course.deliver()
    course.score(9)
    course.wait(minutes=1)
    course.deliver()
    assert course.states == ["superseded", "delivered"]


def test_before_a_first_score_on_moodle_the_teachers_grade_is_seen(course: Course) -> None:
    course.platform.add_column(TAG, 10)
    course.platform.set_by_teacher(ZOE, 4)
    course.score(9)
    course.deliver()
    assert course.states == ["kept_theirs"]
    assert course.platform.scores == []


def test_an_ungraded_row_with_feedback_is_nobodys_grade(course: Course) -> None:
    course.platform.add_column(TAG, 10)
    course.platform.set_by_teacher(ZOE, None)
    course.score(9)
    course.deliver()
    assert course.states == ["delivered"]


@on_both
def test_ours_can_be_sent_over_theirs(course: Course) -> None:
    course.score(5)
    course.deliver()
    course.platform.set_by_teacher(ZOE, 7)
    course.wait(minutes=1)
    course.score(9)
    course.deliver()
    assert course.states == ["delivered", "kept_theirs"]
    assert retry_delivery(course.session, course.last, now=course.now, overrule=True)
    course.deliver()
    cell = course.platform.cell(ZOE)
    assert cell is not None
    assert cell["score"] == 9
    assert course.states == ["delivered", "delivered"]


@on_canvas
def test_a_first_score_on_canvas_leaves_the_choice_to_canvas(course: Course) -> None:
    course.platform.add_column(TAG, 10)
    course.platform.set_by_teacher(ZOE, 4)
    course.score(9)
    course.deliver()
    assert course.platform.of_kind("results") == []
    cell = course.platform.cell(ZOE)
    assert cell is not None
    assert cell["score"] == 4
    course.wait(minutes=1)
    course.score(10)
    course.deliver()
    assert course.states == ["delivered", "kept_theirs"]


# What is sent


@on_canvas
def test_canvas_gets_one_submission_and_later_grades_alone(course: Course) -> None:
    handed_in = course.now
    course.score(5, comment="First look.")
    course.deliver()
    course.wait(minutes=1)
    course.score(9, comment="Regraded.", submitted_at=handed_in)
    course.deliver()
    first, second = (body[SUBMISSION] for body in course.platform.scores)
    shared = {
        "preserve_score": True,
        "submission_type": "basic_lti_launch",
        "submission_data": f"{LAUNCH}?module=expectations&learner=sub-Zo%C3%AB",
    }
    assert first == {**shared, "new_submission": True, "prioritize_non_tool_grade": True}
    assert second == {**shared, "new_submission": False}
    cell = course.platform.cell(ZOE)
    assert cell is not None
    assert (cell["score"], cell["attempts"], cell["comments"]) == (9, 1, ["First look.", "Regraded."])


@on_canvas
def test_new_work_on_canvas_is_a_new_submission(course: Course) -> None:
    course.score(5)
    course.deliver()
    course.wait(days=1)
    course.score(9)
    course.deliver()
    assert course.platform.scores[1][SUBMISSION]["new_submission"] is True
    assert "prioritize_non_tool_grade" not in course.platform.scores[1][SUBMISSION]
    # Comments add up on Canvas: the same one is not repeated.
    assert "comment" not in course.platform.scores[1]


@on_canvas
def test_progress_goes_to_canvas_without_points(course: Course) -> None:
    handed_in = course.now
    course.score(5, submitted_at=handed_in, grading=GradingProgress.PENDING_MANUAL, activity=ActivityProgress.SUBMITTED)
    course.deliver()
    (body,) = course.platform.scores
    assert "scoreGiven" not in body
    assert (body["activityProgress"], body["gradingProgress"]) == ("Submitted", "PendingManual")
    assert "prioritize_non_tool_grade" not in body[SUBMISSION]
    course.wait(hours=1)
    course.score(9, submitted_at=handed_in)
    course.deliver()
    assert (
        course.platform.scores[1][SUBMISSION] | {"new_submission": False, "prioritize_non_tool_grade": True}
        == (course.platform.scores[1][SUBMISSION])
    )
    assert course.states == ["delivered", "delivered"]


def test_progress_never_goes_to_moodle(course: Course) -> None:
    assert course.score(None, None, grading=GradingProgress.PENDING_MANUAL) is None
    assert course.deliveries() == []


def test_moodle_gets_the_comment_each_time_and_no_extension(course: Course) -> None:
    course.score(5, comment="Same words.")
    course.deliver()
    course.wait(minutes=1)
    course.score(9, comment="Same words.")
    course.deliver()
    assert [body["comment"] for body in course.platform.scores] == ["Same words.", "Same words."]
    assert all(SUBMISSION not in body for body in course.platform.scores)
    assert all(body["gradingProgress"] == "FullyGraded" for body in course.platform.scores)


# Who is sent


@pytest.mark.parametrize("role", [CourseRole.INSTRUCTOR, CourseRole.OBSERVER, CourseRole.NONE])
def test_only_students_are_sent(course: Course, role: CourseRole) -> None:
    person = make_member(course.session, "Joan Okafor", context=course.context, role=role)
    assert course.score(9, who=person) is None


def test_test_users_and_strangers_are_not_sent(course: Course) -> None:
    person = make_member(course.session, "Test Student", context=course.context, is_test_user=True)
    assert course.score(9, who=person) is None
    course.session.delete(course.zoe)
    course.session.flush()
    assert course.score(9) is None


def test_whoever_became_staff_since_is_not_sent(course: Course) -> None:
    course.score(9)
    course.zoe.has_been_staff = True
    course.deliver()
    assert (course.last.state, course.last.reason) == (DeliveryState.PARKED, ReasonCode.NOT_A_STUDENT)
    assert course.platform.calls == []


def test_a_disabled_registration_waits(course: Course) -> None:
    course.score(9)
    course.registration.state = RegistrationState.DISABLED
    assert course.deliver().total == 0
    course.registration.state = RegistrationState.ACTIVE
    assert course.deliver().delivered == 1


def test_a_limit_is_kept(course: Course) -> None:
    for number in range(5):
        course.score(9, who=make_member(course.session, f"Student {number}", context=course.context))
    assert course.deliver(limit=2).total == 2
    assert course.deliver().delivered == 3


@pytest.mark.parametrize(("platform", "most"), [("canvas", 3), ("moodle", 16)], indirect=["platform"])
def test_so_many_are_sent_at_once(course: Course, most: int) -> None:
    course.platform.add_column(TAG, 10)
    for number in range(40):
        course.score(9, who=make_member(course.session, f"Student {number}", context=course.context))
    course.platform.latency = 0.05
    assert course.deliver().delivered == 40
    assert course.platform.most_in_flight <= most
    assert course.platform.most_in_flight > most // 2


def test_a_retry_is_refused_where_there_is_nothing_to_do(course: Course) -> None:
    course.score(9)
    assert not retry_delivery(course.session, course.last, now=course.now)
    course.platform.fail("scores", status=422)
    course.deliver()
    parked = course.last
    assert parked.reason == ReasonCode.SCORE_REFUSED
    course.wait(minutes=1)
    course.score(10)
    # The newer one has taken its place.
    assert not retry_delivery(course.session, course.deliveries()[0], now=course.now)


def test_parked_scores_are_sent_again_by_reason(course: Course) -> None:
    course.platform.fail("scores", status=422)
    course.score(9)
    course.deliver()

    def retry(reason: ReasonCode) -> int:
        return retry_parked(course.session, context_id=course.context.id, now=course.now, reasons=[reason])

    assert retry(ReasonCode.COLUMN_GONE) == 0
    assert retry(ReasonCode.SCORE_REFUSED) == 1
    course.wait(seconds=2)
    assert course.deliver().delivered == 1


def remember(
    course: Course,
    *,
    lineitem_url: str | None = None,
    lineitems_url: str | None = "",
    offered: list[str] | None = None,
    activity: str = TAG,
) -> None:
    remember_endpoint(
        course.session,
        course.context,
        lineitems_url=course.platform.lineitems_url if lineitems_url == "" else lineitems_url,
        lineitem_url=lineitem_url,
        scopes=offered if offered is not None else LINE_ITEM_SCOPES,
        activity=activity,
        now=course.now,
    )
    course.session.commit()


def test_no_delivery_is_left_held(course: Course) -> None:
    course.score(9)
    course.deliver()
    assert course.session.scalars(select(Delivery.leased_by)).all() == [None]


@on_canvas
@pytest.mark.parametrize("state", [DeliveryState.PENDING, DeliveryState.PARKED, DeliveryState.SENDING])
def test_progress_takes_no_grades_place(course: Course, state: DeliveryState) -> None:
    course.score(9)
    course.last.state = state
    assert course.score(None, None, grading=GradingProgress.PENDING_MANUAL) is None
    assert course.states == [state]


@on_canvas
def test_a_grade_takes_the_place_of_progress(course: Course) -> None:
    course.score(None, None, grading=GradingProgress.PENDING_MANUAL)
    course.score(None, None, grading=GradingProgress.PENDING_MANUAL)
    course.score(9)
    assert course.states == ["superseded", "superseded", "pending"]
    course.deliver()
    assert [body["scoreGiven"] for body in course.platform.scores] == [9]


@on_canvas
def test_a_grade_that_was_queued_at_the_same_moment_as_progress_arrives(course: Course) -> None:
    course.score(None, None, grading=GradingProgress.PENDING_MANUAL)
    course.wait(seconds=1)
    course.score(9)
    # As two requests at once leave them behind: neither saw the other.
    first, second = course.deliveries()
    first.state, first.finished_at = DeliveryState.PENDING, None
    for name in ("score_given", "score_maximum", "grading_progress", "activity_progress"):
        one, other = getattr(first, name), getattr(second, name)
        setattr(first, name, other)
        setattr(second, name, one)
    course.session.commit()
    course.platform.fail("scores", status=503, times=2)
    for _ in range(5):
        course.deliver()
        course.wait(minutes=1)
    assert course.states == ["delivered", "delivered"]
    assert 9 in [body.get("scoreGiven") for body in course.platform.scores]
