"""Conformance §6, rows C1 to C3, C15, C17: deployments, identifiers, message types, links."""

import json

import pytest
from sqlalchemy import select

from lti_tool.registration.models import Deployment
from lti_tool.roster.models import User
from tests.certification.bench import Bench, assert_page_for_people, count_rows
from tests.certification.conftest import BenchWith
from tests.certification.flow import CROSS_SITE, LAUNCH, start_login
from tests.certification.platform import (
    AGS,
    CONTEXT,
    DEPLOYMENT_ID,
    MESSAGE_TYPE,
    RESOURCE_LINK,
    VERSION,
    Change,
    Platform,
    Token,
    drop,
    put,
    put_in,
    stores_of,
)

# C1: deployments


def test_c1_an_unknown_deployment_of_a_known_client_is_recorded(bench: Bench) -> None:
    new = Platform(bench.platform.server, bench.app, client_id="new").register(deployed=False)
    attempt = bench.attempt(platform=new)
    attempt.assert_accepted()
    assert attempt.new_rows["deployment"] == 1
    bench.attempt(platform=new).assert_accepted()


@pytest.fixture
def holding(bench_with: BenchWith) -> Bench:
    """A tool whose operator accepts each deployment."""
    return bench_with(hold_new_deployments=True)


def test_c1_a_held_deployment_opens_once_it_is_accepted(holding: Bench) -> None:
    first = holding.attempt()
    first.assert_refused("deployment_held", 403, new_rows={"deployment": 1})
    assert "not enabled" in first.answer.heading
    holding.attempt().assert_refused("deployment_held", 403)
    with stores_of(holding.app).reading() as session:
        ours = select(Deployment).where(Deployment.registration_id == holding.platform.registration_id)
        assert [row.state for row in session.scalars(ours)] == ["held"]
    holding.platform.accept_held()
    holding.attempt().assert_accepted()


def test_c1_the_hold_does_not_touch_known_deployments(holding: Bench) -> None:
    known = Platform(holding.platform.server, holding.app, client_id="known").register()
    holding.attempt(platform=known).assert_accepted()


@pytest.mark.parametrize("value", ["", None], ids=json.dumps)
def test_c1_an_empty_deployment(bench: Bench, value: object) -> None:
    bench.attempt(put(DEPLOYMENT_ID, value), login={"lti_deployment_id": None}).assert_refused(
        ("deployment_missing", "claim_malformed"), 400
    )


# C2: identifiers

ODD_IDS: tuple[object, ...] = (5, 5.5, True, [], ["a"], {}, {"a": 1})


@pytest.mark.parametrize("value", ["x" * 256, "é" * 200, "x" * 100_000], ids=["256", "not-ascii", "100000"])
@pytest.mark.parametrize("place", ["deployment", "sub", "link", "context"])
def test_c2_identifiers_are_at_most_255_ascii_characters(bench: Bench, place: str, value: str) -> None:
    attempt = bench.attempt(put_id(place, value), login={"lti_deployment_id": None})
    attempt.assert_refused(("identifier_too_long", "claim_malformed"), 400)


@pytest.mark.parametrize("value", ODD_IDS, ids=json.dumps)
@pytest.mark.parametrize("place", ["deployment", "sub", "link", "context"])
def test_c2_identifiers_are_strings(bench: Bench, place: str, value: object) -> None:
    attempt = bench.attempt(put_id(place, value), login={"lti_deployment_id": None})
    assert attempt.answer.status in (400, 401)
    attempt.assert_refused(
        ("claim_malformed", "token_malformed", "deployment_missing", "resource_link_missing", "user_missing"),
        attempt.answer.status,
    )


@pytest.mark.parametrize("place", ["deployment", "sub", "link", "context"])
def test_c2_the_longest_identifier(bench: Bench, place: str) -> None:
    bench.attempt(put_id(place, "y" * 255), login={"lti_deployment_id": None}).assert_accepted()


@pytest.mark.parametrize("value", ["a\x00b", "a\ud800b", "a\nb"], ids=["nul", "half-surrogate", "line"])
@pytest.mark.parametrize("place", ["deployment", "sub", "link", "context"])
def test_c2_characters_that_no_database_keeps(bench: Bench, place: str, value: str) -> None:
    attempt = bench.attempt(put_id(place, value), login={"lti_deployment_id": None})
    assert bench.log.bugs() == []
    assert attempt.answer.status in (400, 401) or (value == "a\nb" and attempt.answer.status == 303)


def put_id(place: str, value: object) -> Change:
    if place in ("deployment", "sub"):
        return put(DEPLOYMENT_ID if place == "deployment" else "sub", value)
    return put_in(RESOURCE_LINK if place == "link" else CONTEXT, id=value)


# C3: message type and version


@pytest.mark.parametrize(
    "value",
    ["basic-lti-launch-request", "LtiStartAssessment", "ltiresourcelinkrequest", "", None, 5, []],
    ids=json.dumps,
)
def test_c3_a_message_that_we_do_not_offer(bench: Bench, value: object) -> None:
    attempt = bench.attempt(put(MESSAGE_TYPE, value))
    attempt.assert_refused(("message_type_unknown", "claim_malformed"), 400)


@pytest.mark.parametrize("value", ["1.3", "1.3.1", "LTI-1p0", "", None, 1.3, ["1.3.0"]], ids=json.dumps)
def test_c3_another_version(bench: Bench, value: object) -> None:
    bench.attempt(put(VERSION, value)).assert_refused(("version_wrong", "claim_malformed"), 400)


def test_c15_spaces_make_another_person(bench: Bench) -> None:
    plain = bench.attempt().assert_accepted()
    spaced = bench.attempt(put("sub", "person-39890 ")).assert_accepted()
    assert plain.user_id != spaced.user_id
    with stores_of(bench.app).reading() as session:
        ours = select(User.sub).where(User.registration_id == bench.platform.registration_id)
        assert set(session.scalars(ours)) == {"person-39890", "person-39890 "}


# Resource links and their columns


@pytest.mark.parametrize("value", [None, {}, [], "link", 5, {"id": ""}, {"id": None}, {"title": "x"}], ids=json.dumps)
def test_a_resource_link_without_an_id(bench: Bench, value: object) -> None:
    attempt = bench.attempt(put(RESOURCE_LINK, value))
    attempt.assert_refused(("resource_link_missing", "claim_malformed"), 400)


@pytest.mark.parametrize("lineitem", [None, "", "https://lms.example.edu/lineitems/5?type_id=3"], ids=json.dumps)
def test_a_line_item_that_is_absent_empty_or_there(bench: Bench, lineitem: str | None) -> None:
    change = drop() if lineitem is None else put_in(AGS, lineitem=lineitem)
    visit = bench.attempt(change).assert_accepted()
    assert visit.context is not None
    assert visit.context.lineitems_url == bench.platform.server.base + "/lineitems/7711"


# C17


def test_c17_a_message_in_the_query_is_refused(bench: Bench) -> None:
    browser = bench.browser()
    login = start_login(browser, bench.platform)
    token = Token().sign(bench.platform.claims(login.nonce))
    bench.log.keep_out(token, login.state)
    before = count_rows(bench.app)
    answer = browser.get(f"{LAUNCH}?id_token={token}&state={login.state}", CROSS_SITE)
    assert answer.status in (400, 405)
    assert_page_for_people(answer)
    assert count_rows(bench.app) == before
    posted = browser.post(f"{LAUNCH}?id_token={token}&state={login.state}", {}, {"Origin": bench.platform.origin})
    assert 400 <= posted.status < 500
    assert count_rows(bench.app) == before
