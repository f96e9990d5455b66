"""Take in what a launch says of a person, a course and a link."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lti_tool.db import upsert
from lti_tool.lti.roles import STAFF_ROLES, CourseRole
from lti_tool.registration.models import Deployment
from lti_tool.roster.models import Context, Membership, ResourceLink, User

_PERSONAL = ("name", "given_name", "family_name", "email", "locale", "timezone")


@dataclass(frozen=True)
class Person:
    """Who launched; empty strings where the platform says nothing."""

    sub: str
    name: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    locale: str = ""
    timezone: str = ""
    is_test_user: bool = False


@dataclass(frozen=True)
class Place:
    """Where; `context_id` is "" outside a course, `link_id` is "" without a link."""

    context_id: str = ""
    label: str = ""
    title: str = ""
    memberships_url: str | None = None
    link_id: str = ""
    link_title: str = ""
    activity: str = ""


@dataclass(frozen=True)
class Found:
    """The rows of a launch as they stand before it; None for those that do not exist yet."""

    user: User | None = None
    context: Context | None = None
    link: ResourceLink | None = None
    member: Membership | None = None


@dataclass(frozen=True)
class Placed:
    """The rows of a launch, made or brought up to date."""

    user: User
    context: Context | None
    link: ResourceLink | None
    member: Membership | None


def place_member(
    session: Session,
    found: Found,
    deployment: Deployment,
    person: Person,
    place: Place,
    role: CourseRole,
    now: datetime,
) -> Placed:
    """Bring person, course, link and membership up to date; only what changed is written.

    Rows that do not exist are upserted, since two tabs launch at once. Whoever launches as staff once has been staff.
    """
    user = _place_user(session, found.user, deployment.registration_id, person, now)
    if not place.context_id:
        return Placed(user, None, None, None)
    context = _place_context(session, found.context, deployment, place, now)
    link = _place_link(session, found.link, context, place, now) if place.link_id else None
    return Placed(user, context, link, _place_membership(session, found.member, context, user, role, now))


def _place_user(session: Session, found: User | None, registration_id: int, person: Person, now: datetime) -> User:
    if found is None:
        values = {**asdict(person), "registration_id": registration_id, "created_at": now}
        return upsert(session, User, values, key=["registration_id", "sub"], update=[*_PERSONAL, "is_test_user"])
    # A platform that sends no name this time has not taken the name back.
    for name in _PERSONAL:
        given = getattr(person, name)
        if given and given != getattr(found, name):
            setattr(found, name, given)
    if person.is_test_user != found.is_test_user:
        found.is_test_user = person.is_test_user
    return found


def _place_context(
    session: Session, found: Context | None, deployment: Deployment, place: Place, now: datetime
) -> Context:
    values = {"label": place.label, "title": place.title, "memberships_url": place.memberships_url}
    if found is None:
        key = {"deployment_id": deployment.id, "lti_id": place.context_id}
        return upsert(
            session, Context, {**key, **values, "ags_scopes": [], "created_at": now}, key=list(key), update=list(values)
        )
    for name, value in values.items():
        if value and value != getattr(found, name):
            setattr(found, name, value)
    return found


def _place_link(
    session: Session, found: ResourceLink | None, context: Context, place: Place, now: datetime
) -> ResourceLink:
    values = {"title": place.link_title, "activity": place.activity}
    if found is None:
        key = {"context_id": context.id, "lti_id": place.link_id}
        return upsert(session, ResourceLink, {**key, **values, "created_at": now}, key=list(key), update=list(values))
    for name, value in values.items():
        if value != getattr(found, name):
            setattr(found, name, value)
    return found


def _place_membership(
    session: Session, found: Membership | None, context: Context, user: User, role: CourseRole, now: datetime
) -> Membership:
    is_staff = role in STAFF_ROLES
    if found is None:
        key = {"context_id": context.id, "user_id": user.id}
        values = {**key, "role": role, "created_at": now, "last_launch_at": now, "has_been_staff": is_staff}
        # Two tabs of one person may differ in role for a moment; staff must not be lost by that.
        update = ["role", "last_launch_at", *(["has_been_staff"] if is_staff else [])]
        return upsert(session, Membership, values, key=list(key), update=update)
    found.role = role
    found.last_launch_at = now
    found.has_been_staff = found.has_been_staff or is_staff
    return found
