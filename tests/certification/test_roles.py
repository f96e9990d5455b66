"""Conformance §6, rows C4 to C6, C11 to C13, C16: who somebody is, and what that opens."""

import json
from typing import Any

import pytest

from tests.certification.bench import Bench
from tests.certification.platform import (
    AGS,
    FOR_USER,
    INSTITUTION_PERSON,
    INSTRUCTOR,
    LEARNER,
    LTI,
    MEMBERSHIP,
    ROLES,
    SYSTEM_PERSON,
    Change,
    drop,
    put,
    put_in,
)


def test_c4_an_empty_list_of_roles(bench: Bench) -> None:
    bench.attempt(put(ROLES, [])).assert_accepted(role="none")


@pytest.mark.parametrize("value", [None, INSTRUCTOR, 5, {}, {"0": INSTRUCTOR}, True], ids=json.dumps)
def test_c5_roles_that_are_no_list(bench: Bench, value: object) -> None:
    bench.attempt(put(ROLES, value)).assert_refused(("roles_missing", "roles_malformed"), 400)


@pytest.mark.parametrize("value", [[None], [INSTRUCTOR, None], [5], [[INSTRUCTOR]], [{}]], ids=json.dumps)
def test_c5_roles_with_odd_members(bench: Bench, value: list[Any]) -> None:
    """Refused or read as if the odd members were not there; never an error, never more than was said."""
    attempt = bench.attempt(put(ROLES, value))
    assert bench.log.bugs() == []
    if attempt.answer.status == 303:
        attempt.assert_accepted(role="instructor" if INSTRUCTOR in value else "none")
    else:
        attempt.assert_refused("roles_malformed", 400)


TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
TEACHING_ASSISTANT = MEMBERSHIP + "/Instructor#TeachingAssistant"
ROLE_CASES: dict[str, tuple[list[str], str]] = {
    "C11-assistant-alone": ([TEACHING_ASSISTANT], "assistant"),
    "C11-assistant-with-instructor": ([INSTRUCTOR, TEACHING_ASSISTANT], "assistant"),
    "C11-other-sub-role": ([MEMBERSHIP + "/Learner#GuestLearner"], "none"),
    "C12-mentor": ([MEMBERSHIP + "#Mentor"], "observer"),
    "C12-mentor-and-learner": ([MEMBERSHIP + "#Mentor", LEARNER], "observer"),
    "C12-account-administrator": ([INSTITUTION_PERSON + "Administrator", SYSTEM_PERSON + "User"], "none"),
    "C12-system-administrator": ([SYSTEM_PERSON + "SysAdmin", SYSTEM_PERSON + "Administrator"], "none"),
    "C12-staff-elsewhere": ([INSTITUTION_PERSON + "Instructor", LEARNER], "learner"),
    "C12-designer": ([MEMBERSHIP + "#ContentDeveloper"], "designer"),
    "C13-deprecated": (["http://purl.imsglobal.org/vocab/lis/v2/person#Administrator", LEARNER], "learner"),
    "C13-deprecated-alone": (["http://purl.imsglobal.org/vocab/lis/v2/person#Administrator"], "none"),
    "case-matters": ([INSTRUCTOR.lower()], "none"),
    "prefix-is-not-enough": ([INSTRUCTOR + "X", "x" + INSTRUCTOR], "none"),
    "repeated": ([LEARNER] * 500, "learner"),
}


@pytest.mark.parametrize(("roles", "role"), ROLE_CASES.values(), ids=ROLE_CASES.keys())
def test_c11_c13_roles(bench: Bench, roles: list[str], role: str) -> None:
    bench.attempt(put(ROLES, roles)).assert_accepted(role=role)


def test_c12_a_mentor_with_a_scope_is_no_staff(bench: Bench) -> None:
    attempt = bench.attempt(put(ROLES, [MEMBERSHIP + "#Mentor"]), put(LTI + "role_scope_mentor", ["sub-of-child"]))
    visit = attempt.assert_accepted(role="observer")
    assert not visit.is_institution_administrator


@pytest.mark.parametrize("uri", [TEST_USER, SYSTEM_PERSON + "TestUser"])
def test_c12_the_test_student_is_marked(bench: Bench, uri: str) -> None:
    visit = bench.attempt(put(ROLES, [LEARNER, uri])).assert_accepted()
    assert visit.is_test_user and visit.user.is_test_user


def test_c12_an_account_administrator_is_known_as_such(bench: Bench) -> None:
    roles = [INSTITUTION_PERSON + "Administrator", SYSTEM_PERSON + "User"]
    assert bench.attempt(put(ROLES, roles)).assert_accepted(role="none").is_institution_administrator


def test_c6_an_anonymous_launch_of_a_public_course(bench: Bench) -> None:
    """Canvas: a public course without signing in sends no `sub` and the role None."""
    names = ("sub", "name", "given_name", "family_name", "middle_name", "email")
    attempt = bench.attempt(drop(*names), put(ROLES, [SYSTEM_PERSON + "None"]))
    attempt.assert_refused("user_missing", 400)
    assert "who you are" in attempt.answer.heading


# C16: submission review


def test_c16_a_teacher_opens_a_students_work(bench: Bench) -> None:
    """The person must have opened the tool before; else a page says that there is nothing to see."""
    student = bench.attempt(put("sub", "person-39890-student")).assert_accepted()
    attempt = bench.attempt(claims=bench.platform.submission_review_claims)
    visit = attempt.assert_accepted(role="instructor")
    assert visit.message_type == "LtiSubmissionReviewRequest"
    assert visit.user_id != student.user_id


@pytest.mark.parametrize(
    "value", [None, {}, {"user_id": ""}, {"user_id": None}, {"user_id": 5}, "x", []], ids=json.dumps
)
def test_c16_nobody_is_named(bench: Bench, value: object) -> None:
    attempt = bench.attempt(put(FOR_USER, value), claims=bench.platform.submission_review_claims)
    attempt.assert_refused(("for_user_missing", "claim_malformed"), 400)


@pytest.mark.parametrize(
    "change",
    [drop(AGS), put(AGS, None), put_in(AGS, lineitem=None), put_in(AGS, lineitem="")],
    ids=["no-ags", "null", "null-item", "empty-item"],
)
def test_c16_no_line_item(bench: Bench, change: Change) -> None:
    attempt = bench.attempt(change, claims=bench.platform.submission_review_claims)
    attempt.assert_refused("line_item_missing", 400)


@pytest.mark.parametrize(("role", "name"), [(LEARNER, "learner"), (MEMBERSHIP + "#Mentor", "observer"), ("", "none")])
def test_c16_others_work_is_for_staff(bench: Bench, role: str, name: str) -> None:
    """Moodle signs this message for any student and any other user: the tool checks the role itself."""
    bench.attempt(put("sub", "person-39890-student"), put("name", "Helena Marsh-Verbeek")).assert_accepted()
    attempt = bench.attempt(put(ROLES, [role]), claims=bench.platform.submission_review_claims)
    attempt.assert_accepted(role=name, opens=False)
    page = attempt.open_first_page()
    assert page.status in (200, 403)
    assert "Helena" not in page.text
