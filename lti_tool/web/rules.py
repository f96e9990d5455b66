"""Pure rules of visits: secrets, lifetimes, and whether a request may use one."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

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
