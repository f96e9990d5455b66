from dataclasses import replace

import pytest

from lti_tool.content.catalog import Scope, ScopeFault, ScopePolicy
from lti_tool.content.rules import check_scope, scope_from_answers
from tests.unit.content.builders import shipped_policy

GOOD = Scope(
    task="Build a small Python script that automates one data-analysis task",
    deliverable="The script and a one-page guide",
    hours="20",
    start="2026-10-05",
    end="2026-10-30",
    supervisor="Dana Okafor, operations lead",
    feedback="2026-10-16",
    pay="$400 in total, paid on delivery",
)


@pytest.fixture(scope="module")
def policy() -> ScopePolicy:
    return shipped_policy()


def faults(scope: Scope, policy: ScopePolicy) -> list[str]:
    return [finding.fault.value for finding in check_scope(scope, policy).findings]


def test_a_complete_scope_is_accepted(policy: ScopePolicy) -> None:
    result = check_scope(GOOD, policy)
    assert result.is_accepted
    assert result.find_finding("task") is None


def test_help_our_engineering_team_is_refused_with_what_is_missing(policy: ScopePolicy) -> None:
    result = check_scope(Scope(task="Help our engineering team"), policy)
    assert not result.is_accepted
    assert [finding.fault for finding in result.findings] == [
        ScopeFault.TASK_VAGUE,
        ScopeFault.DELIVERABLE_MISSING,
        ScopeFault.HOURS_MISSING,
        ScopeFault.START_MISSING,
        ScopeFault.END_MISSING,
        ScopeFault.SUPERVISOR_MISSING,
        ScopeFault.FEEDBACK_MISSING,
        ScopeFault.PAY_MISSING,
    ]
    task = result.find_finding("task")
    assert task is not None
    assert task.says == "“help” does not say what you will do."
    assert all(finding.says.endswith(".") and finding.do for finding in result.findings)


CASES: dict[str, dict[str, str | None]] = {
    "task": {
        "Write captions for 40 photographs in the museum": None,
        "You will design a flyer for the open day": None,
        "To join three data sets into one clean table": None,
        "The intern should compare prices of five local rivals": None,
        "Translate the support pages of the help desk": None,
        "": "task-missing",
        "tbd": "task-missing",
        "???": "task-missing",
        "Helping with the website of the shop": "task-vague",
        "We need someone to support the marketing team": "task-vague",
        "Please assist Dana in the lab with tests": "task-vague",
        "The student is going to work on the new website": "task-vague",
        "Be responsible for all of our social media": "task-vague",
        "Managing our social media accounts in spring": "task-vague",
        "Write ongoing posts for our social channels": "task-open-ended",
        "Test the app and do other duties": "task-open-ended",
        "Build a script": "task-short",
    },
    "deliverable": {
        "A training guide for new members": None,
        "Support guide for new members": None,
        "Three interviews, transcribed": None,
        "": "deliverable-missing",
        "Support with the website": "deliverable-duty",
        "Posting on our channels": "deliverable-duty",
        "A weekly hour of my time": "deliverable-duty",
        "Shadowing": "deliverable-duty",
        "Knowledge of the company": "deliverable-duty",
        "A research report": None,
        "Reports as needed": "deliverable-duty",
    },
    "hours": {
        "10": None,
        "40": None,
        "17,5 hours": None,
        "20 h": None,
        "": "hours-missing",
        "10-20": "hours-unreadable",
        "about twenty": "hours-unreadable",
        "9.5": "hours-too-few",
        "41": "hours-too-many",
        "0": "hours-too-few",
    },
    "supervisor": {
        "Dana Okafor": None,
        "Ines, manager": None,
        "": "supervisor-missing",
        "TBA": "supervisor-missing",
        "The marketing team": "supervisor-unnamed",
        "someone from HR": "supervisor-unnamed",
    },
    "pay": {
        "$400": None,
        "An alumni award, paid in May": None,
        "€500 fixed, about €25 an hour": None,
        "": "pay-missing",
        "...": "pay-missing",
        "Unpaid": "pay-none",
        "Great experience": "pay-none",
        "none": "pay-none",
        "$0": "pay-none",
        "$20/hour": "pay-hourly",
        "20 dollars per hour": "pay-hourly",
        "A fair amount": "pay-unclear",
    },
    "start": {"": "start-missing", "5 October": "start-unreadable", "2026-10-29": None},
    "end": {
        "": "end-missing",
        "2026-02-30": "end-unreadable",
        "2026-10-05": "end-not-after-start",
        "2025-10-30": "end-not-after-start",
        "2027-02-22": None,
        "2027-02-23": "end-too-far",
    },
    "feedback": {
        "2026-10-05": None,
        "2026-10-30": None,
        "": "feedback-missing",
        "at the end": "feedback-unreadable",
        "2026-10-04": "feedback-outside",
        "2026-10-31": "feedback-outside",
    },
}


@pytest.mark.parametrize(
    ("field", "text", "fault"), [(field, text, fault) for field, it in CASES.items() for text, fault in it.items()]
)
def test_each_field_is_judged(field: str, text: str, fault: str | None, policy: ScopePolicy) -> None:
    finding = check_scope(replace(GOOD, **{field: text}), policy).find_finding(field)
    assert (finding.fault.value if finding else None) == fault


def test_hours_must_fit_between_the_dates(policy: ScopePolicy) -> None:
    rushed = replace(GOOD, end="2026-10-06", feedback="2026-10-05")
    assert faults(rushed, policy) == ["hours-do-not-fit"]
    assert faults(replace(rushed, hours="16"), policy) == []
    # Too many hours are one fault, not two; unreadable ones cannot be judged.
    assert faults(replace(rushed, hours="99"), policy) == ["hours-too-many"]
    assert faults(replace(rushed, hours="many"), policy) == ["hours-unreadable"]


def test_feedback_is_judged_by_the_one_date_that_is_there(policy: ScopePolicy) -> None:
    assert "feedback-outside" in faults(replace(GOOD, end="", feedback="2026-10-01"), policy)
    assert "feedback-outside" in faults(replace(GOOD, start="", feedback="2026-11-01"), policy)
    assert "feedback-outside" not in faults(replace(GOOD, start="", end=""), policy)


def test_the_numbers_are_the_institutions(policy: ScopePolicy) -> None:
    strict = replace(policy, min_hours=15, max_hours=18, min_task_words=30)
    assert faults(GOOD, strict) == ["task-short", "hours-too-many"]
    says = [finding.says for finding in check_scope(GOOD, strict).findings]
    assert says[1] == "20 hours are too many for one project here, which has at most 18."


def test_what_somebody_wrote_is_quoted_short_and_never_filled_in(policy: ScopePolicy) -> None:
    long = check_scope(replace(GOOD, deliverable="Posting " + "again " * 60), policy).findings[0]
    assert len(long.says) < 140
    braces = check_scope(replace(GOOD, hours="{min_hours}"), policy).findings[0]
    assert braces.says == "“{min_hours}” is not one number of hours."


def test_a_posted_form_becomes_a_scope() -> None:
    scope = scope_from_answers({"task": "Build it", "pay": "$5", "csrf_token": "x"})
    assert scope == Scope(task="Build it", pay="$5")
