"""The copy of the questions that a try keeps."""

import json

from lti_tool.assessment.rules import clean_answers, list_unanswered, make_snapshot, read_snapshot, score_try
from lti_tool.content.rules import draw_questions
from tests.unit.assessment.content import CHECK


def snapshot() -> dict[str, object]:
    stored: dict[str, object] = json.loads(json.dumps(make_snapshot(CHECK, draw_questions(CHECK, "seed"))))
    return stored


def test_a_snapshot_is_json_and_reads_back_as_it_was_shown() -> None:
    drawn = draw_questions(CHECK, "seed")
    asked = read_snapshot(snapshot())
    assert [it.id for it in asked.questions] == [it.question.id for it in drawn]
    assert [it.options for it in asked.questions] == [it.options for it in drawn]
    assert asked.check.pass_percent == 75 and asked.check.points == 8
    assert "<em>" in asked.questions[0].stem_html


def test_a_try_is_scored_by_its_own_copy() -> None:
    asked = read_snapshot(snapshot())
    answers = {question.id: "yes" for question in asked.questions[:3]}
    score = score_try(asked, answers)
    assert (score.right, score.asked, score.points, score.is_passed) == (3, 4, 6.0, True)


def test_answers_to_other_questions_and_unknown_options_are_left_out() -> None:
    asked = read_snapshot(snapshot())
    first, second, *rest = [question.id for question in asked.questions]
    answers = clean_answers(asked, {first: "yes", second: "maybe", "question-99": "yes"})
    assert answers == {first: "yes"}
    assert list_unanswered(asked, answers) == (second, *rest)
