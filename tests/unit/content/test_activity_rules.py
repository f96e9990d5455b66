from pathlib import Path

import pytest

from lti_tool.content.catalog import FormActivity, MarkActivity, SortActivity
from lti_tool.content.rules import check_form, mark_brief, mark_sorting
from lti_tool.content.service import load_catalogue
from tests.unit.content.builders import write_module


@pytest.fixture
def activities(tmp_path: Path) -> tuple[SortActivity, MarkActivity, FormActivity]:
    write_module(tmp_path)
    sort, mark, form = load_catalogue([tmp_path]).modules[0].activities
    assert isinstance(sort, SortActivity)
    assert isinstance(mark, MarkActivity)
    assert isinstance(form, FormActivity)
    return sort, mark, form


Activities = tuple[SortActivity, MarkActivity, FormActivity]


def test_sorting_counts_right_wrong_and_open(activities: Activities) -> None:
    result = mark_sorting(activities[0], {"good-day": "polite", "oi": "polite"})
    assert [mark.is_right for mark in result.marks] == [True, False]
    assert (result.right, result.total, result.is_complete) == (1, 2, True)
    unfinished = mark_sorting(activities[0], {"oi": "nonsense"})
    assert [mark.chosen for mark in unfinished.marks] == [None, None]
    assert (unfinished.right, unfinished.is_complete) == (0, False)


def test_marking_counts_found_missed_and_false_alarms(activities: Activities) -> None:
    result = mark_brief(activities[1], {"closing", "unknown"})
    assert [(mark.is_ticked, mark.is_right) for mark in result.marks] == [(False, False), (True, False)]
    assert (result.found, result.problems, result.false_alarms) == (0, 1, 1)
    perfect = mark_brief(activities[1], {"opening"})
    assert (perfect.found, perfect.false_alarms) == (1, 0)
    assert all(mark.is_right for mark in perfect.marks)


def test_a_form_is_accepted_when_all_that_is_needed_is_there(activities: Activities) -> None:
    assert check_form(activities[2], {"first": "Zoë", "second": "Amara Okafor"}).is_accepted


@pytest.mark.parametrize(
    ("answers", "findings"),
    [
        ({}, [("first", "blank"), ("second", "blank")]),
        ({"first": "  \n ", "second": "Amara Okafor"}, [("first", "blank")]),
        ({"first": "Zoë", "second": "Amara"}, [("second", "too-short")]),
        ({"first": "Zoë", "second": "Amara " * 9}, [("second", "too-long")]),
        ({"first": "Amara  OKAFOR", "second": "amara okafor"}, [("second", "repeated")]),
    ],
)
def test_a_form_says_what_is_wrong_in_which_field(
    activities: Activities, answers: dict[str, str], findings: list[tuple[str, str]]
) -> None:
    result = check_form(activities[2], answers)
    assert [(finding.field, finding.code) for finding in result.findings] == findings
    assert not result.is_accepted
    assert all(finding.says and finding.do for finding in result.findings)
