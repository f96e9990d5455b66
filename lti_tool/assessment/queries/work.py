"""What a student did in modules."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, bindparam, exists, literal_column, select
from sqlalchemy.orm import Session

from lti_tool.assessment.catalog import Learner
from lti_tool.assessment.models import Attempt, Draft, PartProgress, TryGrant
from lti_tool.assessment.rules import Progress, Try
from lti_tool.gradebook.models import Result

# Module id, then part id.
ModulesProgress = dict[str, dict[str, Progress]]
# Built once, of plain tables: each first page reads this.
_progress: Any = PartProgress.__table__
_drafts: Any = Draft.__table__
_results: Any = Result.__table__
_COLUMNS = (
    _progress.c.module_id,
    _progress.c.part_id,
    _progress.c.started_at,
    _progress.c.done_at,
    _progress.c.version,
    _drafts.c.saved_at,
)
_OF_DRAFT = and_(*(_drafts.c[name] == _progress.c[name] for name in ("context_id", "user_id", "module_id", "part_id")))
_PROGRESS_OF_SOME = (
    select(_progress.c.user_id, *_COLUMNS)
    .outerjoin_from(_progress, _drafts, _OF_DRAFT)
    .where(
        _progress.c.context_id == bindparam("context_id"),
        _progress.c.user_id.in_(bindparam("user_ids", expanding=True)),
    )
)
# One row at least, so that whoever has done nothing costs no second question.
_ONE = select(literal_column("1").label("one")).subquery("one")
_OF_LEARNER = and_(_progress.c.context_id == bindparam("context_id"), _progress.c.user_id == bindparam("user_id"))
_HAS_RESULT = exists().where(
    _results.c.context_id == bindparam("context_id"), _results.c.user_id == bindparam("user_id")
)
_OWN = select(_HAS_RESULT, *_COLUMNS).select_from(_ONE.outerjoin(_progress, _OF_LEARNER).outerjoin(_drafts, _OF_DRAFT))


def find_progress(session: Session, learner: Learner, module_id: str) -> dict[str, Progress]:
    """Where a student stands in a module, by part id."""
    rows = session.execute(
        select(PartProgress.part_id, PartProgress.started_at, PartProgress.done_at, PartProgress.version).where(
            PartProgress.context_id == learner.context_id,
            PartProgress.user_id == learner.user_id,
            PartProgress.module_id == module_id,
        )
    )
    return {row.part_id: Progress(row.started_at, row.done_at, row.version) for row in rows}


def list_progress(session: Session, context_id: int, user_ids: Collection[int]) -> dict[int, ModulesProgress]:
    """Where some members stand in all modules, by user id; whoever has not begun is not in it."""
    some = {"context_id": context_id, "user_ids": list(user_ids)}
    found: dict[int, ModulesProgress] = {}
    for user_id, module_id, part_id, *values in session.connection().execute(_PROGRESS_OF_SOME, some):
        found.setdefault(user_id, {}).setdefault(module_id, {})[part_id] = Progress(*values)
    return found


def list_own_progress(session: Session, learner: Learner) -> tuple[ModulesProgress, bool]:
    """Where a student stands in all modules, and whether there is any result of hers."""
    own = {"context_id": learner.context_id, "user_id": learner.user_id}
    rows = session.connection().execute(_OWN, own).all()
    found: ModulesProgress = {}
    for _has_result, module_id, part_id, *values in rows:
        if module_id is not None:
            found.setdefault(module_id, {})[part_id] = Progress(*values)
    return found, bool(rows[0][0])


def list_tries(session: Session, learner: Learner) -> dict[str, list[Try]]:
    """All tries of a student, without their questions, by module id and in their order."""
    rows = session.execute(
        select(
            Attempt.module_id,
            Attempt.number,
            Attempt.started_at,
            Attempt.submitted_at,
            Attempt.right,
            Attempt.asked,
            Attempt.points,
            Attempt.points_maximum,
            Attempt.is_passed,
        )
        .where(Attempt.context_id == learner.context_id, Attempt.user_id == learner.user_id)
        .order_by(Attempt.number)
    )
    found: dict[str, list[Try]] = {}
    for row in rows:
        found.setdefault(row.module_id, []).append(
            Try(
                number=row.number,
                started_at=row.started_at,
                submitted_at=row.submitted_at,
                right=row.right,
                asked=row.asked,
                points=row.points,
                points_maximum=row.points_maximum,
                is_passed=row.is_passed,
            )
        )
    return found


def list_attempts(session: Session, learner: Learner) -> list[Attempt]:
    """All tries of a student with questions and answers, oldest first."""
    return list(
        session.scalars(
            select(Attempt)
            .where(Attempt.context_id == learner.context_id, Attempt.user_id == learner.user_id)
            .order_by(Attempt.module_id, Attempt.number)
        )
    )


def find_attempt(session: Session, learner: Learner, module_id: str, number: int) -> Attempt | None:
    """One try of a student's own, as it is stored now."""
    return session.scalars(
        select(Attempt)
        .where(
            Attempt.context_id == learner.context_id,
            Attempt.user_id == learner.user_id,
            Attempt.module_id == module_id,
            Attempt.number == number,
        )
        .execution_options(populate_existing=True)
    ).one_or_none()


def list_seen_questions(session: Session, learner: Learner, module_id: str) -> set[str]:
    """Ids of the questions that a student has met in earlier tries."""
    snapshots = session.scalars(
        select(Attempt.snapshot).where(
            Attempt.context_id == learner.context_id,
            Attempt.user_id == learner.user_id,
            Attempt.module_id == module_id,
        )
    )
    return {question["id"] for snapshot in snapshots for question in snapshot["questions"]}


def list_grants(session: Session, learner: Learner) -> dict[str, set[int]]:
    """Numbers of the tries that staff unlocked for a student, by module id."""
    rows = session.execute(
        select(TryGrant.module_id, TryGrant.number).where(
            TryGrant.context_id == learner.context_id, TryGrant.user_id == learner.user_id
        )
    )
    found: dict[str, set[int]] = {}
    for module_id, number in rows:
        found.setdefault(module_id, set()).add(number)
    return found


def find_draft(session: Session, learner: Learner, module_id: str, part_id: str) -> Draft | None:
    """What a student wrote in one part."""
    return session.scalars(
        select(Draft)
        .where(
            Draft.context_id == learner.context_id,
            Draft.user_id == learner.user_id,
            Draft.module_id == module_id,
            Draft.part_id == part_id,
        )
        .execution_options(populate_existing=True)
    ).one_or_none()


def list_drafts(session: Session, learner: Learner) -> dict[tuple[str, str], Draft]:
    """What a student wrote in all parts, by module id and part id."""
    drafts = session.scalars(
        select(Draft).where(Draft.context_id == learner.context_id, Draft.user_id == learner.user_id)
    )
    return {(draft.module_id, draft.part_id): draft for draft in drafts}
