"""Reads of people, courses and memberships."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from lti_tool.lti.roles import CourseRole
from lti_tool.roster.models import Membership, User


def find_user(session: Session, registration_id: int, sub: str) -> User | None:
    """The person that this platform calls `sub`."""
    return session.scalars(select(User).where(User.registration_id == registration_id, User.sub == sub)).one_or_none()


def find_membership(session: Session, context_id: int, user_id: int) -> Membership | None:
    """The person's place in a course, with the person."""
    return session.scalars(_members(context_id).where(Membership.user_id == user_id)).one_or_none()


def list_members(session: Session, context_id: int) -> list[Membership]:
    """Everybody in a course, with the person, by name."""
    return list(session.scalars(_by_name(_members(context_id))))


def list_learners(session: Session, context_id: int) -> list[Membership]:
    """The learners who count: never staff here, no test users; with the person, by name."""
    return list(
        session.scalars(
            _by_name(_members(context_id)).where(
                Membership.role == CourseRole.LEARNER,
                Membership.has_been_staff.is_(False),
                User.is_test_user.is_(False),
            )
        )
    )


def _members(context_id: int) -> Select[Membership]:
    return (
        select(Membership)
        .join(Membership.user)
        .where(Membership.context_id == context_id)
        .options(joinedload(Membership.user, innerjoin=True))
    )


def _by_name(query: Select[Membership]) -> Select[Membership]:
    return query.order_by(User.family_name, User.name, User.id)
