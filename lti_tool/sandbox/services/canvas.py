"""AGS and NRPS at Canvas's addresses with Canvas's rules."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, abort, g, request

from lti_tool.sandbox import spec, urls
from lti_tool.sandbox.here import sandbox
from lti_tool.sandbox.messages.custom import canvas_custom
from lti_tool.sandbox.messages.plan import Plan
from lti_tool.sandbox.messages.roles import canvas_member_roles
from lti_tool.sandbox.people import locale_of
from lti_tool.sandbox.services import access
from lti_tool.sandbox.services.access import ServiceRefusal
from lti_tool.sandbox.services.canvas_scores import take_canvas_score
from lti_tool.sandbox.services.watching import watch
from lti_tool.sandbox.store import Row

blueprint = Blueprint("canvas_services", __name__, url_prefix="/api/lti/courses/<int:course_id>")
watch(blueprint, "service")

READ = (spec.SCOPE_LINEITEM, spec.SCOPE_LINEITEM_READ)
PAGE, MEMBERS_PAGE, LARGEST = 10, 50, 50


@blueprint.before_request
def _only_by_these_rules() -> None:
    if sandbox().moodle:
        abort(404)


def _course(course_id: int) -> Row:
    course = sandbox().find_course(course_id)
    if course is None:
        raise ServiceRefusal(404, "The specified resource does not exist.")
    return course


def _body(media_type: str) -> dict[str, Any]:
    if access.content_type() != media_type:
        raise ServiceRefusal(415, f"Unsupported media type {access.content_type()}")
    return access.read_body()


def _lineitem(tool: Row, course_id: int, lineitem_id: int) -> Row:
    row = sandbox().store.one(
        "SELECT l.*, t.client_id FROM lineitem l JOIN tool t ON t.id = l.tool_id WHERE l.id = ? AND l.course_id = ?",
        lineitem_id,
        course_id,
    )
    if row is None:
        raise ServiceRefusal(404, "The specified resource does not exist.")
    if row["client_id"] != tool["client_id"]:
        raise ServiceRefusal(412, "Tool does not have permission to view line_item")
    return row


def _open_course(course_id: int) -> Row:
    course = _course(course_id)
    if course["concluded"]:
        raise ServiceRefusal(422, "This course has concluded. AGS requests will no longer be accepted")
    return course


def _shown(tool: Row, row: Row) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": urls.lineitem_url(sandbox(), tool, row),
        "scoreMaximum": access.tidy(row["maximum"]),
        "label": row["label"],
    }
    shown |= {key: row[own] for key, own in (("tag", "tag"), ("resourceId", "resource_id")) if row[own]}
    if row["item_id"] is not None:
        shown["resourceLinkId"] = sandbox().get_item(row["item_id"])["uuid"]
    if "launch_url" in request.args.getlist("include[]") and row["launch_url"]:
        shown["https://canvas.instructure.com/lti/launch_url"] = row["launch_url"]
    return shown


def _paged(rows: list[Any], default: int) -> tuple[list[Any], dict[str, str]]:
    """A page and the Link header to the next, with every other argument kept."""
    limit = min(access.read_count("limit", default), LARGEST)
    page = access.read_count("page", 1)
    rows, more = access.page_of(rows, limit, (page - 1) * limit)
    if not more:
        return rows, {}
    arguments = [(key, value) for key, value in request.args.items(multi=True) if key != "page"]
    query = urlencode([*arguments, ("page", page + 1)])
    links = f'<{request.url}>; rel="current",<{request.base_url}?{query}>; rel="next"'
    return rows, {"Link": links}


@blueprint.get("/line_items")
def list_lineitems(course_id: int) -> Response:
    """Columns of this client id, ten a page."""
    tool = access.require_tool(READ)
    g.note = "Columns read"
    rows = sandbox().list_lineitems(_course(course_id)["id"], tool["client_id"])
    tag, resource = request.args.get("tag"), request.args.get("resource_id")
    link = request.args.get("resource_link_id")
    rows = [row for row in rows if tag in (None, row["tag"]) and resource in (None, row["resource_id"])]
    if link is not None:
        item = sandbox().find_item_by_link(link)
        rows = [row for row in rows if item is not None and row["item_id"] == item["id"]]
    rows, headers = _paged(rows, PAGE)
    return access.answer([_shown(tool, row) for row in rows], spec.LINEITEMS_TYPE, 200, headers)


@blueprint.post("/line_items")
def create_lineitem(course_id: int) -> Response:
    """A new assignment, every time: POST is never idempotent."""
    tool = access.require_tool((spec.SCOPE_LINEITEM,))
    _open_course(course_id)
    body = _body(spec.LINEITEM_TYPE)
    maximum = access.read_number(body.get("scoreMaximum"))
    if not body.get("label") or maximum is None or maximum < 0:
        raise ServiceRefusal(400, "param is missing or the value is empty: label, scoreMaximum")
    submission = body.get(spec.CANVAS_SUBMISSION_TYPE) or {}
    if submission and submission.get("type") not in ("external_tool", "none"):
        raise ServiceRefusal(400, "Unsupported submission_type")
    launch_url = str(submission.get("external_tool_url") or "")
    if launch_url and urlsplit(launch_url).netloc != tool["domain"]:
        raise ServiceRefusal(400, "external_tool_url is not in the tool's domain")
    number = sandbox().store.insert(
        "lineitem",
        course_id=course_id,
        tool_id=tool["id"],
        item_id=_linked_item(course_id, str(body.get("resourceLinkId") or "")),
        own=0,
        label=str(body["label"]),
        maximum=maximum,
        tag=str(body.get("tag") or ""),
        resource_id=str(body.get("resourceId") or ""),
        launch_url=launch_url,
    )
    g.note = f"New column {body['label']}"
    return access.answer(_shown(tool, sandbox().get_lineitem(number)), spec.LINEITEM_TYPE, 201)


def _linked_item(course_id: int, link: str) -> int | None:
    if not link:
        return None
    item = sandbox().find_item_by_link(link)
    if item is None:
        raise ServiceRefusal(404, "The specified resource does not exist.")
    if item["course_id"] != course_id:
        raise ServiceRefusal(412, "The specified LTI link ID is not in the given course")
    return int(item["id"])


@blueprint.get("/line_items/<int:lineitem_id>")
def get_lineitem(course_id: int, lineitem_id: int) -> Response:
    """One column."""
    tool = access.require_tool(READ)
    g.note = "Columns read"
    return access.answer(_shown(tool, _lineitem(tool, course_id, lineitem_id)), spec.LINEITEM_TYPE)


@blueprint.put("/line_items/<int:lineitem_id>")
def put_lineitem(course_id: int, lineitem_id: int) -> Response:
    """Rename or re-point a column; what is left out stays."""
    tool = access.require_tool((spec.SCOPE_LINEITEM,))
    body = _body(spec.LINEITEM_TYPE)
    row = _lineitem(tool, course_id, lineitem_id)
    maximum = access.read_number(body.get("scoreMaximum", row["maximum"]))
    if maximum is None:
        raise ServiceRefusal(400, "scoreMaximum is not a number")
    sandbox().store.update(
        "lineitem",
        lineitem_id,
        label=str(body.get("label") or row["label"]),
        maximum=maximum,
        tag=str(body.get("tag", row["tag"])),
        resource_id=str(body.get("resourceId", row["resource_id"])),
    )
    return access.answer(_shown(tool, sandbox().get_lineitem(lineitem_id)), spec.LINEITEM_TYPE)


@blueprint.delete("/line_items/<int:lineitem_id>")
def delete_lineitem(course_id: int, lineitem_id: int) -> Response:
    """Only what AGS made may go; a link's own column is refused."""
    tool = access.require_tool((spec.SCOPE_LINEITEM,))
    row = _lineitem(tool, course_id, lineitem_id)
    if row["own"]:
        raise ServiceRefusal(401, "You do not have permission to delete this line item.")
    sandbox().delete_lineitem(lineitem_id)
    return Response(status=204)


@blueprint.post("/line_items/<int:lineitem_id>/scores")
def post_score(course_id: int, lineitem_id: int) -> Response:
    """One score."""
    tool = access.require_tool((spec.SCOPE_SCORE,))
    body = _body(spec.SCORE_TYPE)
    row = _lineitem(tool, course_id, lineitem_id)
    g.score = access.describe_score(row, body)
    g.note = f"{row['label']} · {take_canvas_score(sandbox(), row, body, sandbox().now())}"
    g.score["applied"] = 1
    url = f"{urls.lineitem_url(sandbox(), tool, row)}/results/{body['userId']}"
    return access.answer({"resultUrl": url}, "application/json; charset=utf-8")


@blueprint.get("/line_items/<int:lineitem_id>/results")
def list_results(course_id: int, lineitem_id: int) -> Response:
    """Results with teachers' changes, without comments."""
    tool = access.require_tool((spec.SCOPE_RESULT_READ,))
    g.note = "Results read"
    row = _lineitem(tool, course_id, lineitem_id)
    url = urls.lineitem_url(sandbox(), tool, row)
    results = sandbox().list_results(lineitem_id)
    if "user_id" in request.args:
        person = sandbox().find_by_sub(request.args["user_id"])
        if person is None or sandbox().role_in(course_id, person) != "student":
            raise ServiceRefusal(422, "User not found in course or is not a student")
        results = [result for result in results if result["person_id"] == person["id"]]
    results, headers = _paged(results, PAGE)
    subs = {person["id"]: person["uuid"] for person in sandbox().store.all("SELECT id, uuid FROM person")}
    shown: list[dict[str, Any]] = []
    for result in results:
        entry = {"id": f"{url}/results/{result['id']}", "scoreOf": url, "userId": subs[result["person_id"]]}
        if result["score"] is not None:
            entry |= {
                "resultScore": access.tidy(result["score"]),
                "resultMaximum": access.tidy(row["maximum"]),
            }
        shown.append(entry)
    return access.answer(shown, spec.RESULTS_TYPE, 200, headers)


@blueprint.get("/names_and_roles")
def list_members(course_id: int) -> Response:
    """The roster, at most 50 a page."""
    tool = access.require_tool((spec.SCOPE_NRPS,))
    course = _course(course_id)
    rlid = request.args.get("rlid", "")
    item = sandbox().find_item_by_link(rlid) if rlid and rlid != course["uuid"] else None
    if rlid and rlid != course["uuid"] and (item is None or item["course_id"] != course_id):
        raise ServiceRefusal(400, "Tool does not have access to rlid or rlid does not exist")
    people = sandbox().members_of(course_id)
    wanted = request.args.get("role")
    if wanted:
        people = [person for person in people if wanted in canvas_member_roles(person)]
    people, headers = _paged(people, MEMBERS_PAGE)
    plan = Plan(target_link_uri="", course_id=course_id) if rlid else None
    body = {
        "id": request.url,
        "context": {"id": course["uuid"], "label": course["label"], "title": course["title"]},
        "members": [_member(tool, person, plan) for person in people],
    }
    g.note = f"Roster: {len(people)} people"
    return access.answer(body, spec.MEMBERS_TYPE, 200, headers)


def _member(tool: Row, person: Row, plan: Plan | None) -> dict[str, Any]:
    member: dict[str, Any] = {
        "status": "Active",
        "user_id": person["uuid"],
        "lti11_legacy_user_id": person["uuid"].replace("-", ""),
        "roles": canvas_member_roles(person),
    }
    if not person["private"]:
        if tool["privacy"] in ("public", "name_only"):
            member |= {"name": person["name"], "given_name": person["given"], "family_name": person["family"]}
            member["lis_person_sourcedid"] = person["sourcedid"]
        if tool["privacy"] in ("public", "email_only") and person["email"]:
            member["email"] = person["email"]
        if tool["privacy"] == "public":
            member["picture"] = f"{sandbox().base_url}/static/avatar.svg"
    if plan is not None:
        custom = canvas_custom(sandbox(), tool, person, plan, {})
        member["message"] = [
            {
                spec.MESSAGE_TYPE: spec.RESOURCE_LINK_REQUEST,
                "locale": locale_of(person["username"]),
                spec.CUSTOM: custom,
            }
        ]
    return member
