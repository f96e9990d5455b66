"""Claims in the shape of Moodle 4.5: 60 seconds, numeric `sub`, short context type, exact `lineitem` rules."""

import re
import secrets
from datetime import datetime
from typing import Any

from lti_tool.sandbox import spec, urls
from lti_tool.sandbox.messages.custom import moodle_custom
from lti_tool.sandbox.messages.plan import Plan
from lti_tool.sandbox.messages.roles import launch_roles
from lti_tool.sandbox.people import locale_of
from lti_tool.sandbox.state import Sandbox
from lti_tool.sandbox.store import Row

Claims = dict[str, Any]


def moodle_claims(sandbox: Sandbox, tool: Row, person: Row, plan: Plan, moment: datetime) -> Claims:
    """Everything of the token except the nonce."""
    course = sandbox.find_course(plan.course_id) if plan.course_id else None
    issued = int(moment.timestamp())
    claims: Claims = {
        "iat": issued,
        "exp": issued + 60,
        "iss": sandbox.base_url,
        "aud": tool["client_id"],
        "sub": sandbox.sub_of(person),
        spec.DEPLOYMENT_ID: sandbox.deployment_for(tool, plan.course_id),
        spec.TARGET_LINK_URI: plan.target_link_uri,
        spec.MESSAGE_TYPE: plan.message,
        spec.VERSION: "1.3.0",
        spec.LIS: {
            "person_sourcedid": person["sourcedid"],
            "course_section_sourcedid": course["label"].replace(" ", "-") if course else "",
        },
        spec.ROLES: launch_roles(sandbox, person, plan.course_id),
        spec.CONTEXT: _context(sandbox, course),
        spec.EXT: {"user_username": person["username"], "lms": "moodle-2"},
        spec.TOOL_PLATFORM: {
            "product_family_code": "moodle",
            "version": "2024100705.01",
            "guid": sandbox.setting("guid"),
            "name": "RU",
            "description": sandbox.settings.name,
        },
        spec.CUSTOM: moodle_custom(sandbox, tool, person, plan, _link_custom(sandbox, plan)),
    }
    claims |= _person(tool, person) | _presentation(sandbox, person, plan)
    if plan.for_user is not None:
        claims[spec.FOR_USER] = {"user_id": str(plan.for_user)}
    if plan.item_id is not None:
        claims[spec.RESOURCE_LINK] = _resource_link(sandbox, plan.item_id)
    elif plan.message == spec.RESOURCE_LINK_REQUEST:
        claims[spec.RESOURCE_LINK] = {"title": tool["name"], "description": "", "id": "0"}
    if course is not None:
        claims |= _services(sandbox, tool, course, plan)
    return claims


def _context(sandbox: Sandbox, course: Row | None) -> Claims:
    if course is None:
        return {"id": "1", "label": "RU", "title": sandbox.settings.name, "type": ["CourseSection"]}
    return {
        "id": str(course["id"]),
        "label": course["label"],
        "title": course["title"],
        "type": ["CourseSection"],
    }


def _link_custom(sandbox: Sandbox, plan: Plan) -> dict[str, str]:
    custom: dict[str, str] = dict(sandbox.get_item(plan.item_id)["custom"]) if plan.item_id else {}
    if plan.review_lineitem is not None:
        custom |= sandbox.get_lineitem(plan.review_lineitem)["review_custom"]
    return custom


def _person(tool: Row, person: Row) -> Claims:
    claims: Claims = {}
    if person["private"]:
        return claims
    if tool["privacy"] in ("public", "name_only"):
        claims |= {"given_name": person["given"], "family_name": person["family"], "name": person["name"]}
    if tool["privacy"] in ("public", "email_only"):
        claims["email"] = person["email"]
    return claims


def _presentation(sandbox: Sandbox, person: Row, plan: Plan) -> Claims:
    if plan.message == spec.DEEP_LINKING_REQUEST:
        return {
            spec.LAUNCH_PRESENTATION: {"locale": locale_of(person["username"])},
            spec.DL_SETTINGS: {
                "accept_types": ["ltiResourceLink"],
                "accept_presentation_document_targets": ["frame", "iframe", "window"],
                "accept_copy_advice": False,
                "accept_multiple": plan.accept_multiple,
                "accept_unsigned": False,
                "auto_create": False,
                "can_confirm": False,
                "deep_link_return_url": (f"{sandbox.base_url}/mod/lti/contentitem_return.php?pick={plan.picking}"),
                "title": "Internship Prep",
                "text": "",
            },
        }
    back = f"{sandbox.base_url}/mod/lti/return.php?course={plan.course_id or 1}&launch_container=3"
    return {
        spec.LAUNCH_PRESENTATION: {
            "locale": locale_of(person["username"]),
            "document_target": plan.document_target,
            "return_url": f"{back}&instanceid={plan.item_id or 0}&sesskey={secrets.token_urlsafe(8)}",
        }
    }


def _resource_link(sandbox: Sandbox, item_id: int) -> Claims:
    item = sandbox.get_item(item_id)
    return {
        "title": item["title"],
        "description": re.sub(r"<[^>]*>", "", item["text"]),
        "id": str(item["id"]),
    }


def granted_ags_scopes(tool: Row) -> list[str]:
    """Moodle's setting: full with `lineitem`, grades only with any other grade scope, else none."""
    if spec.SCOPE_LINEITEM in tool["scopes"]:
        return list(spec.AGS_SCOPES)
    if any(scope in tool["scopes"] for scope in spec.AGS_SCOPES):
        return [spec.SCOPE_LINEITEM_READ, spec.SCOPE_RESULT_READ, spec.SCOPE_SCORE]
    return []


def _services(sandbox: Sandbox, tool: Row, course: Row, plan: Plan) -> Claims:
    claims: Claims = {}
    scopes = granted_ags_scopes(tool)
    if scopes:
        endpoint: Claims = {
            "scope": scopes,
            "lineitems": urls.lineitems_url(sandbox, tool, course["id"]),
        }
        if plan.item_id is not None:
            endpoint |= _lineitem(sandbox, tool, plan.item_id)
        claims[spec.AGS] = endpoint
    has_link = any(item["tool_id"] == tool["id"] for item in sandbox.list_items(course["id"]))
    if spec.SCOPE_NRPS in tool["scopes"] and has_link:
        claims[spec.NRPS] = {
            "context_memberships_url": urls.memberships_url(sandbox, tool, course["id"]),
            "service_versions": ["1.0", "2.0"],
        }
    return claims


def _lineitem(sandbox: Sandbox, tool: Row, item_id: int) -> Claims:
    """The `lineitem` member: only with exactly one column; "" once the activity's own column is deleted."""
    columns = sandbox.store.all("SELECT * FROM lineitem WHERE item_id = ?", item_id)
    if len(columns) == 1:
        return {"lineitem": urls.lineitem_url(sandbox, tool, columns[0])}
    if not columns and sandbox.get_item(item_id)["graded"]:
        return {"lineitem": ""}
    return {}
