"""Reads of visits and of what page headers need."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lti_tool.registration.models import PlatformOrigin
from lti_tool.roster.models import StaffGrant
from lti_tool.web.models import Visit


def find_visit(session: Session, token_hash: str) -> Visit | None:
    """The visit with all that a page shows of it, in one statement."""
    return session.scalars(
        select(Visit)
        .where(Visit.token_hash == token_hash)
        .options(
            joinedload(Visit.registration, innerjoin=True),
            joinedload(Visit.user, innerjoin=True),
            joinedload(Visit.context),
            joinedload(Visit.resource_link),
        )
    ).one_or_none()


def is_known_browser(session: Session, browser_hash: str) -> bool:
    """Whether a visit was ever bound to this browser key: a key that we never gave out is replaced."""
    return session.scalar(select(Visit.id).where(Visit.browser_hash == browser_hash).limit(1)) is not None


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
