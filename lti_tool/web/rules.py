"""Pure rules of visits: secrets, lifetimes, and whether a request may use one."""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Self

# Visits keep their secrets as invitations do.
from lti_tool.registration.rules import hash_secret as hash_secret

# WCAG 2.2.1 asks for at least 20 hours where a limit cannot be extended.
STRONG_LIFETIME = timedelta(hours=20)
WEAK_LIFETIME = timedelta(hours=8)
WEAK_IDLE = timedelta(minutes=30)
CODE_LIFETIME = timedelta(seconds=60)
# `seen_at` is written at most this often, so that reading pages does not write.
TOUCH_INTERVAL = timedelta(minutes=1)


class Refusal(StrEnum):
    """Why a request may not use a visit; the values are reason codes in pages and logs."""

    UNKNOWN = "visit_unknown"
    ENDED = "visit_ended"
    OTHER_BROWSER = "visit_other_browser"
    FOREIGN_REQUEST = "visit_foreign_request"


@dataclass(frozen=True)
class RequestFacts:
    """What a request says of where it comes from; header values, or None where absent."""

    method: str
    browser_hash: str | None
    sec_fetch_site: str | None
    origin: str | None
    has_valid_form_token: bool


@dataclass(frozen=True)
class VisitFacts:
    """What is stored of a visit, as far as the decision needs it."""

    is_strong: bool
    browser_hash: str | None
    seen_at: datetime
    ends_at: datetime


def sign_form(secret_key: str, visit_hash: str) -> str:
    """The CSRF token of all forms in one visit."""
    return hmac.new(secret_key.encode(), b"form:" + visit_hash.encode(), hashlib.sha256).hexdigest()


def decide_use(visit: VisitFacts, request: RequestFacts, own_origin: str, now: datetime) -> Refusal | None:
    """Decide whether this request may use this visit; None means yes."""
    if now >= visit.ends_at:
        return Refusal.ENDED
    if visit.is_strong:
        same = request.browser_hash is not None and visit.browser_hash == request.browser_hash
        return None if same else Refusal.OTHER_BROWSER
    if now - visit.seen_at > WEAK_IDLE:
        return Refusal.ENDED
    return None if is_own_request(request, own_origin) else Refusal.FOREIGN_REQUEST


def is_own_request(request: RequestFacts, own_origin: str) -> bool:
    """Whether a page of ours made this request, as far as the browser tells.

    `same-site` counts as foreign: a university has many hosts. A browser that sends no `Sec-Fetch-Site` is believed
    only for a POST whose `Origin` is ours and which holds the form's token.
    """
    if request.sec_fetch_site is not None:
        return request.sec_fetch_site == "same-origin"
    return request.method == "POST" and request.origin == own_origin and request.has_valid_form_token


# What may come at once, in minutes' worth of the pace.
_BURST_MINUTES = 5
_V6_NETWORK = 64


@dataclass(frozen=True)
class Pace:
    """One in `interval` seconds, and up to `burst` at once."""

    interval: float
    burst: int

    @classmethod
    def of_minute(cls, count: int) -> Self:
        """`count` a minute, sustained."""
        return cls(60 / count, count * _BURST_MINUTES)


def decide_pace(pace: Pace, owed: float, now: float) -> tuple[float, float]:
    """Whether one more is within the pace: the new `owed`, and 0 or the seconds to wait (then nothing is counted).

    `owed` is the moment at which all that came would have come at the sustained pace (the "generic cell rate
    algorithm"): one number for each key is all that has to be kept.
    """
    owed = max(owed, now)
    wait = owed + pace.interval - now - pace.burst * pace.interval
    return (owed, wait) if wait > 1e-9 else (owed + pace.interval, 0.0)


def network_of(address: str) -> str:
    """Whose requests count together: an IPv4 address, or a /64 network of IPv6, of which a household has one."""
    return address if address.count(".") == 3 and ":" not in address else _read_network(address)


@lru_cache(maxsize=4096)
def _read_network(address: str) -> str:
    # Proxies also write [::1]:443 and 192.0.2.1:443.
    bare = address.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return bare[:_V6_NETWORK]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found) >> 64 << 64, _V6_NETWORK)))
    return str(found)


def is_this_machine(address: str) -> bool:
    """Whether an address is a loopback one (or none, as with a Unix socket)."""
    return address.startswith("127.") or address in ("", "::1", "::ffff:127.0.0.1")
