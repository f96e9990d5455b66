"""Course roles from exact URIs, as the platforms send them (canvas.md §2.2, moodle.md §2 and §7)."""

import pytest

from lti_tool.lti.roles import CourseRole, decide_role

M = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
I = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"  # noqa: E741
S = "http://purl.imsglobal.org/vocab/lis/v2/system/person#"
TA = "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"


@pytest.mark.parametrize(
    ("uris", "role"),
    [
        ([I + "Student", M + "Learner", S + "User"], CourseRole.LEARNER),
        ([I + "Instructor", M + "Instructor", S + "User"], CourseRole.INSTRUCTOR),
        ([M + "Instructor", TA], CourseRole.ASSISTANT),
        ([TA], CourseRole.ASSISTANT),
        ([M + "ContentDeveloper", I + "Instructor"], CourseRole.DESIGNER),
        ([M + "Mentor", I + "Student"], CourseRole.OBSERVER),
        ([M + "Mentor", M + "Learner"], CourseRole.OBSERVER),
        ([I + "Administrator", S + "User"], CourseRole.NONE),
        ([I + "Administrator", M + "Instructor", S + "Administrator"], CourseRole.INSTRUCTOR),
        ([M + "Learner", I + "Instructor"], CourseRole.LEARNER),
        ([M + "Manager"], CourseRole.INSTRUCTOR),
        (["Learner"], CourseRole.LEARNER),
        (["Instructor"], CourseRole.INSTRUCTOR),
        (["http://purl.imsglobal.org/vocab/lis/v2/unknown/unknown#Helper"], CourseRole.NONE),
        (["http://purl.imsglobal.org/vocab/lis/v2/person#Administrator"], CourseRole.NONE),
        ([""], CourseRole.NONE),
        ([], CourseRole.NONE),
        ([None, 7, M + "Learner"], CourseRole.LEARNER),
        ([M.lower() + "instructor"], CourseRole.NONE),
    ],
)
def test_the_course_role(uris: list[object], role: CourseRole) -> None:
    assert decide_role(uris).role is role


def test_student_view_is_marked() -> None:
    decision = decide_role([M + "Learner", TEST_USER])
    assert decision.role is CourseRole.LEARNER
    assert decision.is_test_user
    assert not decision.is_staff


def test_an_institution_administrator_is_marked_and_has_no_course_rights() -> None:
    decision = decide_role([I + "Administrator"])
    assert decision.is_institution_administrator
    assert decision.role is CourseRole.NONE


def test_staff_roles_stay_out_of_the_gradebook() -> None:
    assert decide_role([M + "Instructor"]).is_staff
    assert decide_role([TA]).is_staff
    assert not decide_role([M + "Mentor"]).is_staff
