"""A teacher picks what to add; the platform gets a signed answer it can trust."""

from dataclasses import asdict
from typing import Any

import jwt
import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lti_tool import clock
from lti_tool.launch.catalog import DeepLinkingSettings
from lti_tool.launch.models import VisitMessage
from lti_tool.lti.roles import CourseRole
from lti_tool.registration.keys import list_published_jwks
from tests.builders import make_member
from tests.journeys.opened_visits import OpenVisit, enter

DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
RETURN_URL = 'https://lms.example.edu/return?course=2&x="><script>alert(1)</script>'


def pick(
    app: Flask,
    session: Session,
    *,
    role: CourseRole = CourseRole.INSTRUCTOR,
    strong: bool = True,
    **changes: Any,
) -> OpenVisit:
    visit = enter(app, session, make_member(session, "Amara Okafor", role=role), role, strong=strong)
    values: dict[str, Any] = {
        "return_url": RETURN_URL,
        "accept_types": ("ltiResourceLink",),
        "accept_targets": ("iframe",),
        "accept_multiple": True,
        "data": "909708",
    }
    wanted = asdict(DeepLinkingSettings(**(values | changes)))
    session.add(VisitMessage(visit_id=visit.visit.id, deep_linking=wanted))
    session.commit()
    return visit


def read_jwt(page: TestResponse, session: Session) -> dict[str, Any]:
    """What a platform reads: the form field, verified with our key set."""
    field = BeautifulSoup(page.text, "html.parser").select_one("input[name=JWT]")
    assert isinstance(field, Tag)
    token = str(field["value"])
    kid = jwt.get_unverified_header(token)["kid"]
    keys = list_published_jwks(session, "a-secret-for-tests-only-0123456789abcdef", clock.now())["keys"]
    session.rollback()
    key = jwt.PyJWK.from_dict(next(key for key in keys if key["kid"] == kid))
    return jwt.decode(token, key, algorithms=["RS256"], audience="http://127.0.0.1:9000", issuer="client-1")


def test_many_items(app: Flask, session: Session) -> None:
    teacher = pick(app, session)
    form = teacher.client.get(teacher.url("/pick"))
    assert form.status_code == 200
    assert form.text.count('type="checkbox"') >= 3
    picked = teacher.form(picked=["module:expectations", "programme"], with_columns="y")
    page = teacher.client.post(teacher.url("/pick"), data=picked)
    assert page.status_code == 200
    message = read_jwt(page, session)
    programme, module = message[DL + "content_items"]
    assert programme["lineItem"]["tag"] == "programme"
    assert module["custom"] == {"module": "expectations"}
    assert module["url"] == "http://localhost:8000/lti/launch?module=expectations"
    assert module["lineItem"]["scoreMaximum"] == 10
    assert message[DL + "data"] == "909708"
    assert message["exp"] - message["iat"] == 300


def test_return_address_is_escaped_and_allowed(app: Flask, session: Session) -> None:
    teacher = pick(app, session)
    page = teacher.client.post(teacher.url("/pick"), data=teacher.form(picked="programme"))
    assert "<script>alert" not in page.text
    forms = BeautifulSoup(page.text, "html.parser").select("form")
    assert RETURN_URL in [form.get("action") for form in forms]
    policy = page.headers["Content-Security-Policy"]
    assert "form-action 'self' https://lms.example.edu" in policy.split("; ")


def test_one_item(app: Flask, session: Session) -> None:
    teacher = pick(app, session, accept_multiple=False, accept_lineitem=False, data=None)
    form = teacher.client.get(teacher.url("/pick"))
    assert 'type="radio"' in form.text
    assert "gradebook column" not in form.text
    picked = teacher.form(picked="module:expectations", with_columns="y")
    message = read_jwt(teacher.client.post(teacher.url("/pick"), data=picked), session)
    [item] = message[DL + "content_items"]
    assert "lineItem" not in item
    assert DL + "data" not in message


@pytest.mark.parametrize("picked", [[], ["module:none"]])
@pytest.mark.parametrize("many", [True, False])
def test_nothing_or_unknown_picked(app: Flask, session: Session, picked: list[str], many: bool) -> None:
    teacher = pick(app, session, accept_multiple=many)
    page = teacher.client.post(teacher.url("/pick"), data=teacher.form(picked=picked))
    assert page.status_code == 422
    assert "error-summary" in page.text
    assert "JWT" not in page.text


def test_cancel_sends_no_items(app: Flask, session: Session) -> None:
    teacher = pick(app, session)
    page = teacher.client.post(teacher.url("/pick"), data=teacher.form(cancel="1"))
    assert read_jwt(page, session)[DL + "content_items"] == []
    assert "Nothing will be added" in page.text


def test_a_platform_that_takes_no_links(app: Flask, session: Session) -> None:
    teacher = pick(app, session, accept_types=("file", "html"))
    page = teacher.client.get(teacher.url("/pick"))
    assert "Nothing can be added here" in page.text
    message = read_jwt(teacher.client.post(teacher.url("/pick"), data=teacher.form(picked="programme")), session)
    assert message[DL + "content_items"] == []
    assert "takes none" in message[DL + "errormsg"]


def test_a_browser_without_cookies_can_pick(app: Flask, session: Session) -> None:
    teacher = pick(app, session, strong=False)
    assert teacher.client.get(teacher.url("/pick")).status_code == 200
    page = teacher.client.post(teacher.url("/pick"), data=teacher.form(picked="programme"))
    assert read_jwt(page, session)[DL + "content_items"]


@pytest.mark.parametrize("role", [CourseRole.LEARNER, CourseRole.OBSERVER])
def test_students_cannot_pick(app: Flask, session: Session, role: CourseRole) -> None:
    student = pick(app, session, role=role)
    assert student.client.get(student.url("/pick")).status_code == 403
    assert student.client.post(student.url("/pick"), data=student.form(picked="programme")).status_code == 403


def test_a_request_without_roles_can_pick(app: Flask, session: Session) -> None:
    teacher = pick(app, session, role=CourseRole.NONE)
    assert teacher.client.get(teacher.url("/pick")).status_code == 200


def test_without_the_form_token_nothing_is_signed(app: Flask, session: Session) -> None:
    teacher = pick(app, session)
    page = teacher.client.post(teacher.url("/pick"), data={"picked": "programme"})
    assert page.status_code == 400
    assert "JWT" not in page.text


def test_a_visit_of_another_kind(app: Flask, session: Session) -> None:
    teacher = enter(app, session, make_member(session, "Amara Okafor"), CourseRole.INSTRUCTOR)
    assert teacher.client.get(teacher.url("/pick")).status_code == 404


@pytest.mark.parametrize("role", list(CourseRole))
def test_data_privacy(app: Flask, session: Session, role: CourseRole) -> None:
    visit = enter(app, session, make_member(session, "Zoë Núñez-Øster", role=role), role)
    page = visit.client.get(visit.url("/data-privacy"))
    assert page.status_code == 200
    assert "Riverbend LMS" in page.text
    assert 'href="/privacy"' in page.text
