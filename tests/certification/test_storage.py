"""Conformance §7 without a browser's script: platform storage (lti-cs-oidc 0.1, lti-pm-s 0.1).

The script's part, asking the right frame and believing only the right origin, is tested with a browser.
"""

from dataclasses import dataclass

import pytest

from tests.certification.bench import Attempt, Bench, count_rows, find_visit
from tests.certification.browser import Answer, Browser
from tests.certification.conftest import MoveClock
from tests.certification.flow import BIND, SAME_ORIGIN, LoginStarted, entrance_of, query_of, send_login
from tests.certification.logs import fields_of
from tests.certification.platform import Platform, Token

REFUSED = 400
TARGET = {"lti_storage_target": "_parent"}


@dataclass(frozen=True)
class Put:
    """What the login page hands to the platform's storage."""

    login: LoginStarted
    key: str
    value: str
    origin: str
    target: str


def put_data(browser: Browser, platform: Platform, target: str = "_parent") -> Put:
    answer = send_login(browser, platform, {"lti_storage_target": target})
    assert answer.status == 200, answer.status
    data = storage_of(answer)
    assert data["data-mode"] == "put"
    assert data["data-next"].split("?")[0] == platform.auth_url
    login = LoginStarted(answer, query_of(data["data-next"]))
    return Put(login, data["data-key"], data["data-value"], data["data-origin"], data["data-target"])


def storage_of(answer: Answer) -> dict[str, str]:
    element = answer.soup.find(id="platform-storage")
    assert element is not None, answer.text[:1500]
    return {name: str(value) for name, value in element.attrs.items()}


def launch_without_cookies(bench: Bench, put: Put, *, origin: str | None = None) -> Attempt:
    """The launch POST of a browser that withholds our cookie."""
    body = bench.platform.claims(put.login.nonce)
    form = {"id_token": Token().sign(body), "state": put.login.state}
    bench.log.keep_out(*form.values(), put.value)
    return bench.post(bench.browser(keeps_cookies=False), form, origin=origin or bench.platform.origin)


def bind(
    bench: Bench, asked: Answer, value: str | None, *, site: str = "same-origin", browser: Browser | None = None
) -> Attempt:
    """What the page's script posts once the storage has answered with `value`; None if it was silent."""
    form = asked.soup.select_one("form[data-storage-form]")
    assert form is not None
    fields = {str(field["name"]): str(field.get("value", "")) for field in form.find_all("input")}
    slot = form.select_one("[data-storage-value]")
    assert slot is not None
    fields[str(slot["name"])] = value or ""
    before, mark = count_rows(bench.app), len(bench.log.records)
    browser = browser or bench.browser(keeps_cookies=False)
    answer = browser.post(str(form["action"]), fields, SAME_ORIGIN | {"Sec-Fetch-Site": site})
    records = [fields_of(record) for record in bench.log.launches(mark)]
    return Attempt(bench, browser, answer, before, count_rows(bench.app), records)


def assert_asks(attempt: Attempt, put: Put) -> Answer:
    """The storage is asked for our key, and nothing has been opened yet."""
    data = storage_of(attempt.answer)
    assert data["data-mode"] == "get"
    assert (data["data-key"], data["data-origin"], data["data-target"]) == (put.key, put.origin, put.target)
    assert put.value not in attempt.answer.text
    assert set(attempt.new_rows) <= {"pending_launch"}
    assert attempt.records == []
    assert "/v/" not in attempt.answer.text
    return attempt.answer


@pytest.mark.parametrize("target", ["_parent", "post_message_forwarding"])
def test_stored_and_matching(bench: Bench, target: str) -> None:
    put = put_data(bench.browser(), bench.platform, target)
    asked = assert_asks(launch_without_cookies(bench, put), put)
    bound = bind(bench, asked, put.value)
    record = bound.assert_record("accepted")
    assert (record["binding"], record["reason"]) == ("storage", "launched")
    entrance = entrance_of(bound.answer)
    assert entrance is not None
    visit = find_visit(bench.app, entrance)
    assert visit is not None and visit.strength == record["strength"] == "weak"
    page = bound.browser.get(entrance, SAME_ORIGIN)
    assert page.status == 200 and page.heading


def test_the_secret_goes_to_the_authorisation_origin_only(bench: Bench) -> None:
    put = put_data(bench.browser(), bench.platform)
    assert put.origin == bench.platform.origin
    assert put.target == "_parent"
    # Whoever sees the state, as the platform does, does not know the secret.
    assert put.value != put.login.state and put.value not in put.login.parameters.values()
    assert put.login.state not in put.key


def test_another_value(bench: Bench) -> None:
    put = put_data(bench.browser(), bench.platform)
    asked = assert_asks(launch_without_cookies(bench, put, origin="null"), put)
    for wrong in ("another", put.login.state, put.value + "x", put.value.swapcase(), "a\x00b", "x" * 100_000):
        bound = bind(bench, asked, wrong)
        assert bound.answer.status == REFUSED
        assert not {"visit", "user_account", "context"} & set(bound.new_rows)
        assert bench.log.bugs() == []


def test_no_answer_and_not_a_page_of_the_platform(bench: Bench) -> None:
    put = put_data(bench.browser(), bench.platform)
    asked = assert_asks(launch_without_cookies(bench, put, origin="https://evil.example"), put)
    bound = bind(bench, asked, None)
    bound.assert_record("refused")
    assert bound.reason == "browser_unbound" and bound.answer.status == REFUSED
    assert "visit" not in bound.new_rows
    assert "window" in bound.answer.soup.get_text(" ")


def test_no_answer_from_a_page_of_the_platform(bench: Bench) -> None:
    """A silent storage leaves the third way: the platform's own origin, in a browser without any cookie of ours."""
    put = put_data(bench.browser(), bench.platform)
    asked = assert_asks(launch_without_cookies(bench, put), put)
    bound = bind(bench, asked, None)
    record = bound.assert_record("accepted")
    assert (record["binding"], record["strength"]) == ("origin", "weak")


def test_an_answer_counts_once(bench: Bench) -> None:
    put = put_data(bench.browser(), bench.platform)
    asked = assert_asks(launch_without_cookies(bench, put), put)
    assert bind(bench, asked, put.value).answer.status in (200, 303)
    again = bind(bench, asked, put.value)
    again.assert_refused(("state_used", "state_unknown", "browser_unbound"), REFUSED)


def test_an_answer_too_late(bench: Bench, move_clock: MoveClock) -> None:
    put = put_data(bench.browser(), bench.platform)
    asked = assert_asks(launch_without_cookies(bench, put), put)
    move_clock(minutes=6)
    late = bind(bench, asked, put.value)
    assert late.answer.status == REFUSED
    assert "visit" not in late.new_rows


def test_a_secret_of_another_login(bench: Bench) -> None:
    mine, other = (put_data(bench.browser(), bench.platform) for _ in range(2))
    asked = assert_asks(launch_without_cookies(bench, mine, origin="null"), mine)
    bound = bind(bench, asked, other.value)
    assert bound.answer.status == REFUSED and "visit" not in bound.new_rows


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_only_our_own_page_brings_the_answer(bench: Bench, site: str) -> None:
    """An attacker's own pending launch with its secret, posted in the victim's browser from the attacker's page."""
    put = put_data(bench.browser(), bench.platform)
    asked = assert_asks(launch_without_cookies(bench, put), put)
    bound = bind(bench, asked, put.value, site=site, browser=bench.browser())
    bound.assert_refused("browser_unbound", REFUSED)


def test_a_cookie_needs_no_storage(bench: Bench) -> None:
    """The platform names a target, the cookie of the login comes back: no question is asked."""
    browser = bench.browser()
    put = put_data(browser, bench.platform)
    body = bench.platform.claims(put.login.nonce)
    bench.send(browser, put.login, Token().sign(body), body).assert_accepted(strength="strong")


def test_a_browser_that_keeps_cookies_is_not_slowed_down(bench: Bench) -> None:
    browser = bench.browser()
    bench.attempt(browser=browser).assert_accepted()
    assert send_login(browser, bench.platform, TARGET).status == 302


@pytest.mark.parametrize("target", ["", "a b", "<script>", "x" * 500, "javascript:alert(1)", "'\"", "a\x00"])
def test_a_target_that_is_no_frame_name(bench: Bench, target: str) -> None:
    answer = send_login(bench.browser(), bench.platform, {"lti_storage_target": target})
    assert answer.status in (200, 302)
    assert '<script>"' not in answer.text and "javascript:alert" not in answer.text


@pytest.mark.parametrize(
    "form", [{}, {"pending": ""}, {"pending": "unknown"}, {"pending": "a\x00b", "value": "\x00"}], ids=str
)
def test_a_bind_for_nothing(bench: Bench, form: dict[str, str]) -> None:
    before = count_rows(bench.app)
    answer = bench.browser().post(BIND, form, SAME_ORIGIN)
    assert answer.status == REFUSED and answer.heading
    assert bench.log.bugs() == []
    assert count_rows(bench.app) == before


def test_a_bad_message_is_refused_before_the_storage_is_asked(bench: Bench) -> None:
    put = put_data(bench.browser(), bench.platform)
    body = bench.platform.claims(put.login.nonce) | {"sub": ""}
    form = {"id_token": Token().sign(body), "state": put.login.state}
    attempt = bench.post(bench.browser(keeps_cookies=False), form, origin=bench.platform.origin)
    attempt.assert_refused("user_empty", 400)
