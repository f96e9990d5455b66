"""The first step of every message: the third-party login request that the frame sends to the tool."""

import secrets
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from flask import Blueprint, abort, render_template, request

from lti_tool.sandbox.here import sandbox
from lti_tool.sandbox.messages import DEEP_LINKING_REQUEST, Plan, begin_launch
from lti_tool.sandbox.spec import DATA_PRIVACY_REQUEST, SUBMISSION_REVIEW_REQUEST
from lti_tool.sandbox.store import Row
from lti_tool.sandbox.views import doors

blueprint = Blueprint("launching", __name__)


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isdigit() else None


def _target() -> str:
    target = request.args.get("target", "iframe")
    return target if target in ("iframe", "window", "frame") else abort(400)


def _tool(tool_id: int | None) -> Row:
    tool = sandbox().store.one("SELECT * FROM tool WHERE id = ?", tool_id)
    return tool if tool is not None else abort(404)


def _send(tool: Row, person: Row, plan: Plan) -> str:
    """A form that the frame sends by itself: POST as Moodle does, GET under Canvas rules."""
    fields = begin_launch(sandbox(), tool, person, plan)
    action, method = tool["initiate_login_uri"], "post" if sandbox().moodle else "get"
    if method == "get":
        # A GET form replaces the query, so what the address already has becomes fields.
        parts = urlsplit(action)
        fields = {**dict(parse_qsl(parts.query)), **fields}
        action = urlunsplit(parts._replace(query=""))
    return render_template(
        "sandbox/forward.html", action=action, fields=fields, title=f"Opening {tool['name']}", method=method
    )


@blueprint.get("/launch")
def launch() -> str:
    """A resource link: an activity, the course's navigation or the site's."""
    course_id, item_id = _number("course"), _number("item")
    if course_id is None:
        person = doors.require_person()
        if person["kind"] not in ("staff", "admin"):
            abort(403)
        tool = _tool(_number("tool"))
        placement = "account_navigation"
        return _send(tool, person, Plan(tool["target_link_uri"], document_target=_target(), placement=placement))
    person, course = doors.require_course(course_id)
    if item_id is None:
        tool = _tool(_number("tool"))
        plan = Plan(
            tool["target_link_uri"],
            course_id=course_id,
            document_target=_target(),
            placement="course_navigation",
        )
        return _send(tool, person, plan)
    item = sandbox().store.one("SELECT * FROM item WHERE id = ? AND course_id = ?", item_id, course_id)
    if item is None:
        abort(404)
    if not item["published"] and not doors.is_staff(person, course):
        abort(403)
    tool = _tool(item["tool_id"])
    url = item["url"] or tool["target_link_uri"]
    return _send(tool, person, Plan(url, course_id=course_id, item_id=item_id, document_target=_target()))


@blueprint.get("/launch/select")
def select_content() -> str:
    """Deep linking: the teacher chooses in the tool what the course gets."""
    course_id = _number("course") or 0
    person, _ = doors.require_staff(course_id)
    tool = _tool(_number("tool"))
    token = secrets.token_urlsafe(16)
    sandbox().store.insert(
        "picking",
        token=token,
        person_id=person["id"],
        tool_id=tool["id"],
        course_id=course_id,
        deployment_id=sandbox().deployment_for(tool, course_id),
    )
    many = request.args.get("many", "1") == "1"
    plan = Plan(
        tool["deep_link_uri"],
        message=DEEP_LINKING_REQUEST,
        course_id=course_id,
        picking=token,
        accept_multiple=many,
        placement="module_index_menu_modal" if many else "assignment_selection",
    )
    return _send(tool, person, plan)


@blueprint.get("/launch/review")
def review() -> str:
    """A submission, from the gradebook.

    Moodle signs LtiSubmissionReviewRequest for anybody in the course, for any user: the tool must check the
    role. Canvas opens the submission's own address without the activity (SpeedGrader).
    """
    course_id, line_id, for_user = _number("course") or 0, _number("column"), _number("user")
    person, course = doors.require_course(course_id)
    line = sandbox().store.one("SELECT * FROM lineitem WHERE id = ? AND course_id = ?", line_id, course_id)
    if line is None or for_user is None:
        abort(404)
    tool = _tool(line["tool_id"])
    if sandbox().moodle:
        item = sandbox().store.one("SELECT * FROM item WHERE id = ?", line["item_id"])
        own = item["url"] if item is not None else ""
        plan = Plan(
            line["review_url"] or own or tool["target_link_uri"],
            message=SUBMISSION_REVIEW_REQUEST,
            course_id=course_id,
            item_id=line["item_id"],
            for_user=for_user,
            review_lineitem=line["id"],
        )
        return _send(tool, person, plan)
    if not doors.is_staff(person, course) and person["id"] != for_user:
        abort(403)
    found = sandbox().find_result(line["id"], for_user)
    if found is None or not found["submission_url"]:
        abort(404)
    return _send(tool, person, Plan(found["submission_url"], course_id=course_id))


@blueprint.get("/launch/privacy")
def data_privacy() -> str:
    """LtiDataPrivacyLaunchRequest from the administration page, for one person or for the tool as a whole."""
    person = doors.require_admin()
    tool = _tool(_number("tool"))
    plan = Plan(tool["target_link_uri"], message=DATA_PRIVACY_REQUEST, for_user=_number("user"))
    return _send(tool, person, plan)
