"""Signing in, courses, and the pages that frame a tool."""

import secrets
from urllib.parse import urlencode

from flask import Blueprint, abort, make_response, redirect, render_template, request
from werkzeug import Response

from lti_tool.sandbox.here import cookie_name, find_person, find_session, sandbox
from lti_tool.sandbox.store import Row
from lti_tool.sandbox.views import doors

blueprint = Blueprint("site", __name__)
blueprint.before_request(doors.same_origin_posts)

GROUPS = (
    ("Teaching", ("teacher", "ta")),
    ("Around the course", ("observer", "staff", "admin", "test")),
    ("Students", ("student",)),
)
KINDS = {
    "student": "Student",
    "teacher": "Teacher",
    "ta": "Teaching assistant",
    "observer": "Observer",
    "staff": "Career staff",
    "admin": "Administrator",
    "test": "Test student",
}


@blueprint.get("/")
def home() -> str | Response:
    """The chooser of people, or the courses of the person who is signed in."""
    person = find_person()
    if person is None:
        return redirect("/people", 303)
    tools = [] if person["kind"] not in ("staff", "admin") else sandbox().list_tools(active_only=True)
    counts = {
        course["id"]: len([one for one in sandbox().members_of(course["id"]) if one["role"] == "student"])
        for course in sandbox().list_courses()
    }
    return render_template(
        "sandbox/home.html", courses=sandbox().courses_of(person), tools=tools, kinds=KINDS, counts=counts
    )


@blueprint.get("/people")
def choose_person() -> str:
    """Everybody who can be signed in as, one press each."""
    people = sandbox().list_people()
    groups = [(title, [one for one in people if one["kind"] in kinds]) for title, kinds in GROUPS]
    return render_template("sandbox/people.html", groups=groups, kinds=KINDS, after=request.args.get("after", ""))


@blueprint.post("/sign-in")
def sign_in() -> Response:
    """Become a person."""
    try:
        person = sandbox().get_person(request.form.get("username", ""))
    except LookupError:
        abort(404)
    token = secrets.token_urlsafe(24)
    sandbox().store.insert("session", token=token, person_id=person["id"], sesskey=secrets.token_urlsafe(8))
    response = redirect("/", 303)
    response.set_cookie(cookie_name(), token, httponly=True, samesite="Lax")
    return response


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """Forget who this browser is."""
    session = find_session()
    if session is not None:
        sandbox().store.run("DELETE FROM session WHERE token = ?", session["token"])
    response = redirect("/people", 303)
    response.delete_cookie(cookie_name())
    return response


@blueprint.get("/courses/<int:course_id>")
def show_course(course_id: int) -> str:
    """Modules with their links; students see what is published."""
    person, course = doors.require_course(course_id)
    staff = doors.is_staff(person, course)
    items = sandbox().list_items(course_id, published_only=not staff)
    own = {line["item_id"]: line for line in sandbox().list_lineitems(course_id) if line["own"]}
    for item in items:
        column = own.get(item["id"])
        item["maximum"] = column["maximum"] if column else None
        found = sandbox().find_result(column["id"], person["id"]) if column else None
        item["score"] = found["score"] if found else None
    modules = {item["module"]: [one for one in items if one["module"] == item["module"]] for item in items}
    return render_template("sandbox/course.html", modules=modules)


@blueprint.get("/courses/<int:course_id>/items/<int:item_id>")
def show_item(course_id: int, item_id: int) -> str | Response:
    """A link's page: the tool in a frame, and a way to open it in a new window."""
    person, course = doors.require_course(course_id)
    item = find_item(course_id, item_id)
    if not item["published"] and not doors.is_staff(person, course):
        abort(403)
    if sandbox().moodle and _small_device():
        return redirect(f"/launch?{urlencode({'course': course_id, 'item': item_id, 'target': 'frame'})}", 303)
    query = {"course": course_id, "item": item_id}
    return render_template(
        "sandbox/item.html",
        item=item,
        title=item["title"],
        frame=f"/launch?{urlencode(query)}",
        window=f"/launch?{urlencode({**query, 'target': 'window'})}",
        frame_first=not item["new_window"],
    )


@blueprint.get("/courses/<int:course_id>/tools/<int:tool_id>")
def show_tool(course_id: int, tool_id: int) -> str:
    """A tool from the course's navigation (Canvas)."""
    doors.require_course(course_id)
    tool = sandbox().store.one("SELECT * FROM tool WHERE id = ? AND state = 'active'", tool_id)
    if tool is None or sandbox().moodle:
        abort(404)
    query = {"course": course_id, "tool": tool_id}
    return _tool_page(tool["name"], query)


@blueprint.get("/account/tools/<int:tool_id>")
def show_account_tool(tool_id: int) -> str:
    """A tool for the whole site, for career staff and administrators."""
    person = doors.require_person()
    tool = sandbox().store.one("SELECT * FROM tool WHERE id = ? AND state = 'active'", tool_id)
    if tool is None:
        abort(404)
    if person["kind"] not in ("staff", "admin"):
        abort(403)
    return _tool_page(tool["name"], {"tool": tool_id})


def _tool_page(title: str, query: dict[str, int]) -> str:
    return render_template(
        "sandbox/item.html",
        item=None,
        title=title,
        frame=f"/launch?{urlencode(query)}",
        window=f"/launch?{urlencode({**query, 'target': 'window'})}",
        frame_first=True,
    )


def find_item(course_id: int, item_id: int) -> Row:
    """A link of this course; 404."""
    item = sandbox().store.one("SELECT * FROM item WHERE id = ? AND course_id = ?", item_id, course_id)
    return item if item is not None else abort(404)


def _small_device() -> bool:
    """Moodle gives phones and tablets the whole window, by user agent."""
    agent = request.headers.get("User-Agent", "")
    return any(word in agent for word in ("Mobile", "Android", "iPhone", "iPad"))


@blueprint.get("/storage")
def storage() -> str | Response:
    """The frame `post_message_forwarding`: keeps values for tools (LTI postMessage storage)."""
    if sandbox().moodle:
        abort(404)
    return make_response(render_template("sandbox/storage.html"))


@blueprint.get("/mod/lti/return.php")
def return_from_tool() -> Response:
    """Where a tool sends people back to."""
    course_id = request.args.get("course", "")
    return redirect(f"/courses/{course_id}" if course_id.isdigit() and course_id != "1" else "/", 303)
