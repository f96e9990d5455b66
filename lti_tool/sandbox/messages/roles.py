"""Role URIs as each LMS sends them."""

from lti_tool.sandbox import spec
from lti_tool.sandbox.state import Sandbox
from lti_tool.sandbox.store import Row

_CANVAS_MEMBERSHIP = {
    "student": (spec.LEARNER,),
    "test": (spec.LEARNER,),
    "teacher": (spec.INSTRUCTOR,),
    "ta": (spec.INSTRUCTOR, spec.TEACHING_ASSISTANT),
    "observer": (spec.MENTOR,),
}
_CANVAS_INSTITUTION = {
    "student": spec.INSTITUTION_STUDENT,
    "test": spec.INSTITUTION_STUDENT,
    "teacher": spec.INSTITUTION_INSTRUCTOR,
    "ta": spec.INSTITUTION_INSTRUCTOR,
    "observer": spec.INSTITUTION_OBSERVER,
}
_MOODLE = {"teacher": spec.INSTRUCTOR, "ta": spec.INSTRUCTOR, "student": spec.LEARNER, "observer": spec.MENTOR}


def launch_roles(sandbox: Sandbox, person: Row, course_id: int | None) -> list[str]:
    """The roles claim of a launch, sorted, without repeats."""
    role = sandbox.role_in(course_id, person)
    if sandbox.moodle:
        return _moodle_roles(person["kind"], role)
    roles = {spec.SYSTEM_USER, *_CANVAS_MEMBERSHIP.get(role, ())}
    roles |= {_CANVAS_INSTITUTION[each] for each in sandbox.institution_roles(person)}
    if person["kind"] in ("staff", "admin"):
        roles.add(spec.INSTITUTION_ADMINISTRATOR)
    if person["kind"] == "test":
        roles.add(spec.TEST_USER)
    return sorted(roles)


def _moodle_roles(kind: str, role: str) -> list[str]:
    if kind == "admin":
        return [spec.INSTITUTION_ADMINISTRATOR, spec.INSTRUCTOR, spec.SYSTEM_ADMINISTRATOR]
    if kind == "staff":
        return [spec.INSTITUTION_ADMINISTRATOR]
    return [_MOODLE.get(role, spec.LEARNER)]


def canvas_member_roles(person: Row) -> list[str]:
    """Roles of a member in Canvas's roster: membership URIs, and TestUser."""
    roles = set(_CANVAS_MEMBERSHIP.get(person["role"], ()))
    if person["kind"] == "test":
        roles.add(spec.TEST_USER)
    return sorted(roles)


def moodle_member_roles(person: Row) -> list[str]:
    """Roles of a member in Moodle's roster: short words; a non-editing teacher is listed as Learner."""
    return [{"teacher": "Instructor", "observer": "Mentor"}.get(person["role"], "Learner")]
