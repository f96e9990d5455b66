"""Taking scores out of the outbox: each is held by one sender at a time, and by nobody once that sender is dead."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, exists, func, or_, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from lti_tool.passback.catalog import DeliveryState, GradingProgress, Points
from lti_tool.passback.models import UNDER_WAY, Delivery, LineItem
from lti_tool.passback.rules import is_sent_for
from lti_tool.registration.catalog import RegistrationState
from lti_tool.registration.models import Deployment, Registration
from lti_tool.roster.models import Context, Membership, User

# A sender renews its hold three times in this while it lives; a killed one's scores are taken up after it.
LEASE = timedelta(seconds=8)
_UNDER_WAY = (DeliveryState.PENDING, DeliveryState.SENDING)


@dataclass(frozen=True)
class Sent:
    """An earlier score of the same person and column that was sent, with whatever outcome."""

    points: Points | None
    stamp: datetime
    sent_to: str | None
    submitted_at: datetime
    comment: str


@dataclass(frozen=True)
class Job:
    """One claimed delivery with all that its sending needs; read once, in the transaction of the claim."""

    delivery: Delivery
    line_item: LineItem
    context: Context
    registration: Registration
    # The claim's value.
    deployment_id: str
    sub: str
    is_sent_for: bool
    earlier: tuple[Sent, ...]

    @property
    def points(self) -> Points | None:
        """The score, where it is one that may be sent with points."""
        sent = self.delivery
        return _points(sent.score_given, sent.score_maximum, sent.grading_progress)


def list_due_registrations(session: Session, now: datetime) -> list[tuple[int, str]]:
    """Active registrations that have something to send: id and product family."""
    due = exists().where(
        Delivery.registration_id == Registration.id,
        UNDER_WAY,
        Delivery.next_try_at <= now,
    )
    found = session.execute(
        select(Registration.id, Registration.product_family)
        .where(Registration.state == RegistrationState.ACTIVE, due)
        .order_by(Registration.id)
    )
    return [(registration_id, family) for registration_id, family in found]


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


def lock_registration(session: Session, registration_id: int) -> bool:
    """Claim on behalf of one registration alone until the transaction ends; False while another worker does."""
    held = select(Registration.id).where(
        Registration.id == registration_id, Registration.state == RegistrationState.ACTIVE
    )
    return session.scalars(held.with_for_update(skip_locked=True, key_share=True)).first() is not None


def claim_jobs(session: Session, registration_id: int, worker: str, limit: int, now: datetime) -> list[Job]:
    """Hold the due scores of a registration, oldest first, and read what their sending needs.

    A person's column has one score in flight; of several waiting ones only the newest is sent.
    """
    other = aliased(Delivery)
    in_flight = exists().where(
        other.line_item_id == Delivery.line_item_id,
        other.user_id == Delivery.user_id,
        other.id != Delivery.id,
        other.state == DeliveryState.SENDING,
        other.next_try_at > now,
    )
    due = (
        select(Delivery.id)
        .where(
            Delivery.registration_id == registration_id,
            UNDER_WAY,
            Delivery.next_try_at <= now,
            ~in_flight,
        )
        .order_by(Delivery.next_try_at, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Delivery)
        .cte("due")
    )
    claimed = session.scalars(
        update(Delivery)
        .where(Delivery.id.in_(select(due.c.id)))
        .values(state=DeliveryState.SENDING, leased_by=worker, next_try_at=now + LEASE)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not claimed:
        return []
    jobs = _read_jobs(session, claimed)
    outdated = _list_outdated(session, jobs)
    if outdated:
        _supersede(session, outdated, now)
    return [job for job in jobs if job.delivery.id not in outdated]


def renew_leases(session: Session, worker: str, now: datetime) -> None:
    """Say that this sender lives."""
    session.execute(
        update(Delivery)
        .where(UNDER_WAY, Delivery.state == DeliveryState.SENDING, Delivery.leased_by == worker)
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


def pause_registration(session: Session, registration_id: int, until: datetime) -> None:
    """Nothing of a registration is due before then, for any worker."""
    session.execute(
        update(Delivery)
        .where(
            Delivery.registration_id == registration_id,
            UNDER_WAY,
            Delivery.state == DeliveryState.PENDING,
            Delivery.next_try_at < until,
        )
        .values(next_try_at=until)
        .execution_options(synchronize_session=False)
    )


def has_newer(session: Session, delivery: Delivery) -> bool:
    """Whether a later score of the same person and column is under way."""
    newer = select(Delivery.id).where(
        Delivery.line_item_id == delivery.line_item_id,
        Delivery.user_id == delivery.user_id,
        Delivery.id > delivery.id,
        Delivery.state.in_(_UNDER_WAY),
    )
    return session.scalars(newer.limit(1)).first() is not None


def _read_jobs(session: Session, claimed: Sequence[int]) -> list[Job]:
    rows = session.execute(_job_query(claimed), execution_options={"populate_existing": True}).all()
    cells = {(row.Delivery.line_item_id, row.Delivery.user_id) for row in rows}
    earlier: dict[tuple[int, int], list[tuple[int, Sent]]] = {}
    sent = session.execute(
        select(
            Delivery.line_item_id,
            Delivery.user_id,
            Delivery.id,
            Delivery.score_given,
            Delivery.score_maximum,
            Delivery.grading_progress,
            Delivery.stamp,
            Delivery.sent_to,
            Delivery.submitted_at,
            Delivery.comment,
        ).where(
            Delivery.line_item_id.in_({line_item_id for line_item_id, _ in cells}),
            Delivery.user_id.in_({user_id for _, user_id in cells}),
            Delivery.stamp.is_not(None),
        )
    )
    for row in sent:
        points = _points(row.score_given, row.score_maximum, row.grading_progress)
        one = Sent(points, row.stamp, row.sent_to, row.submitted_at, row.comment)
        earlier.setdefault((row.line_item_id, row.user_id), []).append((row.id, one))
    return [
        Job(
            delivery=row.Delivery,
            line_item=row.LineItem,
            context=row.Context,
            registration=row.Registration,
            deployment_id=row.deployment_id,
            sub=row.sub,
            is_sent_for=row.role is not None and is_sent_for(row.role, row.has_been_staff, row.is_test_user),
            earlier=tuple(
                one
                for delivery_id, one in earlier.get((row.Delivery.line_item_id, row.Delivery.user_id), ())
                if delivery_id != row.Delivery.id
            ),
        )
        for row in rows
    ]


def _points(given: float | None, maximum: float | None, grading_progress: str) -> Points | None:
    graded = grading_progress == GradingProgress.FULLY_GRADED
    return Points(given, maximum) if graded and given is not None and maximum is not None else None


def _job_query(
    claimed: Sequence[int],
) -> Select[Delivery, LineItem, Context, Registration, str, str, bool, str | None, bool | None]:
    return (
        select(
            Delivery,
            LineItem,
            Context,
            Registration,
            Deployment.deployment_id,
            User.sub,
            User.is_test_user,
            Membership.role,
            Membership.has_been_staff,
        )
        .join(LineItem, LineItem.id == Delivery.line_item_id)
        .join(Context, Context.id == LineItem.context_id)
        .join(Deployment, Deployment.id == Context.deployment_id)
        .join(Registration, Registration.id == Delivery.registration_id)
        .join(User, User.id == Delivery.user_id)
        .outerjoin(Membership, and_(Membership.context_id == Context.id, Membership.user_id == User.id))
        .where(Delivery.id.in_(claimed))
        .order_by(Delivery.id)
    )


def _list_outdated(session: Session, jobs: Sequence[Job]) -> set[int]:
    """Those of the claimed that a later waiting score replaces."""
    cells = [(job.delivery.line_item_id, job.delivery.user_id) for job in jobs]
    newest = session.execute(
        select(Delivery.line_item_id, Delivery.user_id, func.max(Delivery.id))
        .where(
            tuple_(Delivery.line_item_id, Delivery.user_id).in_(cells),
            or_(Delivery.state == DeliveryState.PENDING, Delivery.state == DeliveryState.SENDING),
        )
        .group_by(Delivery.line_item_id, Delivery.user_id)
    )
    newest_of = {(line_item_id, user_id): newest_id for line_item_id, user_id, newest_id in newest}
    return {
        job.delivery.id for job in jobs if job.delivery.id < newest_of[job.delivery.line_item_id, job.delivery.user_id]
    }


def _supersede(session: Session, delivery_ids: Collection[int], now: datetime) -> None:
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(delivery_ids))
        .values(state=DeliveryState.SUPERSEDED, leased_by=None, finished_at=now)
        .execution_options(synchronize_session=False)
    )
