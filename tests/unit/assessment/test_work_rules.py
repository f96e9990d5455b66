"""Where a piece of work stands, what is missing in it, and what changed between two versions."""

from datetime import timedelta
from time import thread_time

import pytest

from lti_tool.assessment.rules import (
    Change,
    Decided,
    Verdict,
    Version,
    WorkStep,
    decide_work_state,
    list_changes,
    list_missing,
)
from tests.builders import NOW
from tests.unit.assessment.content import ARTEFACT


def version(number: int, verdict: Verdict | None = None, *, is_read: bool = False) -> Version:
    decided = Decided(verdict, NOW, is_read) if verdict else None
    return Version(number, NOW + timedelta(days=number), decided)


@pytest.mark.parametrize(
    ("versions", "step", "is_approved"),
    [
        ([], WorkStep.WRITE, False),
        ([version(1)], WorkStep.WAIT, False),
        ([version(1, Verdict.RETURNED)], WorkStep.READ, False),
        ([version(1, Verdict.RETURNED, is_read=True)], WorkStep.REVISE, False),
        ([version(1, Verdict.RETURNED, is_read=True), version(2)], WorkStep.WAIT, False),
        ([version(1, Verdict.APPROVED)], WorkStep.READ, True),
        ([version(1, Verdict.APPROVED, is_read=True)], WorkStep.DONE, True),
        ([version(1, Verdict.APPROVED, is_read=True), version(2, Verdict.RETURNED)], WorkStep.READ, True),
    ],
)
def test_the_next_step(versions: list[Version], step: WorkStep, is_approved: bool) -> None:
    state = decide_work_state(versions)
    assert (state.step, state.is_approved) == (step, is_approved)
    assert state.next_number == len(versions) + 1
    assert state.latest == (versions[-1] if versions else None)


def test_what_is_missing() -> None:
    missing = list_missing(
        ARTEFACT, {"subject": "x" * 21, "body": " "}, has_file=False, criteria=["clear", "kind"], own_rating={"kind": 5}
    )
    assert [it.id for it in missing.fields] == ["file", "body"]
    assert [it.id for it in missing.too_long] == ["subject"]
    assert missing.criteria == ("clear", "kind")
    assert not missing.is_nothing


def test_nothing_is_missing() -> None:
    rating = {"clear": 1, "kind": 4}
    answers = {"subject": "Hello", "body": "Text"}
    assert list_missing(ARTEFACT, answers, has_file=True, criteria=["clear", "kind"], own_rating=rating).is_nothing


def shown(old: str, new: str) -> str:
    signs = {Change.SAME: "{}", Change.REMOVED: "[-{}-]", Change.ADDED: "[+{}+]"}
    return "".join(signs[run.change].format(run.text) for run in list_changes(old, new))


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        ("", "", ""),
        ("Same words", "Same words", "Same words"),
        ("", "New", "[+New+]"),
        ("Old", "", "[-Old-]"),
        ("Helped with phones", "Answered 35 calls", "[-Helped with phones-][+Answered 35 calls+]"),
        ("I answered the phones daily", "I answered 35 phones daily", "I answered [-the-][+35+] phones daily"),
        ("One.\nTwo.", "One.\nTwo.\nThree.", "One.\nTwo.[+\nThree.+]"),
    ],
)
def test_a_difference_reads_well(old: str, new: str, difference: str) -> None:
    assert shown(old, new) == difference


def test_both_texts_can_be_read_back_from_the_difference() -> None:
    old, new = "The café’s menu, 12 pages: old. Fine!", "The café menu (14 pages) is new. Fine, thanks!"
    runs = list_changes(old, new)
    assert "".join(run.text for run in runs if run.change is not Change.ADDED) == old
    assert "".join(run.text for run in runs if run.change is not Change.REMOVED) == new


def test_a_few_words_said_over_and_over_are_compared_in_bounded_time() -> None:
    old, new, began = "a b " * 750, "b c a " * 500, thread_time()
    runs = list_changes(old, new)
    assert thread_time() - began < 10
    assert "".join(run.text for run in runs if run.change is not Change.ADDED) == old
    assert "".join(run.text for run in runs if run.change is not Change.REMOVED) == new
