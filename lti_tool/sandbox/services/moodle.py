"""AGS and NRPS at Moodle's addresses with Moodle's rules."""

import html
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, g, request

from lti_tool.sandbox import spec, urls
from lti_tool.sandbox.here import sandbox
from lti_tool.sandbox.messages.roles import moodle_member_roles
from lti_tool.sandbox.services import access
from lti_tool.sandbox.services.access import ServiceRefusal
from lti_tool.sandbox.services.moodle_scores import take_moodle_score
from lti_tool.sandbox.services.watching import watch
from lti_tool.sandbox.store import Row
from lti_tool.sandbox.times import to_text

blueprint = Blueprint("moodle_services", __name__, url_prefix="/mod/lti/services.php")
watch(blueprint, "service")

READ = (spec.SCOPE_LINEITEM, spec.SCOPE_LINEITEM_READ)


@blueprint.before_request
def _only_by_these_rules() -> None:
    if not sandbox().moodle:
        abort(404)


def _tool(scopes: tuple[str, ...], accept: str, *, any_accept: bool = True) -> Row:
    """The calling tool; a GET's Accept is matched exactly, type_id must be the tool's own when it is sent."""
    given = request.headers.get("Accept", "")
    if request.method == "GET" and given != accept and not (any_accept and given in ("", "*/*")):
        raise ServiceRefusal(400, f"No handler found for {request.path} with content type {given}")
    tool = access.require_tool(scopes)
    if request.args.get("type_id", str(tool["id"])) != str(tool["id"]):
        raise ServiceRefusal(401, "Access token does not belong to this tool type")
    return tool


def _body(media_type: str) -> dict[str, Any]:
    if access.content_type() != media_type:
        raise ServiceRefusal(400, f"No handler found with content type {access.content_type()}")
    return access.read_body()


def _course(course_id: int) -> Row:
    course = sandbox().find_course(course_id)
    if course is None:
        raise ServiceRefusal(404, f"Not Found: Course {course_id} doesn't exist.")
    return course


def _lineitem(tool: Row, course_id: int, lineitem_id: int) -> Row:
    row = sandbox().store.one("SELECT * FROM lineitem WHERE id = ? AND course_id = ?", lineitem_id, course_id)
    if row is None:
        raise ServiceRefusal(404, f"Not Found: Grade item {lineitem_id} doesn't exist")
    if row["tool_id"] != tool["id"]:
        raise ServiceRefusal(403, "The grade item belongs to another tool")
    return row


def _shown(tool: Row, row: Row) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": urls.lineitem_url(sandbox(), tool, row),
        "label": row["label"],
        "scoreMaximum": access.tidy(row["maximum"]),
        "resourceId": row["resource_id"],
        "tag": row["tag"],
    }
    if row["item_id"] is not None:
        shown["resourceLinkId"] = str(row["item_id"])
    if row["review_url"]:
        shown["submissionReview"] = {"url": row["review_url"], "custom": row["review_custom"]}
    return shown


@blueprint.get("/<int:course_id>/lineitems")
def list_lineitems(course_id: int) -> Response:
    """Columns of this tool. With `limit` the Link header is broken, as Moodle's is."""
    tool = _tool(READ, spec.LINEITEMS_TYPE, any_accept=False)
    g.note = "Columns read"
    rows = [row for row in sandbox().list_lineitems(_course(course_id)["id"]) if row["tool_id"] == tool["id"]]
    for argument, column in (("tag", "tag"), ("resource_id", "resource_id"), ("resource_link_id", "item_id")):
        wanted = request.args.get(argument)
        if wanted:
            rows = [row for row in rows if str(row[column]) == wanted]
    headers: dict[str, str] = {}
    limit = access.read_count("limit", 0)
    if limit:
        offset = access.read_count("from", 0)
        rows, more = access.page_of(rows, limit, offset)
        if more:
            query = f"type_id={tool['id']}&limit={limit}&from={offset + limit}"
            broken = html.escape(html.escape(f"{request.base_url}?{query}"))
            headers["Link"] = f"<{broken}>; rel=\u201cnext\u201d".encode().decode("latin-1")
    return access.answer([_shown(tool, row) for row in rows], spec.LINEITEMS_TYPE, 200, headers)


@blueprint.post("/<int:course_id>/lineitems")
def create_lineitem(course_id: int) -> Response:
    """A new column, every time: nothing is recognised as the same."""
    tool = _tool((spec.SCOPE_LINEITEM,), spec.LINEITEM_TYPE)
    body = _body(spec.LINEITEM_TYPE)
    maximum = access.read_number(body.get("scoreMaximum"))
    if "label" not in body or maximum is None:
        raise ServiceRefusal(400, "No label or Score Maximum")
    link = str(body.get("resourceLinkId") or "")
    item = sandbox().find_item_by_link(link) if link else None
    if link and (item is None or item["course_id"] != course_id or item["tool_id"] != tool["id"]):
        raise ServiceRefusal(403, "The resource link does not belong to this tool")
    number = sandbox().store.insert(
        "lineitem",
        course_id=_course(course_id)["id"],
        tool_id=tool["id"],
        item_id=item["id"] if item else None,
        own=0,
        label=str(body["label"]),
        maximum=maximum,
        tag=str(body.get("tag") or ""),
        resource_id=str(body.get("resourceId") or ""),
    )
    g.note = f"New column {body['label']}"
    url = urls.lineitem_url(sandbox(), tool, sandbox().get_lineitem(number))
    return access.answer({**body, "id": url}, spec.LINEITEM_TYPE, 201)


@blueprint.get("/<int:course_id>/lineitems/<int:lineitem_id>/lineitem")
def get_lineitem(course_id: int, lineitem_id: int) -> Response:
    """One column."""
    tool = _tool(READ, spec.LINEITEM_TYPE)
    g.note = "Columns read"
    return access.answer(_shown(tool, _lineitem(tool, course_id, lineitem_id)), spec.LINEITEM_TYPE)


@blueprint.put("/<int:course_id>/lineitems/<int:lineitem_id>/lineitem")
def put_lineitem(course_id: int, lineitem_id: int) -> Response:
    """Replace a column: what is left out is erased; a new maximum of an own column zeroes the ungraded."""
    tool = _tool((spec.SCOPE_LINEITEM,), spec.LINEITEM_TYPE)
    body = _body(spec.LINEITEM_TYPE)
    row = _lineitem(tool, course_id, lineitem_id)
    maximum = access.read_number(body.get("scoreMaximum"))
    if not body.get("label") or maximum is None:
        raise ServiceRefusal(400, "No label or Score Maximum")
    review = body.get("submissionReview") or {}
    with sandbox().store.transaction():
        sandbox().store.update(
            "lineitem",
            lineitem_id,
            label=str(body["label"]),
            maximum=maximum,
            tag=str(body.get("tag") or ""),
            resource_id=str(body.get("resourceId") or ""),
            review_url=str(review.get("url") or ""),
            review_custom=dict(review.get("custom") or {}),
        )
        if row["own"] and maximum != row["maximum"]:
            _zero_ungraded(row)
    changed = sandbox().get_lineitem(lineitem_id)
    return access.answer(_shown(tool, changed), spec.LINEITEM_TYPE)


def _zero_ungraded(row: Row) -> None:
    for person in sandbox().members_of(row["course_id"]):
        found = sandbox().find_result(row["id"], person["id"])
        if person["role"] == "student" and (found is None or found["score"] is None):
            moment = to_text(sandbox().now())
            sandbox().write_result(row["id"], person["id"], score=0.0, stamp=moment, changed_at=moment)


@blueprint.delete("/<int:course_id>/lineitems/<int:lineitem_id>/lineitem")
def delete_lineitem(course_id: int, lineitem_id: int) -> Response:
    """Remove any column, an activity's own too."""
    tool = _tool((spec.SCOPE_LINEITEM,), spec.LINEITEM_TYPE)
    sandbox().delete_lineitem(_lineitem(tool, course_id, lineitem_id)["id"])
    return Response(status=204)


@blueprint.post("/<int:course_id>/lineitems/<int:lineitem_id>/lineitem/scores")
def post_score(course_id: int, lineitem_id: int) -> Response:
    """One score; 200 with an empty body."""
    tool = _tool((spec.SCOPE_SCORE,), spec.SCORE_TYPE)
    body = _body(spec.SCORE_TYPE)
    row = _lineitem(tool, course_id, lineitem_id)
    g.score = access.describe_score(row, body)
    g.note = f"{row['label']} · {take_moodle_score(sandbox(), row, body, sandbox().now())}"
    g.score["applied"] = 1
    return Response(status=200)


@blueprint.get("/<int:course_id>/lineitems/<int:lineitem_id>/lineitem/results")
def list_results(course_id: int, lineitem_id: int) -> Response:
    """Results of a column, all in one page; `limit` is a page that is not found."""
    tool = _tool((spec.SCOPE_RESULT_READ,), spec.RESULTS_TYPE)
    g.note = "Results read"
    row = _lineitem(tool, course_id, lineitem_id)
    if "limit" in request.args:
        abort(404)
    wanted = request.args.get("user_id")
    url = urls.lineitem_url(sandbox(), tool, row)
    before, _, query = url.partition("?")
    shown: list[dict[str, Any]] = []
    for result in sandbox().list_results(lineitem_id):
        if wanted and str(result["person_id"]) != wanted:
            continue
        if result["score"] is None and not result["comment"]:
            continue
        entry: dict[str, Any] = {
            "id": f"{before}/results?{query}&user_id={result['person_id']}",
            "userId": str(result["person_id"]),
        }
        if result["score"] is not None:
            entry |= {
                "resultScore": access.tidy(result["score"]),
                "resultMaximum": access.tidy(row["maximum"]),
                "comment": result["comment"],
                "scoreOf": url,
                "timestamp": result["changed_at"],
            }
        shown.append(entry)
    return access.answer(shown, spec.RESULTS_TYPE)


@blueprint.get("/CourseSection/<int:course_id>/bindings/<int:tool_id>/memberships")
def list_members(course_id: int, tool_id: int) -> Response:
    """The roster: one page unless `limit`; the next link keeps rlid and drops role."""
    given = request.headers.get("Accept", "")
    if given not in (spec.MEMBERS_TYPE, "*/*", ""):
        raise ServiceRefusal(400, f"No handler found for {request.path} with content type {given}")
    tool = access.require_tool((spec.SCOPE_NRPS,))
    if tool["id"] != tool_id:
        raise ServiceRefusal(401, "Access token does not belong to this tool type")
    course = _course(course_id)
    rlid = request.args.get("rlid", "")
    item = sandbox().find_item_by_link(rlid) if rlid else None
    if rlid and (item is None or item["course_id"] != course_id):
        raise ServiceRefusal(404, "The resource link does not exist")
    wanted = request.args.get("role", "").rpartition("#")[2]
    people = sandbox().members_of(course_id)
    if wanted in ("Learner", "Instructor"):
        people = [person for person in people if moodle_member_roles(person) == [wanted]]
    headers: dict[str, str] = {}
    limit = access.read_count("limit", 0)
    if limit:
        offset = access.read_count("from", 0)
        people, more = access.page_of(people, limit, offset)
        if more:
            query = urlencode({"limit": limit, "from": offset + limit} | ({"rlid": rlid} if rlid else {}))
            headers["Link"] = f'<{request.base_url}?{query}>; rel="next"'
    body = {
        "id": request.url,
        "context": {"id": str(course["id"]), "label": course["label"], "title": course["title"]},
        "members": [_member(tool, person, item) for person in people],
    }
    g.note = f"Roster: {len(people)} people"
    return access.answer(body, spec.MEMBERS_TYPE, 200, headers)


def _member(tool: Row, person: Row, item: Row | None) -> dict[str, Any]:
    member: dict[str, Any] = {
        "status": "Active",
        "roles": moodle_member_roles(person),
        "user_id": str(person["id"]),
        "lis_person_sourcedid": person["sourcedid"],
    }
    if not person["private"]:
        if tool["privacy"] in ("public", "name_only"):
            member |= {key: person[own] for key, own in _NAMES.items()}
        if tool["privacy"] in ("public", "email_only"):
            member["email"] = person["email"]
        member["ext_user_username"] = person["username"]
    if item is not None:
        member["message"] = [{spec.MESSAGE_TYPE: spec.RESOURCE_LINK_REQUEST}]
    return member


_NAMES = {"name": "name", "given_name": "given", "family_name": "family"}
