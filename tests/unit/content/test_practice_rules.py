"""Orders, stories and scales."""

from markupsafe import Markup

from lti_tool.content.catalog import (
    EndingKind,
    RankActivity,
    RankItem,
    ScaleActivity,
    ScaleLevel,
    ScenarioActivity,
    Scene,
    SceneChoice,
)
from lti_tool.content.rules import check_scale, mark_ranking, shuffle_items, walk_scenario

EMPTY = Markup()


def ranking(*ids: str, ties: tuple[tuple[str, ...], ...] = ()) -> RankActivity:
    items = tuple(RankItem(it, EMPTY, EMPTY) for it in ids)
    return RankActivity("rank", "Rank", 1, 0, False, EMPTY, items, ties)


def test_an_order_is_marked_with_ties() -> None:
    activity = ranking("a", "b", "c", "d", ties=(("b", "c"),))
    result = mark_ranking(activity, {"a": "1", "b": "3", "c": "2", "d": "4"})
    assert (result.right, result.is_complete, result.repeated) == (4, True, ())
    assert [(mark.low, mark.high) for mark in result.marks] == [(1, 1), (2, 3), (2, 3), (4, 4)]


def test_an_unfinished_order_says_what_is_wrong() -> None:
    result = mark_ranking(ranking("a", "b", "c"), {"a": "2", "b": "2", "c": "9"})
    assert (result.right, result.is_complete, result.repeated) == (1, False, (2,))
    assert [mark.place for mark in result.marks] == [2, 2, None]
    assert not mark_ranking(ranking("a", "b", "c"), {"a": "1", "b": "²"}).is_complete


def test_the_shown_order_is_never_the_right_one() -> None:
    activity = ranking("a", "b", "c")
    shown = {tuple(it.id for it in shuffle_items(activity, str(seed))) for seed in range(60)}
    assert ("a", "b", "c") not in shown
    assert len(shown) == 5
    assert shuffle_items(activity, "7") == shuffle_items(activity, "7")


STORY = ScenarioActivity(
    "story", "Story", 1, 0, False, EMPTY, "morning",
    (
        Scene("morning", EMPTY, (SceneChoice("wait", EMPTY, "late", EMPTY), SceneChoice("call", EMPTY, "calm", EMPTY)),
              None, EMPTY),
        Scene("late", EMPTY, (SceneChoice("own", EMPTY, "calm", EMPTY), SceneChoice("hide", EMPTY, "end", EMPTY)),
              None, EMPTY),
        Scene("calm", EMPTY, (), EndingKind.GOOD, EMPTY),
        Scene("end", EMPTY, (), EndingKind.POOR, EMPTY),
    ),
)  # fmt: skip


def test_a_story_is_followed_step_by_step() -> None:
    walk = walk_scenario(STORY, ["wait", "own"])
    assert (walk.scene.id, walk.is_over, walk.path) == ("calm", True, ("wait", "own"))
    assert [step.scene.id for step in walk.steps] == ["morning", "late"]
    assert walk_scenario(STORY, []).scene.id == "morning"
    assert not walk_scenario(STORY, ["wait"]).is_over


def test_a_choice_that_is_not_offered_ends_the_walk() -> None:
    assert walk_scenario(STORY, ["own", "wait"]).path == ()
    assert walk_scenario(STORY, ["call", "wait"]).path == ("call",)


LEVELS = tuple(ScaleLevel(value, f"Level {value}", "say it", "") for value in (-2, -1, 0, 1, 2))
SCALE = ScaleActivity("scale", "Scale", 1, 0, False, EMPTY, "Name a goal", LEVELS, (), 300)


def test_a_sound_scale_has_no_findings() -> None:
    texts = {level.field: f"{number} charts" for number, level in enumerate(LEVELS)}
    assert check_scale(SCALE, "Charts", texts) == ()
    assert [level.field for level in LEVELS] == ["level-m2", "level-m1", "level-0", "level-p1", "level-p2"]


def test_a_scale_that_nobody_could_use() -> None:
    texts = {"level-m2": "No chart", "level-m1": "no  chart", "level-0": "3 charts", "level-p1": "Many"}
    findings = check_scale(SCALE, " ", texts)
    assert [(it.code, it.level.value if it.level else None) for it in findings] == [
        ("goal-blank", None), ("repeated", -1), ("blank", 2), ("mixed-measure", None),
    ]  # fmt: skip
    assert findings[1].says == "“Level -1” says the same as “Level -2”."
