"""What a rating comes to, and how two ratings differ."""

from collections.abc import Mapping

from lti_tool.rubrics.catalog import LEVELS, Criterion, Rubric, RubricScore
from lti_tool.rubrics.rules.quality import RubricRemark, review_rubric, weight_shares

__all__ = ["RubricRemark", "compare_ratings", "list_criteria", "review_rubric", "score_rating", "weight_shares"]

# A mean that is short of the line by less than this comes from rounding.
_ROUNDING = 1e-9


def score_rating(rubric: Rubric, levels: Mapping[str, int]) -> RubricScore:
    """The score of a rating (criterion id to level 1-4); levels that the rubric does not have count as missing."""
    rated = {it: levels[it.id] for it in rubric.criteria if levels.get(it.id) in LEVELS}
    unrated = tuple(it for it in rubric.criteria if it not in rated)
    below = tuple(it for it, level in rated.items() if it.is_must_pass and level < rubric.must_pass_level)
    if unrated:
        return RubricScore(None, False, unrated, below)
    mean = sum(it.weight * level for it, level in rated.items()) / sum(it.weight for it in rated)
    return RubricScore(mean, not below and mean >= rubric.pass_mean - _ROUNDING, (), below)


def compare_ratings(
    rubric: Rubric, own: Mapping[str, int], reviewer: Mapping[str, int]
) -> tuple[tuple[Criterion, int], ...]:
    """By how many levels the reviewer rated higher (+) or lower (-), for the criteria that both rated."""
    return tuple((it, reviewer[it.id] - own[it.id]) for it in rubric.criteria if it.id in own and it.id in reviewer)


def list_criteria(rubrics: Mapping[str, Rubric]) -> dict[str, tuple[str, ...]]:
    """The ids of each rubric's criteria."""
    return {name: tuple(it.id for it in rubric.criteria) for name, rubric in rubrics.items()}
