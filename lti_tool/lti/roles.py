"""Roles: exact URIs of the LIS vocabulary (LTI Core 1.3 appendix A.2) and what they mean here.

Only `membership*` URIs decide what somebody may do in a course. Institution and system roles sit on everybody
(Canvas puts `system/person#User` on all) or on people who are staff somewhere else, so they decide nothing, save
that an institution Administrator may take up a staff grant.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_LIS = "http://purl.imsglobal.org/vocab/lis/v2/"
_MEMBERSHIP = _LIS + "membership#"
_SUB_ROLE = _LIS + "membership/"

LEARNER = _MEMBERSHIP + "Learner"
INSTRUCTOR = _MEMBERSHIP + "Instructor"
CONTENT_DEVELOPER = _MEMBERSHIP + "ContentDeveloper"
MENTOR = _MEMBERSHIP + "Mentor"
MANAGER = _MEMBERSHIP + "Manager"
ADMINISTRATOR = _MEMBERSHIP + "Administrator"
TEACHING_ASSISTANT = _SUB_ROLE + "Instructor#TeachingAssistant"
INSTITUTION_ADMINISTRATOR = _LIS + "institution/person#Administrator"
# Canvas writes /vocab/lti/, the vocabulary /vocab/lis/v2/ (Core appendix A.2.4): both mean Student View.
TEST_USER = frozenset({"http://purl.imsglobal.org/vocab/lti/system/person#TestUser", _LIS + "system/person#TestUser"})

# Core appendix A.2.3: context roles may be sent as simple names (deprecated, still sent by NRPS of Moodle).
_SIMPLE_NAMES = {
    name: _MEMBERSHIP + name
    for name in ("Learner", "Instructor", "ContentDeveloper", "Mentor", "Manager", "Administrator")
}


class CourseRole(StrEnum):
    """What a person is in one course; `NONE` has no rights there."""

    INSTRUCTOR = "instructor"
    ASSISTANT = "assistant"
    DESIGNER = "designer"
    OBSERVER = "observer"
    LEARNER = "learner"
    NONE = "none"


STAFF_ROLES = frozenset({CourseRole.INSTRUCTOR, CourseRole.ASSISTANT, CourseRole.DESIGNER})


@dataclass(frozen=True)
class RoleDecision:
    """The course role, and the two marks that change what is done with a launch."""

    role: CourseRole
    is_test_user: bool = False
    is_institution_administrator: bool = False

    @property
    def is_staff(self) -> bool:
        """Whether the course role keeps this person out of counts and gradebook."""
        return self.role in STAFF_ROLES


def decide_role(uris: Iterable[object]) -> RoleDecision:
    """Decide the course role from a `roles` claim or an NRPS member; unknown URIs are ignored.

    A teaching assistant arrives as Instructor with the sub-role (Canvas) or as the sub-role alone; the sub-role
    wins, so that an assistant never gets what only the instructor may do. Mentor outranks nothing but NONE and
    LEARNER: an observer is never staff.
    """
    given = {_SIMPLE_NAMES.get(uri, uri) for uri in uris if isinstance(uri, str)}
    return RoleDecision(
        role=_course_role(given),
        is_test_user=bool(given & TEST_USER),
        is_institution_administrator=INSTITUTION_ADMINISTRATOR in given,
    )


def _course_role(given: set[str]) -> CourseRole:
    if TEACHING_ASSISTANT in given:
        return CourseRole.ASSISTANT
    if INSTRUCTOR in given or ADMINISTRATOR in given or MANAGER in given:
        return CourseRole.INSTRUCTOR
    if CONTENT_DEVELOPER in given:
        return CourseRole.DESIGNER
    if MENTOR in given:
        return CourseRole.OBSERVER
    if LEARNER in given:
        return CourseRole.LEARNER
    return CourseRole.NONE
