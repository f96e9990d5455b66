"""The platforms' public keys, kept per process.

Kept for as long as the platform says (5 minutes to 24 hours). An unknown key, or a signature that does not fit, asks
again, but only a few times a minute: anybody can post a made-up key id. A failed fetch is never kept, and does not
throw away keys that worked.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Protocol

import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from lti_tool.launch.oidc.token import refuse
from lti_tool.outbound.turns import give_up_turn

_MIN_BITS = 2048
# Larger ones make each check slow, which is all that they are good for here.
_MAX_BITS = 8192
_DEFAULT_LIFE = timedelta(hours=1)
_MIN_LIFE = timedelta(minutes=5)
_MAX_LIFE = timedelta(hours=24)
# A platform that is down is asked again after this, while the old keys serve.
_STALE_RETRY = timedelta(minutes=1)
# Fetches that strangers can cause, per address.
_EXTRA_FETCHES = 5
_EXTRA_WINDOW = timedelta(minutes=1)
_MAX_KEYS = 100
_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


class GetsPages(Protocol):
    """A bounded HTTP session, such as `PlatformSession`."""

    def get(self, url: str, /) -> requests.Response:
        """Fetch an address."""


@dataclass
class _KeySet:
    """The keys of one address. A key that may not be used is kept as None, to be told from an unknown one."""

    keys: dict[str, list[RSAPublicKey | None]] = field(default_factory=dict)
    fresh_until: datetime | None = None
    # Counts fetches, so that those who waited for one take its answer.
    fetches: int = 0
    last_failed: bool = False
    extra: list[datetime] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)


class KeyRing:
    """Finds the key of a token; one per app, shared by its threads."""

    def __init__(self, platform_session: GetsPages) -> None:
        self._platform_session = platform_session
        self._sets: dict[str, _KeySet] = {}
        self._lock = Lock()

    def find_keys(
        self,
        url: str,
        kid: str,
        now: datetime,
        *,
        before_fetch: Callable[[], object] | None = None,
        again: bool = False,
    ) -> list[RSAPublicKey]:
        """The keys of that id; several where a platform uses one id twice.

        `again` asks the platform even where the key is known: its signature did not fit. `before_fetch` is called
        before the network is used, so that no lock is held meanwhile. Raises `keys_unavailable`, `kid_unknown` or
        `key_unfit`.
        """
        with self._lock:
            known = self._sets.setdefault(url, _KeySet())
        seen = known.fetches
        is_fresh = known.fresh_until is not None and now < known.fresh_until
        if not is_fresh or again or kid not in known.keys:
            give_up_turn()
            if before_fetch is not None:
                before_fetch()
            self._refresh(url, known, seen, now, is_extra=is_fresh)
        if not known.keys:
            raise refuse("keys_unavailable")
        found = known.keys.get(kid)
        if found is None:
            raise refuse("keys_unavailable" if known.last_failed else "kid_unknown")
        usable = [key for key in found if key is not None]
        if not usable:
            raise refuse("key_unfit")
        return usable

    def _refresh(self, url: str, known: _KeySet, seen: int, now: datetime, *, is_extra: bool) -> None:
        with known.lock:
            if known.fetches != seen:
                return
            if is_extra:
                known.extra = [at for at in known.extra if now - at < _EXTRA_WINDOW]
                if len(known.extra) >= _EXTRA_FETCHES:
                    return
                known.extra.append(now)
            answer = fetch_key_set(self._platform_session, url)
            known.fetches += 1
            known.last_failed = answer is None
            if answer is not None:
                keys, life = answer
                known.keys, known.fresh_until = keys, now + life
            elif known.keys:
                known.fresh_until = now + _STALE_RETRY


def fetch_key_set(session: GetsPages, url: str) -> tuple[dict[str, list[RSAPublicKey | None]], timedelta] | None:
    """The keys at an address and how long they may be kept; None if it does not answer with a key set."""
    try:
        response = session.get(url)
    except (requests.RequestException, OSError):
        return None
    if response.status_code != 200:
        return None
    keys = read_key_set(response.content)
    return (keys, _life_of(response.headers.get("Cache-Control", ""))) if keys else None


def read_key_set(content: bytes) -> dict[str, list[RSAPublicKey | None]]:
    """Keys by id, from the text of a JWKS (RFC 7517); empty for anything that is not one."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        return {}
    keys: dict[str, list[RSAPublicKey | None]] = {}
    for jwk in listed[:_MAX_KEYS]:
        kid = jwk.get("kid") if isinstance(jwk, dict) else None
        if isinstance(kid, str) and kid:
            keys.setdefault(kid, []).append(_read_key(jwk))
    return keys


def _read_key(jwk: dict[str, Any]) -> RSAPublicKey | None:
    """An RSA key of at least 2048 bits that is meant for RS256 signatures, else None."""
    if jwk.get("kty") != "RSA" or jwk.get("use", "sig") != "sig" or jwk.get("alg", "RS256") != "RS256":
        return None
    operations = jwk.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        return None
    try:
        modulus, exponent = _whole(jwk.get("n")), _whole(jwk.get("e"))
        if not _MIN_BITS <= modulus.bit_length() <= _MAX_BITS or exponent.bit_length() > 64:
            return None
        return RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        return None


def _whole(value: object) -> int:
    if not isinstance(value, str) or not value.isascii():
        raise ValueError
    try:
        return int.from_bytes(base64.urlsafe_b64decode(value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4)), "big")
    except binascii.Error:
        raise ValueError from None


def _life_of(cache_control: str) -> timedelta:
    if re.search(r"no-store|no-cache", cache_control, re.IGNORECASE):
        return _MIN_LIFE
    found = _AGE.search(cache_control)
    life = timedelta(seconds=int(found.group(1))) if found else _DEFAULT_LIFE
    return min(max(life, _MIN_LIFE), _MAX_LIFE)
