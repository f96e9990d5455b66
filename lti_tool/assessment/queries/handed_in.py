"""Reads of handed-in work: a student's versions, what waits in a course."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from lti_tool.assessment.catalog import Learner
from lti_tool.assessment.models import Decision, RubricText, Submission
from lti_tool.assessment.rules import Decided, Verdict, Version
from lti_tool.roster.models import User


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A version with the decision that stands, if somebody decided."""

    submission: Submission
    decision: Decision | None

    @property
    def version(self) -> Version:
        """The plain value for the rules."""
        decision = self.decision
        decided = None
        if decision is not None:
            is_read = decision.acknowledged_at is not None
            decided = Decided(Verdict(decision.verdict), decision.decided_at, is_read)
        return Version(self.submission.number, self.submission.submitted_at, decided)


@dataclass(frozen=True, slots=True)
class WaitingWork:
    """A newest version that nobody has decided about, and whose it is."""

    submission: Submission
    user: User


def list_versions(session: Session, learner: Learner, module_id: str) -> list[KeptVersion]:
    """A student's versions with their standing decisions, oldest first, in one statement."""
    query = _with_decision().where(
        Submission.context_id == learner.context_id,
        Submission.user_id == learner.user_id,
        Submission.module_id == module_id,
    )
    return [
        KeptVersion(submission, decision) for submission, decision in session.execute(query.order_by(Submission.number))
    ]


def list_versions_of_all_modules(session: Session, learner: Learner) -> dict[str, list[KeptVersion]]:
    """The same for every module at once, by module id."""
    query = _with_decision().where(Submission.context_id == learner.context_id, Submission.user_id == learner.user_id)
    found: dict[str, list[KeptVersion]] = {}
    for submission, decision in session.execute(query.order_by(Submission.module_id, Submission.number)):
        found.setdefault(submission.module_id, []).append(KeptVersion(submission, decision))
    return found


def find_version(session: Session, learner: Learner, module_id: str, number: int) -> KeptVersion | None:
    """One of a student's own versions."""
    return next((it for it in list_versions(session, learner, module_id) if it.submission.number == number), None)


def list_waiting(session: Session, context_id: int, *, limit: int, after_id: int = 0) -> list[WaitingWork]:
    """Newest versions of a course that wait for a decision, oldest first; paged by the submission's id."""
    query = (
        select(Submission, User)
        .join(User, User.id == Submission.user_id)
        .where(Submission.context_id == context_id, Submission.id > after_id, *_waits())
        .order_by(Submission.id)
        .limit(limit)
    )
    return [WaitingWork(submission, user) for submission, user in session.execute(query)]


def count_waiting(session: Session, context_id: int) -> int:
    """How many newest versions of a course wait for a decision."""
    query = select(func.count()).select_from(Submission).where(Submission.context_id == context_id, *_waits())
    return session.scalar(query) or 0


def list_waiting_of(session: Session, context_id: int, user_ids: list[int]) -> frozenset[tuple[int, str]]:
    """User and module of the work of these people that waits for a decision."""
    query = select(Submission.user_id, Submission.module_id).where(
        Submission.context_id == context_id, Submission.user_id.in_(user_ids), *_waits()
    )
    return frozenset((user_id, module_id) for user_id, module_id in session.execute(query))


def _waits() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """A version that is the newest of its work, and about which nobody has decided."""
    newer = aliased(Submission)
    is_newest = ~(
        select(newer.id)
        .where(
            newer.context_id == Submission.context_id,
            newer.user_id == Submission.user_id,
            newer.module_id == Submission.module_id,
            newer.number > Submission.number,
        )
        .exists()
    )
    return is_newest, ~select(Decision.id).where(Decision.submission_id == Submission.id).exists()


def find_rubric_text(session: Session, digest: str) -> RubricText | None:
    """A rubric as it was."""
    return session.get(RubricText, digest)


def _with_decision() -> Select[Submission, Decision]:
    """Versions with the decision that stands: the last."""
    later = aliased(Decision)
    stands = ~select(later.id).where(later.submission_id == Decision.submission_id, later.id > Decision.id).exists()
    return select(Submission, Decision).outerjoin(Decision, (Decision.submission_id == Submission.id) & stands)
