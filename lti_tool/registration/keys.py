"""The tool's own keys: made on demand, sealed at rest, parsed once per process, all published.

A secret is given as one value, or as several: the first seals, all of them open, so that a new one can be introduced
while web and workers run.

Signing with a PEM costs 30 ms because the key is checked at each load; a key object costs 0.2 ms.
"""

import base64
import hashlib
import json
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti_tool.errors import SettingError, ToolError
from lti_tool.registration.catalog import KeyState
from lti_tool.registration.models import ToolKey

Secret = str | tuple[str, ...]

ALGORITHM = "RS256"
_BITS = 2048
_PURPOSE = b"lti-tool: private keys at rest"

_parsed: dict[str, RSAPrivateKey] = {}
_parsing = threading.Lock()


@dataclass(frozen=True)
class SigningKey:
    """The key that signs now; `kid` names it in the header of what it signs."""

    kid: str
    private_key: RSAPrivateKey
    public_jwk: dict[str, Any]


def get_signing_key(session: Session, secret_key: Secret, now: datetime) -> SigningKey:
    """The current key; the first call ever makes it, and the caller commits.

    Raises `SettingError` where the secret key is not the one that sealed it.
    """
    row = _find_current(session) or _make_first(session, secret_key, now)
    return SigningKey(row.kid, _parse(row, secret_key), row.public_jwk)


def list_published_jwks(session: Session, secret_key: Secret, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """The JSON Web Key Set (RFC 7517 §5): current, next and every retired key: no signature goes stale.

    The first call ever makes the keys; the caller commits.
    """
    rows = list_keys(session)
    if not any(row.state == KeyState.CURRENT for row in rows):
        _make_first(session, secret_key, now)
        rows = list_keys(session)
    return {"keys": [row.public_jwk for row in rows if row.state != KeyState.WITHDRAWN]}


def list_keys(session: Session) -> list[ToolKey]:
    """All keys: current, next, then the retired and the withdrawn ones, newest first."""
    order = {KeyState.CURRENT: 0, KeyState.NEXT: 1, KeyState.RETIRED: 2, KeyState.WITHDRAWN: 3}
    rows = session.scalars(select(ToolKey).order_by(ToolKey.id.desc())).all()
    return sorted(rows, key=lambda row: order[KeyState(row.state)])


def rotate_keys(session: Session, secret_key: Secret, now: datetime) -> ToolKey:
    """Let the next key sign from now on and publish a new next one; returns the key that signs now.

    Platforms keep a copy of our key set: the next key is known to them long before it is used.
    """
    current = _lock_current(session) or _make_first(session, secret_key, now)
    following = session.scalars(select(ToolKey).where(ToolKey.state == KeyState.NEXT).order_by(ToolKey.id)).first()
    if following is None:
        following = _new_key(secret_key, KeyState.NEXT, now)
        session.add(following)
    current.state = KeyState.RETIRED
    current.retired_at = now
    # Two rows may not be current at once, not even for a moment.
    session.flush()
    following.state = KeyState.CURRENT
    session.add(_new_key(secret_key, KeyState.NEXT, now))
    session.flush()
    return following


def replace_keys(session: Session, secret_key: Secret, now: datetime) -> ToolKey:
    """Withdraw every key and make new ones: for keys that others may know, or that a lost secret sealed.

    Platforms that keep a copy of our key set refuse us until they fetch it again; a withdrawn key proves nothing.
    """
    session.execute(
        update(ToolKey)
        .where(ToolKey.state != KeyState.WITHDRAWN)
        .values(state=KeyState.WITHDRAWN, retired_at=func.coalesce(ToolKey.retired_at, now))
    )
    return _make_first(session, secret_key, now)


def reseal_keys(session: Session, secret_key: Secret) -> int:
    """Seal every key that is in use with the first secret; how many were sealed with a former one.

    Withdrawn keys sign nothing any more, so they are left as they are. Raises `SettingError` where none of the
    secrets opens a key.
    """
    rows = session.scalars(
        select(ToolKey).where(ToolKey.state != KeyState.WITHDRAWN).order_by(ToolKey.id).with_for_update()
    ).all()
    newest, former = _sealer(_values(secret_key)[:1]), 0
    for row in rows:
        try:
            newest.decrypt(row.private_pem_sealed.encode())
        except InvalidToken:
            row.private_pem_sealed = newest.encrypt(_open(row.private_pem_sealed, secret_key)).decode()
            former += 1
    session.flush()
    return former


def thumbprint(public_jwk: dict[str, Any]) -> str:
    """RFC 7638 §3: the key's own name, the same wherever it is computed."""
    members = {name: public_jwk[name] for name in ("e", "kty", "n")}
    canonical = json.dumps(members, separators=(",", ":"), sort_keys=True)
    return _base64url(hashlib.sha256(canonical.encode()).digest())


def _find_current(session: Session) -> ToolKey | None:
    return session.scalars(select(ToolKey).where(ToolKey.state == KeyState.CURRENT)).one_or_none()


def _lock_current(session: Session) -> ToolKey | None:
    # Whoever waited for another rotation finds its row changed, so it looks once more.
    for _ in range(3):
        row = session.scalars(
            select(ToolKey)
            .where(ToolKey.state == KeyState.CURRENT)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one_or_none()
        if row is not None:
            return row
        if _find_current(session) is None:
            return None
    raise ToolError("keys_busy", "The keys are being rotated by somebody else. Try again.", status=409)


def _make_first(session: Session, secret_key: Secret, now: datetime) -> ToolKey:
    row = _new_key(secret_key, KeyState.CURRENT, now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        # Another process made it in the same moment.
        return session.scalars(select(ToolKey).where(ToolKey.state == KeyState.CURRENT)).one()
    session.add(_new_key(secret_key, KeyState.NEXT, now))
    session.flush()
    return row


def _new_key(secret_key: Secret, state: KeyState, now: datetime) -> ToolKey:
    private_key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    pem = private_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    jwk = _public_jwk(private_key)
    return ToolKey(
        kid=jwk["kid"],
        private_pem_sealed=_sealer(secret_key).encrypt(pem).decode(),
        public_jwk=jwk,
        state=state,
        created_at=now,
    )


def _public_jwk(private_key: RSAPrivateKey) -> dict[str, Any]:
    numbers = private_key.public_key().public_numbers()
    jwk: dict[str, Any] = {"kty": "RSA", "e": _number(numbers.e), "n": _number(numbers.n)}
    return jwk | {"kid": thumbprint(jwk), "alg": ALGORITHM, "use": "sig"}


def _parse(row: ToolKey, secret_key: Secret) -> RSAPrivateKey:
    with _parsing:
        if row.kid not in _parsed:
            _parsed[row.kid] = _unseal(row.private_pem_sealed, secret_key)
        return _parsed[row.kid]


def _unseal(sealed: str, secret_key: Secret) -> RSAPrivateKey:
    return cast(RSAPrivateKey, serialization.load_pem_private_key(_open(sealed, secret_key), password=None))


def _open(sealed: str, secret_key: Secret) -> bytes:
    try:
        return _sealer(secret_key).decrypt(sealed.encode())
    except InvalidToken:
        raise SettingError(
            "LTI_TOOL_SECRET_KEY is not the one that sealed this tool's keys. Set the former value again, or name it "
            "in LTI_TOOL_PREVIOUS_SECRET_KEYS."
        ) from None


def _sealer(secret_key: Secret) -> MultiFernet:
    return MultiFernet([_fernet(value) for value in _values(secret_key)])


def _fernet(secret_key: str) -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def _values(secret_key: Secret) -> tuple[str, ...]:
    return (secret_key,) if isinstance(secret_key, str) else secret_key


def _number(value: int) -> str:
    return _base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
