"""Reads of registrations, deployments, origins and invitations."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from lti_tool.errors import NotFound
from lti_tool.registration.models import Deployment, Institution, Invite, PlatformOrigin, Registration
from lti_tool.registration.rules import hash_secret, is_canvas_cloud


def find_registration(session: Session, issuer: str, client_id: str) -> Registration | None:
    """The registration of that client at that issuer, whatever its state."""
    return session.scalars(
        select(Registration).where(Registration.issuer == issuer, Registration.client_id == client_id)
    ).one_or_none()


def list_registrations_of_issuer(session: Session, issuer: str) -> list[Registration]:
    """All registrations of an issuer: all Canvas cloud schools share one."""
    return list(session.scalars(select(Registration).where(Registration.issuer == issuer).order_by(Registration.id)))


def list_siblings(session: Session, registration: Registration) -> list[Registration]:
    """Other registrations of the same LMS: of its issuer, and where many schools share that, of its institution."""
    is_shared = is_canvas_cloud(registration.issuer)
    return [
        it
        for it in list_registrations_of_issuer(session, registration.issuer)
        if it.id != registration.id and (not is_shared or it.institution_id == registration.institution_id)
    ]


def list_registrations(session: Session, institution_id: int | None = None) -> list[Registration]:
    """All registrations, or those of one institution, with their deployments."""
    query = select(Registration).options(
        joinedload(Registration.institution, innerjoin=True), selectinload(Registration.deployments)
    )
    if institution_id is not None:
        query = query.where(Registration.institution_id == institution_id)
    return list(session.scalars(query.order_by(Registration.id)))


def get_registration(session: Session, registration_id: int) -> Registration:
    """The registration of that row id; raises `NotFound`."""
    registration = session.get(Registration, registration_id)
    if registration is None:
        raise NotFound("platform_unknown", f"There is no platform {registration_id}. See `lti-tool platform list`.")
    return registration


def find_deployment(session: Session, registration_id: int, deployment_id: str) -> Deployment | None:
    """The deployment with that claim value."""
    return session.scalars(
        select(Deployment).where(
            Deployment.registration_id == registration_id, Deployment.deployment_id == deployment_id
        )
    ).one_or_none()


def list_proven_origins(session: Session, registration_id: int) -> list[str]:
    """Origins whose POST may bind a launch of a browser that keeps nothing."""
    return list(
        session.scalars(
            select(PlatformOrigin.origin)
            .where(PlatformOrigin.registration_id == registration_id, PlatformOrigin.is_proven)
            .order_by(PlatformOrigin.origin)
        )
    )


def find_institution(session: Session, name: str) -> Institution | None:
    """The institution of that name, the eldest where two have it."""
    return session.scalars(select(Institution).where(Institution.name == name).order_by(Institution.id)).first()


def list_institutions(session: Session) -> list[Institution]:
    """All institutions, eldest first."""
    return list(session.scalars(select(Institution).order_by(Institution.id)))


def find_invite(session: Session, code: str, now: datetime) -> Invite | None:
    """The invitation of that code while it may be used: known, not spent, not expired."""
    return session.scalars(
        select(Invite).where(Invite.code_hash == hash_secret(code), Invite.used_at.is_(None), Invite.expires_at > now)
    ).one_or_none()
