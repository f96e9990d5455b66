"""What the sending of a score needs, read in few statements for all that one claim has taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from lti_tool.passback.catalog import GradingProgress, Points
from lti_tool.passback.models import Delivery, LineItem
from lti_tool.passback.rules import is_sent_for
from lti_tool.registration.models import Deployment, Registration
from lti_tool.roster.models import Context, Membership, User


@dataclass(frozen=True)
class Sent:
    """An earlier score of the same person and column that was sent, with whatever outcome."""

    points: Points | None
    stamp: datetime
    sent_to: str | None
    submitted_at: datetime
    comment: str


@dataclass(slots=True)
class Claimed:
    """The columns of a delivery that its sending needs, as they were at the claim."""

    id: int
    line_item_id: int
    user_id: int
    score_given: float | None
    score_maximum: float | None
    activity_progress: str
    grading_progress: str
    comment: str
    submitted_at: datetime
    stamp: datetime | None
    sent_to: str | None
    tries: int
    failing_since: datetime | None
    restamps: int
    is_overruling: bool
    is_grade_only: bool


_COLUMNS = tuple(getattr(Delivery, name) for name in Claimed.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Job:
    """One claimed delivery with all that its sending needs; read once, in the transaction of the claim.

    Jobs of one column share its row, its course's and its platform's.
    """

    delivery: Claimed
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


# Built once: writing a statement costs more than running it. Plain rows, since objects of each would cost more still.
_ROWS = (
    select(*_COLUMNS, User.sub, User.is_test_user, Membership.role, Membership.has_been_staff)
    .join(LineItem, LineItem.id == Delivery.line_item_id)
    .join(User, User.id == Delivery.user_id)
    .outerjoin(Membership, and_(Membership.context_id == LineItem.context_id, Membership.user_id == User.id))
    .where(Delivery.id.in_(bindparam("claimed", expanding=True)))
    .order_by(Delivery.id)
)
_PLACES = (
    select(LineItem, Context, Registration, Deployment.deployment_id)
    .join(Context, Context.id == LineItem.context_id)
    .join(Deployment, Deployment.id == Context.deployment_id)
    .join(Registration, Registration.id == Deployment.registration_id)
    .where(LineItem.id.in_(bindparam("line_item_ids", expanding=True)))
)
_EARLIER = select(
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
    Delivery.line_item_id.in_(bindparam("line_item_ids", expanding=True)),
    Delivery.user_id.in_(bindparam("user_ids", expanding=True)),
    Delivery.stamp.is_not(None),
)


def read_jobs(session: Session, claimed: Sequence[int]) -> list[Job]:
    """The jobs of claimed deliveries."""
    rows = session.execute(_ROWS, {"claimed": list(claimed)}).all()
    places = {
        row.LineItem.id: row
        for row in session.execute(
            _PLACES,
            {"line_item_ids": list({row.line_item_id for row in rows})},
            execution_options={"populate_existing": True},
        )
    }
    earlier = _read_earlier(session, rows)
    jobs = []
    for row in rows:
        *values, sub, is_test_user, role, has_been_staff = row
        delivery = Claimed(*values)
        place = places[delivery.line_item_id]
        sent = earlier.get((delivery.line_item_id, delivery.user_id), ())
        jobs.append(
            Job(
                delivery=delivery,
                line_item=place.LineItem,
                context=place.Context,
                registration=place.Registration,
                deployment_id=place.deployment_id,
                sub=sub,
                is_sent_for=role is not None and is_sent_for(role, has_been_staff, is_test_user),
                earlier=tuple(one for delivery_id, one in sent if delivery_id != delivery.id),
            )
        )
    return jobs


def _read_earlier(session: Session, rows: Sequence[Any]) -> dict[tuple[int, int], list[tuple[int, Sent]]]:
    """What was ever sent to the cells of these deliveries."""
    cells = {
        "line_item_ids": list({row.line_item_id for row in rows}),
        "user_ids": list({row.user_id for row in rows}),
    }
    earlier: dict[tuple[int, int], list[tuple[int, Sent]]] = {}
    for row in session.execute(_EARLIER, cells):
        points = _points(row.score_given, row.score_maximum, row.grading_progress)
        one = Sent(points, row.stamp, row.sent_to, row.submitted_at, row.comment)
        earlier.setdefault((row.line_item_id, row.user_id), []).append((row.id, one))
    return earlier


def _points(given: float | None, maximum: float | None, grading_progress: str) -> Points | None:
    graded = grading_progress == GradingProgress.FULLY_GRADED
    return Points(given, maximum) if graded and given is not None and maximum is not None else None
