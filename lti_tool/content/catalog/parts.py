"""The kinds of part, and what every part shows of itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from lti_tool.content.catalog.checks import TextCheck


class PartKind(StrEnum):
    """What a student does in one part of a module."""

    LESSON = "lesson"
    SORT = "sort"
    MARK = "mark"
    FORM = "form"
    RANK = "rank"
    REWRITE = "rewrite"
    SCENARIO = "scenario"
    SCALE = "scale"
    RECORD = "record"
    CHECK = "check"
    SCOPE = "scope"
    STATEMENT = "statement"
    ARTEFACT = "artefact"


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
    FILE = "file"


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
    # Advice on the text; none of it keeps anybody from going on.
    checks: tuple[TextCheck, ...] = ()
    # The heading that it shares with the fields beside it; "" for none.
    group: str = ""

    @property
    def short_label(self) -> str:
        """The label under the group's heading, which it need not repeat."""
        prefix = f"{self.group}: "
        if not self.group or not self.label.startswith(prefix):
            return self.label
        rest = self.label.removeprefix(prefix)
        return rest[:1].upper() + rest[1:]


def group_fields(fields: Iterable[Field]) -> tuple[tuple[str, tuple[Field, ...]], ...]:
    """The fields under their headings, in their order; fields that stand next to each other share one."""
    return tuple((group, tuple(found)) for group, found in groupby(fields, key=lambda field: field.group))
