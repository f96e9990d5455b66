"""Practice activities and short forms: what was answered, what was right, what is still missing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lti_tool.content.catalog import (
    Field,
    FormActivity,
    MarkActivity,
    MarkPart,
    SortActivity,
    SortChoice,
    SortItem,
)
from lti_tool.web.phrases import Phrase, counted

_SHORTEN = Phrase("Shorten it to the main point.")


@dataclass(frozen=True, slots=True)
class ItemMark:
    """What became of one statement; `chosen` is None when it was left open."""

    item: SortItem
    chosen: SortChoice | None
    is_right: bool


@dataclass(frozen=True, slots=True)
class SortResult:
    """An answered sorting; `is_complete` when every statement went onto a pile."""

    marks: tuple[ItemMark, ...]
    right: int
    total: int
    is_complete: bool


@dataclass(frozen=True, slots=True)
class PartMark:
    """One part of the document: was it ticked, and was that right."""

    part: MarkPart
    is_ticked: bool
    is_right: bool


@dataclass(frozen=True, slots=True)
class BriefResult:
    """An answered mark-up: problems found out of `problems`, and good parts that were ticked."""

    marks: tuple[PartMark, ...]
    found: int
    problems: int
    false_alarms: int


@dataclass(frozen=True, slots=True)
class FormFinding:
    """What is wrong in one field, and what to do."""

    field: str
    code: str
    says: str
    do: str


@dataclass(frozen=True, slots=True)
class FormCheck:
    """The findings of a form, in the order of its fields; none means accepted."""

    findings: tuple[FormFinding, ...]

    @property
    def is_accepted(self) -> bool:
        """Nothing is missing."""
        return not self.findings


def mark_sorting(activity: SortActivity, answers: Mapping[str, str]) -> SortResult:
    """Compare `answers` (item id to choice id) with the key."""
    marks = []
    for item in activity.items:
        chosen = activity.find_choice(answers.get(item.id))
        marks.append(ItemMark(item, chosen, chosen is not None and chosen.id == item.answer))
    return SortResult(
        marks=tuple(marks),
        right=sum(mark.is_right for mark in marks),
        total=len(marks),
        is_complete=all(mark.chosen is not None for mark in marks),
    )


def mark_brief(activity: MarkActivity, ticked: Collection[str]) -> BriefResult:
    """Compare the ids of the `ticked` parts with the parts that are a problem."""
    marks = tuple(PartMark(part, part.id in ticked, (part.id in ticked) == part.is_problem) for part in activity.parts)
    return BriefResult(
        marks=marks,
        found=sum(mark.is_ticked and mark.part.is_problem for mark in marks),
        problems=sum(mark.part.is_problem for mark in marks),
        false_alarms=sum(mark.is_ticked and not mark.part.is_problem for mark in marks),
    )


def check_form(activity: FormActivity, answers: Mapping[str, str]) -> FormCheck:
    """What is wrong in `answers` (field id to text): blank, too short, too long, the same twice."""
    findings = []
    said: dict[tuple[int, str], Field] = {}
    for field in activity.fields:
        text = " ".join(answers.get(field.id, "").split())
        finding = _check_field(field, text) or _check_repeat(activity, field, text, said)
        if finding is not None:
            findings.append(finding)
    return FormCheck(tuple(findings))


def _check_field(field: Field, text: str) -> FormFinding | None:
    if not text:
        if not field.is_required:
            return None
        return FormFinding(field.id, "blank", Phrase("“%(field)s” is empty.", field=field.label), field.hint)
    if len(text) > field.max_length:
        too_long = Phrase("“%(field)s” is longer than %(count)s characters.", field=field.label, count=field.max_length)
        return FormFinding(field.id, "too-long", too_long, _SHORTEN)
    if len(text.split()) < field.min_words:
        too_short = counted(
            "“%(field)s” has fewer than %(count)s word.",
            "“%(field)s” has fewer than %(count)s words.",
            field.min_words,
            field=field.label,
        )
        return FormFinding(field.id, "too-short", too_short, field.hint)
    return None


def _check_repeat(
    activity: FormActivity, field: Field, text: str, said: dict[tuple[int, str], Field]
) -> FormFinding | None:
    for number, group in enumerate(activity.distinct):
        if text and field.id in group:
            first = said.setdefault((number, text.casefold()), field)
            if first is not field:
                says = Phrase("“%(field)s” has the same answer as “%(other)s”.", field=field.label, other=first.label)
                return FormFinding(field.id, "repeated", says, Phrase("Give a different one."))
    return None
