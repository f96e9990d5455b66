"""Knowledge checks: the draw, the order of options, and the score of one try.

The order comes from a hash of seed and id, not from a random generator: it is the same on every Python and
does not move when questions change their place in the file.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from lti_tool.content.catalog import Check, Option, Question


@dataclass(frozen=True, slots=True)
class DrawnQuestion:
    """A question of one try, with its options in the order in which they are shown."""

    question: Question
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class QuestionMark:
    """What became of one question; `chosen` is None when it was left open."""

    question: Question
    chosen: Option | None
    is_right: bool


@dataclass(frozen=True, slots=True)
class CheckScore:
    """The score of one try: `percent` is rounded down, `points` to two decimals."""

    right: int
    asked: int
    percent: int
    points: float
    is_passed: bool
    marks: tuple[QuestionMark, ...]


def draw_questions(check: Check, seed: str, seen: Collection[str] = ()) -> tuple[DrawnQuestion, ...]:
    """The questions of one try, evenly over the lessons; in each lesson the ones already `seen` come last."""
    by_lesson: dict[str, list[Question]] = {}
    for question in _in_seeded_order(check.questions, seed):
        by_lesson.setdefault(question.lesson, []).append(question)
    for pile in by_lesson.values():
        pile.sort(key=lambda question: question.id in seen)
    drawn: list[Question] = []
    while len(drawn) < min(check.draw, len(check.questions)):
        for pile in by_lesson.values():
            if pile and len(drawn) < check.draw:
                drawn.append(pile.pop(0))
    return tuple(DrawnQuestion(question, shuffle_options(question, seed)) for question in drawn)


def shuffle_options(question: Question, seed: str) -> tuple[Option, ...]:
    """The options of a question in the order for this seed."""
    return tuple(sorted(question.options, key=lambda option: _rank(seed, question.id, option.id)))


def score_check(check: Check, asked: Iterable[Question], answers: Mapping[str, str]) -> CheckScore:
    """Score the `answers` (question id to option id) of one try; a question left open is wrong."""
    marks = []
    for question in asked:
        chosen = question.find_option(answers.get(question.id))
        marks.append(QuestionMark(question, chosen, chosen is not None and chosen.is_right))
    right = sum(mark.is_right for mark in marks)
    percent = 100 * right // len(marks) if marks else 0
    points = round(check.points * right / len(marks), 2) if marks else 0.0
    is_passed = bool(marks) and 100 * right >= check.pass_percent * len(marks)
    return CheckScore(right, len(marks), percent, points, is_passed, tuple(marks))


def tries_left(check: Check, used: int, granted: int = 0) -> int:
    """How many tries remain after `used`, with `granted` more from staff; never below 0."""
    return max(0, check.tries + granted - used)


def _in_seeded_order(questions: Iterable[Question], seed: str) -> list[Question]:
    return sorted(questions, key=lambda question: _rank(seed, question.id))


def _rank(*words: str) -> bytes:
    return hashlib.sha256("\x00".join(words).encode("utf-8")).digest()
