"""After the launch: visits stay in the browser that opened them, tabs do not mix, copied forms do nothing."""

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from lti_tool.web.models import Visit, VisitCode
from tests.certification.bench import Attempt, Bench, assert_page_for_people, count_rows
from tests.certification.browser import Answer, Browser
from tests.certification.conftest import MoveClock
from tests.certification.flow import CROSS_SITE, SAME_ORIGIN, entrance_of, launch, post_launch, start_login
from tests.certification.platform import CONTEXT, INSTRUCTOR, ROLES, Token, put, stores_of

FOREIGN: tuple[Mapping[str, str], ...] = (
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "SAME-ORIGIN"},
    {"Sec-Fetch-Site": ""},
    {},
)
FOREIGN_IDS = ["pasted", "cross-site", "same-site", "capitals", "empty", "absent"]


def entrance(attempt: Attempt) -> str:
    found = entrance_of(attempt.answer)
    assert found is not None
    return found


def assert_not_entered(answer: Answer, code: str) -> None:
    assert answer.status == 401
    assert_page_for_people(answer)
    assert code in answer.text
    assert "Readiness" not in answer.text and "Okafor" not in answer.text


# Somebody pastes a visit's address into another browser


def test_a_strong_visit_in_a_browser_without_our_cookie(bench: Bench) -> None:
    address = entrance(bench.attempt())
    for headers in ({"Sec-Fetch-Site": "none"}, SAME_ORIGIN):
        assert_not_entered(bench.browser().get(address, headers), "visit_other_browser")


def test_a_strong_visit_in_a_browser_with_a_visit_of_its_own(bench: Bench) -> None:
    address = entrance(bench.attempt())
    other = bench.browser()
    bench.attempt(put("sub", "somebody-else"), browser=other).assert_accepted()
    assert_not_entered(other.get(address, SAME_ORIGIN), "visit_other_browser")


def test_a_strong_visit_survives_a_reload_and_a_pasted_address_in_its_own_browser(bench: Bench) -> None:
    browser = bench.browser()
    address = entrance(bench.attempt(browser=browser))
    for headers in FOREIGN:
        assert browser.get(address, headers).status == 200


@pytest.mark.parametrize("headers", FOREIGN, ids=FOREIGN_IDS)
def test_a_weak_visit_is_reached_from_its_own_pages_only(bench: Bench, headers: Mapping[str, str]) -> None:
    browser = bench.browser(keeps_cookies=False)
    address = entrance(bench.attempt(browser=browser))
    assert browser.get(address, SAME_ORIGIN).status == 200
    assert_not_entered(browser.get(address, headers), "visit_foreign_request")


def test_a_weak_visit_ends_when_it_is_left_alone(bench: Bench, move_clock: MoveClock) -> None:
    browser = bench.browser(keeps_cookies=False)
    address = entrance(bench.attempt(browser=browser))
    move_clock(minutes=31)
    assert_not_entered(browser.get(address, SAME_ORIGIN), "visit_ended")


def test_an_address_of_no_visit(bench: Bench) -> None:
    browser = bench.browser()
    address = entrance(bench.attempt(browser=browser))
    wrong = re.sub(r"/v/[^/]+", "/v/" + "x" * 43, address)
    assert_not_entered(browser.get(wrong, SAME_ORIGIN), "visit_unknown")


def test_only_the_hash_of_an_address_is_kept(bench: Bench) -> None:
    address = entrance(bench.attempt())
    token = address.split("/v/")[1].split("/")[0]
    bench.log.keep_out(token)
    with stores_of(bench.app).reading() as session:
        assert session.scalar(select(func.count()).where(Visit.token_hash == token)) == 0


# Two tabs


def test_two_tabs_with_two_courses_and_two_roles_do_not_mix(bench: Bench) -> None:
    browser = bench.browser()
    first = bench.attempt(put(CONTEXT, {"id": "c-1", "title": "Nursing placements"}), browser=browser)
    second = bench.attempt(
        put(CONTEXT, {"id": "c-2", "title": "Harbour logistics"}), put(ROLES, [INSTRUCTOR]), browser=browser
    )
    for _ in range(2):
        one, two = (browser.get(entrance(attempt), SAME_ORIGIN) for attempt in (first, second))
        assert (one.status, two.status) == (200, 200)
        assert "Nursing placements" in one.text and "Harbour logistics" not in one.text
        assert "Harbour logistics" in two.text and "Nursing placements" not in two.text
        assert "Staff view" in two.text and "Staff view" not in one.text


def test_links_of_a_page_stay_inside_its_visit(bench: Bench) -> None:
    browser = bench.browser()
    attempt = bench.attempt(browser=browser)
    page = browser.get(entrance(attempt), SAME_ORIGIN)
    visits = set(re.findall(r"/v/([^/\"]+)/", page.text))
    assert visits == {entrance(attempt).split("/v/")[1].split("/")[0]}


# Forms


def test_a_copied_form_without_its_token_does_nothing(bench: Bench) -> None:
    browser = bench.browser()
    base = entrance(bench.attempt(browser=browser)).split("/v/")
    visit = "/v/" + base[1].split("/")[0]
    posts = [
        str(rule)
        for rule in bench.app.url_map.iter_rules()
        if rule.rule.startswith("/v/<visit>") and "POST" in (rule.methods or ())
    ]
    assert len(posts) >= 3
    before = count_rows(bench.app)
    for rule in posts:
        path = re.sub(
            r"<(int[^:]*:)?[^>]+>", lambda found: "1" if found.group(1) else "expectations", rule[len("/v/<visit>") :]
        )
        for token in ("", "x" * 64, "a\x00é"):
            for headers in (SAME_ORIGIN, CROSS_SITE | {"Origin": "https://evil.example"}):
                answer = browser.post(visit + path, {"csrf_token": token, "path": "/"}, headers)
                assert answer.status in (400, 401, 403, 404), (rule, answer.status)
                assert_page_for_people(answer)
    assert count_rows(bench.app) == before
    assert bench.log.bugs() == []


def test_a_form_token_of_another_visit_does_nothing(bench: Bench) -> None:
    browser = bench.browser()
    first, second = (entrance(bench.attempt(browser=browser)) for _ in range(2))
    found = re.search(r'name="csrf_token"[^>]*value="([0-9a-f]+)"', browser.get(first, SAME_ORIGIN).text)
    assert found is not None, "the first page has no form"
    window = "/window"
    base = second[: second.index("/v/") + 3] + second.split("/v/")[1].split("/")[0]
    answer = browser.post(base + window, {"csrf_token": found.group(1)}, SAME_ORIGIN)
    assert answer.status in (400, 401)
    with stores_of(bench.app).reading() as session:
        ours = select(VisitCode.id).join(Visit).where(Visit.registration_id == bench.platform.registration_id)
        assert session.scalars(ours).all() == []


# Many at once


def test_launches_at_once_are_all_accepted(bench: Bench) -> None:
    """Eight threads, four launches each, one course: nobody is refused and nobody becomes somebody else."""

    def launch_as(number: int) -> list[tuple[str, Answer, Browser]]:
        done = []
        for turn in range(4):
            browser = bench.browser()
            claims = bench.platform.claims("") | {"sub": f"person-{number}-{turn}", "name": f"Person {number} {turn}"}
            done.append((str(claims["sub"]), launch(browser, bench.platform, claims), browser))
        return done

    with ThreadPoolExecutor(8) as pool:
        results = [result for results in pool.map(launch_as, range(8)) for result in results]
    assert bench.log.bugs() == []
    assert [answer.status for _sub, answer, _browser in results] == [303] * 32
    with stores_of(bench.app).reading() as session:
        visits = session.scalars(select(Visit).where(Visit.registration_id == bench.platform.registration_id)).all()
        assert sorted(visit.user.sub for visit in visits) == sorted(sub for sub, _answer, _browser in results)
        assert len({visit.context_id for visit in visits}) == 1
        assert len({visit.resource_link_id for visit in visits}) == 1
    assert len(bench.log.launches()) == 32


def test_one_person_in_eight_tabs_at_once_is_one_person(bench: Bench) -> None:
    browsers = [bench.browser() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda browser: launch(browser, bench.platform), browsers))
    assert [answer.status for answer in answers] == [303] * 8
    with stores_of(bench.app).reading() as session:
        visits = session.scalars(select(Visit).where(Visit.registration_id == bench.platform.registration_id)).all()
        assert len({visit.user_id for visit in visits}) == 1 and len(visits) == 8


def test_one_launch_posted_eight_times_at_once_opens_once(bench: Bench) -> None:
    browser = bench.browser()
    login = start_login(browser, bench.platform)
    token = Token().sign(bench.platform.claims(login.nonce))
    cookie = login.answer.headers["set-cookie"].split(";")[0]

    def post(_number: int) -> int:
        form = {"id_token": token, "state": login.state}
        own = bench.browser(keeps_cookies=False)
        return post_launch(own, form, origin=bench.platform.origin, headers={"Cookie": cookie}).status

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(post, range(8)))
    assert statuses[0] == 303 and all(400 <= status < 500 for status in statuses[1:])
