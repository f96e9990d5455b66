"""Launches as Moodle 4.5 really sent them, and as Canvas sends them by its source; only keys and addresses are ours."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from lti_tool.registration.models import Registration
from lti_tool.web.models import Visit
from tests.certification.bench import Attempt, Bench
from tests.certification.flow import start_login
from tests.certification.platform import (
    AGS,
    CONTEXT,
    DEPLOYMENT_ID,
    TARGET_LINK_URI,
    Change,
    Claims,
    Platform,
    Token,
    put,
    stores_of,
)

FOLDER = Path(__file__).parent / "payloads"
# What becomes of each: role of the visit, or the reason of the refusal.
MOODLE = {
    "moodle-launch-student1": "learner",
    "moodle-launch-student1-ungraded-link": "learner",
    "moodle-launch-teacher1": "instructor",
    "moodle-deep-linking-teacher1-first": "instructor",
    "moodle-submission-review-teacher1-for-student1": "instructor",
}
CANVAS = {
    "canvas-student": "learner",
    "canvas-student-anonymous": "learner",
    "canvas-student-assignment": "learner",
    "canvas-student-course-navigation": "learner",
    "canvas-masquerading": "learner",
    "canvas-masquerading-old": "learner",
    "canvas-test-student": "learner",
    "canvas-teacher": "instructor",
    "canvas-assistant": "assistant",
    "canvas-designer": "designer",
    "canvas-observer": "observer",
    "canvas-account-admin": "none",
}


def read(name: str) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return payload


def send(
    bench: Bench,
    name: str,
    *changes: Change,
    cookies: bool = True,
    platform: Platform | None = None,
    query: str = "",
) -> Attempt:
    """The recorded login and launch, with issuer, client, target, nonce and times of now, and with the changes."""
    payload, platform = read(name), platform or bench.platform
    browser = bench.browser(keeps_cookies=cookies)
    target = platform.tool + "/lti/launch" + query
    login_changes: dict[str, str | None] = {
        **{key: value for key, value in payload["login"].items() if key != "lti_storage_target"},
        "iss": platform.issuer,
        "client_id": platform.client_id,
        "target_link_uri": target,
    }
    login = start_login(browser, platform, login_changes)
    assert login.parameters["lti_message_hint"] == payload["login"]["lti_message_hint"]
    fresh = platform.claims(login.nonce)
    body: Claims = payload["claims"] | {name: fresh[name] for name in ("iss", "aud", "nonce", "iat")}
    # Each platform's own lifetime of a token: Moodle a minute, Canvas an hour.
    body["exp"] = body["iat"] + payload["claims"]["exp"] - payload["claims"]["iat"]
    body[TARGET_LINK_URI] = target
    if "azp" in body:
        body["azp"] = platform.client_id
    for change in changes:
        change(body)
    return bench.send(browser, login, Token().sign(body), body, platform=platform)


@pytest.mark.parametrize(("name", "role"), [*MOODLE.items(), *CANVAS.items()])
def test_a_real_launch_is_accepted(bench: Bench, name: str, role: str) -> None:
    claims = read(name)["claims"]
    visit = send(bench, name).assert_accepted(role=role)
    assert visit.user.sub == claims["sub"]
    assert visit.deployment_id
    assert visit.context is not None and visit.context.lti_id == claims[CONTEXT]["id"]
    assert visit.context.lineitems_url == claims[AGS]["lineitems"]
    assert visit.user.name == claims.get("name", "")
    family = name.split("-")[0]
    with stores_of(bench.app).reading() as session:
        registration = session.get_one(Registration, bench.platform.registration_id)
        assert registration.product_family == family
        assert registration.guid


def test_every_payload_is_used() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == {*MOODLE, *CANVAS, "canvas-public-course"}


def test_no_session_key_is_kept_in_the_payloads() -> None:
    for path in FOLDER.glob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert text.count("sesskey=") == text.count("sesskey=SCRUBBED")


def test_a_public_course_without_signing_in(bench: Bench) -> None:
    send(bench, "canvas-public-course").assert_refused("user_missing", 400)


@pytest.mark.parametrize("name", ["canvas-masquerading", "canvas-masquerading-old"])
def test_acting_as_somebody_is_marked(bench: Bench, name: str) -> None:
    assert send(bench, name).assert_accepted().is_masquerade


@pytest.mark.parametrize("name", sorted(set(CANVAS) - {"canvas-masquerading", "canvas-masquerading-old"}))
def test_an_unexpanded_variable_is_nobody_acting(bench: Bench, name: str) -> None:
    """Canvas sends `$Canvas.masqueradingUser.id` literally where nobody acts as somebody."""
    assert not send(bench, name).assert_accepted(role=CANVAS[name]).is_masquerade


def test_the_test_student_is_marked_by_role_and_by_variable(bench: Bench) -> None:
    assert send(bench, "canvas-test-student").assert_accepted().is_test_user
    assert not send(bench, "canvas-student").assert_accepted().is_test_user


def test_navigation_is_no_link(bench: Bench) -> None:
    """Canvas repeats the context's id as the link's id where no link was launched."""
    assert send(bench, "canvas-student-course-navigation").assert_accepted().resource_link is None
    assert send(bench, "canvas-student").assert_accepted().resource_link is not None


def test_an_account_administrator_may_take_up_a_grant_only(bench: Bench) -> None:
    visit = send(bench, "canvas-account-admin").assert_accepted(role="none")
    assert visit.is_institution_administrator


def test_unknown_zones_and_unexpanded_variables_are_not_kept(bench: Bench) -> None:
    assert send(bench, "moodle-launch-student1").assert_accepted().user.timezone in ("", "99")
    assert send(bench, "canvas-student").assert_accepted().user.timezone == "America/New_York"


def test_names_that_come_go_and_change(bench: Bench) -> None:
    """The platform may stop sending names; what it sends last is what we keep."""
    first = send(bench, "canvas-student").assert_accepted()
    assert first.user.name == "Zoë Núñez-Øster"
    later = send(bench, "canvas-student-anonymous").assert_accepted()
    assert later.user_id == first.user_id


def test_a_line_item_of_the_launched_link(bench: Bench) -> None:
    """Absent (Moodle: no grading), "" (Moodle: column deleted) and there; each launch is accepted, never an error."""
    graded = send(bench, "moodle-launch-student1").assert_accepted()
    ungraded = send(bench, "moodle-launch-student1-ungraded-link").assert_accepted()
    assert graded.context_id == ungraded.context_id
    assert graded.resource_link_id != ungraded.resource_link_id


@pytest.mark.parametrize("name", ["moodle-launch-student1", "canvas-student"])
def test_a_real_launch_in_a_browser_that_keeps_nothing(bench: Bench, name: str) -> None:
    assert send(bench, name, cookies=False).assert_accepted(strength="weak").browser_hash is None


def test_courses_of_two_deployments_are_two(bench: Bench) -> None:
    """Two Canvas accounts, each with its deployment, may name courses alike."""
    one = bench.attempt().assert_accepted()
    two = bench.attempt(put(DEPLOYMENT_ID, "second"), login={"lti_deployment_id": "second"}).assert_accepted()
    assert one.context_id != two.context_id
    with stores_of(bench.app).reading() as session:
        ours = select(Visit.user_id).where(Visit.registration_id == bench.platform.registration_id)
        assert len(set(session.scalars(ours))) == 1
