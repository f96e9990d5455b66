"""Reads of logins, and of the rows that a launch touches."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from lti_tool.db import UTCDateTime
from lti_tool.launch.catalog import WAITING, DeepLinkingSettings
from lti_tool.launch.models import LoginRecord, VisitMessage
from lti_tool.passback.catalog import DeliveryState, ReasonCode
from lti_tool.passback.models import Delivery, LineItem
from lti_tool.registration.catalog import RegistrationState
from lti_tool.registration.models import Deployment, PlatformOrigin, Registration
from lti_tool.roster.models import Context, Membership, ResourceLink, User
from lti_tool.roster.service import Found

# How long a launch that could not be bound makes the next login offer a window.
_OFFER_AFTER_UNBOUND = timedelta(minutes=15)
# The platform's storage has 1.5 seconds; a slow phone needs some more for the pages around it.
_STORAGE_ANSWERS = timedelta(seconds=10)


@dataclass(frozen=True)
class StartingPoint:
    """A registration that a login may be for, and how this person's last launch there ended."""

    registration_id: int
    issuer: str
    client_id: str
    auth_url: str
    state: str
    last_outcome: str | None


@dataclass(frozen=True)
class LoginRow:
    """A login record with what its registration adds; plain values, since they outlive a rollback."""

    id: int
    nonce_hash: str
    deployment_id: str | None
    target_link_uri: str
    cookie_hash: str
    storage_hash: str | None
    storage_target: str
    expires_at: datetime
    consumed_at: datetime | None
    registration_id: int
    issuer: str
    client_id: str
    auth_url: str
    jwks_url: str
    registration_state: str

    @property
    def is_active(self) -> bool:
        """Whether the registration may launch."""
        return self.registration_state == RegistrationState.ACTIVE


@dataclass(frozen=True)
class LaunchRows:
    """The rows that a launch touches."""

    registration: Registration
    deployment: Deployment | None
    found: Found
    # How many of the asked-for origins are known already.
    known_origins: int
    # Scores of this person wait in this course until they are a student here again.
    waits_as_student: bool


# Built once: making a statement costs as much as running it, and these run at each launch.
_LAST_OUTCOME = (
    select(LoginRecord.outcome)
    .where(
        LoginRecord.registration_id == Registration.id,
        LoginRecord.login_hint_hash == bindparam("hint_hash"),
        LoginRecord.created_at > bindparam("since", type_=UTCDateTime()),
        LoginRecord.outcome.is_not(None),
        # A second tab that opens while the first still waits for the storage says nothing about the browser.
        or_(LoginRecord.outcome != WAITING, LoginRecord.consumed_at < bindparam("answered", type_=UTCDateTime())),
    )
    .order_by(LoginRecord.created_at.desc(), LoginRecord.id.desc())
    .limit(1)
    .correlate(Registration)
    .scalar_subquery()
)
_OF_ISSUER = (
    select(
        Registration.id,
        Registration.issuer,
        Registration.client_id,
        Registration.auth_url,
        Registration.state,
        _LAST_OUTCOME,
    )
    .where(Registration.issuer == bindparam("issuer"))
    .order_by(Registration.id)
    .limit(2)
)
_OF_CLIENT = _OF_ISSUER.where(Registration.client_id == bindparam("client_id"))
_LOGIN = (
    select(
        LoginRecord.id,
        LoginRecord.nonce_hash,
        LoginRecord.deployment_id,
        LoginRecord.target_link_uri,
        LoginRecord.cookie_hash,
        LoginRecord.storage_hash,
        LoginRecord.storage_target,
        LoginRecord.expires_at,
        LoginRecord.consumed_at,
        Registration.id,
        Registration.issuer,
        Registration.client_id,
        Registration.auth_url,
        Registration.jwks_url,
        Registration.state,
    )
    .join(Registration, Registration.id == LoginRecord.registration_id)
    .where(LoginRecord.state_hash == bindparam("state_hash"))
)
_KNOWN_ORIGINS = (
    select(func.count())
    .select_from(PlatformOrigin)
    .where(
        PlatformOrigin.registration_id == bindparam("registration_id"),
        PlatformOrigin.origin.in_(bindparam("origins", expanding=True)),
        or_(PlatformOrigin.is_proven, PlatformOrigin.origin.not_in(bindparam("proven", expanding=True))),
    )
    .scalar_subquery()
)
_WAITS_AS_STUDENT = (
    exists()
    .where(
        Delivery.user_id == User.id,
        Delivery.state == DeliveryState.PARKED,
        Delivery.reason == ReasonCode.NOT_A_STUDENT,
        LineItem.id == Delivery.line_item_id,
        LineItem.context_id == Context.id,
    )
    .correlate(User, Context)
)
_LAUNCH_ROWS = (
    select(Registration, Deployment, User, Context, ResourceLink, Membership, _KNOWN_ORIGINS, _WAITS_AS_STUDENT)
    .outerjoin(
        Deployment,
        and_(
            Deployment.registration_id == Registration.id,
            Deployment.deployment_id == bindparam("deployment_id"),
        ),
    )
    .outerjoin(Context, and_(Context.deployment_id == Deployment.id, Context.lti_id == bindparam("context_id")))
    .outerjoin(ResourceLink, and_(ResourceLink.context_id == Context.id, ResourceLink.lti_id == bindparam("link_id")))
    .outerjoin(User, and_(User.registration_id == Registration.id, User.sub == bindparam("sub")))
    .outerjoin(Membership, and_(Membership.context_id == Context.id, Membership.user_id == User.id))
    .where(Registration.id == bindparam("registration_id"))
)


def list_starting_points(
    session: Session, issuer: str, client_id: str, *, hint_hash: str, now: datetime
) -> list[StartingPoint]:
    """The registrations of an issuer, or the one of that client; at most two where no client is named."""
    times = {"since": now - _OFFER_AFTER_UNBOUND, "answered": now - _STORAGE_ANSWERS}
    values = {"issuer": issuer, "hint_hash": hint_hash, **times}
    if not client_id:
        return [StartingPoint(*row) for row in session.execute(_OF_ISSUER, values)]
    return [StartingPoint(*row) for row in session.execute(_OF_CLIENT, {**values, "client_id": client_id})]


def find_login(session: Session, state_hash: str) -> LoginRow | None:
    """The login of that state, whether consumed or late."""
    row = session.execute(_LOGIN, {"state_hash": state_hash}).one_or_none()
    return LoginRow(*cast(tuple[Any, ...], row)) if row is not None else None


def find_launch_rows(
    session: Session,
    registration_id: int,
    *,
    deployment_id: str,
    context_id: str,
    link_id: str,
    sub: str,
    origins: Collection[str] = (),
    proven: Collection[str] = (),
) -> LaunchRows | None:
    """All rows of a launch by the claims' values in one statement; None without the registration.

    `known_origins` counts those of `origins` that are known, those of `proven` only where they are proven.
    """
    values = {
        "registration_id": registration_id,
        "deployment_id": deployment_id,
        "context_id": context_id,
        "link_id": link_id,
        "sub": sub,
        "origins": list(origins),
        "proven": list(proven),
    }
    row = session.execute(_LAUNCH_ROWS, values).one_or_none()
    if row is None:
        return None
    registration, deployment, user, context, link, member, count, waits = row
    return LaunchRows(registration, deployment, Found(user, context, link, member), count, waits)


def find_deep_linking(session: Session, visit_id: int) -> DeepLinkingSettings | None:
    """The settings of the deep linking request that opened this visit."""
    message = session.get(VisitMessage, visit_id)
    if message is None or message.deep_linking is None:
        return None
    return DeepLinkingSettings.from_json(message.deep_linking)


def find_for_user(session: Session, visit_id: int) -> str:
    """`for_user.user_id` of the message that opened this visit, or ""."""
    message = session.get(VisitMessage, visit_id)
    return message.for_user if message is not None else ""
