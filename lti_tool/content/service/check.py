"""Reads a knowledge check."""

from collections.abc import Collection

from lti_tool.content.catalog import Check, Option, Question
from lti_tool.documents.markdown import Markdown
from lti_tool.documents.nodes import Fields, report_repeats

CHECK_KEYS = ("id", "title", "minutes", "points", "intro", "draw", "pass_percent", "tries", "questions")
_QUESTION_KEYS = ("id", "lesson", "outcome", "stem", "options")
_OPTION_KEYS = ("id", "text", "why", "right")


def read_check(fields: Fields, markdown: Markdown, lessons: Collection[str] | None, outcomes: Collection[str]) -> Check:
    """A check from its keys; its questions must belong to one of the `lessons` (if known) and `outcomes`."""
    rows = fields.rows("questions", _QUESTION_KEYS)
    questions = [_read_question(row, markdown, lessons, outcomes) for row in rows]
    report_repeats(zip([question.id for question in questions], rows, strict=True), "question")
    draw = fields.number("draw", 1, 100)
    if rows and draw > len(rows):
        fields.report(f"“draw” is {draw}, but the pool has {len(rows)} questions", "draw")
    return Check(
        id=fields.identifier("id"),
        title=fields.text("title"),
        minutes=fields.number("minutes", 1, 240),
        points=fields.number("points", 0, 1000),
        intro_html=markdown.render(fields.text("intro"), fields.source, fields.line_of("intro")),
        draw=draw,
        pass_percent=fields.number("pass_percent", 1, 100),
        tries=fields.number("tries", 1, 100),
        questions=tuple(questions),
    )


def _read_question(
    row: Fields, markdown: Markdown, lessons: Collection[str] | None, outcomes: Collection[str]
) -> Question:
    option_rows = row.rows("options", _OPTION_KEYS)
    options = tuple(_read_option(option, markdown) for option in option_rows)
    report_repeats(zip([option.id for option in options], option_rows, strict=True), "option")
    texts = [option.text_html for option in options]
    for text, option_row in zip(texts, option_rows, strict=True):
        if text and texts.count(text) > 1:
            option_row.report("two options of this question have the same text", "text")
    right = sum(option.is_right for option in options)
    if options and right != 1:
        row.report(f"a question needs exactly one option with “right: true”, this one has {right}", "options")
    if len(options) == 1:
        row.report("a question needs at least two options", "options")
    lesson, outcome = row.identifier("lesson"), row.identifier("outcome")
    if lesson and lessons is not None and lesson not in lessons:
        row.report(f"link to an unknown lesson “{lesson}”", "lesson")
    if outcome and outcome not in outcomes:
        row.report(f"unknown outcome “{outcome}”", "outcome")
    return Question(
        id=row.identifier("id"),
        lesson=lesson,
        outcome=outcome,
        stem_html=markdown.render_inline(row.text("stem"), row.source, row.line_of("stem")),
        options=options,
    )


def _read_option(row: Fields, markdown: Markdown) -> Option:
    if "why" not in row:
        row.report("this option has no explanation (“why”)")
    return Option(
        id=row.identifier("id"),
        text_html=markdown.render_inline(row.text("text"), row.source, row.line_of("text")),
        explanation_html=markdown.render_inline(
            row.text("why") if "why" in row else "", row.source, row.line_of("why")
        ),
        is_right=row.flag("right", default=False),
    )
