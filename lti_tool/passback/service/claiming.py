"""Taking scores out of the outbox: each is held by one sender at a time, and by nobody once that sender is dead."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Exists,
    Integer,
    Table,
    Update,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session, aliased

from lti_tool.db import insert_or_ignore
from lti_tool.passback.catalog import DeliveryState, GradingProgress
from lti_tool.passback.models import UNDER_WAY, Delivery, PlatformPause
from lti_tool.passback.service.jobs import Claimed, Job, read_jobs
from lti_tool.registration.catalog import RegistrationState
from lti_tool.registration.models import Registration

# A sender renews its hold three times in this while it lives; a killed one's scores are taken up after it.
LEASE = timedelta(seconds=8)
_UNDER_WAY = (DeliveryState.PENDING, DeliveryState.SENDING)

_table = cast(Table, Delivery.__table__)
_NOW = bindparam("due_now", type_=_table.c.next_try_at.type)


def _claim_statement(*order: ColumnElement[Any]) -> Update:
    """Built once: writing it costs as much as running it."""
    other = aliased(Delivery)
    in_flight = exists().where(
        other.line_item_id == Delivery.line_item_id,
        other.user_id == Delivery.user_id,
        other.id != Delivery.id,
        other.state == DeliveryState.SENDING,
        other.next_try_at > _NOW,
    )
    due = (
        select(Delivery.id)
        .where(
            Delivery.registration_id == bindparam("due_registration_id"),
            UNDER_WAY,
            Delivery.next_try_at <= _NOW,
            ~in_flight,
        )
        .order_by(*order)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True, of=Delivery)
        .cte("due")
    )
    return (
        update(_table)
        .where(_table.c.id.in_(select(due.c.id)))
        .values(
            state=DeliveryState.SENDING,
            leased_by=bindparam("worker"),
            next_try_at=bindparam("lease_end", type_=_table.c.next_try_at.type),
        )
        .returning(_table.c.id)
    )


_CLAIM = _claim_statement(Delivery.next_try_at.asc(), Delivery.id.asc())
_CLAIM_NEWEST = _claim_statement(Delivery.id.desc())
_IS_GRADE = Delivery.grading_progress == literal_column(f"'{GradingProgress.FULLY_GRADED}'")
_NEWEST = (
    select(
        Delivery.line_item_id,
        Delivery.user_id,
        func.max(Delivery.id),
        func.max(case((_IS_GRADE, Delivery.id), else_=0)),
    )
    .where(
        Delivery.line_item_id.in_(bindparam("line_item_ids", expanding=True)),
        Delivery.user_id.in_(bindparam("user_ids", expanding=True)),
    )
    .group_by(Delivery.line_item_id, Delivery.user_id)
)


_SWITCHED_OFF = select(Registration.id).where(
    Registration.id.in_(bindparam("registration_ids", expanding=True)), Registration.state != RegistrationState.ACTIVE
)


def list_due_registrations(session: Session, now: datetime) -> list[tuple[int, str]]:
    """Active registrations that have something to send and are not paused: id and product family."""
    due = exists().where(
        Delivery.registration_id == Registration.id,
        UNDER_WAY,
        Delivery.next_try_at <= now,
    )
    found = session.execute(
        select(Registration.id, Registration.product_family)
        .where(Registration.state == RegistrationState.ACTIVE, due, ~_paused(now))
        .order_by(Registration.id)
    )
    return [(registration_id, family) for registration_id, family in found]


def find_switched_off(session: Session, registration_ids: Collection[int]) -> set[int]:
    """Those of the registrations to which nothing is to be sent any more."""
    return set(session.scalars(_SWITCHED_OFF, {"registration_ids": list(registration_ids)}))


def is_served_elsewhere(session: Session, registration_id: int, worker: str, now: datetime) -> bool:
    """Whether another living worker holds scores of a registration."""
    held = select(Delivery.id).where(
        Delivery.registration_id == registration_id,
        UNDER_WAY,
        Delivery.state == DeliveryState.SENDING,
        Delivery.leased_by != worker,
        Delivery.next_try_at > now,
    )
    return session.scalars(held.limit(1)).first() is not None


def list_pauses(session: Session, now: datetime) -> list[tuple[int, datetime]]:
    """Registrations that are to be left alone, and until when; whichever worker was told so."""
    found = session.execute(select(PlatformPause.registration_id, PlatformPause.until).where(PlatformPause.until > now))
    return [(registration_id, until) for registration_id, until in found]


def _paused(now: datetime) -> Exists:
    return exists().where(PlatformPause.registration_id == Registration.id, PlatformPause.until > now)


def lock_registration(session: Session, registration_id: int, now: datetime) -> bool:
    """Claim on behalf of one registration alone until the transaction ends; False while another worker does, and while
    it is paused.
    """
    held = select(Registration.id).where(
        Registration.id == registration_id, Registration.state == RegistrationState.ACTIVE, ~_paused(now)
    )
    return session.scalars(held.with_for_update(skip_locked=True, key_share=True)).first() is not None


def claim_jobs(
    session: Session, registration_id: int, worker: str, limit: int, now: datetime, *, newest_first: bool = False
) -> list[Job]:
    """Hold the due scores of a registration, those that are due longest first, and read what their sending needs.

    `newest_first`: ask whether a platform is back by what was made last. Where only one course is in trouble, its many
    scores would else be asked before any other's.

    A person's column has one score in flight, and only the newest is ever sent.
    """
    values = {
        "due_registration_id": registration_id,
        "due_now": now,
        "most": limit,
        "worker": worker,
        "lease_end": now + LEASE,
    }
    claimed = session.scalars(_CLAIM_NEWEST if newest_first else _CLAIM, values).all()
    if not claimed:
        return []
    jobs = read_jobs(session, claimed)
    outdated = _list_outdated(session, jobs)
    if outdated:
        _supersede(session, outdated, now)
    return [job for job in jobs if job.delivery.id not in outdated]


def renew_leases(session: Session, worker: str, now: datetime) -> None:
    """Say that this sender lives.

    What another thread of it stores at this moment is left out: two updates of many rows would wait for each other.
    """
    held = (
        select(Delivery.id)
        .where(UNDER_WAY, Delivery.state == DeliveryState.SENDING, Delivery.leased_by == worker)
        .with_for_update(skip_locked=True)
    )
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(held))
        .values(next_try_at=now + LEASE)
        .execution_options(synchronize_session=False)
    )


def release_jobs(session: Session, worker: str, delivery_ids: Collection[int], until: datetime) -> None:
    """Give back what was held and not tried."""
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(delivery_ids), Delivery.state == DeliveryState.SENDING, Delivery.leased_by == worker)
        .values(state=DeliveryState.PENDING, leased_by=None, next_try_at=until)
        .execution_options(synchronize_session=False)
    )


def pause_registration(session: Session, registration_id: int, until: datetime, *, is_outage: bool = False) -> None:
    """Nothing of a registration is sent before then, by any worker.

    Scores that wait say so, save those that somebody else changes just now; in an outage, whose pauses follow one
    another all night, they are not touched.
    """
    paused = update(PlatformPause).where(PlatformPause.registration_id == registration_id)
    values = {"registration_id": registration_id, "until": until}
    if not insert_or_ignore(session, PlatformPause, values, key=["registration_id"]):
        session.execute(paused.where(PlatformPause.until < until).values(until=until))
    if is_outage:
        return
    waiting = (
        select(Delivery.id)
        .where(
            Delivery.registration_id == registration_id,
            UNDER_WAY,
            Delivery.state == DeliveryState.PENDING,
            Delivery.next_try_at < until,
        )
        .with_for_update(skip_locked=True)
    )
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(waiting))
        .values(next_try_at=until)
        .execution_options(synchronize_session=False)
    )


def replaces(grading_progress: str) -> ColumnElement[bool]:
    """Whether a later score of the same cell takes the place of one of this progress: a grade replaces all, progress
    without a grade only its like.
    """
    return _IS_GRADE if grading_progress == GradingProgress.FULLY_GRADED else true()


def has_newer(session: Session, delivery: Claimed) -> bool:
    """Whether a later score that takes its place is under way."""
    newer = select(Delivery.id).where(
        Delivery.line_item_id == delivery.line_item_id,
        Delivery.user_id == delivery.user_id,
        Delivery.id > delivery.id,
        Delivery.state.in_(_UNDER_WAY),
        replaces(delivery.grading_progress),
    )
    return session.scalars(newer.limit(1)).first() is not None


def _list_outdated(session: Session, jobs: Sequence[Job]) -> set[int]:
    """Those of the claimed that a later score replaces, also one that is over: an old score that was parked and woken
    must not come after it.
    """
    cells = {
        "line_item_ids": list({job.delivery.line_item_id for job in jobs}),
        "user_ids": list({job.delivery.user_id for job in jobs}),
    }
    newest_of = {
        (line_item_id, user_id): (newest_id, grade_id)
        for line_item_id, user_id, newest_id, grade_id in session.execute(_NEWEST, cells)
    }
    outdated = set()
    for sent in (job.delivery for job in jobs):
        newest_id, grade_id = newest_of[sent.line_item_id, sent.user_id]
        is_grade = sent.grading_progress == GradingProgress.FULLY_GRADED
        if sent.id < (grade_id if is_grade else newest_id):
            outdated.add(sent.id)
    return outdated


def _supersede(session: Session, delivery_ids: Collection[int], now: datetime) -> None:
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(delivery_ids))
        .values(state=DeliveryState.SUPERSEDED, leased_by=None, finished_at=now)
        .execution_options(synchronize_session=False)
    )
