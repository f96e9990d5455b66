"""The learners of a course."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session, contains_eager

from lti_tool.gradebook.models import Result
from lti_tool.lti.roles import CourseRole
from lti_tool.roster.models import Membership, User

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class LearnerPage:
    """Some learners in the order of their family names, and whether there are more on either side."""

    members: tuple[Membership, ...]
    has_previous: bool
    has_next: bool


def _is_learner(context_id: int) -> tuple[ColumnElement[bool], ...]:
    # Whoever has been staff here stays out of counts; so do the test student and those who have left.
    return (
        Membership.context_id == context_id,
        Membership.role == CourseRole.LEARNER,
        Membership.has_been_staff.is_(False),
        Membership.has_left.is_(False),
        User.is_test_user.is_(False),
    )


def _sort_key() -> tuple[ColumnElement[str], ColumnElement[str], ColumnElement[int]]:
    """Family name, then the rest; where the platform sends one name only, that."""
    family = func.lower(func.coalesce(func.nullif(User.family_name, ""), User.name))
    given = func.lower(func.coalesce(func.nullif(User.given_name, ""), User.name))
    return family, given, User.__table__.c.id


def list_learners(
    session: Session,
    context_id: int,
    *,
    after: int | None = None,
    before: int | None = None,
    limit: int = PAGE_SIZE,
) -> LearnerPage:
    """Learners after (or before) the one with that user id; an unknown id begins at the first page."""
    key = _sort_key()
    cursor = None
    cursor_id = after if after is not None else before
    if cursor_id is not None:
        cursor = session.execute(
            select(*key).join(Membership).where(User.id == cursor_id, Membership.context_id == context_id)
        ).one_or_none()
    if cursor is None:
        after = before = None
    statement = (
        select(Membership)
        .join(Membership.user)
        .options(contains_eager(Membership.user))
        .where(*_is_learner(context_id))
        .limit(limit + 1)
    )
    if cursor is not None and after is not None:
        statement = statement.where(tuple_(*key) > tuple_(*cursor))
    elif cursor is not None:
        statement = statement.where(tuple_(*key) < tuple_(*cursor))
    backwards = cursor is not None and after is None
    order = [column.desc() for column in key] if backwards else list(key)
    members = list(session.scalars(statement.order_by(*order)))
    more = len(members) > limit
    members = members[:limit]
    if backwards:
        return LearnerPage(tuple(reversed(members)), more, True)
    return LearnerPage(tuple(members), cursor is not None, more)


@dataclass(frozen=True, slots=True)
class LearnerCount:
    """How many learners there are in a course, as far as launches and its roster say; `opened`: the tool, there."""

    total: int
    opened: int


def count_learners(session: Session, context_id: int) -> LearnerCount:
    """The learners of a course, in one statement."""
    total, opened = session.execute(
        select(func.count(), func.count(Membership.last_launch_at))
        .select_from(Membership)
        .join(Membership.user)
        .where(*_is_learner(context_id))
    ).one()
    return LearnerCount(total, opened)


def count_complete(session: Session, context_id: int) -> dict[str, int]:
    """How many learners of a course have a result, by activity."""
    rows = session.execute(
        select(Result.activity, func.count().label("learners"))
        .join(Membership, (Membership.user_id == Result.user_id) & (Membership.context_id == Result.context_id))
        .join(Membership.user)
        .where(*_is_learner(context_id), Result.context_id == context_id)
        .group_by(Result.activity)
    )
    return {row.activity: row.learners for row in rows}


def find_member(session: Session, context_id: int, user_id: int) -> Membership | None:
    """The membership of a person in this course, with the person."""
    return session.scalars(
        select(Membership)
        .join(Membership.user)
        .options(contains_eager(Membership.user))
        .where(Membership.context_id == context_id, Membership.user_id == user_id)
    ).one_or_none()
