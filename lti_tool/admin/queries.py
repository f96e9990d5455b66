"""Reads for career staff and operators; each is limited to one institution, save the operator's lists."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from lti_tool.errors import NotFound
from lti_tool.passback.models import Delivery
from lti_tool.registration.models import Deployment, Institution, Registration
from lti_tool.roster.models import StaffGrant


@dataclass(frozen=True)
class SyncCount:
    """How many scores are in one state, for one reason, on one platform."""

    platform: str
    state: str
    reason: str
    count: int


def list_grants(session: Session, institution_id: int | None = None) -> list[StaffGrant]:
    """All staff grants, or those of one institution, newest first."""
    query = select(StaffGrant).options(joinedload(StaffGrant.user)).order_by(StaffGrant.id.desc())
    if institution_id is not None:
        query = query.where(StaffGrant.institution_id == institution_id)
    return list(session.scalars(query))


def get_grant(session: Session, grant_id: int) -> StaffGrant:
    """The grant of that row id; raises `NotFound`."""
    grant = session.get(StaffGrant, grant_id)
    if grant is None:
        raise NotFound("grant_unknown", f"There is no staff grant {grant_id}. See `lti-tool staff list`.")
    return grant


def get_institution(session: Session, institution_id: int) -> Institution:
    """The institution of a grant."""
    return session.get_one(Institution, institution_id)


def get_deployment(session: Session, institution_id: int, deployment_row_id: int) -> Deployment:
    """A deployment of that institution; raises `NotFound`, also for one of another institution."""
    deployment = session.scalars(
        select(Deployment)
        .join(Deployment.registration)
        .where(Deployment.id == deployment_row_id, Registration.institution_id == institution_id)
    ).one_or_none()
    if deployment is None:
        raise NotFound("deployment_unknown")
    return deployment


def count_sync(session: Session, institution_id: int) -> list[SyncCount]:
    """Scores in the outbox of all courses of an institution, by platform, state and reason."""
    rows = session.execute(
        select(Registration.name, Delivery.state, Delivery.reason, func.count())
        .join(Registration, Registration.id == Delivery.registration_id)
        .where(Registration.institution_id == institution_id)
        .group_by(Registration.id, Registration.name, Delivery.state, Delivery.reason)
        .order_by(Registration.id, Delivery.state, Delivery.reason)
    )
    return [SyncCount(*row) for row in rows]
