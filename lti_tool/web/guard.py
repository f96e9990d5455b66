"""Who may call a route: each view names its roles (`@allow`) or is on the public list (`@public`).

A route that names nothing is refused, and a convention test finds it.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, request

from lti_tool import clock
from lti_tool.errors import BadRequest, Forbidden, NotFound, VisitEnded
from lti_tool.lti.roles import CourseRole
from lti_tool.outbound.turns import LARGEST_BODY
from lti_tool.web.catalog import OpenVisit
from lti_tool.web.cookies import browser_hash
from lti_tool.web.queries import find_grant, find_visit
from lti_tool.web.rules import (
    TOUCH_INTERVAL,
    WEAK_IDLE,
    RequestFacts,
    VisitFacts,
    decide_use,
    hash_secret,
    is_own_request,
    sign_form,
)
from lti_tool.web.service import note_use
from lti_tool.web.session import db, settings, stores

F = TypeVar("F", bound=Callable[..., Any])
CSRF_FIELD = "csrf_token"
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class NeedsWindow(Forbidden):
    """A weak visit met a page that needs a strong one: the page offers a new window."""


class Masquerading(Forbidden):
    """Somebody acts as this person: nothing may be submitted in their name."""


@dataclass(frozen=True)
class Access:
    """What a route asks for. `roles` empty and `is_public` false would let nobody in."""

    roles: frozenset[CourseRole] = frozenset()
    is_public: bool = False
    # Other people's data, settings, erasure: a weak visit does not reach it.
    needs_strong: bool = False
    # Open to whoever holds a staff grant, whatever the course role.
    needs_grant: bool = False
    # A POST that changes nothing in the person's name, such as opening a new window.
    allows_masquerade: bool = False
    # The one POST that a new window makes before it has our cookie.
    skips_browser_check: bool = False
    # Shows nobody's data and only works in the platform's own frame: staff may come in a weak visit.
    allows_weak_staff: bool = False


def public(view: F) -> F:
    """Mark a view as open to everybody; it is on the public list of the conventions test."""
    view.access = Access(is_public=True)  # type: ignore[attr-defined]
    return view


def allow(
    *roles: CourseRole,
    strong: bool = False,
    grant: bool = False,
    masquerade: bool = False,
    skips_browser_check: bool = False,
    weak_staff: bool = False,
) -> Callable[[F], F]:
    """Name the course roles of a view inside a visit."""

    def mark(view: F) -> F:
        view.access = Access(  # type: ignore[attr-defined]
            frozenset(roles), False, strong, grant, masquerade, skips_browser_check, weak_staff
        )
        return view

    return mark


EVERYONE = tuple(CourseRole)
STAFF = (CourseRole.INSTRUCTOR, CourseRole.ASSISTANT, CourseRole.DESIGNER)


def current_visit() -> OpenVisit:
    """The visit of this request; only views inside a visit may ask."""
    return cast(OpenVisit, g.visit)


def form_token() -> str:
    """The CSRF token that forms of this visit carry."""
    return sign_form(settings().secret_key, current_visit().token_hash)


def is_form_token(given: str) -> bool:
    """Whether a form was made in the current visit, with the present secret or a former one."""
    return _is_signed(given, current_visit().token_hash)


def init_guard(app: Flask) -> None:
    """Check each request, and put the visit's token into every URL made inside a visit."""
    app.before_request(_check)
    app.url_value_preprocessor(_take_visit_token)
    app.url_defaults(_put_visit_token)


def _take_visit_token(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values is not None and "visit" in values:
        g.visit_token = values.pop("visit")


def _put_visit_token(endpoint: str, values: dict[str, Any]) -> None:
    if "visit" not in values and "visit_token" in g and current_app.url_map.is_endpoint_expecting(endpoint, "visit"):
        values["visit"] = g.visit_token


def _check() -> None:
    if request.endpoint is None or request.endpoint == "static":
        return
    access = getattr(current_app.view_functions[request.endpoint], "access", Access())
    if access.is_public:
        return
    if "visit_token" not in g:
        raise NotFound("route_names_no_access")
    visit = _enter_visit(access)
    g.visit = visit
    _check_role(access, visit)
    if request.method in _UNSAFE:
        if not _has_valid_form_token(visit.token_hash):
            raise BadRequest("form_token_wrong")
        if visit.is_masquerade and not access.allows_masquerade:
            raise Masquerading("masquerading")
    _touch(visit)


def _enter_visit(access: Access) -> OpenVisit:
    token_hash = hash_secret(g.visit_token)
    visit = find_visit(db(), token_hash)
    if (request.content_length or 0) > LARGEST_BODY:
        # The form comes as slowly as the network brings it: no transaction, in SQLite the write lock, may wait for it.
        db().rollback()
    if visit is None:
        raise VisitEnded("visit_unknown")
    # Kept even when the use is refused: the error page speaks to this registration's people.
    g.refused_registration_id = visit.registration_id
    g.frame_origins = visit.frame_origins
    if not visit.registration.is_active:
        raise VisitEnded("registration_disabled", status=403)
    facts = RequestFacts(
        method=request.method,
        browser_hash=browser_hash(),
        sec_fetch_site=request.headers.get("Sec-Fetch-Site"),
        origin=request.headers.get("Origin"),
        has_valid_form_token=_has_valid_form_token(token_hash),
    )
    stored = VisitFacts(visit.is_strong, visit.browser_hash, visit.seen_at, visit.ends_at)
    now = clock.now()
    is_live = now < visit.ends_at and (visit.is_strong or now - visit.seen_at <= WEAK_IDLE)
    if access.skips_browser_check and is_live:
        # A partitioned cookie stays behind in the frame; the page that made the request is ours all the same.
        if not (is_own_request(facts, settings().base_url) and facts.has_valid_form_token):
            raise VisitEnded("visit_foreign_request")
        return visit
    refusal = decide_use(stored, facts, settings().base_url, now)
    if refusal is not None:
        raise VisitEnded(refusal)
    return visit


def _check_role(access: Access, visit: OpenVisit) -> None:
    if access.needs_grant:
        if not visit.is_strong:
            raise NeedsWindow("visit_weak")
        if find_grant(db(), visit.user_id) is None:
            raise Forbidden("no_staff_grant")
        return
    if visit.course_role not in access.roles:
        raise Forbidden("role_not_allowed")
    if access.skips_browser_check or visit.is_strong:
        return
    is_staff = visit.course_role is not CourseRole.LEARNER
    if access.needs_strong or (is_staff and not access.allows_weak_staff):
        raise NeedsWindow("visit_weak")


def _has_valid_form_token(token_hash: str) -> bool:
    if request.method not in _UNSAFE:
        return False
    return _is_signed(request.form.get(CSRF_FIELD, ""), token_hash)


def _is_signed(given: str, token_hash: str) -> bool:
    # A page that was open when the secret changed keeps its forms while the former secret is still named.
    return any(
        hmac.compare_digest(given.encode(), sign_form(secret, token_hash).encode()) for secret in settings().secret_keys
    )


def _touch(visit: OpenVisit) -> None:
    """Note the use, at most once a minute and in a transaction of its own, so that reading stays reading.

    A request that writes notes it in its own session: that one holds SQLite's only write lock already.
    """
    now = clock.now()
    if visit.is_strong or now - visit.seen_at < TOUCH_INTERVAL:
        return
    if request.method in _UNSAFE:
        note_use(db(), visit.id, now)
        db().commit()
        return
    with stores().writing.begin() as session:
        note_use(session, visit.id, now)
