"""The copy of a check's questions that a try keeps, and reading it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from lti_tool.content.catalog import Check, Option, Question
from lti_tool.content.rules import CheckScore, DrawnQuestion, score_check
from lti_tool.web.phrases import ENGLISH


@dataclass(frozen=True, slots=True)
class Asked:
    """What a try asks: the check as it was then, and the questions with options in the shown order."""

    check: Check
    questions: tuple[Question, ...]
    # A try stays in the language in which it was begun.
    language: str = ENGLISH


def make_snapshot(check: Check, drawn: tuple[DrawnQuestion, ...], language: str = ENGLISH) -> dict[str, Any]:
    """Everything of the drawn questions that a later page shows or a score needs, as JSON values."""
    return {
        "id": check.id,
        "title": check.title,
        "points": check.points,
        "pass_percent": check.pass_percent,
        "language": language,
        "questions": [
            {
                "id": it.question.id,
                "lesson": it.question.lesson,
                "outcome": it.question.outcome,
                "stem": str(it.question.stem_html),
                "options": [
                    {
                        "id": option.id,
                        "text": str(option.text_html),
                        "why": str(option.explanation_html),
                        "right": option.is_right,
                    }
                    for option in it.options
                ],
            }
            for it in drawn
        ],
    }


def read_snapshot(snapshot: Mapping[str, Any]) -> Asked:
    """The check and the questions of a try; its HTML was made safe when the content files were read."""
    questions = tuple(
        Question(
            id=row["id"],
            lesson=row["lesson"],
            outcome=row["outcome"],
            stem_html=_html(row["stem"]),
            options=tuple(
                Option(option["id"], _html(option["text"]), _html(option["why"]), option["right"])
                for option in row["options"]
            ),
        )
        for row in snapshot["questions"]
    )
    check = Check(
        id=snapshot["id"],
        title=snapshot["title"],
        minutes=0,
        points=snapshot["points"],
        intro_html=Markup(),
        draw=len(questions),
        pass_percent=snapshot["pass_percent"],
        tries=0,
        questions=questions,
    )
    return Asked(check, questions, snapshot.get("language", ENGLISH))


def score_try(asked: Asked, answers: Mapping[str, str]) -> CheckScore:
    """The score of a try by its own copy of the questions."""
    return score_check(asked.check, asked.questions, answers)


def clean_answers(asked: Asked, given: Mapping[str, str]) -> dict[str, str]:
    """The given answers that name an option of a question of this try; anything else is left out."""
    return {
        question.id: given[question.id]
        for question in asked.questions
        if question.find_option(given.get(question.id)) is not None
    }


def list_unanswered(asked: Asked, answers: Mapping[str, str]) -> tuple[str, ...]:
    """Ids of the questions without an answer, in the shown order."""
    return tuple(question.id for question in asked.questions if question.id not in answers)


def _html(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - rendered from our own Markdown before it was stored
