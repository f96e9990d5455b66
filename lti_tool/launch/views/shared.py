"""What the routes of the way in share: the blueprint, the log record, the page of a refusal."""

import hashlib
import logging

from flask import Blueprint, Response, g, make_response, render_template

from lti_tool.errors import LaunchRefused, ToolError, TooManyRequests
from lti_tool.launch.messages import MESSAGES, key_of
from lti_tool.launch.rules.forgery import is_forgery
from lti_tool.launch.service import Trace
from lti_tool.registration.models import Registration
from lti_tool.registration.rules import is_canvas_cloud, origin_of
from lti_tool.telemetry.metrics import LAUNCHES
from lti_tool.web.limits import Limit, spend
from lti_tool.web.messages import find_message, register_messages
from lti_tool.web.session import db, settings

blueprint = Blueprint("launch", __name__, template_folder="../templates")
register_messages(MESSAGES)

log = logging.getLogger("lti_tool.launch")


def cookie_of(state: str) -> str:
    """The name of a login's cookie: one for each state, so that two tabs never collide."""
    return "login_" + hashlib.sha256(b"cookie:" + state.encode(errors="replace")).hexdigest()[:12]


def storage_key_of(cookie: str) -> str:
    """The key under which the platform's storage keeps a login's secret."""
    return "lti_tool_" + cookie.removeprefix("login_")


def note(trace: Trace, reason: str, status: int) -> None:
    """The one log record of a launch, and its count; without names, addresses or tokens."""
    verdict = "accepted" if reason == "launched" else "refused"
    LAUNCHES.labels(verdict, reason).inc()
    log.info(
        "launch",
        extra={
            "event": "launch",
            "verdict": verdict,
            "reason": reason,
            "message_type": str(trace.message_type),
            "registration_id": trace.registration_id,
            "deployment": trace.deployment,
            "binding": str(trace.binding),
            "strength": str(trace.strength),
            "role": str(trace.role),
            "status": status,
        },
    )


def frame_before_visit(registration_id: int) -> None:
    """Let the platform's pages frame one of ours that stands before any visit.

    Canvas cloud frames from the school's own host name, which nobody has told us before its first launch: no page of
    the way in is limited there. They hold nothing to protect.
    """
    registration = db().get(Registration, registration_id)
    if registration is not None and not is_canvas_cloud(registration.issuer):
        g.refused_registration_id = registration_id


def show_refusal(refusal: LaunchRefused, trace: Trace) -> Response:
    """Log a refusal and say what happened and what to do next, inside the platform's frame where we know it.

    Only what is refused anyway is counted, so that forgeries never shut the door for others behind the same address.
    """
    if is_forgery(refusal.reason):
        try:
            spend(Limit.REFUSED)
        except TooManyRequests as too_many:
            return show_too_many(too_many, trace)
    return _show(refusal, trace)


@blueprint.errorhandler(TooManyRequests)
def show_too_many(refusal: TooManyRequests, trace: Trace | None = None) -> Response:
    """Over a limit: nothing was looked at, or nothing more is said."""
    response = _show(refusal, trace or Trace())
    response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _show(refusal: ToolError, trace: Trace) -> Response:
    note(trace, refusal.reason, refusal.status)
    if trace.registration_id is not None:
        frame_before_visit(trace.registration_id)
    message = find_message(key_of(refusal), refusal.status)
    page = render_template(
        "message.html",
        title=message.title,
        what_happened=message.what,
        steps=message.steps,
        tone="warning",
        reference=refusal.reason,
        # A page of ours that "leads back" to itself would be a loop.
        return_url=trace.return_url if origin_of(trace.return_url) != settings().base_url else "",
    )
    return make_response(page, refusal.status)
