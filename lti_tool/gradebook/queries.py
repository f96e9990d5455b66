"""Reads of results and facts."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.gradebook.models import Fact, Result, ResultRecord
from lti_tool.lti.roles import CourseRole
from lti_tool.roster.models import Membership, User


def find_result(session: Session, context_id: int, user_id: int, activity: str) -> Result | None:
    """The Result that stands for a member on an activity."""
    return session.scalars(
        select(Result).where(Result.context_id == context_id, Result.user_id == user_id, Result.activity == activity)
    ).one_or_none()


def list_results(session: Session, context_id: int, user_id: int) -> Sequence[Result]:
    """All Results of one member in a course, by activity."""
    return session.scalars(
        select(Result).where(Result.context_id == context_id, Result.user_id == user_id).order_by(Result.activity)
    ).all()


def list_results_of_context(
    session: Session, context_id: int, *, activity: str | None = None, counting_only: bool = True
) -> Sequence[Result]:
    """The Results of a course, of people who count (see `counts_in_class`) unless all are wanted."""
    query = select(Result).where(Result.context_id == context_id)
    if activity is not None:
        query = query.where(Result.activity == activity)
    if counting_only:
        query = (
            query.join(
                Membership, (Membership.context_id == Result.context_id) & (Membership.user_id == Result.user_id)
            )
            .join(User, User.id == Result.user_id)
            .where(
                Membership.role == CourseRole.LEARNER,
                Membership.has_been_staff.is_(False),
                User.is_test_user.is_(False),
            )
        )
    return session.scalars(query.order_by(Result.user_id, Result.activity)).all()


def list_history(session: Session, context_id: int, user_id: int, activity: str) -> Sequence[ResultRecord]:
    """Every score ever recorded for a member on an activity, oldest first."""
    return session.scalars(
        select(ResultRecord)
        .where(
            ResultRecord.context_id == context_id,
            ResultRecord.user_id == user_id,
            ResultRecord.activity == activity,
        )
        .order_by(ResultRecord.id)
    ).all()


def find_fact(
    session: Session, *, user_id: int, context_id: int, kind: str, key: str, version: str | None = None
) -> Fact | None:
    """A fact of a person in a course; the newest of any version unless one is named."""
    query = select(Fact).where(
        Fact.user_id == user_id, Fact.context_id == context_id, Fact.kind == kind, Fact.key == key
    )
    if version is not None:
        query = query.where(Fact.version == version)
    return session.scalars(query.order_by(Fact.at.desc(), Fact.id.desc())).first()


def list_facts(
    session: Session, *, user_id: int, context_id: int | None = None, kind: str | None = None
) -> Sequence[Fact]:
    """The facts of a person, oldest first; in all courses and of all kinds unless named."""
    query = select(Fact).where(Fact.user_id == user_id)
    if context_id is not None:
        query = query.where(Fact.context_id == context_id)
    if kind is not None:
        query = query.where(Fact.kind == kind)
    return session.scalars(query.order_by(Fact.at, Fact.id)).all()
