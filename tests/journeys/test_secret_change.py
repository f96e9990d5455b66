"""The secret changes while people have pages open."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lti_tool.app import create_app
from lti_tool.config import Settings
from lti_tool.lti.roles import CourseRole
from tests.builders import make_member
from tests.journeys.opened_visits import BROWSER_KEY, SAME_ORIGIN, OpenVisit, enter

ANOTHER = "another-secret-for-tests-0123456789abcdef"


@pytest.fixture
def zoe(app: Flask, session: Session) -> OpenVisit:
    """Zoë, whose page was made before the secret changed."""
    member = make_member(session, "Zoë Núñez-Øster")
    return enter(app, session, member, CourseRole.LEARNER)


@pytest.fixture(params=[True, False], ids=["former secret named", "former secret forgotten"])
def restarted(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Flask]:
    """The tool, started again with another secret."""
    former = (settings.secret_key,) if request.param else ()
    app = create_app(replace(settings, secret_key=ANOTHER, previous_secret_keys=former))
    yield app
    app.extensions["lti_tool"].engine.dispose()


def test_visits_go_on_and_open_forms_count_while_the_former_secret_is_named(zoe: OpenVisit, restarted: Flask) -> None:
    client = restarted.test_client()
    client.set_cookie("lti_browser", BROWSER_KEY, domain="localhost")
    page = client.get(zoe.url("/modules/expectations/scope"), headers=SAME_ORIGIN)
    assert page.status_code == 200
    fresh = page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    assert fresh != zoe.form_token
    is_named = bool(restarted.extensions["lti_tool"].settings.previous_secret_keys)
    for token, counts in ((fresh, True), (zoe.form_token, is_named)):
        form = {"csrf_token": token, "task": "Write a guide for new members of the rowing club."}
        answer = client.post(zoe.url("/modules/expectations/scope"), data=form, headers=SAME_ORIGIN)
        assert ("form_token_wrong" in answer.text) is not counts
        assert (answer.status_code == 400) is not counts
