"""Where a student stands in a module, and what it is worth."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lti_tool.assessment.rules import (
    Progress,
    State,
    Try,
    decide_module_state,
    decide_standing,
    decide_tries,
    find_neighbours,
    next_action,
    score_module,
    signature_version,
)
from tests.builders import NOW
from tests.unit.assessment.content import MODULE, STATEMENT

SIGNED = signature_version(STATEMENT.version, STATEMENT.digest)
LATER = NOW + timedelta(days=2)
ALL_DONE = {
    "contacts": Progress(NOW, NOW),
    "check": Progress(NOW, NOW),
    "scope": Progress(NOW, NOW),
    "statement": Progress(NOW, LATER, SIGNED),
}


def a_try(number: int, right: int, *, asked: int = 4, days: int = 0, is_open: bool = False) -> Try:
    at = NOW + timedelta(days=days)
    return Try(number, at, None if is_open else at, right, asked, 8 * right / asked, 8.0, right >= 3)


def test_a_module_that_nobody_began_starts_with_its_first_lesson() -> None:
    state = decide_module_state(MODULE, {})
    assert state.state is State.TODO and not state.is_complete
    assert state.next_part is not None and state.next_part.id == "read"
    assert next_action(decide_standing(state)) == "Start"
    assert (state.steps_done, len(state.steps)) == (0, 5)
    assert state.minutes_left == sum(part.minutes for part in MODULE.parts)


def test_the_next_step_is_the_first_that_is_not_done() -> None:
    state = decide_module_state(MODULE, {"read": Progress(NOW, NOW), "contacts": Progress(NOW, None)})
    assert state.state is State.IN_PROGRESS
    assert next_action(decide_standing(state)) == "Continue: My contacts"
    contacts = state.find_part("contacts")
    assert contacts is not None and contacts.state is State.IN_PROGRESS
    assert state.required_done == 0 and state.steps_done == 1
    assert state.find_part("nothing") is None


def test_a_module_is_complete_when_its_required_parts_are_done_even_if_a_lesson_was_skipped() -> None:
    state = decide_module_state(MODULE, ALL_DONE)
    assert state.is_complete and state.next_part is None
    assert next_action(decide_standing(state)) == "Look at it again"
    assert state.required_done == len(state.required) == 4


def test_a_new_text_of_the_statement_asks_for_a_new_signature() -> None:
    state = decide_module_state(MODULE, {**ALL_DONE, "statement": Progress(NOW, NOW, "1:an-older-digest")})
    statement = state.find_part("statement")
    assert statement is not None and statement.is_outdated and statement.done_at is None
    assert not state.is_complete
    assert state.next_part is not None and state.next_part.id == "read"


def test_a_module_of_lessons_is_complete_when_they_are_read() -> None:
    lessons = replace(MODULE, activities=(), check=None, scope=None, statement=None, points=0)
    assert not decide_module_state(lessons, {}).is_complete
    state = decide_module_state(lessons, {"read": Progress(NOW, LATER)})
    assert state.is_complete
    score = score_module(state, None)
    assert (score.points, score.maximum, score.submitted_at) == (1.0, 1.0, LATER)
    assert score.comment == "All parts done."


@pytest.mark.parametrize(("right", "points"), [(4, 10.0), (3, 8.0), (0, 2.0)])
def test_a_score_is_the_checks_share_and_the_points_of_the_other_parts(right: int, points: float) -> None:
    score = score_module(decide_module_state(MODULE, ALL_DONE), a_try(1, right))
    assert (score.points, score.maximum) == (points, 10.0)
    assert score.comment == f"Check {right} of 4, scope template accepted, statement signed."
    assert score.submitted_at == LATER


def test_thirds_are_rounded_to_two_decimals() -> None:
    score = score_module(decide_module_state(MODULE, ALL_DONE), a_try(1, 2, asked=3))
    assert score.points == 7.33


def test_a_later_better_try_is_later_work() -> None:
    score = score_module(decide_module_state(MODULE, ALL_DONE), a_try(2, 4, days=5))
    assert score.submitted_at == NOW + timedelta(days=5)


def test_tries_run_out_and_staff_add_one() -> None:
    known = [a_try(2, 1), a_try(1, 2), a_try(3, 2)]
    spent = decide_tries(known, tries_allowed=3, granted=())
    assert (spent.allowed, spent.used, spent.left) == (3, 3, 0) and spent.is_locked
    assert spent.best is not None and spent.best.number == 1, "the first of two equally good tries"
    granted = decide_tries(known, tries_allowed=3, granted={4})
    assert (granted.allowed, granted.left) == (4, 1) and not granted.is_locked


def test_a_granted_try_that_was_used_is_gone() -> None:
    known = [a_try(number, 1) for number in (1, 2, 3, 4)]
    assert decide_tries(known, tries_allowed=3, granted={4}).is_locked


def test_a_grant_helps_also_where_the_limit_was_lowered_later() -> None:
    known = [a_try(number, 1) for number in (1, 2, 3)]
    assert decide_tries(known, tries_allowed=2, granted={4}).left == 1


def test_an_open_try_is_used_but_not_locked() -> None:
    tries = decide_tries([a_try(1, 0, is_open=True)], tries_allowed=1, granted=())
    assert tries.left == 0 and tries.open_number == 1 and not tries.is_locked and tries.best is None


def test_neighbours_follow_the_order_of_the_module() -> None:
    before, after = find_neighbours(MODULE, "read")
    assert before is None and after is not None and after.id == "contacts"
    before, after = find_neighbours(MODULE, "statement")
    assert before is not None and before.id == "scope" and after is None


def test_a_check_without_a_try_gives_nothing_to_a_module_that_is_scored_without_it() -> None:
    score = score_module(decide_module_state(replace(MODULE, check=None), ALL_DONE), None)
    assert score.points == 2.0
