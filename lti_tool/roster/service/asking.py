"""When a course's roster is read, by which worker, and how that ended.

A launch asks once in a while; a worker takes what is due and holds it while it reads, so that two never read one
course at once. Each function is one short transaction of its caller.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session, joinedload

from lti_tool.db import insert_into
from lti_tool.registration.catalog import RegistrationState
from lti_tool.registration.models import Deployment, Registration
from lti_tool.roster.catalog import LASTING, RosterReason, RosterReport
from lti_tool.roster.models import Context, RosterSync
from lti_tool.roster.rules import wait_after

HOLD = timedelta(minutes=3)
# After a failure that only a person can mend, launches ask again from then on.
_NEXT_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Held:
    """A course whose roster this worker reads."""

    context_id: int
    members_url: str
    registration: Registration
    # The claim's value.
    deployment_id: str
    held_until: datetime
    tries: int


def ask_for_roster(session: Session, context: Context, now: datetime, *, every: timedelta) -> bool:
    """At a launch: want the roster read, unless that was asked less than `every` ago; whether it is wanted now."""
    if not every or not context.memberships_url:
        return False
    if context.roster_next_at is not None and context.roster_next_at > now:
        return False
    context.roster_next_at = now + every
    session.flush()
    want_roster(session, context.id, now)
    return True


def want_roster(session: Session, context_id: int, now: datetime) -> None:
    """Have a course's roster read as soon as a worker is free."""
    insert = insert_into(session, RosterSync).values(context_id=context_id, due_at=now, tries=0, members=0)
    session.execute(
        insert.on_conflict_do_update(index_elements=["context_id"], set_={"due_at": insert.excluded.due_at})
    )


def hold_roster(session: Session, now: datetime, *, context_id: int | None = None) -> Held | None:
    """Take what is due (or that course, due or not); None where there is nothing or somebody else is at it."""
    query = (
        select(RosterSync, Context, Deployment.deployment_id, Registration)
        .join(Context, Context.id == RosterSync.context_id)
        .join(Deployment, Deployment.id == Context.deployment_id)
        .join(Registration, Registration.id == Deployment.registration_id)
        .options(joinedload(Registration.institution))
        .where(
            or_(RosterSync.held_until.is_(None), RosterSync.held_until <= now),
            Registration.state == RegistrationState.ACTIVE,
            Context.memberships_url.is_not(None),
        )
        .order_by(RosterSync.due_at)
        .limit(1)
        .with_for_update(skip_locked=True, of=RosterSync)
    )
    if context_id is None:
        query = query.where(and_(RosterSync.due_at.is_not(None), RosterSync.due_at <= now))
    else:
        query = query.where(RosterSync.context_id == context_id)
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    sync, context, deployment_id, registration = found
    sync.held_until = now + HOLD
    sync.tried_at = now
    session.flush()
    return Held(context.id, context.memberships_url or "", registration, deployment_id, sync.held_until, sync.tries)


def renew_hold(session: Session, held: Held, now: datetime) -> datetime | None:
    """Hold on; until when, or None where another worker has taken over."""
    until = now + HOLD
    return until if _mine(session, held, held_until=until) else None


def finish_reading(session: Session, held: Held, report: RosterReport, now: datetime, *, jitter: float) -> bool:
    """Keep how a reading ended and when the next one is due; False where another worker has taken over."""
    failure = report.failure
    if failure is None:
        values = {"synced_at": now, "members": report.members, "tries": 0, "reason": "", "detail": "", "due_at": None}
        return _mine(session, held, held_until=None, **values)
    tries = held.tries + 1
    wait = wait_after(failure, tries, jitter=jitter)
    if failure.reason in LASTING:
        session.execute(update(Context).where(Context.id == held.context_id).values(roster_next_at=now + _NEXT_DAY))
    due_at = now + wait if wait is not None else None
    # What was counted stays as the last complete reading left it.
    said = {"tries": tries, "reason": RosterReason(failure.reason).value, "detail": failure.detail, "due_at": due_at}
    return _mine(session, held, held_until=None, **said)


def _mine(session: Session, held: Held, **values: object) -> bool:
    rows = session.execute(
        update(RosterSync)
        .where(RosterSync.context_id == held.context_id, RosterSync.held_until == held.held_until)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(rows.rowcount)  # type: ignore[attr-defined]
