"""Scores that were shut out with the tool: a launch from their course shows that it is let in again."""

from datetime import datetime, timedelta

from sqlalchemy import exists, update
from sqlalchemy.orm import Session

from lti_tool.passback.catalog import ReasonCode
from lti_tool.passback.models import IS_PARKED, Delivery, LineItem
from lti_tool.passback.service.endings import due_again
from lti_tool.roster.models import Membership

# The tool was switched off or removed, its key was not accepted, its rights were taken away, or the course was closed
# (Canvas says the same before its first day as after its last).
_SHUT_OUT = (
    ReasonCode.TOOL_REMOVED,
    ReasonCode.NOT_AUTHORISED,
    ReasonCode.FORBIDDEN,
    ReasonCode.COURSE_UNAVAILABLE,
)
# A launch may get through where scores do not: not more often than this for each score.
_NOT_BEFORE = timedelta(minutes=10)


def wake_shut_out(session: Session, now: datetime) -> int:
    """Make scores due again that were shut out before the latest launch of their course; how many."""
    launched = exists().where(
        LineItem.id == Delivery.line_item_id,
        Membership.context_id == LineItem.context_id,
        Membership.last_launch_at > Delivery.finished_at,
    )
    woken = session.scalars(
        update(Delivery)
        .where(IS_PARKED, Delivery.reason.in_(_SHUT_OUT), Delivery.finished_at <= now - _NOT_BEFORE, launched)
        .values(**due_again(now))
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(woken.all())
