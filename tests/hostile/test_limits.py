"""Limits as people and strangers meet them: by address, behind a proxy, on both databases."""

from collections.abc import Mapping

import pytest
from prometheus_client import REGISTRY

from lti_tool import clock
from lti_tool.lti.roles import CourseRole
from lti_tool.registration.service import make_invite
from lti_tool.web.limits import Limit
from tests.certification.bench import Bench, assert_page_for_people, count_rows
from tests.certification.browser import Answer, ClientBrowser, Form
from tests.certification.flow import post_launch, post_token, send_login, start_login
from tests.certification.platform import INSTITUTION_PERSON, LEARNER, ROLES, Token, put, stores_of
from tests.hostile.conftest import LimitedBench

CAMPUS = "192.0.2.7"
ELSEWHERE = "198.51.100.9"
BURST = 5


class From(ClientBrowser):
    """A browser behind an address, as the proxy tells it."""

    def __init__(self, bench: Bench, address: str) -> None:
        super().__init__(bench.app)
        self._address = address

    def _open(self, method: str, url: str, form: Form | None, headers: Mapping[str, str] | None) -> Answer:
        return super()._open(method, url, form, {**(headers or {}), "X-Forwarded-For": self._address})


def count_limited(limit: str) -> float:
    return REGISTRY.get_sample_value("lti_tool_limited_total", {"limit": limit}) or 0.0


def assert_too_many(answer: Answer, *, at_most: int = 60) -> None:
    assert answer.status == 429
    assert 1 <= int(answer.headers["retry-after"]) <= at_most
    assert "Wait a minute" in answer.text
    assert_page_for_people(answer)


def forge(bench: Bench, browser: ClientBrowser) -> Answer:
    return post_launch(browser, {"id_token": "e30.e30.e30", "state": "state-guessed"}, origin=bench.platform.origin)


def test_a_lecture_behind_one_address_comes_in(limited_bench: LimitedBench) -> None:
    """400 launches in a minute are far within what the shipped settings let through."""
    bench = limited_bench()
    settings = stores_of(bench.app).settings
    assert min(settings.limit_logins, settings.limit_launches) * BURST >= 10 * 400
    for number in range(30):
        browser = From(bench, CAMPUS)
        login = start_login(browser, bench.platform)
        body = bench.platform.claims(login.nonce) | {"sub": f"student-{number}"}
        assert post_token(browser, bench.platform, login, Token().sign(body)).status == 303


def test_logins_of_one_address_have_a_limit(limited_bench: LimitedBench) -> None:
    bench = limited_bench(limit_logins=2)
    browser, before = From(bench, CAMPUS), count_limited("logins")
    assert [send_login(browser, bench.platform).status for _ in range(2 * BURST)] == [302] * 10
    mark = len(bench.log.records)
    assert_too_many(send_login(browser, bench.platform))
    assert [vars(record)["reason"] for record in bench.log.launches(mark)] == ["too_many_logins"]
    assert count_limited("logins") == before + 1
    # Neither another address nor another network of the same provider is touched.
    assert send_login(From(bench, ELSEWHERE), bench.platform).status == 302
    six = [From(bench, f"2001:db8:7:{number}::1") for number in range(2)]
    assert [send_login(six[0], bench.platform).status for _ in range(11)] == [302] * 10 + [429]
    assert send_login(From(bench, "2001:db8:7:0:ffff::2"), bench.platform).status == 429
    assert send_login(six[1], bench.platform).status == 302


def test_launches_of_one_address_have_a_limit_and_cost_nothing_beyond(limited_bench: LimitedBench) -> None:
    bench = limited_bench(limit_launches=1)
    browser = From(bench, CAMPUS)
    logins = [start_login(browser, bench.platform) for _ in range(BURST + 1)]
    tokens = [Token().sign(bench.platform.claims(login.nonce)) for login in logins]
    answers = [post_token(browser, bench.platform, login, token) for login, token in zip(logins, tokens, strict=True)]
    assert [answer.status for answer in answers] == [303] * BURST + [429]
    assert_too_many(answers[-1])
    mark, before = len(bench.log.records), count_rows(bench.app)
    assert_too_many(forge(bench, browser))
    assert [vars(record)["reason"] for record in bench.log.launches(mark)] == ["too_many_launches"]
    assert count_rows(bench.app) == before


def test_forgeries_have_a_tight_limit_that_shuts_out_nobody_else(limited_bench: LimitedBench) -> None:
    bench = limited_bench(limit_refused=2)
    stranger = From(bench, CAMPUS)
    assert [forge(bench, stranger).status for _ in range(2 * BURST)] == [400] * 10
    mark = len(bench.log.records)
    assert_too_many(forge(bench, stranger))
    assert_too_many(send_login(stranger, bench.platform, {"iss": "https://nobody.example"}))
    assert [vars(record)["reason"] for record in bench.log.launches(mark)] == ["too_many_refused"] * 2
    # A student behind the same address.
    student = From(bench, CAMPUS)
    login = start_login(student, bench.platform)
    assert post_token(student, bench.platform, login, Token().sign(bench.platform.claims(login.nonce))).status == 303


def test_what_students_do_in_a_hurry_is_no_forgery(limited_bench: LimitedBench) -> None:
    """Reloads, and an LMS that ends the launch: never 429."""
    bench = limited_bench(limit_refused=1)
    browser = From(bench, CAMPUS)
    login = start_login(browser, bench.platform)
    token = Token().sign(bench.platform.claims(login.nonce))
    assert post_token(browser, bench.platform, login, token).status == 303
    assert {post_token(browser, bench.platform, login, token).status for _ in range(4 * BURST)} == {400}
    error = {"error": "login_required", "state": "state-x"}
    assert {post_launch(browser, error, origin=bench.platform.origin).status for _ in range(4 * BURST)} == {400}


def test_zero_switches_a_limit_off(limited_bench: LimitedBench) -> None:
    bench = limited_bench(limit_logins=0, limit_launches=0, limit_refused=0, limit_registrations=0, limit_codes=0)
    browser = From(bench, CAMPUS)
    assert {forge(bench, browser).status for _ in range(50)} == {400}
    assert 429 not in {browser.get("/lti/register/guess").status for _ in range(30)}


def test_this_machine_is_free_of_the_generous_limits_only(limited_bench: LimitedBench) -> None:
    """A proxy that nobody told us of stands here: its whole world would be one address."""
    bench = limited_bench(limit_logins=1, limit_refused=1)
    local = From(bench, "127.0.0.1")
    assert {send_login(local, bench.platform).status for _ in range(20)} == {302}
    assert [forge(bench, local).status for _ in range(BURST + 1)] == [400] * BURST + [429]


def test_an_address_that_a_browser_makes_up_is_not_believed(limited_bench: LimitedBench) -> None:
    """The proxy appends the address that it saw; what stood before it is the stranger's own."""
    bench = limited_bench(limit_logins=1)
    answers = [send_login(From(bench, f"203.0.113.{number}, {CAMPUS}"), bench.platform) for number in range(BURST + 1)]
    assert [answer.status for answer in answers] == [302] * BURST + [429]


def test_an_invitation_cannot_be_guessed(limited_bench: LimitedBench) -> None:
    bench = limited_bench(limit_registrations=1)
    with stores_of(bench.app).writing.begin() as session:
        _, code = make_invite(session, None, clock.now(), 7, institution="Riverbend University")
    browser = From(bench, CAMPUS)
    statuses = [browser.get(f"/lti/register/guess-{number}").status for number in range(BURST)]
    assert 429 not in statuses and 200 not in statuses
    # The right one comes too late, by any way in.
    for answer in (
        browser.get(f"/lti/register/{code}"),
        browser.get("/lti/register?invite=" + code),
        browser.post("/lti/register", {"invite": code}),
    ):
        assert answer.status == 429
        assert int(answer.headers["retry-after"]) >= 1
        assert_page_for_people(answer)
    assert From(bench, ELSEWHERE).get(f"/lti/register/{code}").status == 200


def test_a_staff_code_cannot_be_guessed(limited_bench: LimitedBench) -> None:
    """By person, since all of a campus shares an address; another person is not touched."""
    bench = limited_bench(limit_codes=1)
    for number, sub in enumerate(("person-guesses", "person-else")):
        browser = From(bench, CAMPUS)
        roles = put(ROLES, [INSTITUTION_PERSON + "Administrator", LEARNER])
        attempt = bench.attempt(put("sub", sub), roles, browser=browser)
        visit = attempt.assert_accepted(role=CourseRole.LEARNER, opens=False)
        home = attempt.answer.location.split("/modules")[0].rstrip("/")
        page = browser.get(home + "/staff-code")
        token = page.soup.find("input", attrs={"name": "csrf_token"})
        assert token is not None and visit.id
        form = {"csrf_token": str(token["value"]), "code": "ABCD-EFGH-JKMN-PQRS"}
        statuses = [browser.post(home + "/staff-code", form).status for _ in range(BURST + 1 - number)]
        assert statuses == [422] * BURST + [429] * (1 - number)


@pytest.mark.parametrize(
    ("path", "size"), [("/lti/login", 70_000), ("/lti/launch", 330_000), ("/lti/register", 70_000)]
)
def test_forms_from_outside_have_a_size(bench: Bench, path: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Others have used this app before; how often is another test's matter.
    monkeypatch.delitem(bench.app.extensions["lti_tool_limits"], Limit.REGISTRATIONS, raising=False)
    before = count_rows(bench.app)
    answer = bench.browser().post(path, {"iss": "x" * size, "id_token": "", "invite": ""})
    assert answer.status == 413
    assert_page_for_people(answer)
    assert count_rows(bench.app) == before


def test_a_token_of_the_largest_size_is_read(bench: Bench) -> None:
    """A quarter of a megabyte is taken apart; a form that holds it is not turned away for its size."""
    attempt = bench.attempt(put("https://vendor.example/large", "x" * 190_000))
    attempt.assert_accepted(opens=False)


def test_a_form_of_a_hundred_thousand_fields_is_turned_away_unread(bench: Bench) -> None:
    client = bench.app.test_client()
    answer = client.post("/lti/launch", data=b"a&" * 100_000, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "back button" in answer.text
