"""Written parts and their findings; forms made from content."""

import pytest

from lti_tool.assessment.forms import shows_as_date
from lti_tool.assessment.rules import check_written, merge_answers
from tests.unit.assessment.content import FORM, scope_template

GOOD = {field.id: field.good for field in scope_template().fields}


def test_the_good_examples_of_the_fields_make_an_accepted_scope() -> None:
    assert check_written(scope_template(), GOOD) == ()


def test_each_fault_is_said_at_its_field_with_what_to_do() -> None:
    findings = check_written(scope_template(), {**GOOD, "task": "Help the engineering team"})
    assert [it.field for it in findings] == ["task"]
    assert "help" in findings[0].says and findings[0].do


def test_a_text_that_is_too_long_is_one_finding() -> None:
    findings = check_written(scope_template(), {**GOOD, "deliverable": "A report " * 100})
    assert [(it.field, it.do) for it in findings] == [("deliverable", "Shorten it to the main point.")]


def test_a_short_form_has_its_own_findings() -> None:
    assert [it.field for it in check_written(FORM, {})] == ["person"]
    assert check_written(FORM, {"person": "Sam, lab assistant"}) == ()


@pytest.mark.parametrize(
    ("text", "shown"), [(None, True), ("", True), ("2026-10-05", True), ("Soon", False), ("20261005", False)]
)
def test_a_date_input_shows_dates_only(text: str | None, shown: bool) -> None:
    assert shows_as_date(text) is shown


def test_two_versions_of_a_text_lose_nothing() -> None:
    stored = {"task": "Compare sign-up numbers", "start": "2026-10-01", "hours": "", "gone": "An older field"}
    given = {"task": "Draw a poster", "start": "2026-10-01", "hours": "10", "deliverable": "A poster"}
    merge = merge_answers(stored, given)
    assert merge.others == {"task": "Compare sign-up numbers"}
    assert merge.kept == {**given, "task": "Compare sign-up numbers", "gone": "An older field"}
    assert merge.shown == {**given, "gone": "An older field"}


def test_a_blank_version_gives_way() -> None:
    merge = merge_answers({"task": "Compare sign-up numbers"}, {"task": "  "})
    assert merge.others == {} and merge.kept == merge.shown == {"task": "Compare sign-up numbers"}
