"""What a rubric is made of."""

from dataclasses import dataclass

LEVEL_NAMES = {1: "Beginning", 2: "Developing", 3: "Project-ready", 4: "Strong"}
LEVELS = tuple(LEVEL_NAMES)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is looked at; `levels` are the four descriptions, lowest first."""

    id: str
    title: str
    is_must_pass: bool
    weight: int
    levels: tuple[str, ...]
    # The question that a student asks herself.
    look_for: str
    # Short comments to begin from, with places in {braces}.
    snippets: tuple[str, ...]

    def describe(self, level: int) -> str:
        """The description of a level from 1 to 4."""
        return self.levels[level - 1]


@dataclass(frozen=True, slots=True)
class Rubric:
    """An analytic rubric. Work passes with every must-pass criterion at its level and the mean reached."""

    id: str
    title: str
    # Raised by its author when the meaning changes; `digest` changes with every word.
    version: int
    pass_mean: float
    must_pass_level: int
    criteria: tuple[Criterion, ...]
    digest: str

    def find_criterion(self, criterion_id: str) -> Criterion | None:
        """The criterion of that id."""
        return next((it for it in self.criteria if it.id == criterion_id), None)


@dataclass(frozen=True, slots=True)
class RubricScore:
    """What a rating comes to. `mean` is weighted, None while a criterion has no level."""

    mean: float | None
    is_passed: bool
    unrated: tuple[Criterion, ...]
    # Must-pass criteria below their level.
    below: tuple[Criterion, ...]
