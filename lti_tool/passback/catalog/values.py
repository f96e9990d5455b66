"""Values that the rules of the outbox take and return."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from lti_tool.passback.catalog.reasons import ReasonCode


@dataclass(frozen=True)
class Points:
    """A score with its maximum; equal shares of different maxima are the same grade."""

    given: float
    maximum: float


@dataclass(frozen=True)
class Score:
    """What one AGS score says, in our terms; `stamp` is its `timestamp`."""

    sub: str
    points: Points | None
    activity_progress: str
    grading_progress: str
    comment: str
    submitted_at: datetime
    stamp: datetime


@dataclass(frozen=True)
class PlatformResult:
    """An AGS result: what stands in the LMS cell; `points` is None where the cell holds no grade."""

    points: Points | None
    # When the platform says it last changed, where it says so (Moodle).
    changed_at: datetime | None = None


@dataclass(frozen=True)
class Results:
    """What stands in a column, by person; where it is not the whole, who is absent may still have a grade."""

    by_sub: Mapping[str, PlatformResult]
    is_whole: bool


@dataclass(frozen=True)
class Column:
    """A line item as the platform lists it."""

    url: str
    tag: str = ""
    resource_id: str = ""
    resource_link_id: str = ""


@dataclass(frozen=True)
class ColumnWish:
    """The line item that we would like to have; `extra` holds properties of one LMS only."""

    tag: str
    label: str
    score_maximum: int
    extra: Mapping[str, Any] = field(default_factory=dict)


class Step(StrEnum):
    """What was asked of the platform when it answered."""

    TOKEN = "token"  # noqa: S105 - the name of a step
    LIST = "list"
    CREATE = "create"
    READ = "read"
    SCORE = "score"


@dataclass(frozen=True)
class Answer:
    """An answer of a platform that is not a success, or why there was none (`transport`)."""

    step: Step
    # None where no HTTP answer came.
    status: int | None = None
    body: str = ""
    # `Retry-After` as sent: seconds or an HTTP date.
    retry_after: str = ""
    # `X-Rate-Limit-Remaining` as sent (Canvas).
    rate_left: str = ""
    transport: str = ""
    # With step TOKEN: what the token was for.
    purpose: Step | None = None


class Action(StrEnum):
    """What to do about an answer."""

    # Same score, same stamp, later.
    RETRY = "retry"
    # As RETRY, and the whole registration pauses.
    PAUSE = "pause"
    # The platform holds a newer timestamp: read what stands and decide.
    READ_BACK = "read_back"
    # Same score without a new submission.
    GRADE_ONLY = "grade_only"
    PARK = "park"
    # The column no longer exists.
    COLUMN_GONE = "column_gone"


@dataclass(frozen=True)
class Verdict:
    """An action and the reason to show for it."""

    action: Action
    reason: ReasonCode


class Standing(StrEnum):
    """Whose grade stands in the cell, as far as our score is concerned."""

    # Nothing stands there, or something of ours: send.
    SEND = "send"
    # This very score stands there.
    ALREADY_THERE = "already_there"
    # Somebody else's value.
    THEIRS = "theirs"


@dataclass
class DeliveryReport:
    """How many deliveries of one run ended how; no personal data."""

    delivered: int = 0
    kept_theirs: int = 0
    parked: int = 0
    superseded: int = 0
    # Tried in vain; due again later.
    retried: int = 0
    # Not tried: the column is being made, the stamp is not due, or the registration pauses.
    waiting: int = 0

    @property
    def total(self) -> int:
        """All deliveries that were taken up."""
        return self.delivered + self.kept_theirs + self.parked + self.superseded + self.retried + self.waiting
