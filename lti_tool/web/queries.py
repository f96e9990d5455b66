"""Reads of visits and of what page headers need."""

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lti_tool.db import joined_words
from lti_tool.registration.catalog import RegistrationState
from lti_tool.registration.models import PlatformOrigin, Registration
from lti_tool.roster.models import Context, StaffGrant, User
from lti_tool.web.catalog import OpenVisit, VisitContext, VisitRegistration, VisitUser
from lti_tool.web.models import Visit

# Built once, of plain columns: this runs at each request inside a visit.
_visits: Any = Visit.__table__
_VISIT_COLUMNS = tuple(name for name in OpenVisit.__dataclass_fields__ if name in _visits.c)
_VISIT_WIDTH = len(_VISIT_COLUMNS)
_registrations: Any = Registration.__table__
_users: Any = User.__table__
_contexts: Any = Context.__table__
_origins: Any = PlatformOrigin.__table__
_FRAME_ORIGINS = (
    select(joined_words(_origins.c.origin))
    .where(_origins.c.registration_id == _visits.c.registration_id)
    .scalar_subquery()
)
_VISIT = (
    select(
        *(_visits.c[name] for name in _VISIT_COLUMNS),
        _registrations.c.institution_id,
        _registrations.c.name,
        _registrations.c.product_family,
        _registrations.c.state,
        _users.c.name,
        _users.c.given_name,
        _users.c.family_name,
        _users.c.timezone,
        _contexts.c.title,
        _contexts.c.lineitems_url,
        _FRAME_ORIGINS,
    )
    .join(_registrations, _registrations.c.id == _visits.c.registration_id)
    .join(_users, _users.c.id == _visits.c.user_id)
    .outerjoin(_contexts, _contexts.c.id == _visits.c.context_id)
    .where(_visits.c.token_hash == bindparam("token_hash"))
)
_KNOWN_BROWSER = select(_visits.c.id).where(_visits.c.browser_hash == bindparam("browser_hash")).limit(1)


def find_visit(session: Session, token_hash: str) -> OpenVisit | None:
    """The visit with all that a page shows of it, in one statement."""
    row = session.connection().execute(_VISIT, {"token_hash": token_hash}).one_or_none()
    if row is None:
        return None
    values = tuple(row)
    visit: dict[str, Any] = dict(zip(_VISIT_COLUMNS, values, strict=False))
    rest = values[_VISIT_WIDTH:]
    institution_id, platform, family, state, name, given_name, family_name, timezone, title, lineitems_url, origins = (
        rest
    )
    return OpenVisit(
        **visit,
        registration=VisitRegistration(
            row.registration_id, institution_id, platform, family, state == RegistrationState.ACTIVE
        ),
        user=VisitUser(row.user_id, name, given_name, family_name, timezone),
        context=VisitContext(row.context_id, title, lineitems_url) if row.context_id is not None else None,
        frame_origins=tuple(sorted(origins.split())) if origins else (),
    )


def is_known_browser(session: Session, browser_hash: str) -> bool:
    """Whether a visit was ever bound to this browser key: a key that we never gave out is replaced."""
    return session.connection().scalar(_KNOWN_BROWSER, {"browser_hash": browser_hash}) is not None


def list_frame_origins(session: Session, registration_id: int) -> list[str]:
    """Origins whose pages may frame us for this registration."""
    return list(
        session.scalars(
            select(PlatformOrigin.origin)
            .where(PlatformOrigin.registration_id == registration_id)
            .order_by(PlatformOrigin.origin)
        )
    )


def find_grant(session: Session, user_id: int) -> StaffGrant | None:
    """The person's staff grant, if one was taken up and not revoked."""
    return session.scalars(
        select(StaffGrant)
        .where(
            StaffGrant.user_id == user_id,
            StaffGrant.taken_up_at.is_not(None),
            StaffGrant.revoked_at.is_(None),
        )
        .order_by(StaffGrant.id)
        .limit(1)
    ).one_or_none()
