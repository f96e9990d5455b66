"""The messages that the platform sends through the browser."""

import json
import secrets
from datetime import datetime
from typing import Any

import jwt

from lti_tool.sandbox.messages.canvas import canvas_claims
from lti_tool.sandbox.messages.moodle import moodle_claims
from lti_tool.sandbox.messages.plan import Plan, plan_of
from lti_tool.sandbox.spec import DEEP_LINKING_REQUEST, RESOURCE_LINK_REQUEST
from lti_tool.sandbox.state import Sandbox
from lti_tool.sandbox.state.base import as_json
from lti_tool.sandbox.store import Row
from lti_tool.sandbox.times import now, to_text


def begin_launch(sandbox: Sandbox, tool: Row, person: Row, plan: Plan) -> dict[str, str]:
    """Remember a launch; the fields of the third-party login request (Core §5, Security §5.1.1.1)."""
    token = secrets.token_urlsafe(16)
    sandbox.store.insert(
        "launch",
        token=token,
        person_id=person["id"],
        tool_id=tool["id"],
        plan=plan.as_json(),
        created_at=to_text(now()),
    )
    fields = {
        "iss": sandbox.base_url,
        "target_link_uri": plan.target_link_uri,
        "login_hint": sandbox.sub_of(person),
        "lti_message_hint": _hint(sandbox, plan, token),
        "client_id": tool["client_id"],
        "lti_deployment_id": sandbox.deployment_for(tool, plan.course_id),
    }
    if not sandbox.moodle:
        fields |= {
            "canvas_environment": "prod",
            "canvas_region": "not_configured",
            "lti_storage_target": "post_message_forwarding",
        }
    return fields


def _hint(sandbox: Sandbox, plan: Plan, token: str) -> str:
    if sandbox.moodle:
        body: dict[str, object] = {} if plan.item_id is None else {"cmid": plan.item_id}
        return as_json({**body, "launchid": f"ltilaunch_{token}"})
    claims = {"verifier": token, "canvas_domain": sandbox.base_url.split("//")[1], "context_type": "Course"}
    return jwt.encode(claims, sandbox.setting("hint_secret") or "", algorithm="HS256")


def read_hint(sandbox: Sandbox, hint: str) -> str | None:
    """The launch that an `lti_message_hint` names, or None if it is not ours."""
    try:
        if sandbox.moodle:
            launch = _json_object(hint).get("launchid")
            return launch.removeprefix("ltilaunch_") if isinstance(launch, str) else None
        claims = jwt.decode(hint, sandbox.setting("hint_secret") or "", algorithms=["HS256"])
    except (ValueError, jwt.PyJWTError):
        return None
    verifier = claims.get("verifier")
    return verifier if isinstance(verifier, str) else None


def _json_object(text: str) -> dict[str, Any]:
    value = json.loads(text)
    return value if isinstance(value, dict) else {}


def build_token(sandbox: Sandbox, launch: Row, nonce: str, moment: datetime) -> str:
    """The signed id_token of a remembered launch."""
    plan = plan_of(launch)
    tool = sandbox.store.get("SELECT * FROM tool WHERE id = ?", launch["tool_id"])
    person = sandbox.store.get("SELECT * FROM person WHERE id = ?", launch["person_id"])
    build = moodle_claims if sandbox.moodle else canvas_claims
    claims = build(sandbox, tool, person, plan, moment)
    if plan.picking:
        sandbox.store.run("UPDATE picking SET nonce = ? WHERE token = ?", nonce, plan.picking)
    return sandbox.sign({"nonce": nonce, **claims})


__all__ = [
    "DEEP_LINKING_REQUEST",
    "RESOURCE_LINK_REQUEST",
    "Plan",
    "begin_launch",
    "build_token",
    "plan_of",
    "read_hint",
]
