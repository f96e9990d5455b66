"""Scores that wait for their next try are due at once: somebody knows that the reason is gone."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from lti_tool.passback.catalog import DeliveryState
from lti_tool.passback.models import Delivery


def hurry_deliveries(session: Session, delivery_ids: Collection[int], now: datetime) -> int:
    """Try waiting scores now, with the stamps they have; how many were waiting for a later moment."""
    hurried = session.scalars(
        update(Delivery)
        .where(Delivery.id.in_(delivery_ids), Delivery.state == DeliveryState.PENDING, Delivery.next_try_at > now)
        .values(next_try_at=now)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(hurried)
