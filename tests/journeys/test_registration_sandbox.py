"""The tool registers with the sandbox LMS, which checks requests as Moodle and Canvas do."""

from collections.abc import Iterator
from typing import Literal

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.registration.queries import list_registrations
from lti_tool.registration.service import make_invite
from lti_tool.sandbox import SandboxServer, SandboxSettings, make_server
from lti_tool.sandbox.services.registration import issue_registration_token


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    with make_server(SandboxSettings(port=0)) as running:
        yield running


@pytest.mark.parametrize("rules", ["moodle", "canvas"])
def test_an_lms_with_its_own_checks(
    app: Flask, session: Session, server: SandboxServer, rules: Literal["moodle", "canvas"]
) -> None:
    server.sandbox.set_rules(rules)
    before = len(server.sandbox.list_tools())
    _, code = make_invite(session, None, clock.now(), 7, institution="Riverbend University")
    session.commit()
    data = {
        "invite": code,
        "openid_configuration": server.base_url + "/.well-known/openid-configuration",
        "registration_token": issue_registration_token(server.sandbox),
    }
    page = app.test_client().post("/lti/register", data=data)
    assert page.status_code == 200, page.text
    [registration] = list_registrations(session)
    assert registration.issuer == server.base_url
    assert registration.product_family == rules
    assert registration.deployments
    assert len(server.sandbox.list_tools()) == before + 1
    # Its token is spent, so the same request a second time is refused, in words.
    _, second = make_invite(session, registration.institution_id, clock.now(), 7)
    session.commit()
    again = app.test_client().post("/lti/register", data=data | {"invite": second})
    assert again.status_code == 424
    assert "token_already_used" in again.text
    assert len(list_registrations(session)) == 1
