"""Results of members, and how far each is on its way to the gradebook."""

from collections.abc import Collection

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, contains_eager

from lti_tool.assessment.rules import Sent
from lti_tool.gradebook.models import Result
from lti_tool.passback.models import Delivery, LineItem

_RESULTS = select(Result).where(
    Result.context_id == bindparam("context_id"), Result.user_id.in_(bindparam("user_ids", expanding=True))
)


def list_results_of(session: Session, context_id: int, user_ids: Collection[int]) -> dict[tuple[int, str], Result]:
    """What stands for some members, by user id and activity."""
    results = session.scalars(_RESULTS, {"context_id": context_id, "user_ids": list(user_ids)})
    return {(result.user_id, result.activity): result for result in results}


def list_sent(session: Session, context_id: int, user_ids: Collection[int]) -> dict[tuple[int, str], Sent]:
    """The latest delivery of each score of some members, by user id and tag, in one statement."""
    latest = (
        select(func.max(Delivery.id))
        .join(LineItem, LineItem.id == Delivery.line_item_id)
        .where(LineItem.context_id == context_id, Delivery.user_id.in_(user_ids))
        .group_by(Delivery.line_item_id, Delivery.user_id)
    )
    rows = session.execute(
        select(
            Delivery.user_id,
            LineItem.tag,
            Delivery.id,
            Delivery.state,
            Delivery.reason,
            Delivery.detail,
            Delivery.created_at,
            Delivery.finished_at,
            Delivery.next_try_at,
            Delivery.tries,
        )
        .join(LineItem, LineItem.id == Delivery.line_item_id)
        .where(Delivery.id.in_(latest))
    )
    return {(user_id, tag): Sent(*values) for user_id, tag, *values in rows}


def find_delivery(session: Session, context_id: int, user_id: int, delivery_id: int) -> Delivery | None:
    """A delivery, if it is this person's in this course."""
    return session.scalars(
        select(Delivery)
        .join(Delivery.line_item)
        .options(contains_eager(Delivery.line_item))
        .where(LineItem.context_id == context_id, Delivery.user_id == user_id, Delivery.id == delivery_id)
    ).one_or_none()
