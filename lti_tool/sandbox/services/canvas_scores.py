"""Canvas's rules for one posted score: attempts, resets, the submission extension."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lti_tool.sandbox import spec
from lti_tool.sandbox.services.access import ServiceRefusal, read_number
from lti_tool.sandbox.state import Sandbox
from lti_tool.sandbox.store import Row
from lti_tool.sandbox.times import from_text, to_text

SUBMISSION_TYPES = (
    "none",
    "basic_lti_launch",
    "online_text_entry",
    "online_url",
    "external_tool",
    "online_upload",
)


@dataclass(frozen=True)
class _Extension:
    new_submission: bool
    submission_type: str
    submission_data: str
    preserve_score: bool
    prioritize_non_tool_grade: bool


def take_canvas_score(sandbox: Sandbox, lineitem: Row, body: dict[str, Any], moment: datetime) -> str:
    """Write a score as Canvas does; a note for the log. ServiceRefusal 400, 422."""
    stamp = _check_fields(body, lineitem)
    person = _check_place(sandbox, lineitem, body)
    extension = _extension(body)
    submitted = _submitted_at(body, moment)
    with sandbox.store.transaction():
        found = sandbox.find_result(lineitem["id"], person["id"])
        attempt = _attempt(extension, body, found, submitted, stamp)
        limit = sandbox.find_fault("attempts", lineitem["course_id"])
        if limit is not None and attempt.get("attempt", 0) > max(limit.value, found["attempt"] if found else 0):
            raise ServiceRefusal(422, "The maximum number of allowed attempts has been reached for this submission")
        if found is not None:
            last = from_text(found["changed_at"])
            if last is not None and stamp < last:
                raise ServiceRefusal(
                    400,
                    f"Provided timestamp {body['timestamp']} before last updated timestamp {found['changed_at']}",
                )
        score, source = _score(lineitem, body, extension, found)
        values: dict[str, Any] = {
            "score": score,
            "raw": score,
            "source": source,
            "activity_progress": body["activityProgress"],
            "grading_progress": body["gradingProgress"],
            "stamp": to_text(stamp),
            "changed_at": to_text(stamp),
            **attempt,
            **_comments(body, found),
        }
        sandbox.write_result(lineitem["id"], person["id"], **values)
    shown = "no score" if score is None else f"{score:g} of {lineitem['maximum']:g}"
    return f"\u2068{person['name']}\u2069: {shown} ({body['activityProgress']}, {body['gradingProgress']})"


def _check_fields(body: dict[str, Any], lineitem: Row) -> datetime:
    for name in ("userId", "activityProgress", "gradingProgress", "timestamp"):
        if not body.get(name):
            raise ServiceRefusal(400, f"param is missing or the value is empty: {name}")
    if body["activityProgress"] not in spec.ACTIVITY_PROGRESS:
        raise ServiceRefusal(422, "Provided activityProgress is not a valid value")
    if body["gradingProgress"] not in spec.GRADING_PROGRESS:
        raise ServiceRefusal(422, "Provided gradingProgress is not a valid value")
    stamp = from_text(body["timestamp"])
    if stamp is None or not str(body["timestamp"])[19:].strip("0123456789."):
        raise ServiceRefusal(400, "Provided timestamp is not a valid timestamp")
    if body.get("scoreGiven") is not None:
        given, out_of = read_number(body["scoreGiven"]), read_number(body.get("scoreMaximum"))
        if given is None or given < 0:
            raise ServiceRefusal(422, "ScoreGiven must be a number of at least 0")
        if out_of is None:
            raise ServiceRefusal(422, "ScoreMaximum not supplied when ScoreGiven present.")
        if out_of < 0 or (out_of == 0 and lineitem["maximum"] != 0):
            raise ServiceRefusal(422, "ScoreMaximum must be greater than 0")
    return stamp


def _check_place(sandbox: Sandbox, lineitem: Row, body: dict[str, Any]) -> Row:
    course = sandbox.find_course(lineitem["course_id"])
    if course is None or course["concluded"]:
        raise ServiceRefusal(422, "This course has concluded. AGS requests will no longer be accepted")
    item_id, hidden = lineitem["item_id"], sandbox.find_fault("unpublished", course["id"]) is not None
    if hidden or (item_id is not None and not sandbox.get_item(item_id)["published"]):
        raise ServiceRefusal(422, "This assignment is still unpublished")
    person = sandbox.find_by_sub(body["userId"])
    if person is None or sandbox.role_in(course["id"], person) != "student":
        raise ServiceRefusal(422, "User not found in course or is not a student")
    return person


def _extension(body: dict[str, Any]) -> _Extension:
    given = body.get(spec.CANVAS_SUBMISSION) or {}
    if not isinstance(given, dict):
        raise ServiceRefusal(400, "the submission extension is not an object")
    kind = given.get("submission_type", "external_tool")
    if kind not in SUBMISSION_TYPES:
        raise ServiceRefusal(400, f"Provided submission_type is not a valid value: {kind}")
    return _Extension(
        new_submission=bool(given.get("new_submission", kind != "none")),
        submission_type=kind,
        submission_data=str(given.get("submission_data") or ""),
        preserve_score=bool(given.get("preserve_score", False)),
        prioritize_non_tool_grade=bool(given.get("prioritize_non_tool_grade", False)),
    )


def _submitted_at(body: dict[str, Any], moment: datetime) -> datetime | None:
    extension = body.get(spec.CANVAS_SUBMISSION) or {}
    text = (body.get("submission") or {}).get("submittedAt") or extension.get("submitted_at")
    if text is None:
        return None
    submitted = from_text(text)
    if submitted is None or submitted > moment + timedelta(minutes=1):
        raise ServiceRefusal(400, "Provided submitted_at is not a valid timestamp or lies in the future")
    return submitted


def _score(lineitem: Row, body: dict[str, Any], extension: _Extension, found: Row | None) -> tuple[float | None, str]:
    """The score that stands afterwards, and whose it is."""
    standing, source = (None, "tool") if found is None else (found["score"], found["source"])
    if extension.prioritize_non_tool_grade and standing is not None:
        return standing, source
    graded = body["gradingProgress"] in ("FullyGraded", "PendingManual")
    given = read_number(body.get("scoreGiven"))
    if graded and given is not None:
        out_of = read_number(body["scoreMaximum"]) or 0.0
        return (round(given * lineitem["maximum"] / out_of, 5) if out_of else given), "tool"
    if extension.preserve_score:
        return standing, source
    return None, "tool"


def _attempt(
    extension: _Extension,
    body: dict[str, Any],
    found: Row | None,
    submitted: datetime | None,
    stamp: datetime,
) -> dict[str, Any]:
    """A new attempt, unless the extension forbids it or the same submission is sent again."""
    started = body["activityProgress"] in ("Submitted", "Completed", "InProgress", "Started")
    if not extension.new_submission or not started:
        return {}
    at = to_text(submitted or stamp)
    attempts = 0 if found is None else found["attempt"]
    same = submitted is not None and found is not None and found["submitted_at"] == at
    url = extension.submission_data if extension.submission_type == "basic_lti_launch" else ""
    if body["activityProgress"] not in ("Submitted", "Completed"):
        url = "" if found is None else found["submission_url"]
    return {"attempt": attempts if same else attempts + 1, "submitted_at": at, "submission_url": url}


def _comments(body: dict[str, Any], found: Row | None) -> dict[str, Any]:
    """Comments add up; PendingManual without a score keeps none."""
    comment = str(body.get("comment") or "")
    silent = body["gradingProgress"] == "PendingManual" and body.get("scoreGiven") is None
    if not comment or silent:
        return {}
    return {"comment": comment, "comments": [*(found["comments"] if found else []), comment]}
