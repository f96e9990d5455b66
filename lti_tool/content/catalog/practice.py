"""Practice that is more than sorting: put in order, rewrite, decide your way through a story, build a scale."""

from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup

from lti_tool.content.catalog.checks import TextCheck
from lti_tool.content.catalog.parts import PartKind


@dataclass(frozen=True, slots=True)
class RankItem:
    """One of the things to put in order (both texts inline)."""

    id: str
    text_html: Markup
    explanation_html: Markup


@dataclass(frozen=True, slots=True)
class RankActivity:
    """Put `items` in order; they stand here best first, and those of one list in `ties` may change places."""

    id: str
    title: str
    minutes: int
    points: int
    is_required: bool
    intro_html: Markup
    items: tuple[RankItem, ...]
    ties: tuple[tuple[str, ...], ...]
    kind: PartKind = PartKind.RANK


@dataclass(frozen=True, slots=True)
class ModelText:
    """A good answer (both texts inline), shown after the first try."""

    text_html: Markup
    explanation_html: Markup


@dataclass(frozen=True, slots=True)
class RewriteActivity:
    """Write something better in place of `given_html` (inline); the checks explain, and models are shown after."""

    id: str
    title: str
    minutes: int
    points: int
    is_required: bool
    intro_html: Markup
    given_html: Markup
    prompt_html: Markup
    max_length: int
    checks: tuple[TextCheck, ...]
    models: tuple[ModelText, ...]
    kind: PartKind = PartKind.REWRITE


class EndingKind(StrEnum):
    """How a story ends."""

    GOOD = "good"
    MIXED = "mixed"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class SceneChoice:
    """Something to do in a scene (both texts inline): it leads to the scene `to`, and `explanation_html` says why."""

    id: str
    text_html: Markup
    to: str
    explanation_html: Markup


@dataclass(frozen=True, slots=True)
class Scene:
    """One moment of a story; an ending has no choices and says what to take away."""

    id: str
    html: Markup
    choices: tuple[SceneChoice, ...]
    ending: EndingKind | None
    lesson_html: Markup

    def find_choice(self, choice_id: str) -> SceneChoice | None:
        """The choice of that id, if the scene has it."""
        return next((choice for choice in self.choices if choice.id == choice_id), None)


@dataclass(frozen=True, slots=True)
class ScenarioActivity:
    """A story in which each choice leads on; it begins at the scene `start`, and every way ends."""

    id: str
    title: str
    minutes: int
    points: int
    is_required: bool
    intro_html: Markup
    start: str
    scenes: tuple[Scene, ...]
    kind: PartKind = PartKind.SCENARIO

    def get_scene(self, scene_id: str) -> Scene:
        """The scene of that id; content is read only when every link leads somewhere."""
        return next(scene for scene in self.scenes if scene.id == scene_id)


@dataclass(frozen=True, slots=True)
class ScaleLevel:
    """One step of a scale, from -2 (much less than expected) to +2 (much more)."""

    value: int
    label: str
    hint: str
    example: str

    @property
    def field(self) -> str:
        """The name of its field: `level-m2` to `level-p2`."""
        return f"level-{'m' if self.value < 0 else 'p' if self.value > 0 else ''}{abs(self.value)}"


@dataclass(frozen=True, slots=True)
class ScaleModel:
    """A finished scale to compare with; `levels` in the order of the activity's."""

    goal: str
    levels: tuple[str, ...]
    explanation_html: Markup


@dataclass(frozen=True, slots=True)
class ScaleActivity:
    """Say for one goal what each of five levels of success looks like (goal attainment scaling)."""

    id: str
    title: str
    minutes: int
    points: int
    is_required: bool
    intro_html: Markup
    goal_prompt: str
    levels: tuple[ScaleLevel, ...]
    models: tuple[ScaleModel, ...]
    max_length: int
    kind: PartKind = PartKind.SCALE


@dataclass(frozen=True, slots=True)
class ReviewPoint:
    """Something to listen for in one's own recording."""

    id: str
    text_html: Markup


@dataclass(frozen=True, slots=True)
class RecordActivity:
    """Say an answer aloud and listen to it: the recording never leaves the device, only the notes are kept.

    `prompts` (inline) are what to speak about, `seconds` is how long an answer takes at most.
    """

    id: str
    title: str
    minutes: int
    points: int
    is_required: bool
    intro_html: Markup
    prompts: tuple[Markup, ...]
    seconds: int
    review: tuple[ReviewPoint, ...]
    note_prompt: str
    kind: PartKind = PartKind.RECORD
