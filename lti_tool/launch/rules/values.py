"""Reading single values of a message: null counts as absent, identifiers are taken exactly, addresses are checked."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lti_tool.errors import LaunchRefused
from lti_tool.lti.claims import ID_LENGTH
from lti_tool.registration.rules import origin_of

Claims = Mapping[str, Any]

# No database keeps these: NUL, and halves of surrogate pairs that JSON can spell.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_NO_ADDRESS = re.compile(r"[\s\x00-\x1f\\]")
_MAX_URL = 2000
_TEXT_LENGTH = 255
_MOMENT_LENGTH = 40
_YEARS = range(2000, 2101)


def read_object(claims: Claims, name: str) -> Claims:
    """An object claim by which rights are bound; absent and null are empty. Raises `claim_malformed` for others."""
    value = claims.get(name)
    if value is not None and not isinstance(value, dict):
        raise LaunchRefused("claim_malformed")
    return value or {}


def read_optional_object(claims: Claims, name: str) -> Claims:
    """An object claim that nobody's rights hang on: anything but an object counts as absent."""
    value = claims.get(name)
    return value if isinstance(value, dict) else {}


def read_identifier(value: object, *, missing: str) -> str:
    """An identifier, exactly as it came: never trimmed. Raises `missing` for absent or empty ones.

    LTI Core 1.3 §5.3.3, §5.3.5, §5.3.6: case-sensitive strings of at most 255 ASCII characters.
    """
    if value is None or value == "":
        raise LaunchRefused(missing)
    if not isinstance(value, str) or _UNSTORABLE.search(value):
        raise LaunchRefused("claim_malformed")
    if len(value) > ID_LENGTH:
        raise LaunchRefused("identifier_too_long")
    if not value.isascii():
        raise LaunchRefused("claim_malformed")
    return value


def read_optional_identifier(value: object) -> str:
    """Like `read_identifier`, but "" where it is absent or empty."""
    return read_identifier(value, missing="") if value not in (None, "") else ""


def read_text(value: object) -> str:
    """Text to show: "" unless it is a string that the platform filled in; cut to what a column holds."""
    if not isinstance(value, str) or is_unexpanded(value):
        return ""
    return _UNSTORABLE.sub("", value).strip()[:_TEXT_LENGTH]


def is_unexpanded(value: str) -> bool:
    """Whether a substitution variable came through as its own name, such as `$Person.sourcedId`."""
    return value.startswith("$")


def read_url(value: object, issuer: str) -> str:
    """An absolute http(s) address or "". Behind a TLS proxy a platform may write http: its issuer's scheme counts."""
    if not isinstance(value, str) or len(value) > _MAX_URL or _NO_ADDRESS.search(value) or _UNSTORABLE.search(value):
        return ""
    if origin_of(value) is None:
        return ""
    if value.startswith("http://") and issuer.startswith("https://"):
        return "https://" + value.removeprefix("http://")
    return value


def read_moment(value: object) -> datetime | None:
    """A moment in ISO 8601 with its zone, in UTC; None for anything else, and for years that nobody means.

    Platforms leave variables that they do not know, or that have no value, as their own names.
    """
    if not isinstance(value, str) or len(value) > _MOMENT_LENGTH:
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        if moment.tzinfo is None:
            return None
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year in _YEARS else None


def read_strings(value: object) -> tuple[str, ...]:
    """The strings of a list; anything else is left out."""
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def is_own_url(url: str, own_origin: str) -> bool:
    """Whether an address belongs to this tool; never believes user info or odd spellings."""
    return not _NO_ADDRESS.search(url) and "@" not in url and origin_of(url) == origin_of(own_origin)
