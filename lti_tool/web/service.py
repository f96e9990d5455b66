"""Use cases of visits: open one, carry one into a new window."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from lti_tool.errors import VisitEnded
from lti_tool.web.catalog import Strength
from lti_tool.web.models import Visit, VisitCode
from lti_tool.web.rules import CODE_LIFETIME, STRONG_LIFETIME, WEAK_LIFETIME, hash_secret

# Built once, on the table: this runs at each launch.
_ADD = (
    insert(Visit.__table__)  # type: ignore[arg-type]
    .values({column.name: bindparam(column.name) for column in Visit.__table__.c if column.name != "id"})
    .returning(Visit.__table__.c.id)
)


@dataclass(frozen=True)
class VisitFor:
    """Whom and what a new visit is for; ids are those of our tables."""

    registration_id: int
    deployment_id: int
    context_id: int | None
    resource_link_id: int | None
    user_id: int
    role: str
    message_type: str
    is_institution_administrator: bool = False
    is_test_user: bool = False
    is_masquerade: bool = False
    locale: str = ""
    return_url: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True)
class NewVisit:
    """A visit that has just been made; `token` is its address and is kept nowhere."""

    id: int
    token: str
    strength: Strength


def make_browser_key() -> str:
    """A key for a browser that has none of ours."""
    return secrets.token_urlsafe(32)


def make_visit_token() -> str:
    """The address of a new visit."""
    return secrets.token_urlsafe(32)


def list_visit_values(facts: VisitFor, token: str, *, browser_key: str | None, now: datetime) -> dict[str, Any]:
    """The row of a new visit, by column; without a browser key it is weak."""
    return {
        **vars(facts),
        "token_hash": hash_secret(token),
        "browser_hash": hash_secret(browser_key) if browser_key else None,
        "strength": Strength.STRONG if browser_key else Strength.WEAK,
        "opened_at": now,
        "seen_at": now,
        "ends_at": now + (STRONG_LIFETIME if browser_key else WEAK_LIFETIME),
    }


def add_visit(session: Session, facts: VisitFor, *, browser_key: str | None, now: datetime) -> NewVisit:
    """Open a visit; without a browser key it is weak."""
    token = make_visit_token()
    values = list_visit_values(facts, token, browser_key=browser_key, now=now)
    return NewVisit(session.connection().execute(_ADD, values).scalar_one(), token, values["strength"])


def open_visit(session: Session, facts: VisitFor, *, browser_key: str | None, now: datetime) -> tuple[Visit, str]:
    """Open a visit like `add_visit`, and load it."""
    new = add_visit(session, facts, browser_key=browser_key, now=now)
    return session.get_one(Visit, new.id), new.token


def note_use(session: Session, visit_id: int, now: datetime) -> None:
    """Keep that a visit is in use."""
    session.execute(update(Visit).where(Visit.id == visit_id).values(seen_at=now))


def issue_code(session: Session, visit_id: int, *, path: str, now: datetime) -> str:
    """A single-use code that opens the same visit in a new window within 60 seconds."""
    code = secrets.token_urlsafe(32)
    session.add(VisitCode(code_hash=hash_secret(code), visit_id=visit_id, path=path, expires_at=now + CODE_LIFETIME))
    session.flush()
    return code


def redeem_code(session: Session, code: str, *, browser_key: str | None, now: datetime) -> tuple[Visit, str, str]:
    """Spend a code: a new visit for the same person and course, its token, and the path to go to.

    The first of two simultaneous requests wins; raises `VisitEnded` for a code that is unknown, used or late.
    """
    spent = session.scalars(
        update(VisitCode)
        .where(VisitCode.code_hash == hash_secret(code), VisitCode.used_at.is_(None), VisitCode.expires_at > now)
        .values(used_at=now)
        .returning(VisitCode)
    ).one_or_none()
    if spent is None:
        raise VisitEnded("window_code_spent")
    old = session.get_one(Visit, spent.visit_id)
    if now >= old.ends_at:
        raise VisitEnded("visit_ended")
    facts = VisitFor(**{name: getattr(old, name) for name in VisitFor.__dataclass_fields__})
    visit, token = open_visit(session, facts, browser_key=browser_key, now=now)
    # Carrying a visit over must not prolong it.
    visit.ends_at = min(visit.ends_at, old.ends_at) if not browser_key or old.is_strong else visit.ends_at
    return visit, token, spent.path
