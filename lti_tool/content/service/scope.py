"""Reads the project scope: fields, word lists, advice and examples."""

from collections.abc import Mapping
from string import Formatter

from lti_tool.content.catalog import (
    Field,
    Scope,
    ScopeAdvice,
    ScopeExample,
    ScopeFault,
    ScopeField,
    ScopePolicy,
    ScopeTemplate,
    ScopeWords,
)
from lti_tool.content.rules import check_scope
from lti_tool.content.service.activities import read_fields
from lti_tool.documents.markdown import Markdown
from lti_tool.documents.nodes import Fields

SCOPE_KEYS = (
    "id", "title", "minutes", "points", "intro", "hours", "max_weeks", "min_task_words", "fields", "words", "advice",
    "examples",
)  # fmt: skip
_WORD_LISTS = tuple(ScopeWords.__dataclass_fields__)
_PLACES = {"word", "min_hours", "max_hours", "max_hours_per_day", "max_weeks", "min_task_words"}
_EXAMPLE_KEYS = ("id", "title", "good", "note", *ScopeField)


def read_scope(fields: Fields, markdown: Markdown) -> ScopeTemplate:
    """A scope template; its own examples must pass or fail its own check, as they say."""
    policy = _read_policy(fields)
    form = read_fields(fields)
    _report_wrong_fields(fields, form)
    is_sound = not fields.source.problems
    examples = tuple(
        _read_example(row, markdown, policy if is_sound else None) for row in fields.rows("examples", _EXAMPLE_KEYS)
    )
    return ScopeTemplate(
        id=fields.identifier("id"),
        title=fields.text("title"),
        minutes=fields.number("minutes", 1, 240),
        points=fields.number("points", 0, 1000),
        intro_html=markdown.render(fields.text("intro"), fields.source, fields.line_of("intro")),
        fields=form,
        examples=examples,
        policy=policy,
    )


def _report_wrong_fields(fields: Fields, form: tuple[Field, ...]) -> None:
    if [field.id for field in form] != list(ScopeField):
        fields.report(f"“fields” must be, in this order: {', '.join(ScopeField)}", "fields")


def _read_policy(fields: Fields) -> ScopePolicy:
    hours = fields.section("hours", ("min", "max", "max_per_day"))
    low, high = hours.number("min", 1, 1000), hours.number("max", 1, 1000)
    if low > high:
        hours.report(f"“min” is {low}, more than “max” {high}", "min")
    words = fields.section("words", _WORD_LISTS)
    return ScopePolicy(
        min_hours=low,
        max_hours=high,
        max_hours_per_day=hours.number("max_per_day", 1, 24),
        max_weeks=fields.number("max_weeks", 1, 200),
        min_task_words=fields.number("min_task_words", 1, 50),
        words=ScopeWords(
            **{name: _lower_case(words.texts(name, is_needed=name != "openings")) for name in _WORD_LISTS}
        ),
        advice=_read_advice(fields),
    )


def _lower_case(texts: tuple[str, ...]) -> tuple[str, ...]:
    # The longest first, so that "work on" is named before "work".
    return tuple(sorted((text.casefold() for text in texts), key=lambda text: (-len(text), text)))


def _read_advice(fields: Fields) -> Mapping[ScopeFault, ScopeAdvice]:
    section = fields.section("advice", tuple(ScopeFault))
    advice = {}
    for fault in ScopeFault:
        row = section.section(fault, ("says", "do"))
        advice[fault] = ScopeAdvice(says=row.text("says"), do=row.text("do"))
        for name in ("says", "do"):
            _report_wrong_places(row, name)
    return advice


def _report_wrong_places(row: Fields, name: str) -> None:
    if name not in row:
        return
    try:
        places = {place for _, place, _, _ in Formatter().parse(row.text(name)) if place is not None}
    except ValueError as error:
        row.report(f"“{name}” has a wrong brace: {error}", name)
        return
    for place in sorted(places - _PLACES):
        row.report(f"“{name}” has an unknown place {{{place}}}; known are {', '.join(sorted(_PLACES))}", name)


def _read_example(row: Fields, markdown: Markdown, policy: ScopePolicy | None) -> ScopeExample:
    is_good = row.flag("good")
    scope = Scope(**{field.value: row.text(field, default="") for field in ScopeField})
    if policy is not None:
        findings = check_scope(scope, policy).findings
        if is_good and findings:
            row.report(f"this example is marked good, but: {findings[0].says}")
        if not is_good and not findings:
            row.report("this example is marked bad, but the check accepts it")
    return ScopeExample(
        id=row.identifier("id"),
        title=row.text("title"),
        is_good=is_good,
        scope=scope,
        note_html=markdown.render_inline(row.text("note"), row.source, row.line_of("note")),
    )
