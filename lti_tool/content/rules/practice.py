"""Answers to the longer practice: an order, a way through a story, a scale."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lti_tool.content.catalog import (
    RankActivity,
    RankItem,
    ScaleActivity,
    ScaleLevel,
    ScenarioActivity,
    Scene,
    SceneChoice,
)
from lti_tool.web.phrases import Phrase


@dataclass(frozen=True, slots=True)
class RankMark:
    """Where one item was put and where it may stand, counted from 1; `place` is None when it got none."""

    item: RankItem
    place: int | None
    low: int
    high: int

    @property
    def is_right(self) -> bool:
        """Whether it stands where it may."""
        return self.place is not None and self.low <= self.place <= self.high


@dataclass(frozen=True, slots=True)
class RankResult:
    """An order that was given, in the right order. `repeated` are places that two items share."""

    marks: tuple[RankMark, ...]
    repeated: tuple[int, ...]

    @property
    def right(self) -> int:
        """How many stand where they may."""
        return sum(mark.is_right for mark in self.marks)

    @property
    def is_complete(self) -> bool:
        """Whether each item has a place of its own."""
        return not self.repeated and all(mark.place is not None for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Step:
    """A scene that was met, and what was chosen there."""

    scene: Scene
    choice: SceneChoice


@dataclass(frozen=True, slots=True)
class Walk:
    """A way through a story: the steps so far, and the scene where the student stands."""

    steps: tuple[Step, ...]
    scene: Scene

    @property
    def is_over(self) -> bool:
        """Whether the story has ended."""
        return self.scene.ending is not None

    @property
    def path(self) -> tuple[str, ...]:
        """The ids of the choices."""
        return tuple(step.choice.id for step in self.steps)


@dataclass(frozen=True, slots=True)
class ScaleFinding:
    """What is wrong with a scale; `level` is None where it is about the goal or the whole."""

    code: str
    level: ScaleLevel | None
    says: str
    do: str


def shuffle_items(activity: RankActivity, seed: str) -> tuple[RankItem, ...]:
    """The items in an order that gives nothing away, the same for the same seed, and never the right one."""
    shuffled = tuple(
        sorted(activity.items, key=lambda it: hashlib.sha256(f"{seed}:{activity.id}:{it.id}".encode()).digest())
    )
    return shuffled if shuffled != activity.items else (*shuffled[1:], shuffled[0])


def mark_ranking(activity: RankActivity, answers: Mapping[str, str]) -> RankResult:
    """Compare `answers` (item id to place, as text) with the right order."""
    places = {item.id: _place(answers.get(item.id, ""), len(activity.items)) for item in activity.items}
    ranks = {item.id: number for number, item in enumerate(activity.items, start=1)}
    marks = []
    for item in activity.items:
        equals = next((tie for tie in activity.ties if item.id in tie), (item.id,))
        marks.append(RankMark(item, places[item.id], min(ranks[it] for it in equals), max(ranks[it] for it in equals)))
    counted = Counter(place for place in places.values() if place is not None)
    return RankResult(tuple(marks), tuple(sorted(place for place, count in counted.items() if count > 1)))


def walk_scenario(activity: ScenarioActivity, path: Sequence[str]) -> Walk:
    """Follow the ids of choices from the start; the walk ends before the first that the scene does not offer."""
    scene, steps = activity.get_scene(activity.start), []
    for choice_id in path:
        choice = scene.find_choice(choice_id)
        if choice is None:
            break
        steps.append(Step(scene, choice))
        scene = activity.get_scene(choice.to)
    return Walk(tuple(steps), scene)


def check_scale(activity: ScaleActivity, goal: str, levels: Mapping[str, str]) -> tuple[ScaleFinding, ...]:
    """What is wrong with a scale (field of a level to text), in the order of the levels.

    Five levels of one thing: none blank, none twice, and either all of them counted or none.
    """
    findings = []
    if not goal.strip():
        findings.append(ScaleFinding("goal-blank", None, Phrase("The goal is empty."), activity.goal_prompt))
    texts = {level: " ".join(levels.get(level.field, "").split()) for level in activity.levels}
    said: dict[str, ScaleLevel] = {}
    for level, text in texts.items():
        if not text:
            findings.append(
                ScaleFinding("blank", level, Phrase("“%(field)s” is empty.", field=level.label), level.hint)
            )
            continue
        first = said.setdefault(text.casefold(), level)
        if first is not level:
            says = Phrase("“%(field)s” says the same as “%(other)s”.", field=level.label, other=first.label)
            do = Phrase("Say what would be different, so that somebody else could tell the two apart.")
            findings.append(ScaleFinding("repeated", level, says, do))
    counted = [any(sign.isdigit() for sign in text) for text in texts.values() if text]
    if any(counted) and not all(counted):
        mixed = Phrase("Some levels have a number and others have none.")
        do = Phrase("Measure the same thing at every level, so that each is a step further than the one before.")
        findings.append(ScaleFinding("mixed-measure", None, mixed, do))
    return tuple(findings)


def _place(text: str, count: int) -> int | None:
    return int(text) if text.isdecimal() and 1 <= int(text) <= count else None
