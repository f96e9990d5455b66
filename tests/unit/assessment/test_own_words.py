"""What students keep: their answers in words, whatever the page was."""

from collections.abc import Mapping

import pytest

from lti_tool.assessment.rules import OwnWords, tell_answers, tell_leftovers
from lti_tool.content.catalog import (
    Activity,
    FormActivity,
    MarkActivity,
    PartKind,
    RankActivity,
    RecordActivity,
    RewriteActivity,
    ScaleActivity,
    ScenarioActivity,
    SortActivity,
)
from tests.unit.assessment.content import SHIPPED


def answer(activity: Activity) -> Mapping[str, str]:
    """Something for every field."""
    match activity:
        case SortActivity():
            return {it.id: it.answer for it in activity.items}
        case MarkActivity():
            return {it.id: "1" for it in activity.parts}
        case RankActivity():
            return {it.id: str(place) for place, it in enumerate(activity.items, start=1)}
        case RewriteActivity():
            return {"text": "My words"}
        case ScaleActivity():
            return {"goal": "My words", "level-0": "As expected"}
        case RecordActivity():
            return {activity.review[0].id: "1", "note": "My words"}
        case ScenarioActivity():
            return {"way": activity.get_scene(activity.start).choices[0].id}
        case FormActivity():
            return {it.id: "My words" for it in activity.fields}


ONE_OF_EACH = {activity.kind: activity for module in SHIPPED.modules for activity in module.activities}


@pytest.mark.parametrize("kind", sorted(ONE_OF_EACH))
def test_every_kind_of_practice_reads_as_words(kind: PartKind) -> None:
    activity = ONE_OF_EACH[kind]
    told = tell_answers(activity, answer(activity))
    assert told and all(it.asked and it.said and "<" not in it.asked + it.said for it in told)
    assert tell_answers(activity, {}) == ()


def test_work_and_scope_are_told_by_their_labels() -> None:
    module = SHIPPED.modules[0]
    assert module.scope is not None
    assert tell_answers(module.scope, {"task": "A flyer"})[0].said == "A flyer"
    artefact = next(it.artefact for it in SHIPPED.modules if it.artefact is not None)
    field = artefact.text_fields[0]
    words = {"old-field": "Words", field.id: "Text"}
    assert tell_answers(artefact, words) == (OwnWords(field.label, "Text"), OwnWords("old-field", "Words"))


def test_parts_that_are_gone_keep_their_texts() -> None:
    assert tell_leftovers({"old-field": "Text", "empty": " "}) == (OwnWords("old-field", "Text"),)
