"""A forged platform: it registers itself, publishes keys and signs whatever a case asks for."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import select

from lti_tool import clock
from lti_tool.registration.catalog import DeploymentState, RegistrationState
from lti_tool.registration.models import Deployment, Institution, PlatformOrigin, Registration
from lti_tool.web.session import Stores
from tests.certification.keys import EcKey, RsaKey, rsa_key, sign
from tests.certification.server import KeyDocument, KeyServer

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
MESSAGE_TYPE = LTI + "message_type"
VERSION = LTI + "version"
DEPLOYMENT_ID = LTI + "deployment_id"
TARGET_LINK_URI = LTI + "target_link_uri"
RESOURCE_LINK = LTI + "resource_link"
ROLES = LTI + "roles"
CONTEXT = LTI + "context"
CUSTOM = LTI + "custom"
LAUNCH_PRESENTATION = LTI + "launch_presentation"
TOOL_PLATFORM = LTI + "tool_platform"
FOR_USER = LTI + "for_user"
DL_SETTINGS = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
INSTRUCTOR = MEMBERSHIP + "#Instructor"
LEARNER = MEMBERSHIP + "#Learner"
INSTITUTION_PERSON = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
SYSTEM_PERSON = "http://purl.imsglobal.org/vocab/lis/v2/system/person#"

Claims = dict[str, Any]
Change = Callable[[Claims], object]

_numbers = itertools.count(1)


def stores_of(app: Flask) -> Stores:
    stores: Stores = app.extensions["lti_tool"]
    return stores


def drop(*names: str) -> Change:
    """A change that leaves claims out."""
    return lambda claims: [claims.pop(name, None) for name in names]


def put(name: str, value: Any) -> Change:
    """A change that sets a claim."""
    return lambda claims: claims.update({name: value})


def put_in(name: str, **members: Any) -> Change:
    """A change that sets members inside an object claim."""
    return lambda claims: claims[name].update(members)


@dataclass
class Token:
    """How a token is made: the right one unless a field says otherwise."""

    key: RsaKey | EcKey = field(default_factory=rsa_key)
    algorithm: str = "RS256"
    # The JOSE header; None makes the right one for the key and algorithm.
    header: dict[str, Any] | None = None

    def sign(self, body: Any) -> str:
        header = self.header
        if header is None:
            header = {"typ": "JWT", "alg": self.algorithm, "kid": self.key.kid}
        return sign(header, body, self.key, self.algorithm)


@dataclass
class Platform:
    """One issuer with one client: its addresses stand on the shared key server under a path of its own."""

    server: KeyServer
    app: Flask
    client_id: str = "imstester_4ff6"
    deployment_id: str = "testdeploy"
    issuer: str = ""
    registration_id: int = 0
    origin: str = ""

    def __post_init__(self) -> None:
        path = f"/platform-{next(_numbers)}"
        self.origin = self.server.base
        self.issuer = self.issuer or self.server.base + path
        self.auth_url = self.server.base + path + "/auth"
        self.jwks_path = path + "/jwks"
        self.publish(KeyDocument.of(rsa_key().jwk()))

    @property
    def tool(self) -> str:
        """The tool's own address."""
        return stores_of(self.app).settings.base_url

    def publish(self, document: KeyDocument) -> None:
        self.server.documents[self.jwks_path] = document

    @property
    def jwks_hits(self) -> int:
        """How often the tool asked for the keys."""
        return self.server.hits[self.jwks_path]

    def register(self, *, deployed: bool = True, jwks_url: str | None = None) -> "Platform":
        """Register with the tool, by rows: how registrations come about is tested elsewhere."""
        now = clock.now()
        with stores_of(self.app).writing.begin() as session:
            institution = Institution(name="Riverbend University", created_at=now)
            session.add(institution)
            session.flush()
            registration = Registration(
                institution_id=institution.id,
                issuer=self.issuer,
                client_id=self.client_id,
                auth_url=self.auth_url,
                token_url=self.auth_url.replace("/auth", "/token"),
                jwks_url=jwks_url or self.server.base + self.jwks_path,
                name="Riverbend LMS",
                created_at=now,
            )
            session.add(registration)
            session.flush()
            self.registration_id = registration.id
            session.add(PlatformOrigin(registration_id=registration.id, origin=self.origin, learned_at=now))
            if deployed:
                session.add(
                    Deployment(registration_id=registration.id, deployment_id=self.deployment_id, created_at=now)
                )
        return self

    def disable(self) -> None:
        with stores_of(self.app).writing.begin() as session:
            session.get_one(Registration, self.registration_id).state = RegistrationState.DISABLED

    def accept_held(self) -> None:
        """What an operator does with a held deployment."""
        with stores_of(self.app).writing.begin() as session:
            for row in session.scalars(select(Deployment).where(Deployment.registration_id == self.registration_id)):
                row.state = DeploymentState.ACCEPTED

    def login_parameters(self, **changes: str | None) -> dict[str, str]:
        """The third-party login; a change to None leaves the parameter out."""
        parameters: dict[str, str | None] = {
            "iss": self.issuer,
            "client_id": self.client_id,
            "login_hint": "hint 17/ü&=",
            "target_link_uri": self.tool + "/lti/launch",
            "lti_message_hint": '{"cmid":4,"launchid":"ltilaunch3_1372236881"}',
            "lti_deployment_id": self.deployment_id,
            **changes,
        }
        return {name: value for name, value in parameters.items() if value is not None}

    def claims(self, nonce: str, roles: list[Any] | None = None) -> Claims:
        """The baseline of the 1EdTech suite (recorded payloads), with recognisable personal data."""
        now = int(clock.now().timestamp())
        return {
            "iss": self.issuer,
            "aud": self.client_id,
            "sub": "person-39890",
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "name": "Amara Quillfeather Okafor",
            "given_name": "Amara",
            "family_name": "Okafor",
            "middle_name": "Quillfeather",
            "email": "amara.okafor@student.example.edu",
            "locale": "en-US",
            MESSAGE_TYPE: "LtiResourceLinkRequest",
            VERSION: "1.3.0",
            DEPLOYMENT_ID: self.deployment_id,
            TARGET_LINK_URI: self.tool + "/lti/launch",
            ROLES: [LEARNER] if roles is None else roles,
            CONTEXT: {
                "id": "course-7711",
                "label": "MIR101",
                "title": "Micro-internship readiness",
                "type": ["CourseSection"],
            },
            RESOURCE_LINK: {"id": "link-7712", "title": "What it is", "description": "Start here"},
            NRPS: {
                "context_memberships_url": self.server.base + "/memberships/7711",
                "service_versions": ["2.0"],
            },
            AGS: {
                "scope": [
                    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
                    "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
                    "https://purl.imsglobal.org/spec/lti-ags/scope/score",
                ],
                "lineitems": self.server.base + "/lineitems/7711",
            },
        }

    def deep_linking_claims(self, nonce: str) -> Claims:
        """The deep linking request of the suite: no target_link_uri, no resource_link, no locale."""
        claims = self.claims(nonce, [INSTRUCTOR])
        drop(TARGET_LINK_URI, RESOURCE_LINK, "locale", NRPS)(claims)
        claims[MESSAGE_TYPE] = "LtiDeepLinkingRequest"
        claims[LAUNCH_PRESENTATION] = {"document_target": "window", "height": 360, "width": 480}
        claims[DL_SETTINGS] = {
            "accept_types": ["link", "file", "html", "ltiResourceLink"],
            "accept_media_types": "image/*,text/html",
            "accept_presentation_document_targets": ["iframe", "window"],
            "accept_multiple": True,
            "auto_create": True,
            "title": "Suite",
            "text": "Pick something",
            "data": "909708",
            "deep_link_return_url": self.server.base + "/deep-link-return",
        }
        return claims

    def submission_review_claims(self, nonce: str) -> Claims:
        """A teacher opens one student's work from the gradebook (lti-sr 1.0)."""
        claims = self.claims(nonce, [INSTRUCTOR])
        claims[MESSAGE_TYPE] = "LtiSubmissionReviewRequest"
        claims[FOR_USER] = {"user_id": "person-39890-student"}
        claims[AGS]["lineitem"] = self.server.base + "/lineitems/7711/lineitem/1"
        return claims
