"""What artefacts and practice say in files: groups of fields, lines of texts, recordings, plain words."""

import re

import pytest

from lti_tool.content.catalog import Field, FormActivity, RecordActivity, RewriteActivity, group_fields
from tests.unit.assessment.content import SHIPPED

MARKDOWN = re.compile(r"\*|`|\]\(")
FIELDS = [
    field
    for module in SHIPPED.modules
    for part in (module.artefact, *(it for it in module.activities if isinstance(it, FormActivity)))
    if part is not None
    for field in part.fields
]


@pytest.mark.parametrize("field", FIELDS, ids=lambda it: it.id)
def test_words_at_fields_are_plain(field: Field) -> None:
    """The pages show them as they are."""
    words = [field.label, field.hint, *(text for check in field.checks for text in (check.ok, check.fix))]
    assert [it for it in words if MARKDOWN.search(it)] == []
    assert "(optional)" not in field.label


def test_the_goals_are_grouped() -> None:
    goals = next(it.artefact for it in SHIPPED.modules if it.id == "goals")
    assert goals is not None
    groups = group_fields(goals.fields)
    assert [name for name, _ in groups] == ["", "First goal", "Second goal", "Third goal", ""]
    assert [len(fields) for _, fields in groups] == [1, 12, 12, 12, 1]
    first = groups[1][1][0]
    assert (first.label, first.short_label) == ("First goal: what I will be able to do", "What I will be able to do")
    assert groups[0][1][0].short_label == groups[0][1][0].label


def test_lines_of_a_model_are_kept() -> None:
    etiquette = next(it for it in SHIPPED.modules if it.id == "etiquette")
    rewrite = next(it for it in etiquette.activities if isinstance(it, RewriteActivity))
    lines = rewrite.models[0].text_html.split("<br>")
    assert [it for it in lines if it.startswith("<strong>")] and len(lines) >= 8


def test_the_recording_has_something_to_say_and_to_hear() -> None:
    found = [it for module in SHIPPED.modules for it in module.activities if isinstance(it, RecordActivity)]
    assert len(found) == 1 and len(found[0].prompts) >= 3 and len(found[0].review) >= 4
