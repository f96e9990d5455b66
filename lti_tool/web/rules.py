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


# The grounds that the brand color meets, as the style sheet has them: page and surface.
LIGHT_GROUNDS = ("#f4f7f6", "#ffffff")
DARK_GROUNDS = ("#10191b", "#182426")
# WCAG 2.2 AA for text, and AAA for the stronger shade.
_TEXT_CONTRAST = 4.5
_STRONG_CONTRAST = 7.0
_INKS = ("#ffffff", "#101010")


@dataclass(frozen=True, slots=True)
class Accent:
    """An institution's color as the pages use it, as #rrggbb: text and buttons, a stronger shade, a tint behind text.

    `on_brand` and `on_strong` are the colors of words that stand on the first two.
    """

    brand: str
    strong: str
    tint: str
    on_brand: str
    on_strong: str


def decide_accent(color: str, *, is_dark: bool) -> Accent:
    """Shades of a color (#rrggbb) that keep their contrast on light or dark pages; a pale or gaudy one is moved."""
    grounds = DARK_GROUNDS if is_dark else LIGHT_GROUNDS
    target = "#ffffff" if is_dark else "#000000"
    tint = mix_colors(grounds[1], color, 0.18 if is_dark else 0.1)
    met = (*grounds, tint)
    brand = _move(color, target, met, _TEXT_CONTRAST)
    strong = _move(mix_colors(brand, target, 0.25), target, met, _STRONG_CONTRAST)
    return Accent(brand, strong, tint, _ink_on(brand), _ink_on(strong))


def contrast_of(one: str, other: str) -> float:
    """The contrast ratio of two colors (#rrggbb), 1 to 21, as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix_colors(one: str, other: str, share: float) -> str:
    """A color between two: `share` 0 is the one, 1 the other."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _move(color: str, target: str, grounds: tuple[str, ...], contrast: float) -> str:
    steps = (mix_colors(color, target, step / 50) for step in range(51))
    return next((it for it in steps if all(contrast_of(it, ground) >= contrast for ground in grounds)), target)


def _ink_on(color: str) -> str:
    return max(_INKS, key=lambda ink: contrast_of(ink, color))


def _luminance(color: str) -> float:
    red, green, blue = (
        it / 12.92 if it <= 0.04045 else ((it + 0.055) / 1.055) ** 2.4 for it in (c / 255 for c in _channels(color))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
