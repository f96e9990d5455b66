"""Where a student is among all modules: what is open, what waits for somebody else, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from lti_tool.assessment.rules.progress import ModuleState, PartState, State
from lti_tool.assessment.rules.work import WorkState, WorkStep
from lti_tool.content.catalog import Part, PartKind
from lti_tool.web.phrases import Phrase

_NEVER = datetime.min.replace(tzinfo=UTC)


class Stand(StrEnum):
    """Of a module on the student's way; the values are names of status badges."""

    TODO = "todo"
    IN_PROGRESS = "in_progress"
    # A person has written something that is read first.
    FEEDBACK = "feedback"
    # Nothing is left to do but to wait for a person.
    WAITING = "waiting"
    # No try is left, and only staff can unlock one.
    LOCKED = "locked"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Standing:
    """One module as it stands for a student. `place` is the part to go on with; None where nothing is open."""

    state: ModuleState
    work: WorkState | None
    stand: Stand
    place: Part | None
    minutes_left: int
    # When the student last did something here.
    touched_at: datetime | None

    @property
    def has_feedback(self) -> bool:
        """Whether feedback is there that nobody has said to have read."""
        return self.work is not None and self.work.step is WorkStep.READ


def decide_standing(state: ModuleState, work: WorkState | None = None, *, is_check_locked: bool = False) -> Standing:
    """Decide where a student stands in a module: she goes on at the part that she touched last, if it is still open."""
    open_parts = [it for it in state.open_parts if not _is_stuck(it, work, is_check_locked=is_check_locked)]
    touched = max(state.parts, key=lambda it: _touched_at(it, work), default=None)
    last = _touched_at(touched, work) if touched is not None else _NEVER
    place: Part | None = open_parts[0].part if open_parts else None
    if place is not None and touched is not None and last > _NEVER and _is_open_still(touched, open_parts):
        place = touched.part
    return Standing(
        state=state,
        work=work,
        stand=_decide_stand(state, work, has_place=place is not None, is_check_locked=is_check_locked),
        place=place,
        minutes_left=sum(it.part.minutes for it in open_parts),
        touched_at=last if last > _NEVER else None,
    )


def choose_next(standings: Sequence[Standing]) -> Standing | None:
    """The one module to turn to: unread feedback first, the oldest before the newer, then where the student was.

    Otherwise the first module in which something is open. None when everything is done or waits for others.
    """
    feedback = [it for it in standings if it.has_feedback]
    if feedback:
        return min(feedback, key=_decided_at)
    open_ones = [it for it in standings if it.place is not None]
    begun = [it for it in open_ones if it.touched_at is not None]
    if begun:
        return max(begun, key=lambda it: it.touched_at or _NEVER)
    return next(iter(open_ones), None)


def next_action(standing: Standing, *, is_short: bool = False) -> Phrase:
    """The words of the button that leads on; `is_short` where the part's title stands beside it."""
    if standing.has_feedback:
        return Phrase("Read the feedback")
    if standing.place is None:
        return Phrase("Look at it again")
    if standing.stand is Stand.TODO:
        return Phrase("Start")
    if standing.place.kind is PartKind.ARTEFACT and standing.work is not None and standing.work.step is WorkStep.REVISE:
        return Phrase("Write version %(number)s", number=standing.work.next_number)
    return Phrase("Continue") if is_short else Phrase("Continue: %(title)s", title=standing.place.title)


def _decide_stand(state: ModuleState, work: WorkState | None, *, has_place: bool, is_check_locked: bool) -> Stand:
    if work is not None and work.step is WorkStep.READ:
        return Stand.FEEDBACK
    if state.is_complete:
        return Stand.DONE
    if has_place:
        return Stand.TODO if state.state is State.TODO else Stand.IN_PROGRESS
    return Stand.LOCKED if is_check_locked else Stand.WAITING


def _is_stuck(it: PartState, work: WorkState | None, *, is_check_locked: bool) -> bool:
    """Whether somebody else has to do something first."""
    if it.part.kind is PartKind.CHECK:
        return is_check_locked
    return it.part.kind is PartKind.ARTEFACT and work is not None and work.step in (WorkStep.WAIT, WorkStep.READ)


def _is_open_still(touched: PartState, open_parts: Sequence[PartState]) -> bool:
    is_practice = not touched.part.is_required and touched.part.kind is not PartKind.LESSON
    return touched in open_parts or (is_practice and not touched.is_done)


def _touched_at(it: PartState, work: WorkState | None) -> datetime:
    latest = work.latest if work is not None and it.part.kind is PartKind.ARTEFACT else None
    decided = latest.decided if latest is not None else None
    return max(
        it.touched_at or _NEVER,
        latest.submitted_at if latest is not None else _NEVER,
        # Feedback that was read calls for the next version.
        decided.decided_at if decided is not None else _NEVER,
    )


def _decided_at(standing: Standing) -> datetime:
    latest = standing.work.latest if standing.work is not None else None
    return latest.decided.decided_at if latest is not None and latest.decided is not None else _NEVER
