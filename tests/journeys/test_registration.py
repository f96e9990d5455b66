"""An administrator registers the tool from the LMS: the invitation, the checks, the answer, and what goes wrong."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lti_tool import clock
from lti_tool.registration.models import Institution, Invite, PlatformOrigin, Registration
from lti_tool.registration.queries import list_registrations
from lti_tool.registration.service import disable_registration, make_invite
from tests.journeys.registration_platform import CONFIGURATION, TOOL, Platform, run_platform


@pytest.fixture
def platform() -> Iterator[Platform]:
    with run_platform() as platform:
        yield platform


def invite(session: Session, institution: str = "Riverbend University") -> str:
    _, code = make_invite(session, None, clock.now(), 7, institution=institution)
    session.commit()
    return code


def register(app: Flask, platform: Platform, code: str, **changes: str) -> TestResponse:
    data = {
        "invite": code,
        "openid_configuration": platform.configuration_url,
        "registration_token": platform.token,
    }
    return app.test_client().post("/lti/register", data=data | changes)


def is_open(session: Session) -> bool:
    session.expire_all()
    found = session.scalars(select(Invite)).one().used_at is None
    session.rollback()
    return found


def test_the_link_asks_and_changes_nothing(app: Flask, session: Session, platform: Platform) -> None:
    code = invite(session)
    query = {"openid_configuration": platform.configuration_url, "registration_token": platform.token}
    for page in (
        app.test_client().get(f"/lti/register/{code}", query_string=query),
        app.test_client().get("/lti/register", query_string={"invite": code} | query),
    ):
        assert page.status_code == 200
        assert "Riverbend University" in page.text
        assert platform.token in page.text
        assert "Register</span></button>" in page.text
        assert f"frame-ancestors 'self' {platform.base}" in page.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in page.headers
    assert platform.requests == []
    assert is_open(session)


def test_opened_by_hand_it_explains_itself(app: Flask, session: Session) -> None:
    code = invite(session)
    page = app.test_client().get(f"/lti/register/{code}")
    assert page.status_code == 200
    assert f"http://localhost:8000/lti/register/{code}" in page.text
    assert "Add LTI Advantage" in page.text


def test_moodle_registers(app: Flask, session: Session, platform: Platform) -> None:
    page = register(app, platform, invite(session))
    assert page.status_code == 200
    assert "registration_close.js" in page.text
    assert "Activate" in page.text
    [registration] = list_registrations(session)
    assert registration.issuer == platform.base
    assert registration.client_id == "iFUjm10GHKfV3wY"
    assert registration.token_url == platform.base + "/mod/lti/token.php"
    assert registration.product_family == "moodle"
    assert registration.institution.name == "Riverbend University"
    assert [it.deployment_id for it in registration.deployments] == ["4"]
    origin = session.scalars(select(PlatformOrigin)).one()
    assert origin.origin == platform.base
    assert origin.is_proven
    assert not is_open(session)
    [request] = platform.requests
    assert request["redirect_uris"] == ["http://localhost:8000/lti/launch"]
    assert request[TOOL]["domain"] == "localhost:8000"
    assert request["scope"].split() == platform.configuration["scopes_supported"][:4]
    assert request[TOOL]["claims"] == ["iss", "sub", "name", "given_name", "family_name", "email"]
    assert set(request[TOOL]["custom_parameters"]) == {"timezone", "context_id_history"}


def test_canvas_registers(app: Flask, session: Session, platform: Platform) -> None:
    platform.configuration[CONFIGURATION] = {
        "product_family_code": "canvas",
        "https://canvas.instructure.com/lti/account_name": "Riverbend (Canvas)",
    }
    platform.client_id = "10000000000005"
    platform.answer = {"deployment_id": "9:0123456789012345678901234567890123456789"}
    platform.status = 201
    page = register(app, platform, invite(session))
    assert "Available" in page.text
    [registration] = list_registrations(session)
    assert (registration.name, registration.product_family) == ("Riverbend (Canvas)", "canvas")
    [request] = platform.requests
    messages = request[TOOL]["messages"]
    assert all(message["placements"] for message in messages)
    assert request[TOOL]["https://canvas.instructure.com/lti/privacy_level"] == "public"


def test_registering_twice_updates(app: Flask, session: Session, platform: Platform) -> None:
    register(app, platform, invite(session))
    platform.configuration["jwks_uri"] = platform.base + "/new/jwks"
    page = register(app, platform, invite(session))
    assert "Registration updated" in page.text
    [registration] = list_registrations(session)
    assert registration.jwks_url == platform.base + "/new/jwks"
    assert len(registration.deployments) == 1


def test_a_disabled_platform_stays_switched_off_and_the_page_says_so(
    app: Flask, session: Session, platform: Platform
) -> None:
    assert "switched off" not in register(app, platform, invite(session)).text
    [registration] = list_registrations(session)
    disable_registration(session, registration)
    session.commit()
    page = register(app, platform, invite(session)).text
    assert "Registration updated" in page
    assert f"lti-tool platform enable {registration.id}" in page
    assert "registered before" not in page
    session.expire_all()
    assert not registration.is_active


def test_a_second_client_of_an_lms_is_told_where_people_and_work_stay(
    app: Flask, session: Session, platform: Platform
) -> None:
    assert "registered before" not in register(app, platform, invite(session)).text
    platform.client_id = "another-client"
    page = register(app, platform, invite(session)).text
    assert "This platform was registered before" in page
    assert "People and their work stay with the registration" in page
    assert "switched off" not in page
    assert len(list_registrations(session)) == 2
    # An update of either is no new one.
    assert "registered before" not in register(app, platform, invite(session)).text


def test_another_institution_changes_nothing(app: Flask, session: Session, platform: Platform) -> None:
    register(app, platform, invite(session))
    platform.configuration["jwks_uri"] = platform.base + "/evil/jwks"
    page = register(app, platform, invite(session, "Hill College"))
    assert page.status_code == 409
    assert "another institution" in page.text
    assert session.scalars(select(Registration)).one().jwks_url == platform.base + "/mod/lti/certs.php"
    hill = session.scalars(select(Institution).where(Institution.name == "Hill College")).one()
    assert session.scalars(select(Invite).where(Invite.institution_id == hill.id)).one().used_at is None


def test_an_invite_works_once(app: Flask, session: Session, platform: Platform) -> None:
    code = invite(session)
    assert register(app, platform, code).status_code == 200
    page = register(app, platform, code)
    assert page.status_code == 403
    assert "registration-link" in page.text
    assert len(platform.requests) == 1
    assert app.test_client().get(f"/lti/register/{code}").status_code == 403


@pytest.mark.parametrize("code", ["", "no-such-code", "x" * 5000])
def test_without_an_invite_nothing_is_fetched(app: Flask, platform: Platform, code: str) -> None:
    platform.configuration = None
    page = register(app, platform, code)
    assert page.status_code == 403
    assert "invite_unusable" in page.text


def test_an_invite_that_expired(app: Flask, session: Session, platform: Platform) -> None:
    _, code = make_invite(session, None, clock.now() - timedelta(days=8), 7)
    session.commit()
    assert register(app, platform, code).status_code == 403
    assert platform.requests == []


def _without(platform: Platform, name: str) -> None:
    del platform.configuration[name]


def _set(platform: Platform, name: str, value: Any) -> None:
    platform.configuration[name] = value


def _answer(platform: Platform, status: int, raw: str) -> None:
    platform.status, platform.raw = status, raw


FAULTS: dict[str, Any] = {
    "issuer of another host": (
        lambda it: _set(it, "issuer", "https://lms.bank.example"),
        "origins_differ",
        "lms.bank.example",
    ),
    "shared issuer of Canvas cloud": (
        lambda it: _set(it, "issuer", "https://canvas.instructure.com"),
        "origins_differ",
        "security.yml",
    ),
    "keys of another host": (
        lambda it: _set(it, "jwks_uri", "https://keys.example/jwks"),
        "origins_differ",
        "jwks_uri",
    ),
    "registration elsewhere": (
        lambda it: _set(it, "registration_endpoint", "https://keys.example/register"),
        "origins_differ",
        "registration_endpoint",
    ),
    "our own origin": (
        lambda it: _set(it, "token_endpoint", "http://localhost:8000/token"),
        "platform_refused",
        "own origin",
    ),
    "no token address": (
        lambda it: _without(it, "token_endpoint"),
        "configuration_unreadable",
        "token_endpoint",
    ),
    "an address that is no text": (
        lambda it: _set(it, "jwks_uri", 5),
        "configuration_unreadable",
        "jwks_uri",
    ),
    "a script for an address": (
        lambda it: _set(it, "jwks_uri", "javascript:alert(1)"),
        "platform_refused",
        "not a web address",
    ),
    "a list for a configuration": (
        lambda it: setattr(it, "configuration", []),
        "configuration_unreadable",
        "not a JSON object",
    ),
    "configuration is refused": (
        lambda it: setattr(it, "configuration_status", 404),
        "configuration_refused",
        "404",
    ),
    "Moodle refuses in plain text": (
        lambda it: _answer(it, 400, "domain_targetlinkuri_mismatch"),
        "registration_refused",
        "domain_targetlinkuri_mismatch",
    ),
    "an HTML error page": (
        lambda it: _answer(it, 500, "<html>secret trace</html>"),
        "registration_refused",
        "500",
    ),
    "a script in the refusal": (
        lambda it: _answer(it, 400, "no <script>alert(1)</script>"),
        "registration_refused",
        "&lt;script&gt;",
    ),
    "an answer that is not JSON": (lambda it: _answer(it, 200, "ok"), "answer_unreadable", "not JSON"),
    "JSON without end": (lambda it: _answer(it, 200, "[" * 200_000), "answer_unreadable", "not JSON"),
    "no client id": (lambda it: _answer(it, 200, "{}"), "answer_unreadable", "client id"),
    "a redirect": (lambda it: _answer(it, 302, ""), "registration_refused", "302"),
    "too much": (lambda it: _answer(it, 200, "x" * (3 << 20)), "registration_unreachable", "bytes"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_fails_is_named_and_spends_nothing(app: Flask, session: Session, platform: Platform, fault: str) -> None:
    change, reason, words = FAULTS[fault]
    change(platform)
    page = register(app, platform, invite(session))
    assert 400 <= page.status_code < 600
    assert f"<code>{reason}</code>" in page.text
    assert words in page.text
    assert "The registration link is still good." in page.text
    assert "secret trace" not in page.text
    assert "<script>alert" not in page.text
    assert list_registrations(session) == []
    assert is_open(session)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"openid_configuration": "http://127.0.0.1:1/none"}, "configuration_unreachable"),
        ({"openid_configuration": "file:///etc/passwd"}, "configuration_address_refused"),
        ({"openid_configuration": "http://localhost:8000/lti/jwks.json"}, "configuration_address_refused"),
        ({"openid_configuration": "https://x.example/" + "x" * 5000}, "form_too_long"),
        ({"openid_configuration": ""}, "configuration_address_refused"),
        ({"registration_token": "stale"}, "configuration_refused"),
        ({"registration_token": ""}, "configuration_refused"),
    ],
)
def test_addresses_and_tokens_that_fail(
    app: Flask, session: Session, platform: Platform, changes: dict[str, str], reason: str
) -> None:
    page = register(app, platform, invite(session), **changes)
    assert f"<code>{reason}</code>" in page.text
    assert is_open(session)


def test_private_addresses_are_for_the_demo_only(settings: Any, session: Session, platform: Platform) -> None:
    from dataclasses import replace

    import lti_tool.app

    strict = lti_tool.app.create_app(replace(settings, allow_private_platforms=False))
    page = register(strict, platform, invite(session))
    assert "must begin with https://" in page.text
    https = platform.configuration_url.replace("http:", "https:")
    page = register(strict, platform, invite(session, "Hill"), openid_configuration=https)
    assert "not public" in page.text
    assert platform.requests == []
    strict.extensions["lti_tool"].engine.dispose()


def test_a_client_id_that_is_a_number(app: Flask, session: Session, platform: Platform) -> None:
    platform.answer = {"client_id": 10000000000005, TOOL: {"deployment_id": "7"}}
    register(app, platform, invite(session))
    [registration] = list_registrations(session)
    assert registration.client_id == "10000000000005"
    assert [it.deployment_id for it in registration.deployments] == ["7"]


def test_the_icon_keeps_its_address(app: Flask) -> None:
    icon = app.test_client().get("/lti/icon.svg")
    assert icon.status_code == 200
    assert icon.mimetype == "image/svg+xml"
    assert "public" in icon.headers["Cache-Control"]
    icon.close()
