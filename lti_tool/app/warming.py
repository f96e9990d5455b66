"""What the first launch would otherwise wait for: mappers, statements and templates, made ready before it.

`lti-tool serve` does this once and its processes share the result.
"""

import logging
import secrets
from datetime import datetime

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, configure_mappers

from lti_tool import clock
from lti_tool.assessment.catalog import Learner
from lti_tool.assessment.queries import list_own_progress
from lti_tool.config import Settings
from lti_tool.db import begin_writing
from lti_tool.launch.catalog import Binding, Endpoint, Launch
from lti_tool.launch.queries import find_login
from lti_tool.launch.rules import LoginRequest
from lti_tool.launch.service import BegunLogin, LoginContext, Trace, begin_login
from lti_tool.launch.service.opening import is_usual, open_launch, open_usual, read_rows
from lti_tool.launch.service.usual import writes_at_once
from lti_tool.lti import scopes
from lti_tool.lti.messages import MessageType
from lti_tool.lti.roles import CourseRole
from lti_tool.registration.models import Institution, Registration
from lti_tool.registration.rules import origin_of
from lti_tool.web.queries import find_visit
from lti_tool.web.rules import hash_secret
from lti_tool.web.service import make_browser_key

logger = logging.getLogger("lti_tool.app")

# The way in, and a student's first pages.
_TEMPLATES = (
    "enter.html",
    "layout.html",
    "macros.html",
    "assessment/home.html",
    "assessment/module.html",
    "assessment/pieces.html",
)
_NOWHERE = "https://platform.invalid"
# Nobody has such an id, and no counter of the database is moved by it.
_NOBODY = -1

_LAUNCH = Launch(
    message_type=MessageType.RESOURCE_LINK,
    deployment_id="1",
    sub="somebody",
    role=CourseRole.LEARNER,
    context_id="course",
    link_id="link",
    endpoint=Endpoint(lineitems=_NOWHERE, lineitem=_NOWHERE, scopes=(scopes.SCORE,)),
    memberships_url=_NOWHERE,
    product_family="moodle",
    guid="somewhere",
    origins=(_NOWHERE,),
)


def warm(app: Flask) -> None:
    """Compile what each launch uses; reads the database, and leaves nothing there."""
    configure_mappers()
    for name in _TEMPLATES:
        app.jinja_env.get_template(name)
    stores = app.extensions["lti_tool"]
    with stores.reading() as session:
        find_visit(session, "")
        list_own_progress(session, Learner(_NOBODY, _NOBODY))
        try:
            _rehearse(session, stores.settings, clock.now())
        except SQLAlchemyError as error:
            # Somebody else writes for so long that the first launch had better do it for itself.
            logger.info("launch not rehearsed", extra={"error": type(error).__name__})
        finally:
            session.rollback()


def _rehearse(session: Session, settings: Settings, now: datetime) -> None:
    """The first launch of a new course, and more of the same person; the caller takes them back."""
    begin_writing(session)
    session.add(Institution(id=_NOBODY, name="", created_at=now))
    session.flush()
    platform = Registration(id=_NOBODY, institution_id=_NOBODY, issuer=_NOWHERE, client_id=secrets.token_hex(8))
    platform.auth_url = platform.token_url = platform.jwks_url = _NOWHERE
    platform.name, platform.created_at = "", now
    session.add(platform)
    session.flush()
    client_id = platform.client_id
    # Read it as a launch does.
    session.expunge_all()
    # The second launch finds its rows, the third may be written at once where the database can do that.
    for writes in (_open, _open, _open_at_once):
        request = LoginRequest(_NOWHERE, "somebody", settings.launch_url, client_id)
        context = LoginContext(
            origin_of(settings.base_url) or "", settings.secret_key, has_cookie=True, has_chosen=False
        )
        login = begin_login(session, request, context, now)
        found = find_login(session, hash_secret(login.state)) if isinstance(login, BegunLogin) else None
        if found is not None:
            writes(session, found.id, settings, now)


def _open(session: Session, _login_id: int, settings: Settings, now: datetime) -> None:
    rows, trace = read_rows(session, _NOBODY, _LAUNCH), Trace(binding=Binding.COOKIE)
    open_launch(
        session,
        rows,
        _LAUNCH,
        browser_key=make_browser_key(),
        posted_origin=_NOWHERE,
        settings=settings,
        now=now,
        trace=trace,
    )


def _open_at_once(session: Session, login_id: int, settings: Settings, now: datetime) -> None:
    rows, trace = read_rows(session, _NOBODY, _LAUNCH), Trace(binding=Binding.COOKIE)
    if writes_at_once(session) and is_usual(rows, _LAUNCH, _NOWHERE, settings, now):
        open_usual(
            session,
            rows,
            _LAUNCH,
            login_id=login_id,
            outcome="",
            browser_key=make_browser_key(),
            now=now,
            trace=trace,
        )
