"""Reading and checking an id_token: strict where the library is not (RFC 7515, Security Framework 1.0 §5.1.3)."""

import base64
import binascii
import json
import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from lti_tool.errors import LaunchRefused

# A launch of Canvas has 6 to 7 kB; nothing legitimate comes near this.
_MAX_TOKEN = 256 * 1024
_LEEWAY = 60
# Canvas signs for an hour, Moodle for a minute; nothing older than that plus the leeway is a fresh click.
_MAX_AGE = 3600
_STATUS = 401
_PADDING = PKCS1v15()
_HASH = SHA256()


def refuse(reason: str) -> LaunchRefused:
    """A fault of the token: HTTP 401 (Security Framework 1.0 §5.1.3 step 3)."""
    return LaunchRefused(reason, status=_STATUS)


@dataclass(frozen=True)
class SplitToken:
    """A token taken apart; nothing in it is believed yet."""

    header: dict[str, Any]
    body: dict[str, Any]
    signed: bytes
    signature: bytes


def split_token(token: str) -> SplitToken:
    """Take a compact JWS apart; raises `token_malformed`."""
    parts = token.split(".") if len(token) <= _MAX_TOKEN else []
    if len(parts) != 3:
        raise refuse("token_malformed")
    try:
        header, body, signature = (_decode(part) for part in parts)
        return SplitToken(_object(header), _object(body), f"{parts[0]}.{parts[1]}".encode("ascii"), signature)
    except (ValueError, RecursionError):
        raise refuse("token_malformed") from None


def read_kid(header: dict[str, Any]) -> str:
    """The key that signed, once the algorithm is the one we accept: RS256 (§5.1.3 step 6)."""
    algorithm = header.get("alg")
    # RFC 7515 §4.1.11: a critical extension that is not understood makes the token invalid; we understand none.
    if not isinstance(algorithm, str) or "crit" in header:
        raise refuse("token_malformed")
    if algorithm != "RS256":
        raise refuse("algorithm_refused")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise refuse("kid_missing")
    return kid


def is_signed_by(token: SplitToken, key: RSAPublicKey) -> bool:
    """Whether this key made the signature."""
    try:
        key.verify(token.signature, token.signed, _PADDING, _HASH)
    except InvalidSignature:
        return False
    return True


def check_parties(body: dict[str, Any], issuer: str, client_id: str) -> None:
    """`iss`, `aud` and `azp`: from this platform, for us, and for nobody whom we do not trust (§5.1.3 steps 2-5)."""
    if body.get("iss") != issuer:
        raise refuse("issuer_wrong")
    audience = body.get("aud")
    # All must be ours: a list may hold our client_id, but "untrusted" others make it somebody else's token too.
    listed = audience if isinstance(audience, list) else [audience]
    if not listed or any(each != client_id for each in listed):
        raise refuse("audience_wrong")
    azp = body.get("azp")
    if azp is not None and azp != client_id:
        raise refuse("azp_wrong")


def check_times(body: dict[str, Any], now: datetime) -> None:
    """`exp` and `iat` are required numbers, with a minute of leeway for clocks; an old token is refused."""
    seconds = now.timestamp()
    issued = _number(body.get("iat"), "iat_missing")
    expires = _number(body.get("exp"), "exp_missing")
    begins = _number(body["nbf"], "iat_in_future") if body.get("nbf") is not None else issued
    if expires + _LEEWAY <= seconds:
        raise refuse("expired")
    if max(issued, begins) - _LEEWAY > seconds:
        raise refuse("iat_in_future")
    if issued + _MAX_AGE + _LEEWAY < seconds:
        raise refuse("token_too_old")


def read_nonce(body: dict[str, Any]) -> str:
    """The nonce; raises `nonce_missing`."""
    nonce = body.get("nonce")
    if not isinstance(nonce, str) or not nonce:
        raise refuse("nonce_missing")
    return nonce


def _number(value: object, missing: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise refuse(missing)
    return value


def _decode(part: str) -> bytes:
    """base64url without padding; the standard decoder would pass over foreign characters in silence."""
    if not part.isascii() or "+" in part or "/" in part or "=" in part:
        raise ValueError
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError from None


def _object(data: bytes) -> dict[str, Any]:
    value = json.loads(data.decode("utf-8"), parse_constant=_refuse_constant)
    if not isinstance(value, dict):
        raise ValueError
    return value


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError
