"""Reads of logins, and of the rows that a launch touches."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import String, and_, bindparam, case, exists, literal_column, or_, select
from sqlalchemy.orm import Session

from lti_tool.db import UTCDateTime, joined_words
from lti_tool.launch.catalog import WAITING, DeepLinkingSettings
from lti_tool.launch.models import LoginRecord, VisitMessage
from lti_tool.passback.catalog import DeliveryState, ReasonCode
from lti_tool.passback.models import Delivery, LineItem
from lti_tool.registration.catalog import RegistrationState
from lti_tool.registration.models import Deployment, PlatformOrigin, Registration
from lti_tool.roster.models import Context, Membership, ResourceLink, User
from lti_tool.roster.service import Found, KnownContext, KnownLink, KnownUser
from lti_tool.web.models import Visit

K = TypeVar("K", KnownUser, KnownContext, KnownLink)

# How long a launch that could not be bound makes the next login offer a window.
_OFFER_AFTER_UNBOUND = timedelta(minutes=15)
# The platform's storage has 1.5 seconds; a slow phone needs some more for the pages around it.
_STORAGE_ANSWERS = timedelta(seconds=10)


class StartingPoint(NamedTuple):
    """A registration that a login may be for, and how this person's last launch there ended."""

    registration_id: int
    issuer: str
    client_id: str
    auth_url: str
    state: str
    last_outcome: str | None


class LoginRow(NamedTuple):
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


class KnownColumn(NamedTuple):
    """The line item that stands for a link's activity."""

    url: str | None
    is_from_launch: bool


@dataclass(frozen=True)
class LaunchRows:
    """What is stored of a launch before it."""

    registration_id: int
    issuer: str
    product_family: str
    guid: str | None
    # None where this deployment launches for the first time.
    deployment_id: int | None
    deployment_state: str
    found: Found
    column: KnownColumn | None
    # Scores of this person wait in this course until they are a student here again.
    waits_as_student: bool
    # A visit was bound to the browser's key before: we gave it out.
    is_known_browser: bool
    # Origins of the platform's pages, and those that the platform has proven.
    origins: frozenset[str]
    proven_origins: frozenset[str]


# Built once: making a statement costs as much as running it, and these run at each launch. Of plain tables, since a
# statement finds its compiled form by a hash of all that it is made of, and mapped attributes are hashed slowly.
_logins: Any = LoginRecord.__table__
_registrations: Any = Registration.__table__
_deployments: Any = Deployment.__table__
_contexts: Any = Context.__table__
_links: Any = ResourceLink.__table__
_users: Any = User.__table__
_members: Any = Membership.__table__
_columns: Any = LineItem.__table__
_deliveries: Any = Delivery.__table__
_origins: Any = PlatformOrigin.__table__
_visits: Any = Visit.__table__
_LAST_OUTCOME = (
    select(_logins.c.outcome)
    .where(
        _logins.c.registration_id == _registrations.c.id,
        _logins.c.login_hint_hash == bindparam("hint_hash"),
        _logins.c.created_at > bindparam("since", type_=UTCDateTime()),
        _logins.c.outcome.is_not(None),
        # A second tab that opens while the first still waits for the storage says nothing about the browser.
        or_(_logins.c.outcome != WAITING, _logins.c.consumed_at < bindparam("answered", type_=UTCDateTime())),
    )
    .order_by(_logins.c.created_at.desc(), _logins.c.id.desc())
    .limit(1)
    .correlate(_registrations)
    .scalar_subquery()
)
_OF_ISSUER = (
    select(
        _registrations.c.id,
        _registrations.c.issuer,
        _registrations.c.client_id,
        _registrations.c.auth_url,
        _registrations.c.state,
        _LAST_OUTCOME,
    )
    .where(_registrations.c.issuer == bindparam("issuer"))
    .order_by(_registrations.c.id)
    .limit(2)
)
_OF_CLIENT = _OF_ISSUER.where(_registrations.c.client_id == bindparam("client_id"))
_LOGIN = (
    select(
        _logins.c.id,
        _logins.c.nonce_hash,
        _logins.c.deployment_id,
        _logins.c.target_link_uri,
        _logins.c.cookie_hash,
        _logins.c.storage_hash,
        _logins.c.storage_target,
        _logins.c.expires_at,
        _logins.c.consumed_at,
        _registrations.c.id,
        _registrations.c.issuer,
        _registrations.c.client_id,
        _registrations.c.auth_url,
        _registrations.c.jwks_url,
        _registrations.c.state,
    )
    .join(_registrations, _registrations.c.id == _logins.c.registration_id)
    .where(_logins.c.state_hash == bindparam("state_hash"))
)
# "!" before an origin says that it is proven; origins hold no spaces.
_PROVEN, _UNPROVEN = literal_column("'!'", String()), literal_column("''", String())
_ORIGINS = (
    select(joined_words(case((_origins.c.is_proven, _PROVEN), else_=_UNPROVEN).concat(_origins.c.origin)))
    .where(_origins.c.registration_id == _registrations.c.id)
    .correlate(_registrations)
    .scalar_subquery()
)
_IS_KNOWN_BROWSER = exists().where(_visits.c.browser_hash == bindparam("browser_hash"))
_WAITING = _columns.alias()
_WAITS_AS_STUDENT = (
    exists()
    .where(
        _deliveries.c.user_id == _users.c.id,
        # Literals: SQLite plans a statement anew at each run where a parameter could let it use a partial index.
        _deliveries.c.state == literal_column(f"'{DeliveryState.PARKED}'"),
        _deliveries.c.reason == literal_column(f"'{ReasonCode.NOT_A_STUDENT}'"),
        _WAITING.c.id == _deliveries.c.line_item_id,
        _WAITING.c.context_id == _contexts.c.id,
    )
    .correlate(_users, _contexts)
)
_LAUNCH_ROWS = (
    select(
        _registrations.c.id,
        _registrations.c.issuer,
        _registrations.c.product_family,
        _registrations.c.guid,
        _deployments.c.id,
        _deployments.c.state,
        _WAITS_AS_STUDENT,
        _IS_KNOWN_BROWSER,
        _ORIGINS,
        _members.c.id,
        _columns.c.url,
        _columns.c.is_from_launch,
        *(_users.c[name] for name in KnownUser._fields),
        *(_contexts.c[name] for name in KnownContext._fields),
        *(_links.c[name] for name in KnownLink._fields),
    )
    .select_from(_registrations)
    .outerjoin(
        _deployments,
        and_(
            _deployments.c.registration_id == _registrations.c.id,
            _deployments.c.deployment_id == bindparam("deployment_id"),
        ),
    )
    .outerjoin(
        _contexts, and_(_contexts.c.deployment_id == _deployments.c.id, _contexts.c.lti_id == bindparam("context_id"))
    )
    .outerjoin(_links, and_(_links.c.context_id == _contexts.c.id, _links.c.lti_id == bindparam("link_id")))
    .outerjoin(_users, and_(_users.c.registration_id == _registrations.c.id, _users.c.sub == bindparam("sub")))
    .outerjoin(_members, and_(_members.c.context_id == _contexts.c.id, _members.c.user_id == _users.c.id))
    .outerjoin(_columns, and_(_columns.c.context_id == _contexts.c.id, _columns.c.tag == bindparam("tag")))
    .where(_registrations.c.id == bindparam("registration_id"))
)


def list_starting_points(
    session: Session, issuer: str, client_id: str, *, hint_hash: str, now: datetime
) -> list[StartingPoint]:
    """The registrations of an issuer, or the one of that client; at most two where no client is named."""
    times = {"since": now - _OFFER_AFTER_UNBOUND, "answered": now - _STORAGE_ANSWERS}
    values = {"issuer": issuer, "hint_hash": hint_hash, **times}
    statement = _OF_CLIENT if client_id else _OF_ISSUER
    rows = session.connection().execute(statement, {**values, "client_id": client_id} if client_id else values)
    return [StartingPoint._make(row) for row in rows]


def find_login(session: Session, state_hash: str) -> LoginRow | None:
    """The login of that state, whether consumed or late."""
    row = session.connection().execute(_LOGIN, {"state_hash": state_hash}).one_or_none()
    return LoginRow._make(row) if row is not None else None


def find_launch_rows(
    session: Session,
    registration_id: int,
    *,
    deployment_id: str,
    context_id: str,
    link_id: str,
    sub: str,
    tag: str,
    browser_hash: str = "",
) -> LaunchRows | None:
    """All that is stored of a launch, by the claims' values, in one statement; None without the registration."""
    values = {
        "registration_id": registration_id,
        "deployment_id": deployment_id,
        "context_id": context_id,
        "link_id": link_id,
        "sub": sub,
        "tag": tag,
        "browser_hash": browser_hash,
    }
    row = session.connection().execute(_LAUNCH_ROWS, values).one_or_none()
    if row is None:
        return None
    values_found = iter(row)
    registration_id, issuer, family, guid, deployment, state = islice(values_found, 6)
    waits, is_known, origins, member_id, url, is_from_launch = islice(values_found, 6)
    named = (origins or "").split()
    return LaunchRows(
        registration_id=registration_id,
        issuer=issuer,
        product_family=family,
        guid=guid,
        deployment_id=deployment,
        deployment_state=state,
        found=Found(
            _known(KnownUser, values_found),
            _known(KnownContext, values_found),
            _known(KnownLink, values_found),
            member_id,
        ),
        column=KnownColumn(url, is_from_launch) if is_from_launch is not None else None,
        waits_as_student=waits,
        is_known_browser=is_known,
        origins=frozenset(origin.removeprefix("!") for origin in named),
        proven_origins=frozenset(origin.removeprefix("!") for origin in named if origin.startswith("!")),
    )


def _known(kind: type[K], values: Iterator[Any]) -> K | None:
    """The next fields of a row as that kind; None where an outer join found nothing."""
    found = kind._make(islice(values, len(kind._fields)))
    return found if found.id is not None else None


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
