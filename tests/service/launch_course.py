"""A course whose people launch: one LMS with its key, and the two requests of a launch without HTTP around them."""

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from sqlalchemy.orm import Session

from lti_tool.config import Settings
from lti_tool.launch.oidc import KeyRing, make_authorisation_url
from lti_tool.launch.rules import LoginRequest
from lti_tool.launch.service import (
    BegunLogin,
    LoginContext,
    OfferedWindow,
    Opened,
    Posted,
    Trace,
    Waiting,
    begin_login,
    receive_launch,
)
from lti_tool.lti import claims as names
from lti_tool.registration.models import Registration
from lti_tool.web.models import Visit
from tests.builders import NOW, make_registration
from tests.certification.keys import rsa_key, sign

LMS = "http://127.0.0.1:9000"
TOOL = "http://localhost:8000"
TARGET = TOOL + "/lti/launch"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"


class KeyPage:
    """The LMS's key set, without a network."""

    def get(self, url: str, /) -> requests.Response:
        response = requests.Response()
        response.status_code = 200
        response._content = json.dumps({"keys": [rsa_key().jwk()]}).encode()
        return response


def more(claims: dict[str, Any]) -> dict[str, Any]:
    """Claims of a launch whose names are no identifiers."""
    return claims


@dataclass
class Course:
    """One registration, and what its browser does."""

    session: Session
    settings: Settings
    registration: Registration
    keys: KeyRing = field(default_factory=lambda: KeyRing(KeyPage()))

    def begin(
        self, *, has_cookie: bool = False, has_chosen: bool = False, **changes: Any
    ) -> BegunLogin | OfferedWindow:
        wanted = LoginRequest(self.registration.issuer, "7", TARGET, self.registration.client_id, "1", "hint")
        context = LoginContext(TOOL, self.settings.secret_key, has_cookie, has_chosen)
        begun = begin_login(self.session, replace(wanted, **changes), context, NOW)
        self.session.commit()
        return begun

    def login(self, **options: Any) -> BegunLogin:
        begun = self.begin(**options)
        assert isinstance(begun, BegunLogin)
        return begun

    def claims(self, nonce: str, role: str = "Learner", **changes: Any) -> dict[str, Any]:
        at = int(NOW.timestamp())
        return {
            "iss": self.registration.issuer,
            "aud": self.registration.client_id,
            "sub": "zoe",
            "iat": at,
            "exp": at + 60,
            "nonce": nonce,
            "name": "Zoë Núñez-Øster",
            names.MESSAGE_TYPE: "LtiResourceLinkRequest",
            names.VERSION: "1.3.0",
            names.DEPLOYMENT_ID: "1",
            names.TARGET_LINK_URI: TARGET,
            names.ROLES: [MEMBERSHIP + role],
            names.RESOURCE_LINK: {"id": "link-1", "title": "Readiness"},
            names.CONTEXT: {"id": "course-1", "title": "Micro-internship readiness"},
            names.LAUNCH_PRESENTATION: {"return_url": LMS + "/course/1"},
            names.AGS_ENDPOINT: {"scope": [SCOPE + "lineitem", SCOPE + "score"], "lineitems": LMS + "/items"},
            **changes,
        }

    def post(
        self,
        login: BegunLogin,
        *,
        cookie: bool = True,
        any_cookie: bool | None = None,
        origin: str | None = LMS,
        trace: Trace | None = None,
        session: Session | None = None,
        browser_key: str | None = None,
        minutes: int = 0,
        **claims: Any,
    ) -> Opened | Waiting:
        body = self.claims(login.nonce, **claims)
        posted = Posted(
            state=login.state,
            id_token=sign({"alg": "RS256", "kid": rsa_key().kid}, body, rsa_key()),
            login_cookie=login.cookie if cookie else None,
            has_any_cookie=cookie if any_cookie is None else any_cookie,
            origin=origin,
            browser_key=browser_key,
        )
        return receive_launch(
            session or self.session,
            posted,
            keys=self.keys,
            settings=self.settings,
            now=NOW + timedelta(minutes=minutes),
            trace=trace or Trace(),
        )

    def open(self, **options: Any) -> Opened:
        """A whole launch that is bound by its cookie."""
        opened = self.post(self.login(has_chosen=True), **options)
        assert isinstance(opened, Opened)
        self.session.commit()
        return opened

    def visit_of(self, opened: Opened | Waiting) -> Visit:
        """The visit that a launch has opened, as it is stored."""
        assert isinstance(opened, Opened)
        return self.session.get_one(Visit, opened.visit_id)


def make_course(session: Session, settings: Settings) -> Course:
    registration = make_registration(session, base=LMS)
    session.commit()
    return Course(session, settings, registration)


def parameters_of(login: BegunLogin, *, message_hint: str | None = "hint") -> dict[str, str]:
    """What the authorisation request asks."""
    url = make_authorisation_url(
        auth_url=login.auth_url,
        client_id=login.client_id,
        redirect_uri=TARGET,
        login_hint="7",
        message_hint=message_hint,
        state=login.state,
        nonce=login.nonce,
    )
    return {name: value[0] for name, value in parse_qs(urlsplit(url).query, keep_blank_values=True).items()}
