"""Begin a third-party login: find the registration and keep a login record."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, insert
from sqlalchemy.orm import Session

from lti_tool.errors import LaunchRefused
from lti_tool.launch.catalog import UNBOUND, WAITING
from lti_tool.launch.models import LoginRecord
from lti_tool.launch.queries import StartingPoint, list_starting_points
from lti_tool.launch.rules import LoginRequest, check_login
from lti_tool.registration.catalog import RegistrationState
from lti_tool.web.rules import hash_secret

LOGIN_LIFETIME = timedelta(minutes=10)
# Built once, on the table: this runs at each login.
_KEEP = insert(LoginRecord.__table__).values(  # type: ignore[arg-type]
    {column.name: bindparam(column.name) for column in LoginRecord.__table__.c if column.name != "id"}
)
_FRAME_NAME = re.compile(r"[A-Za-z0-9_\-]{1,64}")


@dataclass(frozen=True)
class LoginContext:
    """What a login needs beside its parameters."""

    own_origin: str
    secret_key: str
    # The browser sent a cookie of ours: it keeps them, and no other memory is needed.
    has_cookie: bool
    # The person has already chosen between this frame and a window of its own.
    has_chosen: bool


@dataclass(frozen=True)
class BegunLogin:
    """The secrets of a login: each is known to one party only, and kept here as a hash."""

    registration_id: int
    client_id: str
    auth_url: str
    state: str
    nonce: str
    cookie: str
    # For the platform's storage; None where cookies are enough or the platform has none.
    storage: str | None


@dataclass(frozen=True)
class OfferedWindow:
    """The person's last launch could not be bound: offer a window of its own before anything is used up."""

    registration_id: int


def begin_login(
    session: Session, request: LoginRequest, context: LoginContext, now: datetime
) -> BegunLogin | OfferedWindow:
    """Check the request and keep a login record; raises `LaunchRefused`."""
    check_login(request, context.own_origin)
    hint_hash = _hash_hint(context.secret_key, request)
    start = _choose(list_starting_points(session, request.issuer, request.client_id, hint_hash=hint_hash, now=now))
    if start.last_outcome in (UNBOUND, WAITING) and not context.has_cookie and not context.has_chosen:
        return OfferedWindow(start.registration_id)
    uses_storage = not context.has_cookie and _FRAME_NAME.fullmatch(request.storage_target) is not None
    begun = BegunLogin(
        registration_id=start.registration_id,
        client_id=start.client_id,
        auth_url=start.auth_url,
        state="state-" + secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        cookie=secrets.token_urlsafe(32),
        storage=secrets.token_urlsafe(32) if uses_storage else None,
    )
    record = {
        "state_hash": hash_secret(begun.state),
        "nonce_hash": hash_secret(begun.nonce),
        "registration_id": start.registration_id,
        "deployment_id": request.deployment_id or None,
        "target_link_uri": request.target_link_uri,
        "cookie_hash": hash_secret(begun.cookie),
        "storage_hash": hash_secret(begun.storage) if begun.storage else None,
        "storage_target": request.storage_target if uses_storage else "",
        "login_hint_hash": hint_hash,
        "created_at": now,
        "expires_at": now + LOGIN_LIFETIME,
        "consumed_at": None,
        "outcome": None,
    }
    session.connection().execute(_KEEP, record)
    return begun


def _choose(points: list[StartingPoint]) -> StartingPoint:
    """The one registration that is meant (Core §4.1.3: an issuer may have several clients)."""
    if not points:
        raise LaunchRefused("registration_unknown")
    if len(points) > 1:
        raise LaunchRefused("client_id_needed")
    if points[0].state != RegistrationState.ACTIVE:
        raise LaunchRefused("registration_disabled", status=403)
    return points[0]


def _hash_hint(secret_key: str, request: LoginRequest) -> str:
    """Keyed, since a hint may be as short as a user's number."""
    hint = request.login_hint.encode(errors="replace")
    return hmac.new(secret_key.encode(), b"login-hint:" + hint, hashlib.sha256).hexdigest()
