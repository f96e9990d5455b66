"""The way back from a deep link: the tool's signed answer becomes links in the course."""

from dataclasses import dataclass
from typing import Any

import jwt
from flask import Blueprint, Response, make_response, render_template, request

from lti_tool.sandbox import spec
from lti_tool.sandbox.here import sandbox
from lti_tool.sandbox.services.access import read_number
from lti_tool.sandbox.services.token import tool_keys
from lti_tool.sandbox.store import Row

blueprint = Blueprint("deeplink", __name__)


class _Refused(Exception):
    """An answer that is not taken."""


@dataclass(frozen=True)
class _Taken:
    titles: list[str]
    troubles: list[str]
    message: str


@blueprint.post("/mod/lti/contentitem_return.php")
@blueprint.post("/deep_linking_response")
def take_answer() -> Response:
    """Check the tool's JWT and add what it names. The picking token in the address stands for the teacher."""
    picking = sandbox().store.one("SELECT * FROM picking WHERE token = ?", request.args.get("pick", ""))
    try:
        if picking is None:
            raise _Refused("This selection was never begun.")
        claims = _verified(picking)
        with sandbox().store.transaction():
            spent = sandbox().store.run("UPDATE picking SET used = 1 WHERE token = ? AND used = 0", picking["token"])
            if spent != 1:
                raise _Refused("This selection was sent before.")
            taken = _take(picking, claims)
    except _Refused as refusal:
        page = render_template("sandbox/picked.html", refused=str(refusal), course=None, taken=None)
        return make_response(page, 400)
    course = sandbox().find_course(picking["course_id"])
    sandbox().note_call(
        "deep linking", "POST", request.path, 200, "", f"{len(taken.titles)} links: {', '.join(taken.titles)}"
    )
    return make_response(render_template("sandbox/picked.html", refused="", course=course, taken=taken))


def _verified(picking: Row) -> dict[str, Any]:
    tool = sandbox().store.get("SELECT * FROM tool WHERE id = ?", picking["tool_id"])
    try:
        claims = tool_keys().verify(tool, request.form.get("JWT", ""), sandbox().base_url)
    except jwt.PyJWTError as error:
        raise _Refused(f"The tool's answer is not valid: {error}.") from error
    expected = {
        spec.MESSAGE_TYPE: spec.DEEP_LINKING_RESPONSE,
        spec.VERSION: "1.3.0",
        spec.DEPLOYMENT_ID: picking["deployment_id"],
    }
    for name, value in expected.items():
        if claims.get(name) != value:
            raise _Refused(f"The tool's answer has a wrong {name.rpartition('/')[2]}.")
    if not isinstance(claims.get("nonce"), str) or not claims["nonce"]:
        raise _Refused("The tool's answer has no nonce.")
    if not isinstance(claims.get(spec.DL_ITEMS, []), list):
        raise _Refused("The tool's content_items are not a list.")
    return claims


def _take(picking: Row, claims: dict[str, Any]) -> _Taken:
    titles: list[str] = []
    troubles: list[str] = []
    module = str(claims.get(spec.CANVAS_MODULE_NAME) or "New Content From App")
    items = claims.get(spec.DL_ITEMS, [])
    for item in items:
        if not isinstance(item, dict) or item.get("type") != "ltiResourceLink":
            troubles.append("An item that is not an ltiResourceLink was left out.")
            continue
        points, trouble = _points(item.get("lineItem"), alone=len(items) == 1)
        if trouble:
            troubles.append(f"{item.get('title') or 'An item'}: {trouble}")
        if trouble and (not sandbox().moodle or len(items) == 1):
            continue
        titles.append(_add(picking, item, points, module))
    message = claims.get(spec.DL_ERRORMSG) or claims.get(spec.DL_MSG) or ""
    return _Taken(titles, troubles, "" if sandbox().moodle else str(message))


def _points(line: Any, *, alone: bool) -> tuple[float | None, str]:
    """The maximum of the item's column and what is wrong with it. Moodle takes whole numbers 1..100 only."""
    if not isinstance(line, dict):
        return None, ""
    maximum = read_number(line.get("scoreMaximum"))
    if not sandbox().moodle:
        return (maximum, "") if maximum is not None else (None, "lineItem has no scoreMaximum.")
    if maximum is None or maximum != int(maximum) or not 1 <= maximum <= 100:
        what = "Invalid grade value. This must be an integer between 1 and 100."
        return None, what if alone else "added without a usable grade column."
    return maximum, ""


def _add(picking: Row, item: dict[str, Any], points: float | None, module: str) -> str:
    tool = sandbox().store.get("SELECT * FROM tool WHERE id = ?", picking["tool_id"])
    course = sandbox().store.get("SELECT * FROM course WHERE id = ?", picking["course_id"])
    found = item.get("lineItem")
    line: dict[str, Any] = found if isinstance(found, dict) else {}
    review = line.get("submissionReview") or {}
    moodle = sandbox().moodle
    label = "" if moodle else str(line.get("label") or "")
    target = (item.get("window") or {}).get("targetName")
    row = sandbox().add_item(
        course["label"],
        tool["client_id"],
        label or str(item.get("title") or tool["name"]),
        url=str(item.get("url") or ""),
        text=str(item.get("text") or ""),
        custom={key: _custom_text(value) for key, value in (item.get("custom") or {}).items()},
        points=points,
        tag=str(line.get("tag") or ""),
        resource_id=str(line.get("resourceId") or ""),
        module="Get ready" if moodle else module,
        new_window=target == "_blank" and not moodle,
        published=moodle or points is None,
        due="" if moodle else str((item.get("submission") or {}).get("endDateTime") or ""),
        review_url=str(review.get("url") or ""),
        review_custom=dict(review.get("custom") or {}),
    )
    return str(row["title"])


def _custom_text(value: object) -> str:
    return "1" if value is True else "" if value in (None, False) else str(value)
