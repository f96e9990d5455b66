"""How good a rubric is, as far as a machine can see. None of it keeps the tool from starting."""

from collections.abc import Iterable
from dataclasses import dataclass
from string import Formatter

from lti_tool.rubrics.catalog import Criterion, Rubric

# A level says what the work is like: a word or two are a label.
_FEWEST_WORDS = 4
_SNIPPETS = (3, 6)
# Beyond this share of all weights one criterion decides alone.
_MOST_WEIGHT = 0.5
# Two criteria have to share; from three on, none is half.
_FEWEST_FOR_SHARES = 3


@dataclass(frozen=True, slots=True)
class RubricRemark:
    """What is wrong with a criterion (or with the whole: "") and what to do."""

    is_error: bool
    criterion: str
    says: str


def weight_shares(rubric: Rubric) -> dict[str, float]:
    """What each criterion counts for of the whole; together 1."""
    total = sum(it.weight for it in rubric.criteria)
    return {it.id: it.weight / total for it in rubric.criteria}


def review_rubric(rubric: Rubric) -> tuple[RubricRemark, ...]:
    """Everything that there is to say about a rubric."""
    return (*_review_whole(rubric), *(it for criterion in rubric.criteria for it in _review_criterion(criterion)))


def _review_whole(rubric: Rubric) -> Iterable[RubricRemark]:
    if not any(it.is_must_pass for it in rubric.criteria):
        yield RubricRemark(False, "", "no criterion must be passed; set “must_pass: true” where work cannot do without")
    if len(rubric.criteria) >= _FEWEST_FOR_SHARES:
        for name, share in weight_shares(rubric).items():
            if share > _MOST_WEIGHT:
                yield RubricRemark(True, name, f"this criterion is {share:.0%} of all weights; half is the limit")


def _review_criterion(criterion: Criterion) -> Iterable[RubricRemark]:
    for level, words in enumerate(criterion.levels, start=1):
        if len(words.split()) < _FEWEST_WORDS:
            reason = f"level {level} is “{words}”; say in a sentence what such work is like"
            yield RubricRemark(True, criterion.id, reason)
    few, many = _SNIPPETS
    if not few <= len(criterion.snippets) <= many:
        reason = f"there are {len(criterion.snippets)} snippets; reviewers begin from {few} to {many}"
        yield RubricRemark(False, criterion.id, reason)
    for snippet in criterion.snippets:
        try:
            list(Formatter().parse(snippet))
        except ValueError:
            yield RubricRemark(True, criterion.id, f"the braces of “{snippet}” do not match; write {{what}}")
