"""What is sent: AGS scores and line items, with the extensions of Canvas."""

import math
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from lti_tool.lti.claims import CANVAS_SUBMISSION
from lti_tool.passback.catalog import Column, ColumnWish, GradingProgress, Score
from lti_tool.passback.rules.timing import write_time
from lti_tool.registration.catalog import ProductFamily

CANVAS_SUBMISSION_TYPE = "https://canvas.instructure.com/lti/submission_type"
_MODULE_TAG = "module:"
# Moodle's column; beyond it the database fails without an HTTP answer.
_LABEL_LENGTH = 255


def write_score(
    score: Score,
    family: str,
    *,
    launch_url: str = "",
    tag: str = "",
    is_first: bool = False,
    is_new_submission: bool = False,
    repeats_comment: bool = True,
) -> dict[str, Any]:
    """The body of one score (AGS 2.0 §3.4), which depends on nothing but its arguments: a retry is the same.

    Points go out only with FullyGraded; Canvas would read them in other progress in two ways. `is_first`: nothing of
    ours was ever sent to the cell. `is_new_submission`: this work has not been handed over yet.
    """
    body: dict[str, Any] = {
        "userId": score.sub,
        "timestamp": write_time(score.stamp),
        "activityProgress": str(score.activity_progress),
        "gradingProgress": str(score.grading_progress),
        # Never after the stamp: Canvas refuses what lies in the future.
        "submission": {"submittedAt": write_time(min(score.submitted_at, score.stamp))},
    }
    graded = score.points is not None and score.grading_progress == GradingProgress.FULLY_GRADED
    if graded and score.points is not None:
        body["scoreGiven"] = _tidy(score.points.given)
        body["scoreMaximum"] = _tidy(score.points.maximum)
    is_canvas = family == ProductFamily.CANVAS
    if score.comment and (repeats_comment or not is_canvas):
        body["comment"] = score.comment
    if is_canvas:
        extension = {
            "new_submission": is_new_submission,
            "preserve_score": True,
            "submission_type": "basic_lti_launch",
            "submission_data": hint_url(launch_url, tag=tag, sub=score.sub),
        }
        if is_first and graded:
            extension["prioritize_non_tool_grade"] = True
        body[CANVAS_SUBMISSION] = extension
    return body


def hint_url(launch_url: str, *, tag: str, sub: str = "") -> str:
    """The launch address with hints to the module and the learner; whoever follows it is authorised by the launch."""
    hints = {}
    if tag.startswith(_MODULE_TAG):
        hints["module"] = tag.removeprefix(_MODULE_TAG)
    if sub:
        hints["learner"] = sub
    return f"{launch_url}?{urlencode(hints)}" if hints else launch_url


def wish_column(tag: str, label: str, score_maximum: float, family: str, *, launch_url: str = "") -> ColumnWish:
    """The line item to ask for: whole-number maximum of at least 1, a label that is neither blank nor too long.

    On Canvas an assignment that nobody can open would appear without the extension.
    """
    extra: dict[str, Any] = {}
    if family == ProductFamily.CANVAS:
        extra[CANVAS_SUBMISSION_TYPE] = {
            "type": "external_tool",
            "external_tool_url": hint_url(launch_url, tag=tag),
        }
    name = " ".join(label.split()) or tag
    if len(name) > _LABEL_LENGTH:
        name = name[: _LABEL_LENGTH - 1] + "…"
    return ColumnWish(tag=tag, label=name, score_maximum=max(1, math.ceil(score_maximum)), extra=extra)


def choose_column(columns: list[Column], tag: str) -> Column | None:
    """The column of a tag: one of a placed link first, then one that carries our tag, then our `resourceId`."""
    tagged = [column for column in columns if column.tag == tag]
    candidates = tagged or [column for column in columns if not column.tag and column.resource_id == tag]
    linked = [column for column in candidates if column.resource_link_id]
    return next(iter(linked or candidates), None)


def service_url(line_item_url: str, ending: str) -> str:
    """`/scores` or `/results` of a line item: at the end of its path, query kept (AGS 2.0 §3.3.1, §3.4.1)."""
    parts = urlsplit(line_item_url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{ending}", fragment=""))


def filtered_url(url: str, **filters: str) -> str:
    """An address with more query arguments, the given ones kept as they are."""
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, urlencode(filters))))
    return urlunsplit(parts._replace(query=query, fragment=""))


def _tidy(number: float) -> float | int:
    return int(number) if number == int(number) else round(number, 5)
