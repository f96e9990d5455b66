"""Where a piece of work stands: written, handed in, sent back, approved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lti_tool.content.catalog import Artefact, Field


class Verdict(StrEnum):
    """What a person decided about a version."""

    APPROVED = "approved"
    RETURNED = "returned"


class WorkStep(StrEnum):
    """What a student does next with her work."""

    WRITE = "write"
    WAIT = "wait"
    # Sent back: the feedback is read first, then the next version is written.
    READ = "read"
    REVISE = "revise"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Decided:
    """The standing decision about a version."""

    verdict: Verdict
    decided_at: datetime
    is_acknowledged: bool


@dataclass(frozen=True, slots=True)
class Version:
    """A version that was handed in."""

    number: int
    submitted_at: datetime
    decided: Decided | None


@dataclass(frozen=True, slots=True)
class WorkState:
    """A piece of work as it is for one student; `versions` oldest first."""

    versions: tuple[Version, ...]
    step: WorkStep
    # A version was approved once; a later one that comes back does not take that away.
    is_approved: bool

    @property
    def latest(self) -> Version | None:
        """The version that was handed in last."""
        return self.versions[-1] if self.versions else None

    @property
    def next_number(self) -> int:
        """The number of the version that would be handed in now."""
        return self.versions[-1].number + 1 if self.versions else 1


@dataclass(frozen=True, slots=True)
class Missing:
    """What keeps work from being handed in; all empty when nothing does."""

    fields: tuple[Field, ...]
    too_long: tuple[Field, ...]
    # Criteria without a level in the student's own rating.
    criteria: tuple[str, ...]

    @property
    def is_nothing(self) -> bool:
        """Whether it may be handed in."""
        return not (self.fields or self.too_long or self.criteria)


def decide_work_state(versions: Sequence[Version]) -> WorkState:
    """Decide what comes next from the versions, oldest first."""
    is_approved = any(it.decided is not None and it.decided.verdict is Verdict.APPROVED for it in versions)
    return WorkState(tuple(versions), _next_step(versions), is_approved)


def _next_step(versions: Sequence[Version]) -> WorkStep:
    if not versions:
        return WorkStep.WRITE
    decided = versions[-1].decided
    if decided is None:
        return WorkStep.WAIT
    if not decided.is_acknowledged:
        return WorkStep.READ
    return WorkStep.DONE if decided.verdict is Verdict.APPROVED else WorkStep.REVISE


def list_missing(
    artefact: Artefact,
    answers: Mapping[str, str],
    *,
    has_file: bool,
    criteria: Sequence[str],
    own_rating: Mapping[str, int],
) -> Missing:
    """What is not there yet; `criteria` are the ids of the rubric's."""
    texts = {it: answers.get(it.id, "").strip() for it in artefact.text_fields}
    blank = [it for it, text in texts.items() if it.is_required and not text]
    file = artefact.file_field
    if file is not None and file.is_required and not has_file:
        blank.append(file)
    order = list(artefact.fields)
    return Missing(
        fields=tuple(sorted(blank, key=order.index)),
        too_long=tuple(it for it, text in texts.items() if len(text) > it.max_length),
        criteria=tuple(it for it in criteria if own_rating.get(it) not in range(1, 5)),
    )


def read_rating(answers: Mapping[str, str]) -> dict[str, int]:
    """A rating as it was posted (criterion id to level, as text); what is no level is left out."""
    return {name: int(text) for name, text in answers.items() if text in ("1", "2", "3", "4")}
