"""When work is due, as the launches of its links said."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.assessment.catalog import Learner
from lti_tool.roster.models import ResourceLink
from lti_tool.web.models import Visit


def list_due_dates(session: Session, learner: Learner) -> dict[str, datetime]:
    """When each activity is due for a student, by what the newest launch of its link said."""
    query = (
        select(ResourceLink.activity, Visit.due_at)
        .join(ResourceLink, ResourceLink.id == Visit.resource_link_id)
        .where(Visit.user_id == learner.user_id, Visit.context_id == learner.context_id)
        .order_by(Visit.id)
    )
    found: dict[str, datetime] = {}
    for activity, due_at in session.execute(query):
        found.pop(activity, None)
        if due_at is not None:
            found[activity] = due_at
    return found
