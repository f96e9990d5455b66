"""Where a student stands in a module, what comes next, and what it is worth."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lti_tool.content.catalog import Module, Part, PartKind


class State(StrEnum):
    """Of a part or a module; the values are names of status badges."""

    TODO = "todo"
    IN_PROGRESS = "in_progress"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Progress:
    """What is stored of one part; `version` is what was done, where a new text asks for it again."""

    started_at: datetime
    done_at: datetime | None
    version: str = ""
    # When something was last typed or chosen in it.
    saved_at: datetime | None = None

    @property
    def touched_at(self) -> datetime:
        """When the student last did something here."""
        return max(it for it in (self.started_at, self.done_at, self.saved_at) if it is not None)


@dataclass(frozen=True, slots=True)
class PartState:
    """A part of a module as it is for one student; `is_outdated` when an older text of it was signed."""

    part: Part
    state: State
    done_at: datetime | None
    is_outdated: bool = False
    touched_at: datetime | None = None

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self.state is State.DONE


@dataclass(frozen=True, slots=True)
class ModuleState:
    """A module as it is for one student."""

    module: Module
    parts: tuple[PartState, ...]
    state: State
    next_part: Part | None

    @property
    def is_complete(self) -> bool:
        """Whether all required parts are done."""
        return self.state is State.DONE

    @property
    def required(self) -> tuple[PartState, ...]:
        """The parts that the module needs."""
        return tuple(part for part in self.parts if part.part.is_required)

    @property
    def required_done(self) -> int:
        """How many of them are done."""
        return sum(part.is_done for part in self.required)

    @property
    def steps(self) -> tuple[PartState, ...]:
        """The lessons and the required parts: what a student goes through."""
        return tuple(it for it in self.parts if _is_on_the_way(it.part))

    @property
    def steps_done(self) -> int:
        """How many of them are done."""
        return sum(it.is_done for it in self.steps)

    @property
    def open_parts(self) -> tuple[PartState, ...]:
        """What is left of them, in order; of a module of lessons alone the lessons."""
        return () if self.is_complete else tuple(it for it in self.steps if not it.is_done)

    @property
    def minutes_left(self) -> int:
        """Estimated minutes of the unread lessons and the required parts that are left."""
        return sum(it.part.minutes for it in self.steps if not it.is_done)

    def find_part(self, part_id: str) -> PartState | None:
        """The part of that id."""
        return next((part for part in self.parts if part.part.id == part_id), None)


@dataclass(frozen=True, slots=True)
class Try:
    """A try at the check, without its questions."""

    number: int
    started_at: datetime
    submitted_at: datetime | None
    right: int
    asked: int
    points: float
    points_maximum: float
    is_passed: bool

    @property
    def share(self) -> float:
        """The part of the questions that were right, 0 to 1."""
        return self.right / self.asked


@dataclass(frozen=True, slots=True)
class Tries:
    """What a student may do at the check: `open_number` is a try that was begun and not handed in."""

    allowed: int
    used: int
    left: int
    open_number: int | None
    best: Try | None

    @property
    def is_locked(self) -> bool:
        """Whether only staff can let the student try again."""
        return self.left == 0 and self.open_number is None


@dataclass(frozen=True, slots=True)
class ModuleScore:
    """What a complete module is worth, when the work for it was handed in, and that in words."""

    points: float
    maximum: float
    submitted_at: datetime
    comment: str


def signature_version(version: int, digest: str) -> str:
    """The version under which a statement's signature is stored: number and text."""
    return f"{version}:{digest}"


def decide_module_state(module: Module, progress: Mapping[str, Progress]) -> ModuleState:
    """Decide the state of a module and of its parts from what is stored (part id to progress)."""
    parts = tuple(_decide_part(module, part, progress.get(part.id)) for part in module.parts)
    required = [it for it in parts if it.part.is_required]
    # A module of lessons alone is done when they are read.
    needed = required or list(parts)
    if all(it.is_done for it in needed):
        return ModuleState(module, parts, State.DONE, None)
    next_part = next(it.part for it in parts if not it.is_done and (_is_on_the_way(it.part) or it in needed))
    has_begun = any(it.state is not State.TODO for it in parts)
    return ModuleState(module, parts, State.IN_PROGRESS if has_begun else State.TODO, next_part)


def _is_on_the_way(part: Part) -> bool:
    return part.is_required or part.kind is PartKind.LESSON


def _decide_part(module: Module, part: Part, stored: Progress | None) -> PartState:
    if stored is None:
        return PartState(part, State.TODO, None)
    if stored.done_at is None:
        return PartState(part, State.IN_PROGRESS, None, touched_at=stored.touched_at)
    if part.kind is PartKind.STATEMENT and module.statement is not None:
        digests = (module.statement.digest, *module.statement.translated)
        if stored.version not in [signature_version(module.statement.version, digest) for digest in digests]:
            return PartState(part, State.IN_PROGRESS, None, is_outdated=True, touched_at=stored.touched_at)
    return PartState(part, State.DONE, stored.done_at, touched_at=stored.touched_at)


def decide_tries(tries: Iterable[Try], *, tries_allowed: int, granted: Collection[int]) -> Tries:
    """Decide how many tries are left; an open try counts as used, and the best is the first with most points.

    `granted` holds the numbers of the tries that staff unlocked.
    """
    known = sorted(tries, key=lambda it: it.number)
    used = len(known)
    left = max(0, tries_allowed - used) + sum(number > max(used, tries_allowed) for number in granted)
    open_number = next((it.number for it in known if it.submitted_at is None), None)
    submitted = [it for it in known if it.submitted_at is not None]
    best = max(submitted, key=lambda it: it.share, default=None)
    return Tries(used + left, used, left, open_number, best)


def score_module(state: ModuleState, best: Try | None) -> ModuleScore:
    """The score of a complete module: the best check's share of its points, plus the points of the done parts.

    It was handed in when the last thing that counts for it was: a later, better try is later work. A module
    without points is worth 1 of 1.
    """
    check = state.module.check
    done = [it for it in state.parts if it.is_done]
    points = float(sum(it.part.points for it in done if it.part.kind is not PartKind.CHECK))
    times = [it.done_at for it in done if it.part.is_required and it.done_at is not None]
    if check is not None and best is not None and best.submitted_at is not None:
        points += check.points * best.share
        times.append(best.submitted_at)
    times = times or [it.done_at for it in done if it.done_at is not None]
    maximum = state.module.points
    given = round(points, 2) if maximum else 1.0
    return ModuleScore(given, float(maximum or 1), max(times), _comment(state, best))


def _comment(state: ModuleState, best: Try | None) -> str:
    kinds = {it.part.kind for it in state.parts if it.is_done}
    said = []
    if best is not None:
        said.append(f"check {best.right} of {best.asked}")
    if PartKind.SCOPE in kinds:
        said.append("scope template accepted")
    if PartKind.STATEMENT in kinds:
        said.append("statement signed")
    words = ", ".join(said) or "all parts done"
    return f"{words[0].upper()}{words[1:]}."


def find_neighbours(module: Module, part_id: str) -> tuple[Part | None, Part | None]:
    """The part before and the part after, in the order of the module."""
    parts = module.parts
    index = next(number for number, part in enumerate(parts) if part.id == part_id)
    return (parts[index - 1] if index else None), (parts[index + 1] if index + 1 < len(parts) else None)
