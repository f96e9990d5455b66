"""Receive a launch: verify it, consume its login, bind it to the browser, and open a visit.

The login is consumed whenever the token is genuine, whatever comes of the message: a state is good once. Refusals
leave nothing else behind, save that a deployment seen for the first time is noted where an operator has to accept it.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from sqlalchemy import bindparam, delete, update
from sqlalchemy.orm import Session

from lti_tool.config import Settings
from lti_tool.db import begin_writing
from lti_tool.errors import LaunchRefused
from lti_tool.launch.catalog import UNBOUND, WAITING, Binding, Launch
from lti_tool.launch.models import LoginRecord, PendingLaunch
from lti_tool.launch.oidc import KeyRing, KnownLogin, PlatformLaunch
from lti_tool.launch.queries import LaunchRows, LoginRow, find_login
from lti_tool.launch.rules import BindingFacts, decide_binding
from lti_tool.launch.rules.binding import has_platform_origin
from lti_tool.launch.service.opening import Opened, Trace, is_usual, open_launch, open_usual, read_rows
from lti_tool.launch.service.usual import writes_at_once
from lti_tool.registration.queries import list_proven_origins
from lti_tool.registration.rules import origin_of
from lti_tool.web.rules import hash_secret
from lti_tool.web.service import make_browser_key

PENDING_LIFETIME = timedelta(minutes=5)
_LAUNCHED = "launched"
# Built once; on the table, since no record is loaded that would have to learn of it.
_SPEND = (
    update(LoginRecord.__table__)  # type: ignore[arg-type]
    .where(LoginRecord.id == bindparam("login_id"), LoginRecord.consumed_at.is_(None))
    .values(consumed_at=bindparam("now"), outcome=bindparam("why"))
    .returning(LoginRecord.id)
)

__all__ = ["Opened", "Posted", "Trace", "Waiting", "bind_launch", "note_platform_error", "receive_launch"]


@dataclass(frozen=True)
class Posted:
    """A launch POST: its two fields, and what it shows of the browser."""

    state: str
    id_token: str
    # Value of this state's login cookie, or None.
    login_cookie: str | None
    # The request carried any cookie that we ever set.
    has_any_cookie: bool
    # The `Origin` header, or None.
    origin: str | None
    # The key that the browser shows, whether or not we gave it out.
    browser_key: str | None = None


@dataclass(frozen=True)
class Waiting:
    """Verified, but the browser has to show the secret that its login gave to the platform's storage."""

    registration_id: int
    token: str
    target: str
    origin: str
    return_url: str


def receive_launch(
    session: Session,
    posted: Posted,
    *,
    keys: KeyRing,
    settings: Settings,
    now: datetime,
    trace: Trace,
) -> Opened | Waiting:
    """All of a launch POST: it reads and verifies first, and then writes in one short transaction.

    Raises `LaunchRefused`, after which the caller commits what was consumed.
    """
    login = _get_login(session, posted.state, now, trace)
    if not posted.id_token:
        raise LaunchRefused("id_token_missing")
    message = PlatformLaunch(
        posted.id_token,
        _known(login, settings),
        keys,
        now,
        # A slow platform must not hold a transaction open, least of all the one write lock of SQLite.
        before_fetch=session.rollback,
    )
    message.check_token()
    refusal: LaunchRefused | None = None
    try:
        launch = message.check_message()
    except LaunchRefused as error:
        refusal = error
    else:
        trace.read(launch)
        trace.binding = _decide(session, login, posted)
        if trace.binding is Binding.NONE:
            refusal = LaunchRefused(UNBOUND)
    is_bound = refusal is None and trace.binding is not Binding.STORAGE
    rows = _read_rows(session, login, launch, posted) if is_bound else None
    is_one = rows is not None and trace.binding is Binding.COOKIE and writes_at_once(session)
    if rows is not None and is_one and is_usual(rows, launch, posted.origin, settings, now):
        return open_usual(
            session,
            rows,
            launch,
            login_id=login.id,
            outcome=_LAUNCHED,
            browser_key=_choose_key(rows, posted),
            now=now,
            trace=trace,
        )
    begin_writing(session)
    _consume(session, login.id, _LAUNCHED if is_bound else refusal.reason if refusal else WAITING, now)
    if refusal is not None:
        raise refusal
    if rows is None:
        return _wait(session, login, launch, posted, now)
    try:
        return open_launch(
            session,
            rows,
            launch,
            browser_key=_choose_key(rows, posted) if trace.binding is Binding.COOKIE else None,
            posted_origin=posted.origin,
            settings=settings,
            now=now,
            trace=trace,
        )
    except LaunchRefused as error:
        _note_outcome(session, login.id, error.reason)
        raise


def bind_launch(
    session: Session,
    token: str,
    value: str,
    *,
    has_any_cookie: bool,
    browser_key: str | None,
    settings: Settings,
    now: datetime,
    trace: Trace,
) -> Opened:
    """The second half of a launch that waited for the platform's storage; the pending row is spent in any case.

    `value` is what the storage answered, "" if it was silent: then the origin of the launch POST counts, if it did.
    """
    begin_writing(session)
    pending = session.execute(
        delete(PendingLaunch)
        .where(PendingLaunch.token_hash == hash_secret(token), PendingLaunch.expires_at > now)
        .returning(
            PendingLaunch.registration_id,
            PendingLaunch.login_record_id,
            PendingLaunch.storage_hash,
            PendingLaunch.has_platform_origin,
            PendingLaunch.launch,
        )
    ).one_or_none()
    if pending is None:
        raise LaunchRefused("state_unknown")
    trace.registration_id = pending.registration_id
    launch = Launch.from_json(pending.launch)
    trace.read(launch)
    if value and compare_digest(hash_secret(value), pending.storage_hash):
        trace.binding = Binding.STORAGE
    elif not value and pending.has_platform_origin and not has_any_cookie:
        trace.binding, browser_key = Binding.ORIGIN, None
    else:
        _note_outcome(session, pending.login_record_id, UNBOUND)
        raise LaunchRefused(UNBOUND)
    try:
        opened = open_launch(
            session,
            read_rows(session, pending.registration_id, launch),
            launch,
            browser_key=browser_key,
            posted_origin=None,
            settings=settings,
            now=now,
            trace=trace,
        )
    except LaunchRefused as error:
        _note_outcome(session, pending.login_record_id, error.reason)
        raise
    _note_outcome(session, pending.login_record_id, _LAUNCHED)
    return opened


def note_platform_error(session: Session, state: str, now: datetime, trace: Trace) -> None:
    """The platform ended the login instead of launching: the record is spent, if we know it."""
    login = find_login(session, hash_secret(state)) if state else None
    if login is not None:
        trace.registration_id = login.registration_id
        session.execute(
            update(LoginRecord)
            .where(LoginRecord.id == login.id, LoginRecord.consumed_at.is_(None))
            .values(consumed_at=now, outcome="platform_error")
        )


def _get_login(session: Session, state: str, now: datetime, trace: Trace) -> LoginRow:
    if not state:
        raise LaunchRefused("state_missing")
    login = find_login(session, hash_secret(state))
    if login is None:
        raise LaunchRefused("state_unknown")
    trace.registration_id = login.registration_id
    if login.consumed_at is not None:
        raise LaunchRefused("state_used")
    if login.expires_at <= now:
        raise LaunchRefused("state_unknown")
    if not login.is_active:
        raise LaunchRefused("registration_disabled", status=403)
    return login


def _read_rows(session: Session, login: LoginRow, launch: Launch, posted: Posted) -> LaunchRows:
    key = posted.browser_key
    return read_rows(session, login.registration_id, launch, browser_hash=hash_secret(key) if key else "")


def _choose_key(rows: LaunchRows, posted: Posted) -> str:
    """The browser's key if we gave it out, else a new one (an unknown value may have been planted)."""
    if posted.browser_key and rows.is_known_browser:
        return posted.browser_key
    return make_browser_key()


def _known(login: LoginRow, settings: Settings) -> KnownLogin:
    return KnownLogin(
        issuer=login.issuer,
        client_id=login.client_id,
        jwks_url=login.jwks_url,
        nonce_hash=login.nonce_hash,
        deployment_id=login.deployment_id,
        target_link_uri=login.target_link_uri,
        own_origin=settings.base_url,
    )


def _decide(session: Session, login: LoginRow, posted: Posted) -> Binding:
    facts = _facts(login, posted)
    return decide_binding(facts, _platform_origins(session, login, facts))


def _facts(login: LoginRow, posted: Posted) -> BindingFacts:
    cookie = posted.login_cookie
    return BindingFacts(
        has_login_cookie=cookie is not None and compare_digest(hash_secret(cookie), login.cookie_hash),
        has_any_cookie=posted.has_any_cookie,
        used_storage=login.storage_hash is not None,
        origin=posted.origin,
    )


def _platform_origins(session: Session, login: LoginRow, facts: BindingFacts) -> set[str]:
    """Origins that may bind a browser which keeps nothing; not looked up where they cannot matter."""
    if facts.has_any_cookie or not facts.origin:
        return set()
    proven = list_proven_origins(session, login.registration_id)
    return {origin for origin in (origin_of(login.auth_url), *proven) if origin is not None}


def _consume(session: Session, login_id: int, outcome: str, now: datetime) -> None:
    """Spend the login; of two requests at once, one wins."""
    values = {"login_id": login_id, "now": now, "why": outcome}
    spent = session.connection().execute(_SPEND, values).one_or_none()
    if spent is None:
        raise LaunchRefused("state_used")


def _note_outcome(session: Session, login_id: int, outcome: str) -> None:
    session.execute(update(LoginRecord).where(LoginRecord.id == login_id).values(outcome=outcome))


def _wait(session: Session, login: LoginRow, launch: Launch, posted: Posted, now: datetime) -> Waiting:
    token = secrets.token_urlsafe(32)
    facts = _facts(login, posted)
    session.add(
        PendingLaunch(
            token_hash=hash_secret(token),
            login_record_id=login.id,
            registration_id=login.registration_id,
            storage_hash=login.storage_hash or "",
            has_platform_origin=has_platform_origin(facts, _platform_origins(session, login, facts)),
            launch=launch.to_json(),
            expires_at=now + PENDING_LIFETIME,
        )
    )
    session.flush()
    return Waiting(
        login.registration_id, token, login.storage_target, origin_of(login.auth_url) or "", launch.return_url
    )
