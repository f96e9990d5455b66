"""Moodle's rules for one posted score: whole-second stamps, erasing, overrides (observed on 4.5.5)."""

from datetime import datetime
from typing import Any

from lti_tool.sandbox.services.access import ServiceRefusal, read_number
from lti_tool.sandbox.state import Sandbox
from lti_tool.sandbox.state.base import as_json
from lti_tool.sandbox.store import Row
from lti_tool.sandbox.times import from_text, to_text


def take_moodle_score(sandbox: Sandbox, lineitem: Row, body: dict[str, Any], moment: datetime) -> str:
    """Write a score as Moodle does; a note for the log. ServiceRefusal 400, 409, 500."""
    person, stamp = _check(sandbox, lineitem, body)
    if sandbox.find_fault("locked", lineitem["course_id"]) is not None:
        raise ServiceRefusal(500, "")
    with sandbox.store.transaction():
        found = sandbox.find_result(lineitem["id"], person["id"])
        if found is not None:
            last = from_text(found["stamp"])
            if last is not None and int(stamp.timestamp()) <= int(last.timestamp()):
                raise ServiceRefusal(409, "Refusing score with an earlier timestamp")
        raw = _raw(lineitem, body)
        values: dict[str, Any] = {
            "activity_progress": body["activityProgress"],
            "grading_progress": body["gradingProgress"],
            # The activity's own column is compared with the clock of the last write, an extra one with the
            # stamp that was sent.
            "stamp": to_text(moment if lineitem["own"] else stamp),
            "changed_at": to_text(moment),
            "raw": raw,
        }
        if not (found is not None and found["overridden"] and lineitem["own"]):
            final = None if raw is None else min(max(raw, 0.0), lineitem["maximum"])
            values |= {
                "score": final,
                "comment": str(body.get("comment") or ""),
                "source": "tool",
                "overridden": 0,
            }
        sandbox.write_result(lineitem["id"], person["id"], **values)
    shown = "erased" if raw is None else f"{raw:g} of {lineitem['maximum']:g}"
    return f"\u2068{person['name']}\u2069: {shown}"


def _check(sandbox: Sandbox, lineitem: Row, body: dict[str, Any]) -> tuple[Row, datetime]:
    reason = f"Incorrect score received{as_json(body)}"
    needed = ("userId", "activityProgress", "gradingProgress", "timestamp")
    if any(not body.get(name) for name in needed):
        raise ServiceRefusal(400, reason)
    if body.get("scoreGiven") is not None and body.get("scoreMaximum") is None:
        raise ServiceRefusal(400, reason)
    stamp = from_text(body["timestamp"])
    if stamp is None:
        raise ServiceRefusal(400, reason)
    person = sandbox.find_by_sub(body["userId"])
    if person is None or sandbox.role_in(lineitem["course_id"], person) != "student":
        raise ServiceRefusal(400, reason)
    return person, stamp


def _raw(lineitem: Row, body: dict[str, Any]) -> float | None:
    """The score in the column's points; None (which erases) unless FullyGraded with a score."""
    if body["gradingProgress"] != "FullyGraded" or body.get("scoreGiven") is None:
        return None
    given, out_of = read_number(body["scoreGiven"]), read_number(body["scoreMaximum"])
    if given is None or out_of is None:
        raise ServiceRefusal(400, f"Incorrect score received{as_json(body)}")
    return round(given if out_of == 0 else given * lineitem["maximum"] / out_of, 5)
