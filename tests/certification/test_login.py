"""Conformance §6, rows O1 to O9: the third-party login and what must agree between login and launch."""

from urllib.parse import urlencode

import pytest

from tests.certification.bench import Bench, assert_page_for_people, count_rows
from tests.certification.browser import Answer
from tests.certification.flow import CROSS_SITE, LOGIN, Changes, send_login, start_login
from tests.certification.logs import fields_of
from tests.certification.platform import (
    CONTEXT,
    DEPLOYMENT_ID,
    TARGET_LINK_URI,
    Change,
    Platform,
    Token,
    drop,
    put,
)


def assert_login_refused(bench: Bench, reason: str, changes: Changes | None = None, *, status: int = 400) -> Answer:
    before, mark = count_rows(bench.app), len(bench.log.records)
    bench.log.keep_out(bench.platform.login_parameters()["login_hint"])
    answer = send_login(bench.browser(), bench.platform, changes)
    assert answer.status == status, answer.text[:1500]
    assert_page_for_people(answer)
    assert "location" not in answer.headers and "set-cookie" not in answer.headers
    refusals = [fields_of(record) for record in bench.log.records[mark:] if hasattr(record, "reason")]
    assert [record["reason"] for record in refusals] == [reason]
    assert bench.log.bugs() == []
    assert count_rows(bench.app) == before
    return answer


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_o1_login_by_get_and_by_post(bench: Bench, method: str) -> None:
    browser = bench.browser()
    login = start_login(browser, bench.platform, method=method)
    body = bench.platform.claims(login.nonce)
    bench.send(browser, login, Token().sign(body), body).assert_accepted()


@pytest.mark.parametrize(
    ("parameter", "reason"),
    [
        ("iss", "login_issuer_missing"),
        ("login_hint", "login_hint_missing"),
        ("target_link_uri", "target_link_uri_missing"),
    ],
)
@pytest.mark.parametrize("value", [None, ""], ids=["absent", "empty"])
def test_o2_a_required_parameter_is_missing(bench: Bench, parameter: str, reason: str, value: str | None) -> None:
    assert_login_refused(bench, reason, {parameter: value})


def test_o2_nothing_at_all(bench: Bench) -> None:
    answer = bench.browser().get(LOGIN, CROSS_SITE)
    assert answer.status == 400
    assert_page_for_people(answer)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://unknown.example"},
        {"client_id": "nobody"},
        {"client_id": "IMSTESTER_4FF6"},
        {"client_id": " imstester_4ff6"},
    ],
    ids=["issuer", "client", "client-case", "client-space"],
)
def test_o3_unknown_issuer_or_client(bench: Bench, changes: Changes) -> None:
    assert_login_refused(bench, "registration_unknown", changes)


def test_o3_issuer_with_a_slash_more_is_another(bench: Bench) -> None:
    assert_login_refused(bench, "registration_unknown", {"iss": bench.platform.issuer + "/"})


def test_o3_a_disabled_registration(bench: Bench) -> None:
    bench.platform.disable()
    assert_login_refused(bench, "registration_disabled", status=403)


def test_o3_disabled_between_login_and_launch(bench: Bench) -> None:
    browser = bench.browser()
    login = start_login(browser, bench.platform)
    body = bench.platform.claims(login.nonce)
    bench.platform.disable()
    bench.send(browser, login, Token().sign(body), body).assert_refused("registration_disabled", 403)


def test_o4_client_id_absent_with_a_sole_registration(bench: Bench) -> None:
    attempt = bench.attempt(login={"client_id": None})
    attempt.assert_accepted()


def test_o4_client_id_absent_with_several_registrations(bench: Bench) -> None:
    second_client(bench)
    assert_login_refused(bench, "client_id_needed", {"client_id": None})


def test_o4_each_of_several_registrations_is_its_own(bench: Bench) -> None:
    """Two schools of one issuer: the same `sub` and course id are two people and two courses."""
    second = second_client(bench)
    browser = bench.browser()
    one = bench.attempt(browser=browser).assert_accepted()
    other = bench.attempt(browser=browser, platform=second).assert_accepted()
    assert (one.registration_id, other.registration_id) == (bench.platform.registration_id, second.registration_id)
    assert one.user_id != other.user_id
    assert one.context_id != other.context_id


def test_o4_a_token_for_the_other_client_of_the_issuer(bench: Bench) -> None:
    second = second_client(bench)
    attempt = bench.attempt(put("aud", second.client_id))
    attempt.assert_refused("audience_wrong", 401)


def second_client(bench: Bench) -> Platform:
    first = bench.platform
    return Platform(first.server, bench.app, client_id="second-client", issuer=first.issuer).register()


@pytest.mark.parametrize(
    "hint",
    ['{"cmid":4,"launchid":"ltilaunch3_13"}', "a b+c%20d&e=f#g", "zoë=ø", "eyJhbGciOi.x_y-z", " "],
    ids=["json", "reserved", "unicode", "token", "space"],
)
def test_o5_hints_come_back_unaltered(bench: Bench, hint: str) -> None:
    login = start_login(bench.browser(), bench.platform, {"lti_message_hint": hint, "login_hint": "h" + hint})
    assert login.parameters["lti_message_hint"] == hint
    assert login.parameters["login_hint"] == "h" + hint


def test_o5_an_absent_message_hint_stays_absent(bench: Bench) -> None:
    login = start_login(bench.browser(), bench.platform, {"lti_message_hint": None})
    assert "lti_message_hint" not in login.parameters


def test_o6_the_authentication_request(bench: Bench) -> None:
    login = start_login(bench.browser(), bench.platform)
    assert login.parameters.pop("state")
    assert len(login.parameters.pop("nonce")) >= 16
    assert login.parameters == {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": bench.platform.client_id,
        "redirect_uri": bench.platform.tool + "/lti/launch",
        "login_hint": bench.platform.login_parameters()["login_hint"],
        "lti_message_hint": bench.platform.login_parameters()["lti_message_hint"],
    }


def test_o6_state_and_nonce_are_new_each_time_and_differ(bench: Bench) -> None:
    browser = bench.browser()
    logins = [start_login(browser, bench.platform) for _ in range(3)]
    values = {value for login in logins for value in (login.state, login.nonce)}
    assert len(values) == 6


def test_o6_the_redirect_uri_is_fixed_whatever_the_target(bench: Bench) -> None:
    """Moodle compares the redirect URI literally with the registered one."""
    target = bench.platform.tool + "/lti/launch?module=expectations"
    login = start_login(bench.browser(), bench.platform, {"target_link_uri": target})
    assert login.parameters["redirect_uri"] == bench.platform.tool + "/lti/launch"


def test_o6_an_authorisation_address_with_a_query_keeps_it(bench: Bench) -> None:
    bench.platform = Platform(bench.platform.server, bench.app, client_id="with-query")
    bench.platform.auth_url += "?tenant=a%20b"
    bench.platform.register()
    answer = send_login(bench.browser(), bench.platform)
    assert answer.status in (302, 303)
    assert "/auth?tenant=a%20b&" in answer.location
    assert answer.location.count("?") == 1


def test_o7_the_deployment_of_the_login_is_that_of_the_launch(bench: Bench) -> None:
    bench.attempt(login={"lti_deployment_id": "other"}).assert_refused("deployment_changed", 400)


def test_o7_a_login_without_a_deployment_binds_none(bench: Bench) -> None:
    bench.attempt(login={"lti_deployment_id": None}).assert_accepted()


def test_o8_the_target_of_the_login_is_that_of_the_launch(bench: Bench) -> None:
    target = bench.platform.tool + "/lti/launch?module=expectations"
    bench.attempt(login={"target_link_uri": target}).assert_refused("target_link_uri_changed", 400)
    other = bench.platform.tool + "/lti/launch?module=other"
    bench.attempt(put(TARGET_LINK_URI, target), login={"target_link_uri": other}).assert_refused(
        "target_link_uri_changed", 400
    )
    bench.attempt(put(TARGET_LINK_URI, target), login={"target_link_uri": target}).assert_accepted()


def test_o8_a_claim_may_add_a_query_to_the_plain_address_of_the_login(bench: Bench) -> None:
    """As Open edX does for what was picked; the claim is signed, the login is not."""
    bench.attempt(put(TARGET_LINK_URI, bench.platform.tool + "/lti/launch?module=expectations")).assert_accepted()
    elsewhere = bench.platform.tool + "/lti/elsewhere?module=expectations"
    bench.attempt(put(TARGET_LINK_URI, elsewhere)).assert_refused("target_link_uri_changed", 400)


FOREIGN = (
    "https://evil.example/lti/launch",
    "http://localhost:8000.evil.example/lti/launch",
    "http://localhost:8000@evil.example/lti/launch",
    "http://localhost:8001/lti/launch",
    "https://localhost:8000/lti/launch",
    "//evil.example/lti/launch",
    "javascript:alert(1)",
    "http://[::1",
    "\\\\evil.example",
)


@pytest.mark.parametrize("target", FOREIGN)
def test_o8_a_foreign_target_is_refused_at_login(bench: Bench, target: str) -> None:
    assert_login_refused(bench, "target_link_uri_foreign", {"target_link_uri": target})


@pytest.mark.parametrize("target", FOREIGN)
def test_o8_a_foreign_target_is_refused_in_the_token(bench: Bench, target: str) -> None:
    attempt = bench.attempt(put(TARGET_LINK_URI, target))
    attempt.assert_refused(("target_link_uri_foreign", "target_link_uri_changed"), 400)


@pytest.mark.parametrize("change", [drop(TARGET_LINK_URI), put(TARGET_LINK_URI, "")], ids=["absent", "empty"])
def test_o9_the_target_claim_is_required(bench: Bench, change: Change) -> None:
    attempt = bench.attempt(change)
    attempt.assert_refused("target_link_uri_missing", 400)


HOSTILE = {
    "crlf": "x\r\nSet-Cookie: lti_browser=planted\r\n\r\n<script>alert(1)</script>",
    "nul": "a\x00b",
    "markup": '"><script>alert(1)</script>',
    "template": "{{ 7*7 }}${7*7}",
    "right-to-left": "\u202egro.elpmaxe",
    "emoji": "👩🏾‍🎓" * 50,
    "surrogate-pair": "\U0010ffff",
    "long": "x" * 20_000,
    "sql": "' OR 1=1 --",
}


PARAMETERS = [
    "iss",
    "client_id",
    "login_hint",
    "target_link_uri",
    "lti_message_hint",
    "lti_deployment_id",
    "lti_storage_target",
    "state",
]


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())
def test_odd_parameters_never_break_the_login(bench: Bench, value: str) -> None:
    for parameter in PARAMETERS:
        for method in ("GET", "POST"):
            answer = send_login(bench.browser(), bench.platform, {parameter: value}, method=method)
            assert answer.status < 500, (parameter, answer.text[:1500])
            assert bench.log.bugs() == [], parameter
            assert "planted" not in answer.headers.get("set-cookie", "").split(";")[0]
            assert "<script>alert" not in answer.text, parameter
            if answer.status in (302, 303):
                assert answer.location.split("?")[0] == bench.platform.auth_url


@pytest.mark.parametrize(
    "query",
    [
        "iss=%ff%fe&login_hint=%80&target_link_uri=%c3%28",
        "iss=a&iss=b&login_hint=1&login_hint=2",
        "&&&==&iss",
        "%00=%00",
        "iss[]=x&login_hint[a]=b",
        urlencode({f"p{number}": "x" for number in range(3000)}),
    ],
    ids=["not-utf8", "repeated", "no-values", "nul-names", "brackets", "many"],
)
def test_odd_queries_never_break_the_login(bench: Bench, query: str) -> None:
    answer = bench.browser().get(f"{LOGIN}?{query}", CROSS_SITE)
    assert 400 <= answer.status < 500
    assert_page_for_people(answer)
    assert bench.log.bugs() == []


def test_a_body_beyond_the_limit_is_refused(bench: Bench) -> None:
    answer = send_login(bench.browser(), bench.platform, {"login_hint": "x" * 2_000_000})
    assert answer.status == 413
    assert_page_for_people(answer)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_offered(bench: Bench, method: str) -> None:
    for path in (LOGIN, "/lti/launch"):
        response = bench.app.test_client().open(path, method=method)
        assert response.status_code == 405
        assert response.headers["Allow"]


def test_a_launch_of_a_context_and_deployment_that_the_login_did_not_name(bench: Bench) -> None:
    """`lti_deployment_id` is optional at login (Core §4.1.2): the claim decides."""
    attempt = bench.attempt(put(DEPLOYMENT_ID, "second"), put(CONTEXT, {"id": "c2"}), login={"lti_deployment_id": None})
    visit = attempt.assert_accepted()
    assert attempt.new_rows["deployment"] == 1
    assert visit.context is not None and visit.context.lti_id == "c2"
