"""The browser's key: one cookie that makes visits strong.

`__Host-` binds it to this host and to https; on loopback http browsers refuse that prefix, so the name is plain.
`Partitioned` (CHIPS) keeps it alive inside a frame where third-party cookies are blocked.
"""

from flask import request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lti_tool.web.queries import is_known_browser
from lti_tool.web.rules import hash_secret
from lti_tool.web.service import make_browser_key
from lti_tool.web.session import settings

_MAX_AGE = 180 * 24 * 3600
_MAX_LENGTH = 100


def cookie_name(name: str) -> str:
    """The name as this scheme allows it."""
    return f"__Host-{name}" if settings().is_https else f"lti_{name}"


def set_frame_cookie(response: Response, name: str, value: str, max_age: int) -> None:
    """Set a cookie that works inside another site's frame."""
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=max_age,
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
        path="/",
    )


def drop_frame_cookie(response: Response, name: str) -> None:
    """Forget a cookie, with the attributes that it was set with."""
    set_frame_cookie(response, name, "", 0)


def read_cookie(name: str) -> str | None:
    """A cookie of ours, or None; absurd lengths count as absent."""
    value = request.cookies.get(cookie_name(name), "")
    return value if 0 < len(value) <= _MAX_LENGTH else None


def has_cookie_of_ours() -> bool:
    """Whether this browser sent any cookie that we set: then it does keep cookies."""
    prefix = "__Host-" if settings().is_https else "lti_"
    return any(name.startswith(prefix) for name in request.cookies)


def browser_hash() -> str | None:
    """Hash of the browser's key, or None without one."""
    key = read_cookie("browser")
    return hash_secret(key) if key else None


def take_browser_key(session: Session) -> str:
    """The browser's key if we gave it out, else a new one (an unknown value may have been planted)."""
    key = read_cookie("browser")
    if key and is_known_browser(session, hash_secret(key)):
        return key
    return make_browser_key()


def set_browser_key(response: Response, key: str) -> None:
    """Let the browser keep its key."""
    set_frame_cookie(response, "browser", key, _MAX_AGE)
