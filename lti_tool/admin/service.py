"""Use cases of staff grants: give one, take one up inside a launch, revoke one."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from lti_tool.admin.rules import ALPHABET, LENGTH, hash_staff_code, show_code
from lti_tool.roster.models import StaffGrant
from lti_tool.web.catalog import OpenVisit

_LABEL_LENGTH = 255


def make_grant(
    session: Session, institution_id: int, label: str, now: datetime, *, days: int
) -> tuple[StaffGrant, str]:
    """A grant that waits for its person, with the code to hand over; only the code's hash is kept."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    grant = StaffGrant(
        institution_id=institution_id,
        label=label.strip()[:_LABEL_LENGTH],
        code_hash=hash_staff_code(code),
        created_at=now,
        code_expires_at=now + timedelta(days=days),
    )
    session.add(grant)
    session.flush()
    return grant, show_code(code)


def take_up_grant(session: Session, visit: OpenVisit, typed: str, now: datetime) -> StaffGrant | None:
    """Bind a grant to the person of this visit; None for a code that is wrong, used, late or of elsewhere.

    A code of one institution is worth nothing in a launch of another.
    """
    return session.scalars(
        update(StaffGrant)
        .where(
            StaffGrant.code_hash == hash_staff_code(typed),
            StaffGrant.institution_id == visit.registration.institution_id,
            StaffGrant.taken_up_at.is_(None),
            StaffGrant.revoked_at.is_(None),
            StaffGrant.code_expires_at > now,
        )
        .values(user_id=visit.user_id, taken_up_at=now)
        .returning(StaffGrant)
    ).one_or_none()


def revoke_grant(session: Session, grant: StaffGrant, now: datetime) -> None:
    """End a grant at once, whether taken up or not; a second time changes nothing."""
    if grant.revoked_at is None:
        grant.revoked_at = now
    session.flush()


def purge_unused_grants(session: Session, now: datetime, keep: timedelta) -> int:
    """Delete the grants that nobody took up and whose code ran out longer ago than that; returns how many went."""
    unused = (StaffGrant.taken_up_at.is_(None), StaffGrant.code_expires_at < now - keep)
    return len(session.scalars(delete(StaffGrant).where(*unused).returning(StaffGrant.id)).all())


def count_unused_grants(session: Session, now: datetime, keep: timedelta) -> int:
    """How many grants nobody took up and whose code ran out longer ago than that."""
    unused = (StaffGrant.taken_up_at.is_(None), StaffGrant.code_expires_at < now - keep)
    return session.scalars(select(func.count()).select_from(StaffGrant).where(*unused)).one()
