"""The authorisation endpoint: strict checks, then the signed message by form_post."""

from typing import NoReturn

from flask import Blueprint, Response, make_response, render_template, request

from lti_tool.sandbox.here import find_person, sandbox
from lti_tool.sandbox.messages import build_token, read_hint
from lti_tool.sandbox.services.access import answer
from lti_tool.sandbox.services.trouble import be_away
from lti_tool.sandbox.store import Row
from lti_tool.sandbox.times import now

blueprint = Blueprint("oidc", __name__)

EXPECTED = (
    ("scope", "openid", "invalid_scope"),
    ("response_type", "id_token", "unsupported_response_type"),
    ("response_mode", "form_post", "invalid_request"),
    ("prompt", "none", "invalid_request"),
)


class _Stop(Exception):
    """A request that ends on a page of this site."""


class _SendBack(Exception):
    """A refusal that is posted to the redirect_uri."""

    def __init__(self, error: str, reason: str) -> None:
        super().__init__(reason)
        self.error, self.reason = error, reason


@blueprint.route("/lti/auth", methods=["GET", "POST"])
def authorise() -> Response:
    """Answer an authentication request with an id_token, an error, or a page where it cannot go back."""
    asked = request.values
    try:
        tool = _known_tool()
        if find_person() is None and not asked.get("repost"):
            # A cross-site navigation of a frame may come without our cookie; a post by our own page has it.
            fields = {key: value for key, value in asked.items() if key != "repost"}
            return _forward(request.base_url, {**fields, "repost": "true"}, "Continuing to the activity")
        try:
            launch = _checked_launch(tool)
        except _SendBack as refusal:
            fields = {"error": refusal.error, "error_description": refusal.reason}
            if asked.get("state") is not None:
                fields["state"] = asked["state"]
            return _forward(asked["redirect_uri"], fields, "Returning to the tool")
    except _Stop as stop:
        page = render_template("sandbox/stopped.html", reason=str(stop))
        return make_response(page, 400)
    fields = {"id_token": build_token(sandbox(), launch, asked["nonce"], now())}
    if asked.get("state") is not None:
        fields["state"] = asked["state"]
    if not sandbox().moodle:
        fields["lti_storage_target"] = "post_message_forwarding"
    return _forward(asked["redirect_uri"], fields, f"Opening {tool['name']}")


@blueprint.get("/lti/jwks")
def jwks() -> Response:
    """The platform's public keys."""
    return be_away() or answer({"keys": sandbox().public_keys()}, "application/json; charset=utf-8")


def _forward(action: str, fields: dict[str, str], title: str) -> Response:
    page = render_template("sandbox/forward.html", action=action, fields=fields, title=title, method="post")
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


def _known_tool() -> Row:
    """The client, and a redirect_uri of its own: without both nothing may be sent anywhere."""
    tool = sandbox().find_tool(request.values.get("client_id", ""))
    if tool is None:
        raise _Stop("unauthorized_client: no tool has this client_id.")
    redirect_uri = request.values.get("redirect_uri", "")
    literal = redirect_uri in tool["redirect_uris"]
    extended = not sandbox().moodle and redirect_uri.partition("?")[0] in tool["redirect_uris"]
    if not (literal or extended):
        raise _Stop(f"invalid_request: the redirect_uri «{redirect_uri}» is not registered.")
    return tool


def _checked_launch(tool: Row) -> Row:
    asked = request.values
    if tool["state"] != "active":
        raise _SendBack("unauthorized_client", "The tool is not active on this site")
    for name in ("nonce", "login_hint", "lti_message_hint"):
        if not asked.get(name):
            _refuse("invalid_request_object", f"{name} is missing", on_page=True)
    for name, value, error in EXPECTED:
        optional = name == "prompt" and sandbox().moodle
        if asked.get(name, value if optional else "") != value:
            _refuse(error, f"Invalid {name}", on_page=name in ("scope", "response_type"))
    person = find_person()
    if person is None:
        raise _SendBack("login_required", "Nobody is signed in here")
    if asked["login_hint"] != sandbox().sub_of(person):
        raise _SendBack("access_denied", "login_hint is not the person who is signed in")
    return _spend_hint(asked["lti_message_hint"], person, tool)


def _spend_hint(hint: str, person: Row, tool: Row) -> Row:
    token = read_hint(sandbox(), hint)
    launch = sandbox().store.one("SELECT * FROM launch WHERE token = ?", token) if token else None
    if launch is None or launch["person_id"] != person["id"] or launch["tool_id"] != tool["id"]:
        _refuse("invalid_request", "lti_message_hint is not a launch of this person", on_page=True)
    if sandbox().store.run("UPDATE launch SET used = 1 WHERE token = ? AND used = 0", token) != 1:
        _refuse("launch_no_longer_valid", "This launch was used before", on_page=True)
    return sandbox().store.get("SELECT * FROM launch WHERE token = ?", token)


def _refuse(error: str, reason: str, *, on_page: bool) -> NoReturn:
    """Moodle stops some refusals on a page of its own; Canvas posts each of them back."""
    if on_page and sandbox().moodle:
        raise _Stop(f"{error}: {reason}")
    raise _SendBack(error, reason)
