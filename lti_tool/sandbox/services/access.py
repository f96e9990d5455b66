"""What every service asks first: a token with the right scope. And how a refusal is written."""

import hashlib
from collections.abc import Iterable
from typing import Any

from flask import Response, g, request

from lti_tool.sandbox.here import sandbox
from lti_tool.sandbox.state.base import as_json
from lti_tool.sandbox.store import Row
from lti_tool.sandbox.times import to_text


class ServiceRefusal(Exception):
    """A request that the service does not take."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


def hash_token(token: str) -> str:
    """How an access token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def require_tool(scopes: Iterable[str]) -> Row:
    """The calling tool, if its token has one of the scopes; 401 otherwise (both LMSs say 401, never 403)."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise ServiceRefusal(401, "Access token missing")
    row = sandbox().store.one("SELECT * FROM access_token WHERE token_hash = ?", hash_token(token))
    if row is None:
        raise ServiceRefusal(401, "Access token invalid")
    if row["expires_at"] < to_text(sandbox().now()):
        raise ServiceRefusal(401, "Access token expired")
    tool = sandbox().store.one("SELECT * FROM tool WHERE id = ?", row["tool_id"])
    if tool is None or tool["state"] != "active":
        raise ServiceRefusal(401, "Invalid Developer Key")
    g.tool = tool["name"]
    if not set(scopes) & set(row["scopes"]):
        raise ServiceRefusal(401, "Insufficient permissions")
    return tool


def read_body() -> dict[str, Any]:
    """The JSON object of the request; 400."""
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise ServiceRefusal(400, "The body is not a JSON object")
    return body


def content_type() -> str:
    """The media type of the body, without parameters."""
    return request.headers.get("Content-Type", "").split(";")[0].strip()


def read_number(value: object) -> float | None:
    """A JSON number (strings of digits count), or None."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def tidy(value: float | None) -> float | int | None:
    """10.0 is written 10."""
    return int(value) if value is not None and value == int(value) else value


def answer(body: Any, media_type: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer with its exact media type."""
    response = Response(as_json(body), status, headers)
    response.headers["Content-Type"] = media_type
    return response


def page_of(rows: list[Any], limit: int, offset: int) -> tuple[list[Any], bool]:
    """A slice, and whether more follows."""
    return rows[offset : offset + limit], len(rows) > offset + limit


def read_count(name: str, default: int) -> int:
    """A whole number above 0 from the query, or the default."""
    text = request.args.get(name, "")
    return int(text) if text.isdigit() and int(text) > 0 else default


def describe_score(lineitem: Row, body: dict[str, Any]) -> dict[str, Any]:
    """What a posted score says, for the record of what arrived."""
    person = sandbox().find_by_sub(body.get("userId"))
    return {
        "lineitem_id": lineitem["id"],
        "person_id": person["id"] if person else None,
        "stamp": str(body.get("timestamp") or ""),
        "given": read_number(body.get("scoreGiven")),
        "maximum": read_number(body.get("scoreMaximum")),
    }
