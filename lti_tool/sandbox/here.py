"""The sandbox and the signed-in person of the present request."""

from typing import cast

from flask import current_app, g, request

from lti_tool.sandbox.state import Sandbox
from lti_tool.sandbox.store import Row


def sandbox() -> Sandbox:
    """The state behind this application."""
    return cast(Sandbox, current_app.extensions["sandbox"])


def cookie_name() -> str:
    """Cookies ignore ports, so the name tells two sandboxes on one machine apart."""
    return f"riverbend_{sandbox().settings.port}"


def find_session() -> Row | None:
    """The session row of this browser, or None."""
    if "session" not in g:
        token = request.cookies.get(cookie_name(), "")
        g.session = sandbox().store.one("SELECT * FROM session WHERE token = ?", token) if token else None
    return cast("Row | None", g.session)


def find_person() -> Row | None:
    """Who is signed in, or None."""
    session = find_session()
    if session is None:
        return None
    return sandbox().store.one("SELECT * FROM person WHERE id = ?", session["person_id"])
