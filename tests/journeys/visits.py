"""A person in an open visit, as a browser: cookie, headers and form token as our own pages send them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lti_tool import clock
from lti_tool.lti.roles import CourseRole
from lti_tool.roster.models import Membership
from lti_tool.web.rules import hash_secret, sign_form
from lti_tool.web.service import VisitFor, open_visit

BROWSER_KEY = "the-key-of-this-browser"
Fields = Mapping[str, str | list[str]]


@dataclass
class Page:
    """An answered request with its HTML."""

    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.response.get_data(as_text=True), "html.parser")

    @property
    def text(self) -> str:
        """What is read on the page, with spaces made single."""
        main = self.soup.find("main")
        assert main is not None
        return re.sub(r"\s+", " ", main.get_text(" ")).strip()

    def one(self, selector: str) -> Tag:
        """The first element that the CSS selector finds."""
        found = self.soup.select_one(selector)
        assert found is not None, selector
        return found

    @property
    def heading(self) -> str:
        """The one h1."""
        headings = self.soup.find_all("h1")
        assert len(headings) == 1
        return str(headings[0].get_text(" ", strip=True))


class Person:
    """Somebody inside a visit; paths are those after `/v/<visit>`."""

    def __init__(self, app: Flask, token: str, *, keeps_cookies: bool) -> None:
        self.client: FlaskClient = app.test_client()
        self.base = f"/v/{token}"
        settings = app.extensions["lti_tool"].settings
        self.form_token = sign_form(settings.secret_key, hash_secret(token))
        self.headers = {"Sec-Fetch-Site": "same-origin"}
        if keeps_cookies:
            self.client.set_cookie("lti_browser", BROWSER_KEY, domain="localhost")

    def get(self, path: str) -> Page:
        return Page(self.client.get(self.base + path, headers=self.headers))

    def post(self, path: str, fields: Fields | None = None, *, follow: bool = True) -> Page:
        """Send a form; `follow` the redirect as a browser does."""
        data: dict[str, Any] = {"csrf_token": self.form_token, **(fields or {})}
        response = self.client.post(self.base + path, data=data, headers=self.headers)
        if follow and response.status_code == 303:
            response = self.client.get(response.headers["Location"].split("#")[0], headers=self.headers)
        return Page(response)


def enter(
    app: Flask,
    session: Session,
    member: Membership,
    *,
    role: CourseRole | None = None,
    is_weak: bool = False,
    is_masquerade: bool = False,
    has_context: bool = True,
    locale: str = "",
) -> Person:
    """Open a visit for a member, as a launch does, and go on as that person."""
    context = member.context
    _, token = open_visit(
        session,
        VisitFor(
            registration_id=context.deployment.registration_id,
            deployment_id=context.deployment_id,
            context_id=context.id if has_context else None,
            resource_link_id=None,
            user_id=member.user_id,
            role=role or member.role,
            message_type="LtiResourceLinkRequest",
            is_test_user=member.user.is_test_user,
            is_masquerade=is_masquerade,
            locale=locale,
        ),
        browser_key=None if is_weak else BROWSER_KEY,
        now=clock.now(),
    )
    session.commit()
    return Person(app, token, keeps_cookies=not is_weak)
