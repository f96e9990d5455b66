"""What a launch says of a person, a course and a link, taken in.

Runs at each launch: it compares plain values and writes only what is new, by statements that are built once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Boolean, bindparam, or_, update
from sqlalchemy.orm import Session

from lti_tool.db import Base, upsert_row
from lti_tool.lti.roles import STAFF_ROLES, CourseRole
from lti_tool.roster.models import Context, Membership, ResourceLink, User

_PERSONAL = ("name", "given_name", "family_name", "email", "locale", "timezone")
# What a launch of a person who is new here says of one who has come in at the same moment.
PERSON_UPDATES = (*_PERSONAL, "is_test_user")
_members = Membership.__table__
_RETURN = (
    update(_members)  # type: ignore[arg-type]
    .where(_members.c.id == bindparam("member_id"))
    .values(
        role=bindparam("new_role"),
        last_launch_at=bindparam("now"),
        # Two tabs may launch at once with different roles; having been staff is never lost by that.
        has_been_staff=or_(_members.c.has_been_staff, bindparam("is_staff", type_=Boolean())),
    )
)


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


class KnownUser(NamedTuple):
    """A person as stored before the launch."""

    id: int
    name: str
    given_name: str
    family_name: str
    email: str
    locale: str
    timezone: str
    is_test_user: bool


class KnownContext(NamedTuple):
    """A course as stored before the launch."""

    id: int
    label: str
    title: str
    memberships_url: str | None
    lineitems_url: str | None
    ags_scopes: list[str]
    roster_next_at: datetime | None


class KnownLink(NamedTuple):
    """A link as stored before the launch."""

    id: int
    title: str
    activity: str


class Found(NamedTuple):
    """What is stored of a launch before it; None for what does not exist yet. The membership by its row id."""

    user: KnownUser | None = None
    context: KnownContext | None = None
    link: KnownLink | None = None
    member_id: int | None = None


class Placed(NamedTuple):
    """Row ids of a launch, made or brought up to date; None outside a course, or without a link."""

    user_id: int
    context_id: int | None = None
    link_id: int | None = None
    member_id: int | None = None


def place_member(
    session: Session,
    found: Found,
    person: Person,
    place: Place,
    role: CourseRole,
    now: datetime,
    *,
    registration_id: int,
    deployment_id: int,
) -> Placed:
    """Bring person, course, link and membership up to date; only what changed is written.

    Rows that do not exist are upserted, since two tabs launch at once. Whoever launches as staff once has been staff.
    """
    user_id = _place_user(session, found.user, registration_id, person, now)
    if not place.context_id:
        return Placed(user_id)
    context_id = _place_context(session, found.context, deployment_id, place, now)
    link_id = _place_link(session, found.link, context_id, place, now) if place.link_id else None
    return Placed(user_id, context_id, link_id, _place_membership(session, found, context_id, user_id, role, now))


def is_settled(found: Found, person: Person, place: Place) -> bool:
    """Whether `place_member` would write no more than the membership, and the person where she is new."""
    if found.context is None or _changes(found.context, _context_values(place)):
        return False
    if place.link_id and (found.link is None or _changes(found.link, _link_values(place))):
        return False
    return found.user is None or not _changes(found.user, _personal_values(person))


def _place_user(session: Session, found: KnownUser | None, registration_id: int, person: Person, now: datetime) -> int:
    if found is None:
        values = list_person_values(person, registration_id, now)
        return upsert_row(session, User, values, key=("registration_id", "sub"), update=PERSON_UPDATES)
    return _keep(session, User, found, _personal_values(person))


def list_person_values(person: Person, registration_id: int, now: datetime) -> dict[str, Any]:
    """The row of a new person, by column."""
    return {**vars(person), "registration_id": registration_id, "created_at": now}


def _personal_values(person: Person) -> dict[str, Any]:
    # A platform that sends no name this time has not taken the name back.
    given = {name: value for name in _PERSONAL if (value := getattr(person, name))}
    return {**given, "is_test_user": person.is_test_user}


def _place_context(
    session: Session, found: KnownContext | None, deployment_id: int, place: Place, now: datetime
) -> int:
    if found is None:
        values = {"label": place.label, "title": place.title, "memberships_url": place.memberships_url}
        key = {"deployment_id": deployment_id, "lti_id": place.context_id}
        fresh = {**key, **values, "ags_scopes": [], "created_at": now}
        return upsert_row(session, Context, fresh, key=tuple(key), update=tuple(values))
    return _keep(session, Context, found, _context_values(place))


def _context_values(place: Place) -> dict[str, Any]:
    values = {"label": place.label, "title": place.title, "memberships_url": place.memberships_url}
    return {name: value for name, value in values.items() if value}


def _place_link(session: Session, found: KnownLink | None, context_id: int, place: Place, now: datetime) -> int:
    values = _link_values(place)
    if found is None:
        key = {"context_id": context_id, "lti_id": place.link_id}
        fresh = {**key, **values, "created_at": now}
        return upsert_row(session, ResourceLink, fresh, key=tuple(key), update=tuple(values))
    return _keep(session, ResourceLink, found, values)


def _link_values(place: Place) -> dict[str, Any]:
    return {"title": place.link_title, "activity": place.activity}


def _place_membership(
    session: Session, found: Found, context_id: int, user_id: int, role: CourseRole, now: datetime
) -> int:
    is_staff = role in STAFF_ROLES
    if found.member_id is None:
        key = {"context_id": context_id, "user_id": user_id}
        values = {**key, "role": role, "created_at": now, "last_launch_at": now, "has_been_staff": is_staff}
        # Two tabs of one person may differ in role for a moment; staff must not be lost by that.
        wanted = ("role", "last_launch_at", *(("has_been_staff",) if is_staff else ()))
        return upsert_row(session, Membership, values, key=tuple(key), update=wanted)
    session.connection().execute(
        _RETURN, {"member_id": found.member_id, "new_role": role, "now": now, "is_staff": is_staff}
    )
    return found.member_id


def _keep(
    session: Session,
    model: type[Base],
    found: KnownUser | KnownContext | KnownLink,
    values: Mapping[str, Any],
) -> int:
    """Write the values that differ from what was found; the row's id."""
    if changed := _changes(found, values):
        row = session.get_one(model, found.id)
        for name, value in changed.items():
            setattr(row, name, value)
        session.flush()
    return found.id


def _changes(found: KnownUser | KnownContext | KnownLink, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value != getattr(found, name)}
