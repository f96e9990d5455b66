"""Reads of people, courses and memberships."""

from dataclasses import dataclass

from sqlalchemy import Select, case, func, literal, select
from sqlalchemy.orm import Session, joinedload

from lti_tool.lti.roles import CourseRole
from lti_tool.registration.models import Deployment, Registration
from lti_tool.roster.models import Context, Membership, RosterSync, User


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
    """The learners who count: never staff here, not gone, no test users; with the person, by name."""
    return list(
        session.scalars(
            _by_name(_members(context_id)).where(
                Membership.role == CourseRole.LEARNER,
                Membership.has_been_staff.is_(False),
                Membership.has_left.is_(False),
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


@dataclass(frozen=True)
class CourseRoster:
    """A course with how its roster was read; `sync` is None where that was never wanted."""

    context: Context
    platform: str
    sync: RosterSync | None


def list_rosters(session: Session, *, context_id: int | None = None) -> list[CourseRoster]:
    """All courses, or that one, with what is known of reading their rosters."""
    query = (
        select(Context, Registration.name, RosterSync)
        .join(Deployment, Deployment.id == Context.deployment_id)
        .join(Registration, Registration.id == Deployment.registration_id)
        .outerjoin(RosterSync, RosterSync.context_id == Context.id)
        .order_by(Registration.id, Context.id)
    )
    if context_id is not None:
        query = query.where(Context.id == context_id)
    return [CourseRoster(*row) for row in session.execute(query)]


def count_members(session: Session, context_id: int) -> dict[str, int]:
    """How many people of each role are in a course; those who have left are under "left"."""
    kind = case((Membership.has_left, literal("left")), else_=Membership.role).label("kind")
    rows = session.execute(
        select(kind, func.count()).where(Membership.context_id == context_id).group_by("kind").order_by("kind")
    )
    return dict(rows.all())
