"""What the first page shows: a student's modules, or a class."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy.orm import Session

from lti_tool.assessment.catalog import Learner, module_activity
from lti_tool.assessment.queries import (
    LearnerPage,
    ModulesProgress,
    count_complete,
    count_learners,
    count_waiting,
    find_member,
    list_grants,
    list_learners,
    list_own_progress,
    list_progress,
    list_results_of,
    list_sent,
    list_tries,
    list_versions_of_all_modules,
    list_waiting_of,
)
from lti_tool.assessment.rules import (
    ModuleState,
    Standing,
    State,
    SyncLine,
    WorkState,
    choose_next,
    decide_module_state,
    decide_standing,
    decide_sync,
    decide_tries,
    decide_work_state,
)
from lti_tool.content.catalog import Catalogue, Module, PartKind
from lti_tool.gradebook.models import Result
from lti_tool.gradebook.rules import counts_in_class
from lti_tool.passback.catalog import Reason, ReasonCode
from lti_tool.passback.queries import count_parked
from lti_tool.passback.service import retry_parked
from lti_tool.roster.models import Membership


@dataclass(frozen=True, slots=True)
class ModuleLine:
    """A module for one student: state, and score and delivery once there is a result."""

    standing: Standing
    result: Result | None
    sync: SyncLine | None

    @property
    def is_untouched(self) -> bool:
        """Whether it is as it is for everybody who has done nothing in it."""
        return self is untouched(self.module)

    @property
    def state(self) -> ModuleState:
        """Where the student stands by the parts alone."""
        return self.standing.state

    @property
    def module(self) -> Module:
        """The module itself."""
        return self.state.module


@lru_cache(maxsize=256)
def untouched(module: Module) -> ModuleLine:
    """A module in which nothing was done: the same for everybody, and most lines of a class are."""
    return ModuleLine(decide_standing(decide_module_state(module, {})), None, None)


@dataclass(frozen=True, slots=True)
class StudentView:
    """All modules of one student, in the order of the programme."""

    lines: tuple[ModuleLine, ...]

    @property
    def complete(self) -> int:
        """How many modules are complete."""
        return sum(line.state.is_complete for line in self.lines)

    @property
    def has_begun(self) -> bool:
        """Whether the student has done anything yet."""
        return any(line.standing.touched_at is not None for line in self.lines)

    @property
    def next_line(self) -> ModuleLine | None:
        """The one module to turn to; None when everything is done or waits for others."""
        chosen = choose_next([line.standing for line in self.lines])
        return next((line for line in self.lines if line.standing is chosen), None)

    @property
    def minutes_left(self) -> int:
        """Estimated minutes of all that the student can do now."""
        return sum(line.standing.minutes_left for line in self.lines)


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A learner of the class with all modules."""

    member: Membership
    lines: tuple[ModuleLine, ...]


@dataclass(frozen=True, slots=True)
class ClassPage:
    """Some learners of a class; `complete` counts the whole class by module id."""

    rows: tuple[ClassRow, ...]
    # Why scores do not reach the gradebook, and of how many people of the whole course.
    stuck: tuple[tuple[Reason, int], ...]
    total: int
    # How many of them have opened the tool here; the others are known by the course's roster only.
    opened: int
    complete: dict[str, int]
    # Handed-in work that nobody has decided about.
    waiting: int
    # User id and module id of those of them that are on this page.
    waiting_here: frozenset[tuple[int, str]]
    has_previous: bool
    has_next: bool


def counts_in_gradebook(member: Membership | None) -> bool:
    """Whether this member's scores are sent: learners who never were staff and are no test user."""
    return member is not None and counts_in_class(
        member.role, has_been_staff=member.has_been_staff, is_test_user=member.user.is_test_user
    )


def show_student(session: Session, catalogue: Catalogue, learner: Learner) -> StudentView:
    """All modules as they are for one student, in one statement.

    Three more once there is a result, one more once a piece of work is begun, two more while a check is open.
    """

    def counts() -> bool:
        return counts_in_gradebook(find_member(session, learner.context_id, learner.user_id))

    progress, has_result = list_own_progress(session, learner)
    results = list_results_of(session, learner.context_id, [learner.user_id]) if has_result else {}
    rows = _lines_of(session, catalogue, learner.context_id, {learner.user_id: progress}, results, counts, learner)
    return StudentView(rows[learner.user_id])


def show_class(
    session: Session,
    catalogue: Catalogue,
    context_id: int,
    *,
    after: int | None = None,
    before: int | None = None,
) -> ClassPage:
    """A page of the class; the number of statements does not depend on the size of the class."""
    page: LearnerPage = list_learners(session, context_id, after=after, before=before)
    user_ids = [member.user_id for member in page.members]
    found = list_progress(session, context_id, user_ids)
    progress = {user_id: found.get(user_id, {}) for user_id in user_ids}
    results = list_results_of(session, context_id, user_ids)
    lines = _lines_of(session, catalogue, context_id, progress, results, lambda: True)
    done = count_complete(session, context_id)
    count = count_learners(session, context_id)
    waiting = count_waiting(session, context_id)
    return ClassPage(
        rows=tuple(ClassRow(member, lines[member.user_id]) for member in page.members),
        stuck=tuple(_list_stuck(session, context_id)),
        total=count.total,
        opened=count.opened,
        complete={module.id: done.get(module_activity(module.id), 0) for module in catalogue.modules},
        waiting=waiting,
        waiting_here=list_waiting_of(session, context_id, user_ids) if waiting else frozenset(),
        has_previous=page.has_previous,
        has_next=page.has_next,
    )


def resend_class(session: Session, context_id: int, now: datetime) -> int:
    """Send all scores again that the class page calls stuck; how many there were."""
    codes = [reason.code for reason, _ in _list_stuck(session, context_id)]
    return retry_parked(session, context_id=context_id, now=now, reasons=codes)


def show_module_line(session: Session, module: Module, learner: Learner | None) -> ModuleLine:
    """One module as it is for one student; for nobody (a preview) as if nothing was done."""
    if learner is None:
        return untouched(module)
    return show_student(session, Catalogue((module,)), learner).lines[0]


def _list_stuck(session: Session, context_id: int) -> list[tuple[Reason, int]]:
    """Why scores of a course are stuck where a person may help by sending them again, and of how many people.

    Without a gradebook nothing can be sent, and what waits for one is sent by itself once there is one.
    """
    parked = count_parked(session, context_id)
    return [(reason, count) for reason, count in parked if reason.code is not ReasonCode.NO_GRADEBOOK_SERVICE]


def _lines_of(
    session: Session,
    catalogue: Catalogue,
    context_id: int,
    progress: Mapping[int, ModulesProgress],
    results: Mapping[tuple[int, str], Result],
    ask_counts: Callable[[], bool],
    learner: Learner | None = None,
) -> dict[int, tuple[ModuleLine, ...]]:
    # Without a result nothing has been sent, and nobody asks whether it counts.
    sent = list_sent(session, context_id, list(progress)) if results else {}
    counts = ask_counts() if results else False
    found: dict[int, tuple[ModuleLine, ...]] = {}
    for user_id, mine in progress.items():
        states = [decide_module_state(module, mine[module.id]) for module in catalogue.modules if module.id in mine]
        works = _list_works(session, learner, states) if learner is not None else {}
        locked = _list_locked(session, learner, states) if learner is not None else frozenset[str]()
        begun = {
            state.module.id: decide_standing(
                state, works.get(state.module.id), is_check_locked=state.module.id in locked
            )
            for state in states
        }
        lines = []
        for module in catalogue.modules:
            key = (user_id, module_activity(module.id))
            result = results.get(key)
            if module.id not in begun and result is None:
                lines.append(untouched(module))
                continue
            standing = begun.get(module.id) or untouched(module).standing
            sync = decide_sync(sent.get(key), counts=counts) if result is not None else None
            lines.append(ModuleLine(standing, result, sync))
        found[user_id] = tuple(lines)
    return found


def _list_works(session: Session, learner: Learner, states: list[ModuleState]) -> dict[str, WorkState]:
    """The handed-in work by module id; nobody asks for it before some was begun."""
    if not _has_begun(states, PartKind.ARTEFACT):
        return {}
    versions = list_versions_of_all_modules(session, learner)
    return {module_id: decide_work_state([it.version for it in found]) for module_id, found in versions.items()}


def _list_locked(session: Session, learner: Learner, states: list[ModuleState]) -> frozenset[str]:
    """The modules whose check is open with no try left."""
    checks = {
        state.module.id: state.module.check
        for state in states
        if state.module.check is not None and _has_begun([state], PartKind.CHECK, is_open=True)
    }
    if not checks:
        return frozenset()
    tries, grants = list_tries(session, learner), list_grants(session, learner)
    return frozenset(
        module_id
        for module_id, check in checks.items()
        if decide_tries(
            tries.get(module_id, []), tries_allowed=check.tries, granted=grants.get(module_id, set())
        ).is_locked
    )


def _has_begun(states: list[ModuleState], kind: PartKind, *, is_open: bool = False) -> bool:
    return any(
        it.part.kind is kind and it.state is not State.TODO and not (is_open and it.is_done)
        for state in states
        for it in state.parts
    )
