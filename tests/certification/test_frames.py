"""Who may frame the pages of the way in: on Canvas cloud nobody has told us the school's own host name yet."""

import re

import pytest
from sqlalchemy import select

from lti_tool.registration.models import PlatformOrigin
from tests.certification.bench import Bench
from tests.certification.browser import Answer
from tests.certification.flow import CROSS_SITE, SAME_ORIGIN, entrance_of, send_login
from tests.certification.platform import LAUNCH_PRESENTATION, Platform, Token, stores_of
from tests.certification.test_storage import TARGET, assert_asks, bind, put_data

VANITY = "https://canvas.school.edu"
CLOUD = "https://canvas.instructure.com"
BACK = {LAUNCH_PRESENTATION: {"return_url": VANITY + "/courses/7711"}}


@pytest.fixture
def school(bench: Bench, request: pytest.FixtureRequest) -> Bench:
    """A school of Canvas cloud; all share the issuer, so each test's has a client of its own."""
    name = re.sub(r"\W", "-", request.node.name)
    bench.platform = Platform(bench.platform.server, bench.app, issuer=CLOUD, client_id=name).register()
    return bench


def policy_of(answer: Answer) -> str:
    return answer.headers["content-security-policy"]


def launch_form(bench: Bench, parameters: dict[str, str]) -> dict[str, str]:
    body = bench.platform.claims(parameters["nonce"]) | BACK
    return {"id_token": Token().sign(body), "state": parameters["state"]}


def test_on_canvas_cloud_no_page_before_a_visit_limits_its_frame(school: Bench) -> None:
    put = put_data(school.browser(), school.platform)
    assert "frame-ancestors" not in policy_of(put.login.answer)
    asked = school.post(
        school.browser(keeps_cookies=False), launch_form(school, put.login.parameters), origin=VANITY
    ).answer
    assert "platform-storage" in asked.text
    assert "frame-ancestors" not in policy_of(asked)
    refused = bind(school, asked, "wrong").answer
    assert refused.status == 400
    assert "frame-ancestors" not in policy_of(refused)
    offered = send_login(school.browser(), school.platform)
    assert "Open in a new window" in offered.text
    assert "frame-ancestors" not in policy_of(offered)
    chosen = send_login(school.browser(), school.platform, {"here": "1"})
    assert chosen.status == 200
    assert "frame-ancestors" not in policy_of(chosen)


def test_on_canvas_cloud_the_entrance_of_a_weak_visit_limits_nothing(school: Bench) -> None:
    attempt = school.attempt(lambda claims: claims.update(BACK), browser=school.browser(keeps_cookies=False))
    assert attempt.answer.status == 200
    assert "frame-ancestors" not in policy_of(attempt.answer)
    page = attempt.open_first_page()
    assert f" {VANITY} " in policy_of(page) + " "


def test_elsewhere_they_name_the_platform(bench: Bench) -> None:
    named = f"frame-ancestors 'self' {bench.platform.origin}"
    entered = bench.attempt(browser=bench.browser(keeps_cookies=False)).answer
    assert entered.status == 200 and named in policy_of(entered)
    put = put_data(bench.browser(), bench.platform)
    assert named in policy_of(put.login.answer)
    asked = assert_asks(
        bench.post(bench.browser(keeps_cookies=False), launch_form(bench, put.login.parameters), origin="null"), put
    )
    assert named in policy_of(asked)
    refused = bind(bench, asked, "wrong").answer
    assert refused.status == 400 and named in policy_of(refused)
    offered = send_login(bench.browser(), bench.platform)
    assert "Open in a new window" in offered.text
    assert named in policy_of(offered)
    chosen = send_login(bench.browser(), bench.platform, {"here": "1"} | TARGET)
    assert named in policy_of(chosen)


def test_a_launch_that_storage_bound_lets_the_vanity_host_frame_the_visit(school: Bench) -> None:
    put = put_data(school.browser(), school.platform)
    browser = school.browser(keeps_cookies=False)
    asked = school.post(browser, launch_form(school, put.login.parameters), origin=VANITY).answer
    bound = bind(school, asked, put.value)
    entrance = entrance_of(bound.answer)
    assert entrance is not None
    page = bound.browser.get(entrance, SAME_ORIGIN)
    assert page.status == 200
    ancestors = policy_of(page).split("frame-ancestors ")[1].split()
    assert VANITY in ancestors
    # A refusal inside the visit is shown in the same frame.
    assert VANITY in policy_of(bound.browser.get(entrance, CROSS_SITE))
    with stores_of(school.app).reading() as session:
        proven = session.scalars(
            select(PlatformOrigin.is_proven).where(
                PlatformOrigin.registration_id == school.platform.registration_id, PlatformOrigin.origin == VANITY
            )
        ).one()
    assert not proven
