"""What is said of rubrics that can be used, and should be better."""

from dataclasses import replace
from pathlib import Path

import pytest

from lti_tool.rubrics.catalog import Criterion, Rubric
from lti_tool.rubrics.rules import review_rubric, weight_shares
from lti_tool.rubrics.service import default_rubrics_dir, load_rubrics, review_rubrics
from tests.unit.rubrics.test_files import SOUND, write

LEVELS = ("Nobody understands a word of it.", "Some of it is understood.", "It is understood well.", "At once it is.")
CLEAR = Criterion("clear", "Clear", True, 1, LEVELS, "Read it aloud.", ("Say {what} first.", "Cut it.", "Good."))
RUBRIC = Rubric("note", "A note", 1, 2.75, 3, (CLEAR, replace(CLEAR, id="kind"), replace(CLEAR, id="short")), "digest")


def says(rubric: Rubric) -> list[tuple[bool, str, str]]:
    return [(it.is_error, it.criterion, it.says) for it in review_rubric(rubric)]


def with_first(**changes: object) -> Rubric:
    return replace(RUBRIC, criteria=(replace(CLEAR, **changes), *RUBRIC.criteria[1:]))  # type: ignore[arg-type]


def test_a_good_rubric_gets_no_remark() -> None:
    assert says(RUBRIC) == []
    assert weight_shares(RUBRIC) == {it: pytest.approx(1 / 3) for it in ("clear", "kind", "short")}


@pytest.mark.parametrize(
    ("rubric", "is_error", "words"),
    [
        (with_first(weight=3), True, "this criterion is 60% of all weights; half is the limit"),
        (with_first(levels=("Bad", *LEVELS[1:])), True, "level 1 is “Bad”; say in a sentence"),
        (with_first(snippets=()), False, "there are 0 snippets; reviewers begin from 3 to 6"),
        (with_first(snippets=("Say {what first.", "Cut.", "Good.")), True, "the braces of “Say {what first.”"),
    ],
)
def test_a_weak_criterion(rubric: Rubric, is_error: bool, words: str) -> None:
    (found,) = says(rubric)
    assert found[:2] == (is_error, "clear") and found[2].startswith(words)


def test_something_must_be_passed() -> None:
    loose = replace(RUBRIC, criteria=tuple(replace(it, is_must_pass=False) for it in RUBRIC.criteria))
    assert [it[2][:25] for it in says(loose)] == ["no criterion must be pass"]


def test_two_criteria_may_share_unevenly() -> None:
    two = replace(RUBRIC, criteria=(replace(CLEAR, weight=3), RUBRIC.criteria[1]))
    assert says(two) == []


def test_remarks_name_file_and_line(tmp_path: Path) -> None:
    path = write(tmp_path, SOUND.replace("3: It is understood.", "3: Good."))
    (tmp_path / "broken.yaml").write_text("id: [", encoding="utf-8")
    errors, warnings = review_rubrics([tmp_path])
    assert [(it.file, it.line, it.explanation[:7]) for it in errors] == [
        (str(path), 8, "level 1"),
        (str(path), 8, "level 3"),
    ]
    assert [(it.line, "snippets" in it.explanation) for it in warnings] == [(8, True)]


def test_the_shipped_rubrics_are_good_and_their_weights_add_up() -> None:
    assert review_rubrics([default_rubrics_dir()]) == ([], [])
    for rubric in load_rubrics([default_rubrics_dir()]).values():
        shares = weight_shares(rubric)
        assert sum(shares.values()) == pytest.approx(1)
        assert len(shares) >= 5 and max(shares.values()) <= 0.35
        assert all(
            len(it.levels) == 4 and min(len(words.split()) for words in it.levels) >= 6 for it in rubric.criteria
        )
