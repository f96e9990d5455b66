"""Dynamic registration (LTI-DR 1.0): configuration, single-use token, both LMSs' checks."""

import re
import sqlite3
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import jwt
from flask import Blueprint, Response, g, request

from lti_tool.sandbox import spec
from lti_tool.sandbox.here import sandbox
from lti_tool.sandbox.services.access import ServiceRefusal, answer
from lti_tool.sandbox.services.watching import watch
from lti_tool.sandbox.state import Sandbox
from lti_tool.sandbox.times import now

blueprint = Blueprint("registration", __name__)
watch(blueprint, "registration", suffers=False)

CANVAS = "https://canvas.instructure.com/lti/"
CANVAS_PLACEMENTS = (
    "course_navigation",
    "account_navigation",
    "link_selection",
    "assignment_selection",
    "module_index_menu_modal",
    "module_menu_modal",
    "course_assignments_menu",
)
_STANDARD_PLACEMENTS = {"ContentArea": "link_selection", "RichTextEditor": "editor_button"}


def issue_registration_token(state: Sandbox) -> str:
    """A token for one registration within an hour; its `sub` is the future client id."""
    moment = int(now().timestamp())
    return state.sign(
        {
            "iss": state.base_url,
            "aud": state.base_url,
            "sub": state.new_client_id(),
            "scope": "reg",
            "iat": moment,
            "exp": moment + int(timedelta(hours=1).total_seconds()),
        }
    )


@blueprint.get("/.well-known/openid-configuration")
def openid_configuration() -> Response:
    """What the tool reads before it registers."""
    g.note = "Platform configuration read"
    base = sandbox().base_url
    body = {
        "issuer": base,
        "authorization_endpoint": base + "/lti/auth",
        "token_endpoint": base + "/lti/token",
        "jwks_uri": base + "/lti/jwks",
        "registration_endpoint": base + "/lti/registrations",
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", *spec.ALL_SCOPES],
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
        spec.PLATFORM_CONFIGURATION: _moodle_platform() if sandbox().moodle else _canvas_platform(),
    }
    return answer(body, "application/json; charset=utf-8")


def _moodle_platform() -> dict[str, Any]:
    return {
        "product_family_code": "moodle",
        "version": "4.5.5+ (Build: 20250613)",
        "messages_supported": [
            {"type": spec.RESOURCE_LINK_REQUEST},
            {"type": spec.DEEP_LINKING_REQUEST, "placements": ["ContentArea"]},
        ],
        "variables": ["User.id", "User.username", "Person.name.full", "CourseSection.timeFrame.begin"],
    }


def _canvas_platform() -> dict[str, Any]:
    prefixed = [CANVAS + name for name in CANVAS_PLACEMENTS]
    return {
        "product_family_code": "canvas",
        "version": "OpenSource",
        "messages_supported": [
            {"type": spec.RESOURCE_LINK_REQUEST, "placements": prefixed[:2]},
            {"type": spec.DEEP_LINKING_REQUEST, "placements": [*prefixed[2:], "ContentArea"]},
        ],
        "notice_types_supported": [],
        "variables": ["Canvas.user.id", "Canvas.course.id", "com.instructure.User.student_view"],
        CANVAS + "account_name": sandbox().settings.name,
        CANVAS + "account_lti_guid": f"{sandbox().setting('guid')}:canvas-lms",
        CANVAS + "account_domain": urlsplit(sandbox().base_url).netloc,
    }


@blueprint.post("/lti/registrations")
def register() -> Response:
    """Connect the tool that holds a registration token. Refusals are plain text."""
    try:
        client_id = _client_id()
        asked = request.get_json(force=True, silent=True)
        if not isinstance(asked, dict):
            raise ServiceRefusal(400, "invalid_client_metadata")
        tool = asked.get(spec.TOOL_CONFIGURATION)
        tool = tool if isinstance(tool, dict) else {}
        _check(asked, tool)
        with sandbox().store.transaction():
            _spend(client_id)
            body = _connect(client_id, asked, tool)
    except ServiceRefusal as refusal:
        g.note = refusal.reason
        return Response(refusal.reason, refusal.status, content_type="text/plain; charset=utf-8")
    g.note = f"{asked['client_name']} registered"
    return answer(body, "application/json; charset=utf-8")


def _client_id() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise ServiceRefusal(401, "missing_registration_token")
    try:
        claims = sandbox().verify_own(token, sandbox().base_url)
    except jwt.PyJWTError as error:
        raise ServiceRefusal(401, "invalid_registration_token") from error
    if claims.get("scope") != "reg":
        raise ServiceRefusal(401, "invalid_registration_token")
    return str(claims["sub"])


def _spend(client_id: str) -> None:
    try:
        sandbox().store.insert("registration_token", client_id=client_id)
    except sqlite3.IntegrityError as error:
        raise ServiceRefusal(401, "token_already_used") from error


def _check(asked: dict[str, Any], tool: dict[str, Any]) -> None:
    for name in ("response_types", "initiate_login_uri", "redirect_uris", "client_name", "jwks_uri"):
        if not asked.get(name):
            raise ServiceRefusal(400, f"missing required attribute {name}")
    expected = {"token_endpoint_auth_method": "private_key_jwt", "application_type": "web"}
    for name, value in expected.items():
        if asked.get(name, "web" if name == "application_type" else None) != value:
            raise ServiceRefusal(400, f"invalid_client_metadata {name}")
    if "id_token" not in asked["response_types"] or not isinstance(asked["redirect_uris"], list):
        raise ServiceRefusal(400, "invalid_client_metadata response_types or redirect_uris")
    if not tool.get("domain"):
        raise ServiceRefusal(400, "missing_domain")
    target = str(tool.get("target_link_uri") or f"https://{tool['domain']}")
    if urlsplit(target).netloc != tool["domain"]:
        raise ServiceRefusal(400, "domain_targetlinkuri_mismatch")
    if not sandbox().moodle:
        _check_canvas(asked, tool)


def _check_canvas(asked: dict[str, Any], tool: dict[str, Any]) -> None:
    if sorted(asked.get("grant_types") or []) != ["client_credentials", "implicit"]:
        raise ServiceRefusal(400, "grant_types must be client_credentials, implicit")
    unknown = [scope for scope in str(asked.get("scope", "")).split() if scope not in spec.ALL_SCOPES]
    if unknown:
        raise ServiceRefusal(400, f"Invalid scopes: {', '.join(unknown)}")
    if not tool.get("target_link_uri") or not isinstance(tool.get("messages"), list):
        raise ServiceRefusal(400, "target_link_uri and messages are required")


def _connect(client_id: str, asked: dict[str, Any], tool: dict[str, Any]) -> dict[str, Any]:
    target = str(tool.get("target_link_uri") or f"https://{tool['domain']}")
    messages = [message for message in tool.get("messages") or [] if isinstance(message, dict)]
    deep_link = next(
        (message.get("target_link_uri") for message in messages if message.get("type") == "LtiDeepLinkingRequest"),
        None,
    )
    registered = sandbox().register_tool(
        client_id=client_id,
        name=re.sub(r"<[^>]*>", "", str(asked["client_name"])),
        description=str(tool.get("description") or ""),
        initiate_login_uri=str(asked["initiate_login_uri"]),
        redirect_uris=[str(uri) for uri in asked["redirect_uris"]],
        target_link_uri=target,
        deep_link_uri=str(deep_link or target),
        jwks_uri=str(asked["jwks_uri"]),
        domain=str(tool["domain"]),
        logo_uri=str(asked.get("logo_uri") or ""),
        scopes=[scope for scope in str(asked.get("scope", "")).split() if scope in spec.ALL_SCOPES],
        custom={key: str(value) for key, value in (tool.get("custom_parameters") or {}).items()},
        placements=_placements(messages),
        privacy=_privacy(tool),
        active=not sandbox().moodle,
    )
    body = {**asked, "client_id": client_id}
    if sandbox().moodle:
        body[spec.TOOL_CONFIGURATION] = {**tool, "deployment_id": registered.deployment_id}
    else:
        body[CANVAS + "registration_config_url"] = f"{sandbox().base_url}/admin"
    return {**body, "deployment_id": registered.deployment_id}


def _placements(messages: list[dict[str, Any]]) -> list[str]:
    """Known placements; a message without any becomes link_selection."""
    if sandbox().moodle:
        return ["link_selection"]
    found: list[str] = []
    for message in messages:
        for placement in message.get("placements") or ["ContentArea"]:
            name = _STANDARD_PLACEMENTS.get(placement, str(placement).removeprefix(CANVAS))
            if name in CANVAS_PLACEMENTS and name not in found:
                found.append(name)
    return found


def _privacy(tool: dict[str, Any]) -> str:
    level = tool.get(spec.CANVAS_PRIVACY)
    if not sandbox().moodle and level in ("public", "name_only", "email_only", "anonymous"):
        return str(level)
    claims = set(tool.get("claims") or [])
    names, email = bool(claims & {"name", "given_name", "family_name"}), "email" in claims
    if names and email:
        return "public"
    return "name_only" if names else "email_only" if email else "anonymous"
