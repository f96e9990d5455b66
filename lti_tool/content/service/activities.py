"""Reads practice activities and forms."""

from collections.abc import Callable

from lti_tool.content.catalog import (
    Activity,
    Field,
    FieldInput,
    FormActivity,
    MarkActivity,
    MarkPart,
    PartKind,
    SortActivity,
    SortChoice,
    SortItem,
)
from lti_tool.content.service.checks import read_checks
from lti_tool.content.service.practice import (
    read_frame,
    read_rank,
    read_record,
    read_rewrite,
    read_scale,
    read_scenario,
)
from lti_tool.documents.markdown import Markdown
from lti_tool.documents.nodes import Fields, report_repeats

# Characters of a text, and bytes of a file.
_LONGEST = 10_000_000
_COMMON = ("id", "kind", "title", "minutes", "points", "required", "intro")
_OWN = {
    PartKind.SORT: ("choices", "items"),
    PartKind.MARK: ("document_title", "parts"),
    PartKind.FORM: ("fields", "distinct"),
    PartKind.RANK: ("items", "tie"),
    PartKind.REWRITE: ("given", "prompt", "max_length", "checks", "models"),
    PartKind.SCENARIO: ("start", "scenes"),
    PartKind.SCALE: ("goal_prompt", "levels", "models", "max_length"),
    PartKind.RECORD: ("prompts", "seconds", "review", "note_prompt"),
}
ACTIVITY_KEYS = _COMMON + tuple(dict.fromkeys(name for names in _OWN.values() for name in names))
_FIELD_KEYS = (
    "id", "label", "group", "hint", "input", "required", "min_words", "max_length", "good", "bad", "checks",
)  # fmt: skip


def read_activity(row: Fields, markdown: Markdown) -> Activity | None:
    """An activity by its kind; None and a noted fault if the kind is unknown."""
    kind = row.text("kind")
    if kind not in _OWN:
        if kind:
            row.report(f"unknown kind “{kind}”; known are {', '.join(sorted(_OWN))}", "kind")
        return None
    for name in ACTIVITY_KEYS:
        if name in row and name not in _COMMON and name not in _OWN[PartKind(kind)]:
            row.report(f"“{name}” does not belong to the kind “{kind}”", name)
    return _READERS[PartKind(kind)](row, markdown)


def read_fields(row: Fields, name: str = "fields", *, may_take_file: bool = False) -> tuple[Field, ...]:
    """The fields of a form; a file is taken only where the page can take one."""
    rows = row.rows(name, _FIELD_KEYS)
    fields = tuple(_read_field(field) for field in rows)
    report_repeats(zip([field.id for field in fields], rows, strict=True), "field")
    _report_scattered(fields, rows)
    for field, field_row in zip(fields, rows, strict=True):
        if field.input is FieldInput.FILE and not may_take_file:
            field_row.report("only an artefact takes a file", "input")
    return fields


def _report_scattered(fields: tuple[Field, ...], rows: list[Fields]) -> None:
    """Fields of one group stand next to each other, since each group has one heading."""
    seen: set[str] = set()
    for before, field, row in zip((None, *fields), fields, rows, strict=False):
        if field.group and field.group in seen and (before is None or before.group != field.group):
            row.report(f"the group “{field.group}” is interrupted; its fields must stand next to each other", "group")
        seen.add(field.group)


def _read_sort(row: Fields, markdown: Markdown) -> SortActivity:
    choice_rows = row.rows("choices", ("id", "label"))
    choices = tuple(SortChoice(it.identifier("id"), it.text("label")) for it in choice_rows)
    report_repeats(zip([choice.id for choice in choices], choice_rows, strict=True), "choice")
    item_rows = row.rows("items", ("id", "text", "answer", "why"))
    items = tuple(_read_item(item, choices, markdown) for item in item_rows)
    report_repeats(zip([item.id for item in items], item_rows, strict=True), "item")
    return SortActivity(
        **read_frame(row, markdown),
        choices=choices,
        items=items,
    )


def _read_item(row: Fields, choices: tuple[SortChoice, ...], markdown: Markdown) -> SortItem:
    answer = row.text("answer")
    if answer and answer not in [choice.id for choice in choices]:
        row.report(f"“answer” names an unknown choice “{answer}”", "answer")
    return SortItem(
        id=row.identifier("id"),
        text_html=markdown.render_inline(row.text("text"), row.source, row.line_of("text")),
        answer=answer,
        explanation_html=markdown.render_inline(row.text("why"), row.source, row.line_of("why")),
    )


def _read_mark(row: Fields, markdown: Markdown) -> MarkActivity:
    part_rows = row.rows("parts", ("id", "text", "problem", "why"))
    parts = tuple(
        MarkPart(
            id=part.identifier("id"),
            text_html=markdown.render_inline(part.text("text"), part.source, part.line_of("text")),
            is_problem=part.flag("problem"),
            explanation_html=markdown.render_inline(part.text("why"), part.source, part.line_of("why")),
        )
        for part in part_rows
    )
    report_repeats(zip([part.id for part in parts], part_rows, strict=True), "part")
    return MarkActivity(
        **read_frame(row, markdown),
        document_title=row.text("document_title"),
        parts=parts,
    )


def _read_form(row: Fields, markdown: Markdown) -> FormActivity:
    fields = read_fields(row)
    distinct = row.lists("distinct")
    for name in (name for group in distinct for name in group):
        if name not in [field.id for field in fields]:
            row.report(f"“distinct” names an unknown field “{name}”", "distinct")
    return FormActivity(
        **read_frame(row, markdown),
        fields=fields,
        distinct=distinct,
    )


def _read_field(row: Fields) -> Field:
    kind = row.text("input", default=FieldInput.TEXT)
    if kind not in set(FieldInput):
        row.report(f"unknown input “{kind}”; known are {', '.join(FieldInput)}", "input")
        kind = FieldInput.TEXT
    return Field(
        id=row.identifier("id"),
        label=row.text("label"),
        hint=row.text("hint"),
        input=FieldInput(kind),
        is_required=row.flag("required", default=True),
        min_words=row.number("min_words", 0, 100, default=0),
        max_length=row.number("max_length", 1, _LONGEST, default=300),
        good=row.text("good", default=""),
        bad=row.text("bad", default=""),
        checks=read_checks(row),
        group=row.text("group", default=""),
    )


_READERS: dict[PartKind, Callable[[Fields, Markdown], Activity]] = {
    PartKind.SORT: _read_sort,
    PartKind.MARK: _read_mark,
    PartKind.FORM: _read_form,
    PartKind.RANK: read_rank,
    PartKind.REWRITE: read_rewrite,
    PartKind.SCENARIO: read_scenario,
    PartKind.SCALE: read_scale,
    PartKind.RECORD: read_record,
}
