"""Pure rules of registrations: origins, product families, addresses that we may call."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from lti_tool.registration.catalog import ProductFamily

# Canvas cloud serves schools from vanity hosts and these two; its issuer is shared by all of them (canvas.md §6).
CANVAS_CLOUD_ISSUERS = frozenset(f"https://canvas.{part}instructure.com" for part in ("", "beta.", "test."))
CANVAS_CLOUD_FRAMES = ("https://*.instructure.com", "https://*.canvaslms.com")

_SHORT = 200
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:*]+")


def origin_of(url: str) -> str | None:
    """Scheme, host and port of an http(s) address, lower-case and without a default port; None for anything else."""
    # The same few addresses stand in every launch of a course; a stranger's long ones are not kept.
    return _known_origin(url) if len(url) <= _SHORT else _read_origin(url)


def _read_origin(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    default = {"http": 80, "https": 443}[parts.scheme]
    suffix = "" if port in (None, default) else f":{port}"
    return f"{parts.scheme}://{host}{suffix}"


_known_origin = lru_cache(maxsize=2048)(_read_origin)


def is_canvas_cloud(issuer: str) -> bool:
    """Whether the issuer is the one that all Canvas cloud schools share."""
    return issuer in CANVAS_CLOUD_ISSUERS


def list_frame_ancestors(origins: Sequence[str]) -> list[str]:
    """Sources for `frame-ancestors`: the known origins, and Canvas cloud's hosts where one of them is known."""
    safe = [origin for origin in origins if _ORIGIN.fullmatch(origin)]
    hosts = [urlsplit(origin).hostname or "" for origin in safe]
    if any(host.endswith((".instructure.com", ".canvaslms.com")) for host in hosts):
        safe.extend(CANVAS_CLOUD_FRAMES)
    return safe


def product_family_of(code: str) -> ProductFamily:
    """Which rules apply, from `product_family_code` of a claim or an openid configuration."""
    try:
        return ProductFamily(code.strip().lower())
    except ValueError:
        return ProductFamily.OTHER


def hash_secret(value: str) -> str:
    """SHA-256 in hex: how invitations, tokens, codes and browser keys (192 random bits and more) are kept."""
    return hashlib.sha256(value.encode()).hexdigest()


def find_address_problem(addresses: Mapping[str, str], own_origin: str, *, is_http_allowed: bool) -> str | None:
    """One line on the first address of a platform that may not be used, by its name; None when all may.

    An LMS on our own origin would make its cookies ours and every page of one a page of the other.
    """
    for name, url in addresses.items():
        origin = origin_of(url)
        if origin is None or "@" in urlsplit(url).netloc:
            return f"The {name} is not a web address: {url[:200]!r}."
        if origin == origin_of(own_origin):
            return f"The {name} is on this tool's own origin ({origin}). Give the tool a host name of its own."
        if not is_http_allowed and not origin.startswith("https://"):
            return f"The {name} must begin with https://: {url[:200]}."
    return None
