"""The kinds of part, and what every part shows of itself."""

from dataclasses import dataclass
from enum import StrEnum


class PartKind(StrEnum):
    """What a student does in one part of a module."""

    LESSON = "lesson"
    SORT = "sort"
    MARK = "mark"
    FORM = "form"
    CHECK = "check"
    SCOPE = "scope"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a module's contents: what it is, how long it takes and whether the module needs it."""

    id: str
    kind: PartKind
    title: str
    minutes: int
    points: int
    is_required: bool


class FieldInput(StrEnum):
    """How a field is typed in; `TEXT`, `NUMBER` and `DATE` are the HTML input types of the same name."""

    TEXT = "text"
    TEXTAREA = "textarea"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form, with a hint and two examples for the person who fills it."""

    id: str
    label: str
    hint: str
    input: FieldInput
    is_required: bool
    min_words: int
    max_length: int
    good: str
    bad: str
