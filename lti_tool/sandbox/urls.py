"""Addresses of the services, in the shape of the LMS whose rules count."""

from lti_tool.sandbox.state import Sandbox
from lti_tool.sandbox.store import Row


def lineitems_url(sandbox: Sandbox, tool: Row, course_id: int) -> str:
    """The container of a course's columns."""
    if sandbox.moodle:
        return f"{sandbox.base_url}/mod/lti/services.php/{course_id}/lineitems?type_id={tool['id']}"
    return f"{sandbox.base_url}/api/lti/courses/{course_id}/line_items"


def lineitem_url(sandbox: Sandbox, tool: Row, lineitem: Row) -> str:
    """One column."""
    course_id, number = lineitem["course_id"], lineitem["id"]
    if sandbox.moodle:
        return f"{sandbox.base_url}/mod/lti/services.php/{course_id}/lineitems/{number}/lineitem?type_id={tool['id']}"
    return f"{sandbox.base_url}/api/lti/courses/{course_id}/line_items/{number}"


def memberships_url(sandbox: Sandbox, tool: Row, course_id: int) -> str:
    """The people of a course."""
    if sandbox.moodle:
        return f"{sandbox.base_url}/mod/lti/services.php/CourseSection/{course_id}/bindings/{tool['id']}/memberships"
    return f"{sandbox.base_url}/api/lti/courses/{course_id}/names_and_roles"
