"""The one file that turns errors into pages: what happened, and what to do next, for whoever meets it."""

import logging

from flask import Flask, Response, g, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from lti_tool.errors import ToolError, TooManyRequests
from lti_tool.web.guard import NeedsWindow
from lti_tool.web.messages import Message, find_message
from lti_tool.web.session import db

log = logging.getLogger("lti_tool.errors")

# Fields that people type in are named answer-…; what they hold is shown again, however short, so that it can be copied.
# All other fields (tokens, stamps, digests) are the page's own.
_TYPED = "answer-"
# What the browser sends for a box that is ticked.
_TICKED = "y"
_KEPT_AT_MOST = 60


def init_errors(app: Flask) -> None:
    """Make pages of expected refusals, of HTTP errors and of bugs."""
    app.register_error_handler(ToolError, _show_tool_error)
    app.register_error_handler(HTTPException, _show_http_error)
    app.register_error_handler(Exception, _show_bug)


def render_message(message: Message, status: int, reason: str) -> Response:
    """A full page that says what happened and what to do next; the text that was being sent is shown again."""
    page = render_template(
        "message_with_texts.html",
        title=message.title,
        what_happened=message.what,
        steps=message.steps,
        tone="error" if status >= 500 else "warning",
        reference=reason,
        kept_texts=_kept_texts(status),
    )
    return make_response(page, status)


def _show_tool_error(error: ToolError) -> Response:
    db().rollback()
    if isinstance(error, NeedsWindow):
        return make_response(render_template("needs_window.html", window_path=_path_in_visit()), 403)
    response = render_message(find_message(error.reason, error.status), error.status, error.reason)
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _show_http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    reason = error.name.lower().replace(" ", "_")
    response = render_message(find_message(reason, error.code), error.code, reason)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _show_bug(error: Exception) -> Response:
    # The exception's text may hold what a person wrote: only its type and place are logged.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else "?"
    log.error(
        "unexpected error",
        extra={"event": "bug", "error": type(error).__name__, "place": place, "endpoint": request.endpoint},
    )
    g.pop("visit", None)
    session = g.pop("db", None)
    if session is not None:
        session.close()
    return render_message(find_message("internal_error", 500), 500, "internal_error")


def _path_in_visit() -> str:
    # The new window opens the page that was asked for; a form is not sent again.
    return "/" + request.path.split("/", 3)[3] if request.method == "GET" and request.path.count("/") > 2 else "/"


def _kept_texts(status: int) -> list[str]:
    if request.method != "POST" or status == 413 or request.path.startswith("/lti/"):
        return []
    texts = [
        value
        for name, values in request.form.lists()
        if name.startswith(_TYPED)
        for value in values
        if value.strip() and value != _TICKED
    ]
    return texts[:_KEPT_AT_MOST]
