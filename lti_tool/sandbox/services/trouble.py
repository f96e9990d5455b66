"""Lets the faults that are on happen to a call of a tool."""

import math
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import cast

from flask import Response, current_app, g, request

from lti_tool.sandbox.faults import Fault
from lti_tool.sandbox.here import sandbox
from lti_tool.sandbox.services.access import ServiceRefusal, hash_token
from lti_tool.sandbox.serving import CUT, RAW

_PAGE = "<!doctype html><title>{0}</title><h1>{0}</h1>"
_ERRORS = {
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
# A gateway's errors: the LMS itself has done what was asked.
_AFTERWARDS = (502, 504)
_MOST_AT_ONCE = 12
_SECONDS_AT_ONCE = 5
_DATABASE_ERROR = b"HTTP/1.0 0 Error writing to database\r\nContent-Length: 0\r\n\r\n"


class Budget:
    """How many requests are running, and how many a second may begin."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: dict[str, tuple[float, datetime]] = {}
        self._running: Counter[str] = Counter()

    def begin(self, who: str, per_second: float, most_at_once: float, moment: datetime) -> bool:
        """Take one request of a caller; False where there is no budget for it. Five seconds' worth may come at once."""
        full = _SECONDS_AT_ONCE * per_second
        with self._lock:
            left, at = self._left.get(who, (full, moment))
            left = min(full, left + (moment - at).total_seconds() * per_second)
            granted = left >= 1 and self._running[who] < most_at_once
            self._left[who] = (left - granted, moment)
            self._running[who] += granted
            return granted

    def end(self, who: str) -> None:
        """One has ended."""
        with self._lock:
            self._running[who] -= 1


def find_subject() -> str:
    """Whom a call is about: the same call tried again has the same words."""
    body = request.get_json(force=True, silent=True) if request.method == "POST" else None
    sub = body.get("userId", "") if isinstance(body, dict) else request.args.get("user_id", "")
    person = sandbox().find_by_sub(sub) if sub else None
    g.about = person["name"] if person else ""
    tag = request.args.get("tag", "")
    return f"{request.method} {request.path} {person['id'] if person else tag}".strip()


def _find(kind: str) -> Fault | None:
    """The fault of a kind that strikes this call."""
    course_id = (request.view_args or {}).get("course_id")
    fault = sandbox().find_fault(kind, course_id)
    if fault is None or not sandbox().chance.strikes(kind, g.subject, fault.share):
        return None
    return fault


def before_call(service: str) -> Response | None:
    """What happens before the LMS looks at a call; an answer in place of its own, or None."""
    g.subject = find_subject()
    for strike in (be_away, _be_slow, _be_busy, _be_over_budget, _fail, _garble):
        answer = strike()
        if answer is not None:
            return answer
    if service != "token":
        _refuse_token()
        _miss_course()
    return None


def after_call(response: Response) -> Response:
    """What happens to an answer on its way back."""
    if "budget_of" in g:
        _budget().end(g.budget_of)
    if "gateway" in g:
        status = g.gateway
        g.fault = "errors"
        return Response(_PAGE.format(_ERRORS[status]), status, content_type="text/html; charset=utf-8")
    if response.status_code < 300 and "fault" not in g and _find("lost"):
        _cut("lost", "no answer")
    return response


def _cut(kind: str, words: str, raw: bytes = b"") -> Response:
    """End the connection in place of an answer."""
    g.fault, g.answer = kind, words
    request.environ[CUT] = True
    request.environ[RAW] = raw
    return Response(status=500)


def be_away() -> Response | None:
    """Where the whole LMS is away: an ended connection."""
    return _cut("away", "connection reset") if sandbox().find_fault("away") else None


def _be_slow() -> Response | None:
    fault = _find("slow")
    if fault is not None:
        g.slow = fault.value
        time.sleep(fault.value)
    return None


def _be_busy() -> Response | None:
    fault = _find("busy")
    return None if fault is None else _limit("busy", 429, fault.value)


def _be_over_budget() -> Response | None:
    fault = sandbox().find_fault("budget")
    if fault is None:
        return None
    who = request.headers.get("Authorization", "token")
    who = "token" if who == "token" else "services"
    if _budget().begin(who, fault.value, math.inf if sandbox().moodle else _MOST_AT_ONCE, sandbox().now_fn()):
        g.budget_of = who
        return None
    return _limit("budget", 429, 5) if sandbox().moodle else _limit("budget", 403, 0)


def _limit(kind: str, status: int, retry_after: float) -> Response:
    g.fault, g.note, g.retry_after = kind, "Rate Limit Exceeded", retry_after
    headers = {"Retry-After": f"{retry_after:.0f}"} if retry_after else {}
    if not sandbox().moodle:
        headers |= {"X-Rate-Limit-Remaining": "0.0", "X-Request-Cost": "0.0"}
    return Response(f"{status} (Rate Limit Exceeded)\n", status, headers, content_type="text/plain; charset=utf-8")


def _fail() -> Response | None:
    fault = _find("errors")
    if fault is None:
        return None
    status = int(fault.value)
    if status in _AFTERWARDS:
        g.gateway = status
        return None
    g.fault, g.note = "errors", _ERRORS[status]
    return Response(_PAGE.format(_ERRORS[status]), status, content_type="text/html; charset=utf-8")


def _garble() -> Response | None:
    if _find("broken") is None:
        return None
    if sandbox().moodle:
        return _cut("broken", "status 0", _DATABASE_ERROR)
    g.fault, g.note = "broken", "A page in place of JSON"
    return Response(_PAGE.format("Sign in"), 200, content_type="text/html; charset=utf-8")


def _refuse_token() -> None:
    if _find("revoked") is None:
        return
    token = request.headers.get("Authorization", "").partition(" ")[2]
    sandbox().store.run("DELETE FROM access_token WHERE token_hash = ?", hash_token(token))
    g.fault = "revoked"
    raise ServiceRefusal(401, "Access token expired")


def _miss_course() -> None:
    if _find("gone") is None:
        return
    g.fault = "gone"
    course_id = (request.view_args or {}).get("course_id")
    moodle = f"Not Found: Course {course_id} doesn't exist."
    raise ServiceRefusal(404, moodle if sandbox().moodle else "The specified resource does not exist.")


def _budget() -> Budget:
    make: Callable[[], Budget] = Budget
    return cast(Budget, current_app.extensions.setdefault("budget", make()))
