"""Opens visits without a launch, for journeys that begin inside one."""

from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.lti.roles import CourseRole
from lti_tool.roster.models import Membership
from lti_tool.web.models import Visit
from lti_tool.web.rules import sign_form
from lti_tool.web.service import VisitFor, open_visit

BROWSER_KEY = "the-key-of-this-browser"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class OpenVisit:
    """A client inside a visit."""

    client: FlaskClient
    visit: Visit
    path: str
    form_token: str

    def url(self, path: str) -> str:
        return self.path + path

    def form(self, **fields: object) -> dict[str, object]:
        return {"csrf_token": self.form_token, **fields}


def enter(
    app: Flask,
    session: Session,
    member: Membership,
    role: CourseRole,
    *,
    strong: bool = True,
    is_institution_administrator: bool = False,
    is_masquerade: bool = False,
) -> OpenVisit:
    """Open a visit for a member in that role and give a client that may use it."""
    context = member.context
    visit, token = open_visit(
        session,
        VisitFor(
            registration_id=context.deployment.registration_id,
            deployment_id=context.deployment_id,
            context_id=context.id,
            resource_link_id=None,
            user_id=member.user_id,
            role=role,
            message_type="LtiResourceLinkRequest",
            is_institution_administrator=is_institution_administrator,
            is_masquerade=is_masquerade,
        ),
        browser_key=BROWSER_KEY if strong else None,
        now=clock.now(),
    )
    session.commit()
    client = app.test_client()
    if strong:
        client.set_cookie("lti_browser", BROWSER_KEY, domain="localhost", secure=False)
    else:
        client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    secret = app.extensions["lti_tool"].settings.secret_key
    return OpenVisit(client, visit, f"/v/{token}", sign_form(secret, visit.token_hash))
