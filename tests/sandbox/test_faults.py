"""Faults switched on by a test or on the panel, and the record of what arrived."""

import sqlite3
import time
from datetime import timedelta

import pytest
import requests

from lti_tool.sandbox import Fault, Sandbox, SandboxServer, SandboxSettings, make_server, urls
from lti_tool.sandbox.browser import Visitor
from lti_tool.sandbox.faults import KINDS, PRESETS
from tests.sandbox.conftest import add_graded, caller, stamp
from tests.sandbox.tool import Caller, TinyTool

PANEL = "/admin/faults"


def column(sandbox: Sandbox, tool: TinyTool) -> str:
    add_graded(sandbox, tool)
    return urls.lineitem_url(sandbox, sandbox.list_tools()[0], sandbox.list_lineitems("MIR 101")[0])


def sub(sandbox: Sandbox, who: str = "amara.okafor") -> str:
    return sandbox.sub_of(sandbox.get_person(who))


def score_of(sandbox: Sandbox, who: str = "amara.okafor") -> float | None:
    found = sandbox.find_score(who, "Expectations")
    return found.score if found else None


@pytest.fixture(params=["moodle", "canvas"])
def lms(request: pytest.FixtureRequest, sandbox: Sandbox, tiny: TinyTool) -> Sandbox:
    sandbox.set_rules(request.param)
    tiny.connect(sandbox)
    return sandbox


# On the way


def test_slow_answers_take_their_time(lms: Sandbox, tiny: TinyTool) -> None:
    url, tool = column(lms, tiny), caller(tiny)
    lms.set_faults(Fault("slow", amount=0.3))
    begun = time.monotonic()
    assert tool.score(url, sub(lms), 5, stamp()).status_code == 200
    assert time.monotonic() - begun >= 0.3


@pytest.mark.parametrize(("status", "applied"), [(500, False), (503, False), (502, True), (504, True)])
def test_a_gateways_error_comes_after_the_fact(lms: Sandbox, tiny: TinyTool, status: int, applied: bool) -> None:
    url, tool = column(lms, tiny), caller(tiny)
    lms.set_faults(Fault("errors", amount=status))
    assert tool.score(url, sub(lms), 5, stamp()).status_code == status
    assert score_of(lms) == (5 if applied else None)
    arrived = lms.list_arrivals()[-1]
    assert (arrived.status, arrived.applied, arrived.fault) == (status, applied, "errors")


def test_too_many_requests_says_when_to_come_back(lms: Sandbox, tiny: TinyTool) -> None:
    url, tool = column(lms, tiny), caller(tiny)
    lms.set_faults(Fault("busy", amount=17))
    answer = tool.score(url, sub(lms), 5, stamp())
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "17")
    assert lms.list_arrivals()[-1].retry_after == 17
    assert score_of(lms) is None


def test_a_budget_of_requests_runs_out_and_fills_again(lms: Sandbox, tiny: TinyTool) -> None:
    url, tool = column(lms, tiny), caller(tiny)
    lms.set_faults(Fault("budget", amount=2))
    answers = [tool.score(url, sub(lms), 5, stamp(2 * number)) for number in range(14)]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert refused
    if lms.moodle:
        assert (refused[0].status_code, refused[0].headers["Retry-After"]) == (429, "5")
    else:
        assert (refused[0].status_code, refused[0].headers["X-Rate-Limit-Remaining"]) == (403, "0.0")
        assert "Rate Limit Exceeded" in refused[0].text
        assert "Retry-After" not in refused[0].headers
    time.sleep(0.6)
    assert tool.results(url).status_code == 200


def test_a_lost_answer_was_applied(lms: Sandbox, tiny: TinyTool) -> None:
    url, tool = column(lms, tiny), caller(tiny)
    lms.set_faults(Fault("lost"))
    with pytest.raises(requests.ConnectionError):
        tool.score(url, sub(lms), 5, stamp())
    assert score_of(lms) == 5
    arrived = lms.list_arrivals()[-1]
    assert (arrived.status, arrived.applied, arrived.fault) == (0, True, "lost")


def test_an_answer_that_makes_no_sense(lms: Sandbox, tiny: TinyTool) -> None:
    url, tool = column(lms, tiny), caller(tiny)
    lms.set_faults(Fault("broken"))
    if lms.moodle:
        with pytest.raises(requests.ConnectionError, match=r"HTTP/1\.0 0 Error writing to database"):
            tool.results(url)
    else:
        assert "<h1>Sign in</h1>" in tool.results(url).text
    assert lms.list_arrivals()[-1].fault == "broken"


def test_away_cuts_services_and_leaves_pages(lms: Sandbox, tiny: TinyTool) -> None:
    url, tool = column(lms, tiny), caller(tiny)
    lms.set_faults(Fault("away"))
    with pytest.raises(requests.ConnectionError):
        tool.score(url, sub(lms), 5, stamp())
    with pytest.raises(requests.ConnectionError):
        tiny.ask_token()
    with pytest.raises(requests.ConnectionError):
        fetch(lms, "/lti/jwks")
    assert fetch(lms, "/people").status_code == 200
    assert score_of(lms) is None


def fetch(lms: Sandbox, path: str) -> requests.Response:
    return requests.get(lms.base_url + path, timeout=5)


def test_a_server_that_is_down_refuses_and_comes_back_with_its_grades(
    server: SandboxServer, lms: Sandbox, tiny: TinyTool
) -> None:
    url, tool = column(lms, tiny), caller(tiny)
    assert tool.score(url, sub(lms), 5, stamp()).status_code == 200
    server.go_away()
    with pytest.raises(requests.ConnectionError, match="refused"):
        fetch(lms, "/people")
    server.come_back()
    assert tool.score(url, sub(lms), 6, stamp(2)).status_code == 200
    assert score_of(lms) == 6


# Access


def test_a_revoked_token_is_refused_and_a_new_one_works(lms: Sandbox, tiny: TinyTool) -> None:
    url, tool = column(lms, tiny), caller(tiny)
    lms.set_faults(Fault("revoked"))
    assert tool.results(url).status_code == 401
    lms.set_faults()
    assert tool.results(url).status_code == 401
    fresh = caller(tiny)
    assert fresh.results(url).status_code == 200
    assert lms.revoke_tokens() == 1
    assert fresh.results(url).status_code == 401


# Course and gradebook


def test_one_course_may_be_in_trouble_alone(lms: Sandbox, tiny: TinyTool) -> None:
    url, tool = column(lms, tiny), caller(tiny)
    other = lms.get_course("BUS 240")["id"]
    lms.set_faults(Fault("gone", other))
    assert tool.score(url, sub(lms), 5, stamp()).status_code == 200
    lms.set_faults(Fault("gone", lms.get_course("MIR 101")["id"]))
    answer = tool.score(url, sub(lms), 6, stamp(2))
    assert answer.status_code == 404
    assert ("doesn't exist" if lms.moodle else "specified resource does not exist") in answer.text


@pytest.mark.parametrize(
    ("kind", "words"), [("concluded", "has concluded"), ("unpublished", "still unpublished"), ("locked", "")]
)
def test_what_a_gradebook_refuses(lms: Sandbox, tiny: TinyTool, kind: str, words: str) -> None:
    url, tool = column(lms, tiny), caller(tiny)
    lms.set_faults(Fault(kind))
    answer = tool.score(url, sub(lms), 5, stamp())
    refuses = bool(KINDS[kind].moodle_answer if lms.moodle else KINDS[kind].canvas_answer)
    assert answer.status_code == (200 if not refuses else 500 if kind == "locked" else 422)
    assert words in answer.text or not refuses
    assert (score_of(lms) is None) == refuses
    lms.set_faults()
    assert tool.score(url, sub(lms), 6, stamp(2)).status_code == 200


def test_canvas_counts_attempts(canvas: Sandbox, tiny: TinyTool) -> None:
    url, tool, amara = column(canvas, tiny), caller(tiny), sub(canvas)
    canvas.set_faults(Fault("attempts", amount=1))
    assert tool.score(url, amara, 5, stamp(-2)).status_code == 200
    again = tool.score(url, amara, 6, stamp())
    assert again.status_code == 422
    assert "maximum number of allowed attempts" in again.text
    extension = {"https://canvas.instructure.com/lti/submission": {"new_submission": False}}
    assert tool.score(url, amara, 6, stamp(1), **extension).status_code == 200


def test_a_clock_that_is_ahead_calls_scores_old(moodle: Sandbox, tiny: TinyTool) -> None:
    url, tool, amara = column(moodle, tiny), caller(tiny), sub(moodle)
    moodle.set_faults(Fault("clock", amount=30))
    assert tool.score(url, amara, 5, stamp()).status_code == 200
    assert tool.score(url, amara, 6, stamp(2)).status_code == 409
    assert tool.score(url, amara, 6, stamp(40)).status_code == 200


def test_a_clock_that_is_behind_sees_work_from_the_future(canvas: Sandbox, tiny: TinyTool) -> None:
    url, tool = column(canvas, tiny), caller(tiny)
    canvas.set_faults(Fault("clock", amount=-600))
    answer = tool.score(url, sub(canvas), 5, stamp(), submission={"submittedAt": stamp()})
    assert answer.status_code == 400
    assert "lies in the future" in answer.text


def test_time_itself_can_be_told(canvas: Sandbox, tiny: TinyTool) -> None:
    tool, url = caller(tiny), column(canvas, tiny)
    today = canvas.now()
    canvas.now_fn = lambda: today + timedelta(hours=2)
    assert "expired" in tool.results(url).text


# Chance


def test_chance_comes_out_the_same_under_one_seed(canvas: Sandbox, tiny: TinyTool) -> None:
    url, tool = column(canvas, tiny), caller(tiny)

    def answers(seed: int) -> list[int]:
        canvas.set_faults(Fault("errors", share=0.5), seed=seed)
        return [results(tool, url) for _ in range(20)]

    first = answers(1)
    assert set(first) == {200, 503}
    assert answers(1) == first
    assert answers(2) != first


def results(tool: Caller, url: str) -> int:
    return tool.results(url).status_code


@pytest.mark.parametrize(
    "fault",
    [
        Fault("storm"),
        Fault("lost", share=0),
        Fault("lost", share=2),
        Fault("away", 2),
        Fault("slow", amount=1000),
        Fault("errors", amount=200),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(sandbox: Sandbox, fault: Fault) -> None:
    with pytest.raises(ValueError, match=fault.kind):
        sandbox.turn_on(fault)
    assert sandbox.list_faults() == []


def test_faults_survive_a_restart(tmp_path_factory: pytest.TempPathFactory) -> None:
    state = tmp_path_factory.mktemp("lms") / "state.sqlite"
    with make_server(SandboxSettings(port=0, state=state)) as running:
        running.sandbox.set_faults(Fault("lost", share=0.5), Fault("concluded", 2), seed=7)
    with make_server(SandboxSettings(port=0, state=state)) as running:
        assert running.sandbox.list_faults() == [Fault("lost", share=0.5), Fault("concluded", 2)]
        assert running.sandbox.chance.seed == 7
        assert running.sandbox.get_course("MIR 101")["concluded"] == 1


# The panel


@pytest.fixture
def operator(lms: Sandbox, visitor: Visitor) -> Visitor:
    visitor.sign_in("ines.valverde")
    return visitor


def test_the_panel_switches_on_changes_and_switches_off(lms: Sandbox, operator: Visitor) -> None:
    page = operator.open(PANEL)
    assert "Faults are on" not in page.text
    page = operator.submit(page, {"course": "2", "share": "0.2", "amount": "4"}, form="Switch on Slow answers")
    assert lms.list_faults() == [Fault("slow", 2, 0.2, 4.0)]
    assert "Faults are on: Slow answers" in page.text
    assert "MIR 101, 1 call in 5, 4 s" in page.text
    operator.submit(page, {"course": "2", "amount": "1,5"}, form="Change Slow answers")
    assert lms.list_faults() == [Fault("slow", 2, 0.2, 1.5)]
    assert "Faults are on" in operator.open("/").text
    page = operator.submit(operator.open(PANEL), form="Switch off Slow answers, MIR 101, 1 call in 5, 1.5 s")
    assert lms.list_faults() == []


def test_the_panel_says_what_is_wrong(lms: Sandbox, operator: Visitor) -> None:
    page = operator.submit(operator.open(PANEL), {"amount": "900"}, form="Switch on Errors of the server")
    assert page.status == 422
    assert "Enter a number from 500 to 504." in page.text
    assert lms.list_faults() == []


def test_presets_and_all_well_again(lms: Sandbox, operator: Visitor) -> None:
    for preset in PRESETS:
        page = operator.submit(operator.open(PANEL), form=preset.title, button=preset.title)
        assert len(lms.list_faults()) == len(preset.faults)
        page = operator.submit(page, form="All well again")
        assert lms.list_faults() == []
        assert "All is well again" in page.text


def test_tokens_are_revoked_by_one_button(lms: Sandbox, tiny: TinyTool, operator: Visitor) -> None:
    url, tool = column(lms, tiny), caller(tiny)
    page = operator.submit(operator.open(PANEL), form="Revoke all tokens now", button="Revoke all tokens now")
    assert "1 access token is revoked" in page.text
    assert tool.results(url).status_code == 401


def test_only_the_administrator_breaks_things(lms: Sandbox, visitor: Visitor) -> None:
    visitor.sign_in("helena.marsh")
    assert visitor.open(PANEL).status == 403
    lms.set_faults(Fault("lost"))
    page = visitor.open("/")
    assert "Faults are on: Lost answers" in page.text
    assert "All well again" not in page.text


def test_nonsense_from_a_form_is_refused(lms: Sandbox, operator: Visitor) -> None:
    for fields in ({}, {"action": "storm"}, {"action": "on", "kind": "storm"}, {"action": "off", "course": "99"}):
        assert post(operator, lms, fields) == 400
    assert post(operator, lms, {"action": "on", "kind": "lost", "share": "7"}) == 400
    assert lms.list_faults() == []


def post(operator: Visitor, lms: Sandbox, fields: dict[str, str]) -> int:
    page = operator.open(PANEL)
    return operator._fetch(lms.base_url + PANEL, "POST", list(fields.items()), None, page.url, page).status


# What arrived


def test_what_arrived_shows_the_failure_and_the_call_that_came_again(
    lms: Sandbox, tiny: TinyTool, visitor: Visitor
) -> None:
    url, tool = column(lms, tiny), caller(tiny)
    visitor.sign_in("helena.marsh")
    when = stamp(-5)
    lms.set_faults(Fault("busy", amount=9))
    tool.score(url, sub(lms), 5, when)
    assert "Retry after 9 s. Not come again so far." in visitor.open("/arrived").text
    lms.set_faults(Fault("lost"))
    with pytest.raises(requests.ConnectionError):
        tool.score(url, sub(lms), 5, when)
    lms.set_faults()
    tool.results(url, user_id=sub(lms))
    page = visitor.open("/arrived?show=failed")
    assert "Applied, then the answer was lost. Looked up at" in page.text
    time.sleep(1.1)
    assert tool.score(url, sub(lms), 5, stamp()).status_code == 200
    page = visitor.open("/arrived?show=failed")
    assert "Applied, then the answer was lost. Came again at" in page.text
    assert page.text.count("Came again at") == 2
    assert "Failed 2" in page.text


def test_a_state_of_an_earlier_version_still_opens(tmp_path_factory: pytest.TempPathFactory) -> None:
    state = tmp_path_factory.mktemp("lms") / "state.sqlite"
    old = sqlite3.connect(state)
    old.execute(
        "CREATE TABLE service_call (id INTEGER PRIMARY KEY, at TEXT NOT NULL, service TEXT NOT NULL,"
        " method TEXT NOT NULL, path TEXT NOT NULL, status INTEGER NOT NULL, tool TEXT NOT NULL, note TEXT NOT NULL)"
    )
    old.execute("INSERT INTO service_call VALUES (1, '2026-09-01T08:00:00.000Z', 'service', 'GET', '/x', 200, '', '')")
    old.commit()
    old.close()
    with make_server(SandboxSettings(port=0, state=state)) as running:
        (arrived,) = running.sandbox.list_arrivals()
        assert (arrived.path, arrived.status, arrived.applied) == ("/x", 200, False)
