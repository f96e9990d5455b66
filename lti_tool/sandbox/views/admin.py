"""Administration: whose rules, which tools, the keys, and what arrived."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug import Response

from lti_tool.sandbox.here import sandbox
from lti_tool.sandbox.services.registration import issue_registration_token
from lti_tool.sandbox.store import Row
from lti_tool.sandbox.views import doors

blueprint = Blueprint("admin", __name__)

SHOWN = 100
blueprint.before_request(doors.same_origin_posts)


@blueprint.get("/admin")
def show_admin() -> str:
    """Everything that an administrator of an LMS does for a tool."""
    doors.require_admin()
    tools = sandbox().list_tools()
    for tool in tools:
        tool["deployments"] = sandbox().list_deployments(tool["id"])
    return render_template(
        "sandbox/admin.html",
        tools=tools,
        keys=sandbox().public_keys(),
        students=sandbox().list_people("student"),
        courses=sandbox().list_courses(),
        base=sandbox().base_url,
    )


@blueprint.post("/admin/rules")
def change_rules() -> Response:
    """Follow the other LMS's rules."""
    doors.require_admin()
    chosen = request.form.get("rules")
    if chosen == "moodle":
        sandbox().set_rules("moodle")
    elif chosen == "canvas":
        sandbox().set_rules("canvas")
    else:
        abort(400)
    doors.tell(f"The site follows {chosen.capitalize()}'s rules now.")
    return redirect("/admin", 303)


@blueprint.post("/admin/register")
def begin_registration() -> str:
    """Open a tool's registration address in a frame with configuration and token (LTI-DR §3.3)."""
    doors.require_admin()
    parts = urlsplit(request.form.get("url", "").strip())
    if parts.scheme not in ("http", "https") or not parts.netloc:
        abort(400)
    added = {
        "openid_configuration": sandbox().base_url + "/.well-known/openid-configuration",
        "registration_token": issue_registration_token(sandbox()),
    }
    frame = urlunsplit(parts._replace(query=urlencode([*parse_qsl(parts.query), *added.items()])))
    return render_template("sandbox/register.html", frame=frame, host=parts.netloc)


@blueprint.post("/admin/tools")
def add_tool() -> Response:
    """Connect a tool by hand."""
    doors.require_admin()
    form = {name: value.strip() for name, value in request.form.items()}
    needed = ("initiate_login_uri", "redirect_uris", "target_link_uri", "jwks_uri")
    if any(not form.get(name) for name in needed):
        abort(400)
    registered = sandbox().register_tool(
        name=form.get("name") or "Internship Prep",
        initiate_login_uri=form["initiate_login_uri"],
        redirect_uris=form["redirect_uris"].split(),
        target_link_uri=form["target_link_uri"],
        deep_link_uri=form.get("deep_link_uri", ""),
        jwks_uri=form["jwks_uri"],
    )
    doors.tell(f"The tool is connected. Its client id is {registered.client_id}.")
    return redirect("/admin", 303)


@blueprint.post("/admin/tools/<client_id>")
def change_tool(client_id: str) -> Response:
    """Turn a tool on or off, deploy it once more, or remove it."""
    doors.require_admin()
    tool = sandbox().find_tool(client_id)
    if tool is None:
        abort(404)
    action = request.form.get("action")
    if action in ("activate", "deactivate"):
        sandbox().set_tool_state(client_id, "active" if action == "activate" else "pending")
        doors.tell(f"{tool['name']} is {'active' if action == 'activate' else 'off'}.")
    elif action == "deploy":
        try:
            number = sandbox().add_deployment(client_id, request.form.get("course", ""))
        except LookupError:
            abort(404)
        doors.tell(f"New deployment {number}.")
    elif action == "remove":
        sandbox().remove_tool(client_id)
        doors.tell(f"{tool['name']} is removed, with its links and grades.")
    else:
        abort(400)
    return redirect("/admin", 303)


@blueprint.post("/admin/keys")
def rotate() -> Response:
    """Sign with a new key."""
    doors.require_admin()
    doors.tell(f"New signing key {sandbox().rotate_keys()}. The earlier ones stay published.")
    return redirect("/admin", 303)


@blueprint.get("/admin/privacy/<int:tool_id>")
def show_privacy(tool_id: int) -> str:
    """The tool's data privacy page, framed."""
    doors.require_admin()
    tool = sandbox().store.one("SELECT * FROM tool WHERE id = ?", tool_id)
    if tool is None:
        abort(404)
    query = {"tool": tool_id}
    if request.args.get("user", "").isdigit():
        query["user"] = int(request.args["user"])
    return render_template(
        "sandbox/item.html",
        item=None,
        title=f"Data privacy · {tool['name']}",
        frame=f"/launch/privacy?{urlencode(query)}",
        window="",
        frame_first=True,
    )


@blueprint.get("/arrived")
def show_arrived() -> str:
    """The last calls that tools made to this site's services."""
    person = doors.require_person()
    if person["kind"] not in ("teacher", "ta", "staff", "admin"):
        abort(403)
    calls = sandbox().list_calls(500)
    for call in calls:
        call["failed"] = call["status"] == 0 or call["status"] >= 400 or bool(call["fault"])
    _tell_retries(calls)
    failed = sum(call["failed"] for call in calls)
    only_failed = request.args.get("show") == "failed"
    shown = [call for call in calls if call["failed"] or not only_failed][:SHOWN]
    return render_template("sandbox/arrived.html", calls=shown, failed=failed, only_failed=only_failed)


def _tell_retries(calls: list[Row]) -> None:
    """Give each failed call the later one of the same words that went well; the newest come first.

    A score whose answer was lost may not come again: the tool has asked what stands, and found it.
    """
    good: dict[str, Row] = {}
    for call in calls:
        if not call["failed"]:
            good[call["subject"]] = call
        elif call["subject"]:
            call["retry"] = good.get(call["subject"])
            call["look"] = good.get(call["subject"].replace("POST ", "GET ", 1).replace("/scores ", "/results ", 1))
