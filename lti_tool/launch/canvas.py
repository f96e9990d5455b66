"""The JSON configuration that a Canvas administrator gives by URL where dynamic registration is not used."""

from typing import Any

from flask import Blueprint, Response, jsonify

from lti_tool.config import Settings
from lti_tool.launch.registration.catalog import (
    CANVAS_CUSTOM_PARAMETERS,
    CANVAS_DEEP_LINKING_PLACEMENTS,
    DESCRIPTION,
    PICKER_HEIGHT,
    PICKER_WIDTH,
    TOOL_ID,
)
from lti_tool.launch.registration.views import icon_url
from lti_tool.lti import scopes
from lti_tool.lti.messages import MessageType
from lti_tool.web.guard import public
from lti_tool.web.session import settings

blueprint = Blueprint("canvas", __name__)

_CACHED = 3600


@blueprint.get("/lti/canvas.json")
@public
def show_configuration() -> Response:
    """The configuration; Canvas reads it once, when the key is made."""
    response = jsonify(build_configuration(settings(), icon_url()))
    response.headers["Cache-Control"] = f"public, max-age={_CACHED}"
    return response


def build_configuration(tool: Settings, icon: str) -> dict[str, Any]:
    """Canvas's own format for LTI 1.3 keys (`lti_dev_key_config`)."""
    return {
        "title": tool.tool_name,
        "description": DESCRIPTION,
        "oidc_initiation_url": tool.login_url,
        "target_link_uri": tool.launch_url,
        "public_jwk_url": tool.jwks_url,
        "scopes": list(scopes.REQUESTED),
        "custom_fields": dict(CANVAS_CUSTOM_PARAMETERS),
        "extensions": [
            {
                "platform": "canvas.instructure.com",
                "domain": tool.host,
                "tool_id": TOOL_ID,
                "privacy_level": "public",
                "settings": {"text": tool.tool_name, "icon_url": icon, "placements": _placements(tool, icon)},
            }
        ],
    }


def _placements(tool: Settings, icon: str) -> list[dict[str, Any]]:
    shared = {"enabled": True, "target_link_uri": tool.launch_url, "icon_url": icon}
    course = shared | {
        "placement": "course_navigation",
        "message_type": str(MessageType.RESOURCE_LINK),
        "text": tool.tool_name,
        # Hidden until a teacher shows it.
        "default": "disabled",
        "visibility": "members",
        "display_type": "full_width_in_context",
    }
    staff = shared | {
        "placement": "account_navigation",
        "message_type": str(MessageType.RESOURCE_LINK),
        "text": f"{tool.tool_name} (career staff)",
        "visibility": "admins",
    }
    pickers = [
        shared
        | {
            "placement": name,
            "message_type": str(MessageType.DEEP_LINKING),
            "text": f"{tool.tool_name}: add modules",
            "selection_width": PICKER_WIDTH,
            "selection_height": PICKER_HEIGHT,
        }
        for name in CANVAS_DEEP_LINKING_PLACEMENTS
    ]
    return [course, staff, *pickers]
