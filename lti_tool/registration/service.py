"""Use cases of platforms: register, update, accept, disable, invite. They flush; the caller commits."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from lti_tool.config import Settings
from lti_tool.db import insert_or_ignore, upsert
from lti_tool.errors import ToolError
from lti_tool.registration.catalog import DeploymentState, ProductFamily, RegistrationState
from lti_tool.registration.models import Deployment, Institution, Invite, PlatformOrigin, Registration
from lti_tool.registration.queries import find_deployment, find_institution, find_registration
from lti_tool.registration.rules import find_address_problem, hash_secret, origin_of

_NAME_LENGTH = 255


@dataclass(frozen=True)
class NewRegistration:
    """What is known of a platform that is to be registered, or registered again."""

    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    token_audience: str | None = None
    product_family: ProductFamily = ProductFamily.OTHER
    # The platform's own name; the issuer's host where it is empty.
    name: str = ""
    deployment_ids: tuple[str, ...] = ()
    # One of the two; a new institution is named like the platform where neither is given.
    institution_id: int | None = None
    institution: str = ""


def add_registration(session: Session, new: NewRegistration, now: datetime, *, settings: Settings) -> Registration:
    """Register a platform, or update the one with the same issuer and client id; never a second one.

    Raises `ToolError` for an address that may not be used, and for a registration of another institution.
    """
    _check(new, settings)
    name = (new.name.strip() or urlsplit(new.issuer).netloc or new.issuer)[:_NAME_LENGTH]
    before = find_registration(session, new.issuer, new.client_id)
    if before is None:
        institution_id = new.institution_id or get_institution_named(session, new.institution or name, now).id
    else:
        institution_id = before.institution_id
        _check_institution(session, new, institution_id)
        _forget_former_origins(session, before, new)
    values = {
        "auth_url": new.auth_url,
        "token_url": new.token_url,
        "jwks_url": new.jwks_url,
        "token_audience": new.token_audience or None,
        "product_family": new.product_family,
        "name": name,
    }
    fixed = {
        "institution_id": institution_id,
        "issuer": new.issuer,
        "client_id": new.client_id,
        "state": RegistrationState.ACTIVE,
        "created_at": now,
    }
    registration = upsert(session, Registration, values | fixed, key=["issuer", "client_id"], update=list(values))
    # Another request may have made it for another institution in the same moment.
    if registration.institution_id != institution_id:
        raise _other_institution()
    register_platform_origins(session, registration, [new.issuer], now)
    register_platform_origins(session, registration, [new.auth_url], now, is_proven=True)
    for deployment_id in new.deployment_ids:
        deployment = record_deployment(session, registration, deployment_id, now, hold=False)
        accept_deployment(session, deployment)
    return registration


def record_deployment(
    session: Session, registration: Registration, deployment_id: str, now: datetime, *, hold: bool
) -> Deployment:
    """The deployment with that claim value; one never seen is recorded, accepted or held."""
    state = DeploymentState.HELD if hold else DeploymentState.ACCEPTED
    found = find_deployment(session, registration.id, deployment_id)
    if found is not None:
        return found
    return upsert(
        session,
        Deployment,
        {
            "registration_id": registration.id,
            "deployment_id": deployment_id,
            "state": state,
            "created_at": now,
        },
        key=["registration_id", "deployment_id"],
        update=[],
    )


def accept_deployment(session: Session, deployment: Deployment) -> None:
    """Let a held deployment launch."""
    deployment.state = DeploymentState.ACCEPTED
    session.flush()


def disable_registration(session: Session, registration: Registration) -> None:
    """Accept no launch and send no score any more; nothing is deleted."""
    registration.state = RegistrationState.DISABLED
    session.flush()


def enable_registration(session: Session, registration: Registration) -> None:
    """Take a disabled registration into use again."""
    registration.state = RegistrationState.ACTIVE
    session.flush()


def register_platform_origins(
    session: Session,
    registration: Registration,
    urls: Iterable[str],
    now: datetime,
    *,
    is_proven: bool = False,
) -> None:
    """Remember origins whose pages may frame us; a proven one may bind launches too, and stays proven."""
    for origin in dict.fromkeys(origin_of(url) for url in urls):
        if origin is None:
            continue
        values = {
            "registration_id": registration.id,
            "origin": origin,
            "is_proven": is_proven,
            "learned_at": now,
        }
        key = ["registration_id", "origin"]
        if is_proven:
            upsert(session, PlatformOrigin, values, key=key, update=["is_proven"])
        else:
            insert_or_ignore(session, PlatformOrigin, values, key=key)


def make_invite(
    session: Session, institution_id: int | None, now: datetime, days: int, *, institution: str = ""
) -> tuple[Invite, str]:
    """An invitation to register a platform, with its code; only the code's hash is kept."""
    if institution_id is None:
        institution_id = get_institution_named(session, institution or "Institution", now).id
    code = secrets.token_urlsafe(24)
    invite = Invite(
        code_hash=hash_secret(code),
        institution_id=institution_id,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(invite)
    session.flush()
    return invite, code


def spend_invite(session: Session, code: str, registration: Registration, now: datetime) -> None:
    """Use an invitation up; raises `ToolError` where somebody else has just done so."""
    spent = session.scalars(
        update(Invite)
        .where(Invite.code_hash == hash_secret(code), Invite.used_at.is_(None), Invite.expires_at > now)
        .values(used_at=now, registration_id=registration.id)
        .returning(Invite.id)
    ).one_or_none()
    if spent is None:
        raise ToolError("invite_unusable", "This registration link was used in the same moment.", status=409)


def purge_invites(session: Session, now: datetime, keep: timedelta) -> int:
    """Delete the invitations that ran out longer ago than that, used or not; returns how many went."""
    return len(session.scalars(delete(Invite).where(Invite.expires_at < now - keep).returning(Invite.id)).all())


def count_old_invites(session: Session, now: datetime, keep: timedelta) -> int:
    """How many invitations ran out longer ago than that."""
    return session.scalars(select(func.count()).select_from(Invite).where(Invite.expires_at < now - keep)).one()


def get_institution_named(session: Session, name: str, now: datetime) -> Institution:
    """The institution of that name, made where there is none."""
    name = name.strip()[:_NAME_LENGTH]
    institution = find_institution(session, name)
    if institution is None:
        institution = Institution(name=name, created_at=now)
        session.add(institution)
        session.flush()
    return institution


def _check(new: NewRegistration, settings: Settings) -> None:
    if not new.client_id or len(new.client_id) > _NAME_LENGTH or len(new.issuer) > _NAME_LENGTH:
        raise ToolError("platform_refused", "The client id and the issuer need 1 to 255 characters.")
    addresses = {
        "issuer": new.issuer,
        "authorisation address": new.auth_url,
        "token address": new.token_url,
        "key set address": new.jwks_url,
    }
    problem = find_address_problem(addresses, settings.base_url, is_http_allowed=settings.allow_private_platforms)
    if problem is not None:
        raise ToolError("platform_refused", problem)


def _check_institution(session: Session, new: NewRegistration, institution_id: int) -> None:
    if new.institution_id is not None and new.institution_id != institution_id:
        raise _other_institution()
    if new.institution and new.institution.strip() != session.get_one(Institution, institution_id).name:
        raise _other_institution()


def _other_institution() -> ToolError:
    return ToolError(
        "registration_of_other_institution",
        "This platform is registered for another institution. Only that institution can change it.",
        status=409,
    )


def _forget_former_origins(session: Session, before: Registration, new: NewRegistration) -> None:
    former = {origin_of(before.auth_url)} - {origin_of(new.auth_url), origin_of(new.issuer)}
    session.execute(
        delete(PlatformOrigin).where(
            PlatformOrigin.registration_id == before.id, PlatformOrigin.origin.in_(former - {None})
        )
    )
