"""The project scope: what a student fills, and what the institution decided about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup

from lti_tool.content.catalog.parts import Field


class ScopeFault(StrEnum):
    """What can be wrong with a project scope. The scope file says each in one sentence, with what to do."""

    TASK_MISSING = "task-missing"
    TASK_VAGUE = "task-vague"
    TASK_SHORT = "task-short"
    TASK_OPEN_ENDED = "task-open-ended"
    DELIVERABLE_MISSING = "deliverable-missing"
    DELIVERABLE_DUTY = "deliverable-duty"
    HOURS_MISSING = "hours-missing"
    HOURS_UNREADABLE = "hours-unreadable"
    HOURS_TOO_FEW = "hours-too-few"
    HOURS_TOO_MANY = "hours-too-many"
    START_MISSING = "start-missing"
    START_UNREADABLE = "start-unreadable"
    END_MISSING = "end-missing"
    END_UNREADABLE = "end-unreadable"
    END_NOT_AFTER_START = "end-not-after-start"
    END_TOO_FAR = "end-too-far"
    HOURS_DO_NOT_FIT = "hours-do-not-fit"
    SUPERVISOR_MISSING = "supervisor-missing"
    SUPERVISOR_UNNAMED = "supervisor-unnamed"
    FEEDBACK_MISSING = "feedback-missing"
    FEEDBACK_UNREADABLE = "feedback-unreadable"
    FEEDBACK_OUTSIDE = "feedback-outside"
    PAY_MISSING = "pay-missing"
    PAY_NONE = "pay-none"
    PAY_HOURLY = "pay-hourly"
    PAY_UNCLEAR = "pay-unclear"


class ScopeField(StrEnum):
    """The fields of the scope template, in the order in which they are asked."""

    TASK = "task"
    DELIVERABLE = "deliverable"
    HOURS = "hours"
    START = "start"
    END = "end"
    SUPERVISOR = "supervisor"
    FEEDBACK = "feedback"
    PAY = "pay"


@dataclass(frozen=True, slots=True)
class ScopeWords:
    """The word lists of the scope check, in lower case."""

    vague_verbs: tuple[str, ...]
    open_ended: tuple[str, ...]
    things: tuple[str, ...]
    duty_nouns: tuple[str, ...]
    blanks: tuple[str, ...]
    nobody: tuple[str, ...]
    no_pay: tuple[str, ...]
    hourly_pay: tuple[str, ...]
    fixed_pay: tuple[str, ...]
    awards: tuple[str, ...]
    # What may stand before the verb of a task; English has its own in the rules.
    openings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScopeAdvice:
    """What the check says about a fault, and what to do about it; `{…}` is filled in by the check."""

    says: str
    do: str


@dataclass(frozen=True, slots=True)
class ScopePolicy:
    """What the institution decided: the hours (a day's limit too), the words and the sentences."""

    min_hours: int
    max_hours: int
    max_hours_per_day: int
    max_weeks: int
    min_task_words: int
    words: ScopeWords
    advice: Mapping[ScopeFault, ScopeAdvice]


@dataclass(frozen=True, slots=True)
class Scope:
    """A project scope as somebody wrote it: dates as YYYY-MM-DD, hours as a number."""

    task: str = ""
    deliverable: str = ""
    hours: str = ""
    start: str = ""
    end: str = ""
    supervisor: str = ""
    feedback: str = ""
    pay: str = ""


@dataclass(frozen=True, slots=True)
class ScopeExample:
    """A filled template to learn from; `note_html` (inline) says what is good or bad about it."""

    id: str
    title: str
    is_good: bool
    scope: Scope
    note_html: Markup


@dataclass(frozen=True, slots=True)
class ScopeTemplate:
    """The project scope that a student fills: fields, examples and the policy that the check applies."""

    id: str
    title: str
    minutes: int
    points: int
    intro_html: Markup
    fields: tuple[Field, ...]
    examples: tuple[ScopeExample, ...]
    policy: ScopePolicy
