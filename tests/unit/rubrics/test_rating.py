"""What a rating comes to."""

import pytest

from lti_tool.rubrics.catalog import Criterion, Rubric
from lti_tool.rubrics.rules import compare_ratings, score_rating


def criterion(name: str, *, must: bool = False, weight: int = 1) -> Criterion:
    return Criterion(name, name.title(), must, weight, ("one", "two", "three", "four"), "Look!", ())


RUBRIC = Rubric("r", "R", 1, 2.75, 3, (criterion("a", must=True), criterion("b"), criterion("c", weight=2)), "d")


@pytest.mark.parametrize(
    ("levels", "mean", "is_passed", "below"),
    [
        ({"a": 3, "b": 2, "c": 3}, 2.75, True, ()),
        ({"a": 3, "b": 2, "c": 2}, 2.25, False, ()),
        ({"a": 2, "b": 4, "c": 4}, 3.5, False, ("a",)),
        ({"a": 4, "b": 4, "c": 4}, 4.0, True, ()),
    ],
)
def test_a_pass_needs_the_mean_and_every_must(
    levels: dict[str, int], mean: float, is_passed: bool, below: tuple[str, ...]
) -> None:
    score = score_rating(RUBRIC, levels)
    assert (score.mean, score.is_passed) == (mean, is_passed)
    assert tuple(it.id for it in score.below) == below
    assert score.unrated == ()


def test_an_unfinished_rating_has_no_mean() -> None:
    score = score_rating(RUBRIC, {"a": 2, "b": 7, "x": 4})
    assert (score.mean, score.is_passed) == (None, False)
    assert [it.id for it in score.unrated] == ["b", "c"]
    assert [it.id for it in score.below] == ["a"]


def test_two_ratings_are_compared_where_both_rated() -> None:
    found = compare_ratings(RUBRIC, {"a": 4, "b": 2}, {"a": 3, "c": 1, "b": 2})
    assert [(it.id, difference) for it, difference in found] == [("a", -1), ("b", 0)]


def test_levels_have_words() -> None:
    assert RUBRIC.criteria[0].describe(3) == "three"
    assert RUBRIC.find_criterion("c") is RUBRIC.criteria[2]
    assert RUBRIC.find_criterion("x") is None
