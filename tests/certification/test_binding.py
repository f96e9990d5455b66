"""Conformance §6, rows O10 and O11, and hostile pages: a launch belongs to the browser that began it, once."""

import pytest

from tests.certification.bench import Bench, assert_page_for_people, count_rows
from tests.certification.browser import Browser
from tests.certification.conftest import MoveClock
from tests.certification.flow import LoginStarted, start_login
from tests.certification.platform import INSTRUCTOR, Platform, Token, put

REFUSED = 400
EVIL = "https://evil.example"


def begun(bench: Bench, browser: Browser, sub: str = "person-39890") -> tuple[LoginStarted, str, dict[str, object]]:
    """A login and the right token for it."""
    login = start_login(browser, bench.platform)
    body = bench.platform.claims(login.nonce) | {"sub": sub}
    return login, Token().sign(body), body


# O10: state


@pytest.mark.parametrize(
    "state", ["state-of-nobody", "x" * 100_000, "é", "a\x00b", "' OR 1=1 --"], ids=lambda s: s[:10]
)
def test_o10_an_unknown_state(bench: Bench, state: str) -> None:
    browser = bench.browser()
    _login, token, _body = begun(bench, browser)
    attempt = bench.post(browser, {"id_token": token, "state": state}, origin=bench.platform.origin)
    attempt.assert_refused("state_unknown", REFUSED)


@pytest.mark.parametrize("form", [{}, {"state": ""}], ids=["absent", "empty"])
def test_o10_no_state(bench: Bench, form: dict[str, str]) -> None:
    browser = bench.browser()
    _login, token, _body = begun(bench, browser)
    attempt = bench.post(browser, {"id_token": token, **form}, origin=bench.platform.origin)
    attempt.assert_refused("state_missing", REFUSED)


@pytest.mark.parametrize("form", [{}, {"id_token": ""}], ids=["absent", "empty"])
def test_o10_no_token(bench: Bench, form: dict[str, str]) -> None:
    browser = bench.browser()
    login, _token, _body = begun(bench, browser)
    attempt = bench.post(browser, {"state": login.state, **form}, origin=bench.platform.origin)
    attempt.assert_refused("id_token_missing", REFUSED)


def test_o10_nothing_at_all(bench: Bench) -> None:
    attempt = bench.post(bench.browser(), {}, origin=bench.platform.origin)
    attempt.assert_refused(("state_missing", "id_token_missing"), REFUSED)


def test_o10_a_launch_works_once(bench: Bench) -> None:
    browser = bench.browser()
    login, token, body = begun(bench, browser)
    bench.send(browser, login, token, body).assert_accepted()
    again = bench.send(browser, login, token, body)
    again.assert_refused("state_used", REFUSED)
    assert "already used" in again.answer.heading


def test_o10_replay_by_a_stranger_after_the_launch(bench: Bench) -> None:
    browser = bench.browser()
    login, token, body = begun(bench, browser)
    bench.send(browser, login, token, body).assert_accepted()
    bench.send(bench.browser(), login, token, body).assert_refused(("state_used", "browser_unbound"), REFUSED)


def test_o10_a_fresh_token_with_a_used_state(bench: Bench) -> None:
    browser = bench.browser()
    login, token, body = begun(bench, browser)
    bench.send(browser, login, token, body).assert_accepted()
    other = body | {"sub": "somebody-else"}
    bench.send(browser, login, Token().sign(other), other).assert_refused("state_used", REFUSED)


def test_o10_a_state_ends_after_ten_minutes(bench: Bench, move_clock: MoveClock) -> None:
    browser = bench.browser()
    login = start_login(browser, bench.platform)
    move_clock(minutes=11)
    body = bench.platform.claims(login.nonce)
    bench.send(browser, login, Token().sign(body), body).assert_refused("state_unknown", REFUSED)


def test_a_refusal_may_be_framed_by_the_platform_that_is_known_and_by_nobody_else(bench: Bench) -> None:
    attempt = bench.attempt(put("aud", "somebody-else"))
    policy = attempt.answer.headers["content-security-policy"]
    assert f"frame-ancestors 'self' {bench.platform.origin}" in policy
    assert "unsafe" not in policy


# Another browser than the one that began


@pytest.mark.parametrize("origin", [EVIL, "null", None, "", "http://127.0.0.1", "http://127.0.0.1:1", "platform/"])
def test_a_hostile_page_posts_its_own_token(bench: Bench, origin: str | None) -> None:
    """Login CSRF: the attacker's own valid launch, posted in the victim's browser from the attacker's page."""
    login, token, _body = begun(bench, bench.browser(), sub="attacker-4711")
    victim = bench.browser()
    bench.log.keep_out(token, login.state, "attacker-4711")
    sent = bench.platform.origin + "/" if origin == "platform/" else origin
    attempt = bench.post(victim, {"id_token": token, "state": login.state}, origin=sent)
    attempt.assert_refused("browser_unbound", REFUSED)
    assert "attacker-4711" not in attempt.answer.text


def test_a_hostile_page_on_the_platform_cannot_take_over_a_browser_that_keeps_cookies(bench: Bench) -> None:
    """The platform's own origin binds only a browser that shows no cookie of ours at all."""
    victim = bench.browser()
    bench.attempt(browser=victim).assert_accepted()
    login, token, body = begun(bench, bench.browser(), sub="attacker-4711")
    bench.send(victim, login, token, body).assert_refused("browser_unbound", REFUSED)


def test_a_victim_with_a_login_under_way_is_not_bound_to_the_attackers(bench: Bench) -> None:
    victim = bench.browser()
    start_login(victim, bench.platform)
    login, token, body = begun(bench, bench.browser(), sub="attacker-4711")
    bench.send(victim, login, token, body).assert_refused("browser_unbound", REFUSED)


def test_an_unbound_launch_yields_nothing_to_take(bench: Bench) -> None:
    login, token, _body = begun(bench, bench.browser())
    attempt = bench.post(bench.browser(), {"id_token": token, "state": login.state}, origin=EVIL)
    assert "/v/" not in attempt.answer.text
    assert "location" not in attempt.answer.headers
    assert not [link for link in attempt.answer.soup.find_all("a", href=True) if EVIL in str(link["href"])]
    fields = {str(field.get("name")) for field in attempt.answer.soup.find_all("input")}
    assert not fields & {"id_token", "state"}


def test_an_unbound_launch_has_dropped_its_token(bench: Bench) -> None:
    """What a hostile page has posted once cannot be posted again by the right browser either, nor the reverse."""
    browser = bench.browser()
    login, token, body = begun(bench, browser)
    bench.post(bench.browser(), {"id_token": token, "state": login.state}, origin=EVIL).assert_refused(
        "browser_unbound", REFUSED
    )
    again = bench.send(browser, login, token, body)
    assert bench.log.bugs() == []
    assert again.answer.status in (303, REFUSED)


# Browsers that keep nothing


def test_the_platforms_own_origin_binds_a_browser_that_keeps_nothing(bench: Bench) -> None:
    visit = bench.attempt(browser=bench.browser(keeps_cookies=False)).assert_accepted(strength="weak")
    assert visit.browser_hash is None


def test_the_record_says_how_a_launch_was_bound(bench: Bench) -> None:
    by_cookie = bench.attempt()
    by_origin = bench.attempt(browser=bench.browser(keeps_cookies=False))
    by_nothing = bench.post(
        bench.browser(keeps_cookies=False),
        dict(zip(("id_token", "state"), _form(bench), strict=True)),
        origin=EVIL,
    )
    assert [attempt.records[0]["binding"] for attempt in (by_cookie, by_origin, by_nothing)] == [
        "cookie",
        "origin",
        "none",
    ]


def _form(bench: Bench) -> tuple[str, str]:
    login, token, _body = begun(bench, bench.browser())
    return token, login.state


def test_a_weak_visit_of_a_teacher_opens_no_pages_of_staff(bench: Bench) -> None:
    attempt = bench.attempt(
        put("https://purl.imsglobal.org/spec/lti/claim/roles", [INSTRUCTOR]),
        browser=bench.browser(keeps_cookies=False),
    )
    attempt.assert_accepted(role="instructor", strength="weak", opens=False)
    page = attempt.open_first_page()
    assert page.status == 403
    assert "new window" in page.soup.get_text(" ")


def test_cookies_of_a_launch(bench: Bench) -> None:
    """Inside a frame only such cookies come back; a script never sees them."""
    browser = bench.browser()
    login, token, body = begun(bench, browser)
    accepted = bench.send(browser, login, token, body)
    for answer in (login.answer, accepted.answer):
        cookie = answer.headers["set-cookie"]
        for attribute in ("Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"):
            assert attribute in cookie, cookie.split("=")[0]
        assert "Domain" not in cookie


# Issuers


def test_a_token_of_issuer_b_on_a_login_of_issuer_a(bench: Bench) -> None:
    other = Platform(bench.platform.server, bench.app, client_id="other").register()
    browser = bench.browser()
    login = start_login(browser, bench.platform)
    body = other.claims(login.nonce)
    attempt = bench.send(browser, login, Token().sign(body), body)
    attempt.assert_refused(("issuer_wrong", "kid_unknown", "signature_wrong", "audience_wrong"), 401)


# O11: the platform's refusal


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("login_required", "sign in"),
        ("launch_no_longer_valid", "already used"),
        ("access_denied", "did not let you in"),
        ("invalid_request", "do not fit"),
        ("unauthorized_client", "switched off"),
        ("interaction_required", ""),
        ("<script>alert(1)</script>", ""),
        ("x" * 50_000, ""),
        ("a\x00b", ""),
    ],
    ids=lambda value: str(value)[:20],
)
@pytest.mark.parametrize("with_state", [True, False])
def test_o11_an_error_of_the_platform_is_shown(bench: Bench, error: str, words: str, with_state: bool) -> None:
    browser = bench.browser()
    login = start_login(browser, bench.platform)
    form = {"error": error, "error_description": "<b>Invalid</b> person amara.okafor@student.example.edu"}
    bench.log.keep_out("amara.okafor@student.example.edu", login.state)
    if with_state:
        form["state"] = login.state
    attempt = bench.post(browser, form, origin=bench.platform.origin)
    attempt.assert_refused("platform_error", REFUSED)
    assert words in attempt.answer.heading.lower()
    assert "<b>Invalid" not in attempt.answer.text and "<script>alert" not in attempt.answer.text


def test_o11_an_error_beside_a_token_is_an_error(bench: Bench) -> None:
    browser = bench.browser()
    login, token, _body = begun(bench, browser)
    form = {"error": "access_denied", "id_token": token, "state": login.state}
    bench.post(browser, form, origin=bench.platform.origin).assert_refused("platform_error", REFUSED)


# Odd forms


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe=\x80", "application/x-www-form-urlencoded"),
        (b'{"id_token": "a.b.c", "state": "s"}', "application/json"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"--x\r\nbroken", "multipart/form-data"),
        (b"&".join(b"a%d=1" % number for number in range(5000)), "application/x-www-form-urlencoded"),
        (b"id_token=a&id_token=b&state=c&state=d", "application/x-www-form-urlencoded"),
        (b"", "text/plain"),
    ],
    ids=["not-utf8", "json", "multipart", "no-boundary", "many", "repeated", "text"],
)
def test_odd_bodies_are_refused_with_a_page(bench: Bench, body: bytes, kind: str) -> None:
    before = count_rows(bench.app)
    response = bench.app.test_client().post(
        "/lti/launch", data=body, headers={"Content-Type": kind, "Origin": bench.platform.origin}
    )
    with response:
        assert 400 <= response.status_code < 500
        assert "<h1" in response.get_data(as_text=True)
    assert bench.log.bugs() == []
    assert count_rows(bench.app) == before


def test_a_token_beyond_the_limit(bench: Bench) -> None:
    browser = bench.browser()
    before = count_rows(bench.app)
    answer = browser.post("/lti/launch", {"id_token": "x" * 2_000_000, "state": "s"}, {"Origin": EVIL})
    assert answer.status == 413
    assert_page_for_people(answer)
    assert count_rows(bench.app) == before
