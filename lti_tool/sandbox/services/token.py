"""The token endpoint: client credentials with a signed assertion (Security Framework §4.1)."""

import secrets
import sqlite3
from datetime import timedelta
from typing import Any, cast

import jwt
from flask import Blueprint, Response, current_app, g, request

from lti_tool.sandbox import spec
from lti_tool.sandbox.here import sandbox
from lti_tool.sandbox.messages.moodle import granted_ags_scopes
from lti_tool.sandbox.services.access import answer, hash_token
from lti_tool.sandbox.services.watching import watch
from lti_tool.sandbox.store import Row
from lti_tool.sandbox.times import to_text
from lti_tool.sandbox.toolkeys import ToolKeys

blueprint = Blueprint("token", __name__)
watch(blueprint, "token")

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFETIME = 3600


def tool_keys() -> ToolKeys:
    """The application's cache of tools' keysets."""
    return cast(ToolKeys, current_app.extensions["tool_keys"])


def _json(body: dict[str, Any], status: int) -> Response:
    media_type = "text/html; charset=utf-8" if sandbox().moodle else "application/json; charset=utf-8"
    return answer(body, media_type, status, {"Cache-Control": "no-store"})


def _refuse(error: str, reason: str, status: int = 400) -> Response:
    g.note = f"{error}: {reason}"
    return _json({"error": error, "error_description": reason}, status)


@blueprint.post("/lti/token")
def give_token() -> Response:
    """An access token for 3600 s with the asked scopes that the tool may have."""
    form = request.form
    if form.get("grant_type") != "client_credentials":
        return _refuse("unsupported_grant_type", "grant_type must be client_credentials")
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        return _refuse("invalid_request", "client_assertion_type is wrong")
    try:
        tool = _verified_tool(form.get("client_assertion", ""))
    except jwt.PyJWTError as error:
        return _refuse("invalid_client", str(error))
    g.tool = tool["name"]
    if tool["state"] != "active":
        return _refuse("unauthorized_client", "the tool is not active", 401)
    granted = [scope for scope in form.get("scope", "").split() if scope in _allowed(tool)]
    if not granted:
        return _refuse("invalid_scope", "none of the scopes is granted")
    token = secrets.token_hex(16)
    sandbox().store.insert(
        "access_token",
        token_hash=hash_token(token),
        tool_id=tool["id"],
        scopes=granted,
        expires_at=to_text(sandbox().now() + timedelta(seconds=LIFETIME)),
    )
    g.note = f"Access token for {len(granted)} scopes"
    body = {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": LIFETIME,
        "scope": " ".join(granted),
    }
    return _json(body, 200)


def _allowed(tool: Row) -> list[str]:
    if not sandbox().moodle:
        return list(tool["scopes"])
    nrps = [spec.SCOPE_NRPS] if spec.SCOPE_NRPS in tool["scopes"] else []
    return granted_ags_scopes(tool) + nrps


def _verified_tool(assertion: str) -> Row:
    """The tool that signed: iss = sub = client_id, aud = this endpoint, jti new; jwt.PyJWTError."""
    unverified = jwt.decode(assertion, options={"verify_signature": False})
    tool = sandbox().find_tool(str(unverified.get("iss", "")))
    if tool is None:
        raise jwt.InvalidTokenError("iss is not a client id of this site")
    claims = tool_keys().verify(tool, assertion, sandbox().base_url + "/lti/token")
    if claims.get("sub") != tool["client_id"]:
        raise jwt.InvalidTokenError("sub is not the client id")
    if not isinstance(claims.get("jti"), str) or not claims["jti"]:
        raise jwt.InvalidTokenError("jti is missing")
    try:
        sandbox().store.insert("assertion", tool_id=tool["id"], jti=claims["jti"])
    except sqlite3.IntegrityError as error:
        raise jwt.InvalidTokenError("jti was used before") from error
    return tool
