from collections import Counter

import pytest

from lti_tool.content.rules import draw_questions, score_check, shuffle_options, tries_left
from tests.unit.content.builders import check, question

POOL = [question(f"{lesson}-{number}", lesson) for lesson in ("one", "two", "three") for number in range(4)]


def test_a_draw_is_the_same_for_the_same_seed_and_differs_between_seeds() -> None:
    pool = check(*POOL)
    assert draw_questions(pool, "zoë-1") == draw_questions(pool, "zoë-1")
    draws = {tuple(drawn.question.id for drawn in draw_questions(pool, f"try-{n}")) for n in range(20)}
    assert len(draws) > 10


def test_a_draw_does_not_depend_on_the_order_of_the_file() -> None:
    assert draw_questions(check(*POOL), "zoë-1") == draw_questions(check(*reversed(POOL)), "zoë-1")


@pytest.mark.parametrize("draw", [3, 4, 6, 8, 12])
def test_a_draw_is_even_over_the_lessons_and_repeats_nothing(draw: int) -> None:
    for number in range(20):
        drawn = draw_questions(check(*POOL, draw=draw), f"try-{number}")
        per_lesson = Counter(it.question.lesson for it in drawn)
        assert len({it.question.id for it in drawn}) == draw
        assert max(per_lesson.values()) - min(per_lesson.values()) <= 1


def test_a_lesson_with_few_questions_gives_all_it_has() -> None:
    pool = [question("only", "one"), *(question(f"two-{n}", "two") for n in range(5))]
    drawn = draw_questions(check(*pool, draw=4), "amara")
    assert Counter(it.question.lesson for it in drawn) == {"one": 1, "two": 3}


def test_a_draw_never_asks_for_more_than_the_pool_has() -> None:
    assert len(draw_questions(check(*POOL[:2], draw=8), "amara")) == 2


def test_a_second_try_brings_new_questions_first() -> None:
    pool = check(*POOL, draw=6)
    first = {it.question.id for it in draw_questions(pool, "try-1")}
    second = {it.question.id for it in draw_questions(pool, "try-2", seen=first)}
    assert not first & second
    assert len(draw_questions(pool, "try-3", seen=first | second)) == 6


def test_options_are_shuffled_by_seed_and_the_key_moves() -> None:
    places = Counter(
        [option.id for option in shuffle_options(question("q"), f"try-{number}")].index("b") for number in range(400)
    )
    assert set(places) == {0, 1, 2, 3}
    assert min(places.values()) > 60
    assert shuffle_options(question("q"), "x") == shuffle_options(question("q"), "x")


def test_a_score_marks_right_wrong_open_and_foreign_answers() -> None:
    asked = [question(name) for name in ("right", "wrong", "open", "foreign")]
    score = score_check(check(*asked), asked, {"right": "b", "wrong": "a", "foreign": "z", "other": "b"})
    assert [mark.is_right for mark in score.marks] == [True, False, False, False]
    chosen = [mark.chosen.id if mark.chosen else None for mark in score.marks]
    assert chosen == ["b", "a", None, None]
    assert (score.right, score.asked, score.percent, score.points) == (1, 4, 25, 2.0)
    assert not score.is_passed


@pytest.mark.parametrize(("right", "is_passed", "percent", "points"), [(5, False, 62, 5.0), (6, True, 75, 6.0)])
def test_the_pass_line_is_met_exactly(right: int, is_passed: bool, percent: int, points: float) -> None:
    asked = [question(f"q-{number}") for number in range(8)]
    answers = {it.id: "b" for it in asked[:right]}
    score = score_check(check(*asked, draw=8), asked, answers)
    assert (score.is_passed, score.percent, score.points) == (is_passed, percent, points)


def test_points_have_two_decimals() -> None:
    asked = [question(f"q-{number}") for number in range(3)]
    assert score_check(check(*asked), asked, {"q-0": "b"}).points == 2.67


def test_a_try_without_questions_is_not_passed() -> None:
    score = score_check(check(), [], {})
    assert (score.percent, score.points, score.is_passed) == (0, 0.0, False)


def test_tries_run_out_and_staff_can_grant_more() -> None:
    pool = check(*POOL)
    assert [tries_left(pool, used) for used in range(5)] == [3, 2, 1, 0, 0]
    assert tries_left(pool, 3, granted=1) == 1


def test_questions_and_options_are_found_by_id() -> None:
    pool = check(*POOL)
    assert pool.find_question("two-1") == question("two-1", "two")
    assert pool.find_question("gone") is None
    assert question("q").right_option.id == "b"
    assert question("q").find_option(None) is None
