"""Claims in the shape of Canvas: one hour, UUID `sub`, azp, placement, institution roles."""

from datetime import datetime
from typing import Any

from lti_tool.sandbox import spec, urls
from lti_tool.sandbox.messages.custom import canvas_custom
from lti_tool.sandbox.messages.plan import Plan
from lti_tool.sandbox.messages.roles import launch_roles
from lti_tool.sandbox.people import locale_of
from lti_tool.sandbox.state import Sandbox
from lti_tool.sandbox.store import Row

Claims = dict[str, Any]
COURSE_OFFERING = "http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"


def canvas_claims(sandbox: Sandbox, tool: Row, person: Row, plan: Plan, moment: datetime) -> Claims:
    """Everything of the token except the nonce."""
    course = sandbox.find_course(plan.course_id) if plan.course_id else None
    context = _context(sandbox, course)
    issued = int(moment.timestamp())
    claims: Claims = {
        "iat": issued,
        "exp": issued + 3600,
        "iss": sandbox.base_url,
        "aud": tool["client_id"],
        "azp": tool["client_id"],
        "sub": sandbox.sub_of(person),
        "locale": locale_of(person["username"]),
        spec.DEPLOYMENT_ID: sandbox.deployment_for(tool, plan.course_id),
        spec.TARGET_LINK_URI: plan.target_link_uri,
        spec.MESSAGE_TYPE: plan.message,
        spec.VERSION: "1.3.0",
        spec.ROLES: launch_roles(sandbox, person, plan.course_id),
        spec.CONTEXT: context,
        spec.TOOL_PLATFORM: {
            "guid": f"{sandbox.setting('guid')}:canvas-lms",
            "name": sandbox.settings.name,
            "version": "cloud",
            "product_family_code": "canvas",
        },
        spec.LAUNCH_PRESENTATION: _presentation(sandbox, person, plan),
        spec.CUSTOM: canvas_custom(sandbox, tool, person, plan, _link_custom(sandbox, plan)),
        spec.LEGACY_USER_ID: person["uuid"].replace("-", ""),
        spec.LTI1P1: {"user_id": person["uuid"].replace("-", "")},
        spec.CANVAS_PLACEMENT: plan.placement,
    }
    claims |= _person(sandbox, tool, person)
    if plan.for_user is not None:
        claims[spec.FOR_USER] = {"user_id": _uuid(sandbox, plan.for_user)}
    if plan.message == spec.DEEP_LINKING_REQUEST:
        claims[spec.DL_SETTINGS] = _deep_linking(sandbox, plan)
    elif plan.message != spec.DATA_PRIVACY_REQUEST:
        claims[spec.RESOURCE_LINK] = _resource_link(sandbox, tool, plan, context["id"])
    if course is not None:
        claims |= _services(sandbox, tool, course, plan)
    return claims


def _uuid(sandbox: Sandbox, person_id: int) -> str:
    return str(sandbox.store.get("SELECT uuid FROM person WHERE id = ?", person_id)["uuid"])


def _context(sandbox: Sandbox, course: Row | None) -> Claims:
    if course is None:
        return {
            "id": (sandbox.setting("guid") or "") + "00000000",
            "label": "RU",
            "title": sandbox.settings.name,
            "type": ["Account"],
        }
    return {
        "id": course["uuid"],
        "label": course["label"],
        "title": course["title"],
        "type": [COURSE_OFFERING],
    }


def _link_custom(sandbox: Sandbox, plan: Plan) -> dict[str, str]:
    return dict(sandbox.get_item(plan.item_id)["custom"]) if plan.item_id else {}


def _presentation(sandbox: Sandbox, person: Row, plan: Plan) -> Claims:
    back = f"{sandbox.base_url}/courses/{plan.course_id}" if plan.course_id else f"{sandbox.base_url}/"
    if plan.message == spec.DEEP_LINKING_REQUEST:
        back = f"{back}/add/cancelled"
    return {"document_target": plan.document_target, "return_url": back, "locale": locale_of(person["username"])}


def _person(sandbox: Sandbox, tool: Row, person: Row) -> Claims:
    claims: Claims = {}
    if person["private"]:
        return claims
    if tool["privacy"] in ("public", "name_only"):
        claims |= {
            "name": person["name"],
            "given_name": person["given"],
            "family_name": person["family"],
            spec.LIS: {
                "person_sourcedid": person["sourcedid"] or "$Person.sourcedId",
                "course_offering_sourcedid": "$CourseSection.sourcedId",
            },
        }
    if tool["privacy"] in ("public", "email_only") and person["email"]:
        claims["email"] = person["email"]
    if tool["privacy"] == "public":
        claims["picture"] = f"{sandbox.base_url}/static/avatar.svg"
        if person["kind"] == "observer":
            claims[spec.ROLE_SCOPE_MENTOR] = [sandbox.sub_of(sandbox.get_person("amara.okafor"))]
    return claims


def _deep_linking(sandbox: Sandbox, plan: Plan) -> Claims:
    return {
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_multiple": plan.accept_multiple,
        "accept_lineitem": True,
        "auto_create": plan.accept_multiple,
        "deep_link_return_url": f"{sandbox.base_url}/deep_linking_response?pick={plan.picking}",
    }


def _resource_link(sandbox: Sandbox, tool: Row, plan: Plan, context_id: str) -> Claims:
    """A launch without an activity says the context's id as the resource link's."""
    if plan.item_id is None:
        return {"id": context_id, "title": tool["name"], "description": ""}
    item = sandbox.get_item(plan.item_id)
    return {"id": item["uuid"], "title": item["title"], "description": item["text"]}


def _services(sandbox: Sandbox, tool: Row, course: Row, plan: Plan) -> Claims:
    claims: Claims = {}
    scopes = [scope for scope in spec.AGS_SCOPES if scope in tool["scopes"]]
    if scopes:
        endpoint: Claims = {"scope": scopes, "lineitems": urls.lineitems_url(sandbox, tool, course["id"])}
        if plan.item_id is not None:
            own = sandbox.store.one("SELECT * FROM lineitem WHERE item_id = ? AND own = 1", plan.item_id)
            if own is not None:
                endpoint["lineitem"] = urls.lineitem_url(sandbox, tool, own)
        claims[spec.AGS] = endpoint
    if spec.SCOPE_NRPS in tool["scopes"]:
        claims[spec.NRPS] = {
            "context_memberships_url": urls.memberships_url(sandbox, tool, course["id"]),
            "service_versions": ["2.0"],
        }
    return claims
