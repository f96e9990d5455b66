"""Who may enter which page, and what every page shows."""

from typing import Any

from flask import Flask, abort, g, request

from lti_tool.sandbox.faults import KINDS
from lti_tool.sandbox.here import find_person, find_session, sandbox
from lti_tool.sandbox.state.courses import STAFF_ROLES
from lti_tool.sandbox.store import Row
from lti_tool.sandbox.times import from_text


def same_origin_posts() -> None:
    """Pages of this site post only to themselves."""
    if request.method == "POST" and request.headers.get("Origin") != sandbox().base_url:
        abort(403)


def require_person() -> Row:
    """Who is signed in; 401 page otherwise."""
    person = find_person()
    if person is None:
        abort(401)
    return person


def require_course(course_id: int) -> tuple[Row, Row]:
    """Person and course, with the person's `role` in it; 403 for people who have nothing to do there."""
    person = require_person()
    for course in sandbox().courses_of(person):
        if course["id"] == course_id:
            g.course = course
            return person, course
    return abort(404 if sandbox().find_course(course_id) is None else 403)


def is_staff(person: Row, course: Row) -> bool:
    """Whether the person teaches here or administers the site."""
    return course["role"] in STAFF_ROLES or person["kind"] == "admin"


def require_staff(course_id: int) -> tuple[Row, Row]:
    """As `require_course`, for teachers, assistants and administrators only."""
    person, course = require_course(course_id)
    if not is_staff(person, course):
        abort(403)
    return person, course


def require_admin() -> Row:
    """The site administrator; 403."""
    person = require_person()
    if person["kind"] != "admin":
        abort(403)
    return person


def tell(message: str) -> None:
    """Show a message on the next page."""
    session = find_session()
    if session is not None:
        sandbox().store.run("UPDATE session SET flash = ? WHERE token = ?", message, session["token"])


def _take_flash() -> str:
    session = find_session()
    if session is None or not session["flash"]:
        return ""
    sandbox().store.run("UPDATE session SET flash = '' WHERE token = ?", session["token"])
    return str(session["flash"])


def prepare_templates(app: Flask) -> None:
    """Give every template the person, the site and small formatters."""

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        return {
            "me": find_person(),
            "site": sandbox().settings.name,
            "rules": sandbox().rules,
            "course": g.get("course"),
            "staff": "course" in g and is_staff(require_person(), g.course),
            "take_flash": _take_flash,
            "faults_on": _list_fault_titles(),
            "nav_tools": _navigation_tools() if "course" in g else [],
        }

    app.jinja_env.filters["initials"] = initials
    app.jinja_env.filters["hue"] = lambda person: int(person["id"]) % 8
    app.jinja_env.filters["points"] = lambda value: "–" if value is None else f"{round(value, 2):g}"
    app.jinja_env.filters["clock"] = _clock


def _list_fault_titles() -> list[str]:
    """What is on, each kind once."""
    return list(dict.fromkeys(KINDS[fault.kind].title for fault in sandbox().list_faults()))


def _clock(text: str) -> str:
    """«23 Nov 19:48», UTC."""
    moment = from_text(text)
    return "" if moment is None else f"{moment.day} {moment:%b %H:%M}"


def _navigation_tools() -> list[Row]:
    """Tools with a place in the course's navigation (Canvas has one, Moodle has not)."""
    if sandbox().moodle:
        return []
    return [tool for tool in sandbox().list_tools(active_only=True) if "course_navigation" in tool["placements"]]


def initials(person: Row) -> str:
    """One or two letters for a picture; one where letters join."""
    if person["rtl"]:
        return str(person["given"][:1])
    return f"{person['given'][:1]}{person['family'][:1]}".upper()
