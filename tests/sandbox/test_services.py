"""Token endpoint, AGS and NRPS with the rules of both LMSs."""

from typing import Any

import pytest

from lti_tool.sandbox import Sandbox, SandboxServer, spec, urls
from lti_tool.sandbox.browser import Visitor
from tests.sandbox.conftest import add_graded, caller, stamp
from tests.sandbox.tool import Caller, TinyTool

EXTENSION = spec.CANVAS_SUBMISSION


def column(sandbox: Sandbox, tool: TinyTool) -> str:
    add_graded(sandbox, tool)
    line = sandbox.list_lineitems("MIR 101")[0]
    return urls.lineitem_url(sandbox, sandbox.list_tools()[0], line)


def container(sandbox: Sandbox, course_id: int = 2) -> str:
    return urls.lineitems_url(sandbox, sandbox.list_tools()[0], course_id)


def sub(sandbox: Sandbox, who: str) -> str:
    return sandbox.sub_of(sandbox.get_person(who))


def value(sandbox: Sandbox, who: str) -> float | None:
    found = sandbox.find_score(who, "Expectations")
    assert found is not None
    return found.score


# Tokens


@pytest.mark.parametrize(
    "changes",
    [{"aud": "http://127.0.0.1/other"}, {"sub": "other"}, {"iss": "other"}, {"exp": 1}, {"jti": None}, {"exp": None}],
)
def test_a_wrong_assertion_gets_no_token(canvas: Sandbox, tiny: TinyTool, changes: dict[str, Any]) -> None:
    answer = tiny.ask_token(assertion=tiny.assertion(**changes))
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_client"


def test_an_assertion_is_good_once(canvas: Sandbox, tiny: TinyTool) -> None:
    assertion = tiny.assertion()
    assert tiny.ask_token(assertion=assertion).status_code == 200
    assert "jti was used" in tiny.ask_token(assertion=assertion).text


def test_a_changed_key_works_at_once_and_an_unknown_one_does_not(canvas: Sandbox, tiny: TinyTool) -> None:
    assert tiny.ask_token().status_code == 200
    tiny.kid = "tiny-2"
    assert tiny.ask_token().status_code == 200
    assertion = tiny.assertion()
    tiny.kid = "tiny-3"
    assert tiny.ask_token(assertion=assertion).status_code == 200, "a kept keyset still knows it"
    assert tiny.ask_token().status_code == 200
    assert "has no key" in tiny.ask_token(assertion=assertion).text


def test_scopes_are_what_the_tool_may_have(sandbox: Sandbox, tiny: TinyTool) -> None:
    tiny.connect(sandbox, scopes=[spec.SCOPE_SCORE])
    answer = tiny.ask_token().json()
    assert answer["scope"] == spec.SCOPE_SCORE
    assert answer["expires_in"] == 3600
    assert tiny.ask_token((spec.SCOPE_NRPS,)).json()["error"] == "invalid_scope"


def test_moodle_sends_tokens_as_html_and_full_grade_scopes(sandbox: Sandbox, tiny: TinyTool) -> None:
    sandbox.set_rules("moodle")
    tiny.connect(sandbox, scopes=[spec.SCOPE_SCORE])
    answer = tiny.ask_token()
    assert answer.headers["Content-Type"].startswith("text/html")
    granted = set(answer.json()["scope"].split())
    assert granted == {spec.SCOPE_SCORE, spec.SCOPE_RESULT_READ, spec.SCOPE_LINEITEM_READ}


@pytest.mark.parametrize("rules", ["canvas", "moodle"])
def test_services_want_the_right_scope(sandbox: Sandbox, tiny: TinyTool, rules: str) -> None:
    sandbox.set_rules("moodle" if rules == "moodle" else "canvas")
    tiny.connect(sandbox)
    url = container(sandbox)
    assert Caller("wrong").lineitems(url).status_code == 401
    scoring = Caller(tiny.token(spec.SCOPE_SCORE))
    if rules == "canvas":
        assert scoring.lineitems(url).status_code == 401
    assert Caller(tiny.token(spec.SCOPE_LINEITEM)).lineitems(url).status_code == 200
    other = url.replace("/api/lti/", "/mod/lti/") if rules == "canvas" else url.replace("/mod/lti/", "/api/lti/")
    assert Caller(tiny.token()).lineitems(other).status_code == 404


# Moodle


def test_moodle_keeps_whole_seconds(moodle: Sandbox, tiny: TinyTool) -> None:
    url, tool = column(moodle, tiny), caller(tiny)
    amara = sub(moodle, "amara.okafor")
    assert tool.score(url, amara, 7, stamp(), comment="Good start").status_code == 200
    early = tool.score(url, amara, 8, stamp())
    assert early.status_code == 409
    assert tool.score(url, amara, 8, stamp(2)).status_code == 200
    assert value(moodle, "amara.okafor") == 8
    score = moodle.find_score("amara.okafor", "module:expectations")
    assert score is not None
    assert score.comment == "", "a post without a comment erases the one before"


def test_moodle_compares_an_own_column_with_its_clock_and_an_extra_one_with_the_stamp(
    moodle: Sandbox, tiny: TinyTool
) -> None:
    own, tool = column(moodle, tiny), caller(tiny)
    extra = tool.create(container(moodle), tag="x").json()["id"]
    amara = sub(moodle, "amara.okafor")
    for url in (own, extra):
        assert tool.score(url, amara, 1, stamp(3600)).status_code == 200
    assert tool.score(own, amara, 2, stamp(2)).status_code == 200, "a stamp from the future is forgotten"
    assert tool.score(extra, amara, 2, stamp(2)).status_code == 409, "an extra column stays locked"


def test_moodle_erases_what_is_not_fully_graded(moodle: Sandbox, tiny: TinyTool) -> None:
    url, tool = column(moodle, tiny), caller(tiny)
    amara = sub(moodle, "amara.okafor")
    tool.score(url, amara, 7, stamp())
    assert tool.score(url, amara, None, stamp(5), gradingProgress="Pending").status_code == 200
    assert value(moodle, "amara.okafor") is None


@pytest.mark.parametrize("who", ["helena.marsh", "ines.valverde", "joan.okafor"])
def test_moodle_grades_students_only(moodle: Sandbox, tiny: TinyTool, who: str) -> None:
    url = column(moodle, tiny)
    answer = caller(tiny).score(url, sub(moodle, who), 7, stamp())
    assert answer.status_code == 400
    assert "Incorrect score received" in answer.text
    assert caller(tiny).score(url, "99999", 7, stamp()).status_code == 400


def test_moodle_wants_exact_media_types(moodle: Sandbox, tiny: TinyTool) -> None:
    url, tool = column(moodle, tiny), caller(tiny)
    full = {"userId": "9"}
    scores = url.replace("?", "/scores?")
    assert tool.call("POST", scores, full, kind="application/json").status_code == 400
    assert tool.call("GET", container(moodle)).status_code == 400, "not even */* for the container"
    assert tool.call("GET", url, accept="application/json").status_code == 400
    assert tool.call("GET", url).status_code == 200
    wrong_type = url.replace("type_id=1", "type_id=2")
    assert tool.call("GET", wrong_type).status_code == 401


def test_moodle_scales_and_cuts(moodle: Sandbox, tiny: TinyTool) -> None:
    url, tool = column(moodle, tiny), caller(tiny)
    amara, zoe = sub(moodle, "amara.okafor"), sub(moodle, "zoe.nunez")
    tool.score(url, amara, 1, stamp(), scoreMaximum=2)
    tool.score(url, zoe, 12, stamp())
    assert (value(moodle, "amara.okafor"), value(moodle, "zoe.nunez")) == (5, 10)
    missing = tool.score(url, amara, 1, stamp(9), scoreMaximum=None)
    assert missing.status_code == 400


def test_moodle_keeps_the_teachers_grade_in_an_own_column_only(moodle: Sandbox, tiny: TinyTool) -> None:
    own, tool = column(moodle, tiny), caller(tiny)
    extra = tool.create(container(moodle), label="Survey", tag="x").json()["id"]
    amara = sub(moodle, "amara.okafor")
    for line in moodle.list_lineitems("MIR 101"):
        moodle.set_grade(line["id"], "amara.okafor", 3, "Talk to me")
    assert tool.score(own, amara, 9, stamp(5)).status_code == 200
    assert tool.score(extra, amara, 9, stamp(5)).status_code == 200
    assert value(moodle, "amara.okafor") == 3
    survey = moodle.find_score("amara.okafor", "Survey")
    assert survey is not None
    assert survey.score == 9
    shown = tool.results(own, user_id=amara).json()
    assert [(one["resultScore"], one["comment"]) for one in shown] == [(3, "Talk to me")]


def test_moodle_lists_columns_and_results(moodle: Sandbox, tiny: TinyTool) -> None:
    own, tool = column(moodle, tiny), caller(tiny)
    tool.create(container(moodle), tag="x", resourceId="r")
    tool.create(container(moodle), tag="x")
    assert len(tool.lineitems(container(moodle)).json()) == 3, "posting twice makes two columns"
    assert len(tool.lineitems(container(moodle), tag="x").json()) == 2
    assert len(tool.lineitems(container(moodle), resource_id="r").json()) == 1
    assert tool.lineitems(container(moodle), resource_link_id="1").json()[0]["id"] == own
    paged = tool.lineitems(container(moodle), limit="2")
    assert "\u201cnext\u201d" in paged.headers["Link"].encode("latin-1").decode()
    assert paged.links.get("next") is None, "nobody can parse Moodle's link"
    assert tool.results(own, limit="5").status_code == 404
    assert tool.create(container(moodle), resourceLinkId="77").status_code == 403


def test_moodle_puts_and_deletes(moodle: Sandbox, tiny: TinyTool, visitor: Visitor) -> None:
    own, tool = column(moodle, tiny), caller(tiny)
    changed = tool.call("PUT", own, {"label": "New", "scoreMaximum": 20}, kind=spec.LINEITEM_TYPE)
    assert changed.json()["tag"] == "", "what is left out is erased"
    assert len(tool.results(own).json()) == 25, "each ungraded student has a 0 now"
    assert tool.call("DELETE", own).status_code == 204
    visitor.sign_in("amara.okafor")
    visitor.launch_item(moodle.list_items("MIR 101")[0])
    assert tiny.launches[-1][spec.AGS]["lineitem"] == ""


def test_two_columns_hide_the_lineitem_of_moodle(moodle: Sandbox, tiny: TinyTool, visitor: Visitor) -> None:
    column(moodle, tiny)
    caller(tiny).create(container(moodle), resourceLinkId="1")
    visitor.sign_in("amara.okafor")
    visitor.launch_item(moodle.list_items("MIR 101")[0])
    assert "lineitem" not in tiny.launches[-1][spec.AGS]


# Canvas


def test_canvas_counts_attempts_and_keeps_the_submission(canvas: Sandbox, tiny: TinyTool) -> None:
    url, tool = column(canvas, tiny), caller(tiny)
    amara, view = sub(canvas, "amara.okafor"), tiny.base_url + "/launch?view=1"
    launch = {"submission_type": "basic_lti_launch", "submission_data": view}
    submitted = {"submittedAt": stamp(-5)}
    first = tool.score(
        url, amara, None, stamp(),
        activityProgress="Submitted", gradingProgress="PendingManual",
        submission=submitted, comment="lost", **{EXTENSION: launch},
    )  # fmt: skip
    assert first.status_code == 200
    tool.score(url, amara, 8, stamp(1), submission=submitted, **{EXTENSION: {**launch, "new_submission": False}})
    score = canvas.find_score("amara.okafor", "Expectations")
    assert score is not None
    assert (score.score, score.attempt, score.submission_url, score.comments) == (8, 1, view, ())
    tool.score(url, amara, 9, stamp(2), comment="Better")
    tool.score(url, amara, 9, stamp(3), comment="Done")
    score = canvas.find_score("amara.okafor", "Expectations")
    assert score is not None
    assert (score.attempt, score.submission_url, score.comments) == (3, "", ("Better", "Done"))


def test_canvas_resets_unless_told_to_preserve(canvas: Sandbox, tiny: TinyTool) -> None:
    url, tool = column(canvas, tiny), caller(tiny)
    amara = sub(canvas, "amara.okafor")
    canvas.set_grade(1, "amara.okafor", 6)
    pending = {"gradingProgress": "Pending"}
    tool.score(url, amara, None, stamp(1), **pending, **{EXTENSION: {"preserve_score": True}})
    assert value(canvas, "amara.okafor") == 6
    tool.score(url, amara, 9, stamp(2), **{EXTENSION: {"prioritize_non_tool_grade": True}})
    assert value(canvas, "amara.okafor") == 6
    tool.score(url, amara, None, stamp(3), **pending)
    assert value(canvas, "amara.okafor") is None


def test_canvas_refuses_older_stamps_and_the_future(canvas: Sandbox, tiny: TinyTool) -> None:
    url, tool = column(canvas, tiny), caller(tiny)
    amara = sub(canvas, "amara.okafor")
    same = stamp()
    assert tool.score(url, amara, 5, same).status_code == 200
    assert tool.score(url, amara, 6, same).status_code == 200, "the same stamp passes"
    older = tool.score(url, amara, 7, stamp(-60))
    assert older.status_code == 400
    assert "before last updated timestamp" in older.text
    assert tool.score(url, amara, 7, stamp(1), submission={"submittedAt": stamp(120)}).status_code == 400
    canvas.set_grade(1, "amara.okafor", 2)
    assert "before last updated" in tool.score(url, amara, 7, same).text, "a teacher's change moves the clock"


@pytest.mark.parametrize("who", ["test.student", "helena.marsh", "joan.okafor", "marcus.bell"])
def test_canvas_grades_students_only(canvas: Sandbox, tiny: TinyTool, who: str) -> None:
    answer = caller(tiny).score(column(canvas, tiny), sub(canvas, who), 5, stamp())
    assert answer.status_code == 422
    assert "not a student" in answer.text


def test_canvas_refuses_closed_doors(canvas: Sandbox, tiny: TinyTool) -> None:
    url, tool, amara = column(canvas, tiny), caller(tiny), sub(canvas, "amara.okafor")
    canvas.publish_item(1, False)
    assert "still unpublished" in tool.score(url, amara, 5, stamp()).text
    canvas.publish_item(1)
    canvas.conclude_course("MIR 101")
    assert "has concluded" in tool.score(url, amara, 5, stamp()).text
    canvas.conclude_course("MIR 101", False)
    canvas.unenrol("MIR 101", "amara.okafor")
    assert tool.score(url, amara, 5, stamp()).status_code == 422


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"activityProgress": "Nearly"}, 422),
        ({"gradingProgress": None}, 400),
        ({"timestamp": "2026-01-01T00:00:00"}, 400),
        ({"scoreMaximum": None}, 422),
        ({"scoreMaximum": 0}, 422),
        ({"scoreGiven": -1}, 422),
        ({EXTENSION: {"submission_type": "magic"}}, 400),
    ],
)
def test_canvas_checks_each_field(canvas: Sandbox, tiny: TinyTool, body: dict[str, Any], status: int) -> None:
    url = column(canvas, tiny)
    answer = caller(tiny).score(url, sub(canvas, "amara.okafor"), 5, stamp=stamp(), **body)
    assert answer.status_code == status
    assert canvas.list_scores() == []


def test_canvas_pages_columns_and_results(canvas: Sandbox, tiny: TinyTool) -> None:
    url, tool = column(canvas, tiny), caller(tiny)
    for _ in range(11):
        assert tool.create(container(canvas), tag="x").status_code == 201
    first = tool.lineitems(container(canvas), tag="x")
    second = tool.call("GET", first.links["next"]["url"])
    assert (len(first.json()), len(second.json())) == (10, 1)
    assert "tag=x" in first.links["next"]["url"]
    for person in canvas.list_people("student")[:12]:
        tool.score(url, canvas.sub_of(person), 5, stamp())
    page = tool.results(url)
    assert len(page.json()) == 10
    assert len(tool.call("GET", page.links["next"]["url"]).json()) == 2
    one = tool.results(url, user_id=sub(canvas, "amara.okafor")).json()
    assert [(each["resultScore"], each["resultMaximum"], "comment" in each) for each in one] == [(5, 10, False)]


def test_canvas_protects_columns(canvas: Sandbox, tiny: TinyTool) -> None:
    url, tool = column(canvas, tiny), caller(tiny)
    assert tool.call("DELETE", url).status_code == 401
    extra = tool.create(container(canvas)).json()["id"]
    assert tool.call("DELETE", extra).status_code == 204
    assert tool.call("GET", extra).status_code == 404
    assert tool.create(container(canvas), resourceLinkId="no").status_code == 404
    mine = canvas.list_items("MIR 101")[0]["uuid"]
    assert tool.create(container(canvas, 3), resourceLinkId=mine).status_code == 412
    tiny.connect(canvas)
    assert caller(tiny).call("GET", url).status_code == 412, "another client id"
    assert caller(tiny).lineitems(container(canvas)).json() == []


# NRPS


def test_canvas_pages_its_roster(canvas: Sandbox, tiny: TinyTool) -> None:
    canvas.add_students(60)
    canvas.set_private("suharto")
    url = urls.memberships_url(canvas, canvas.list_tools()[0], 2)
    tool = caller(tiny)
    first = tool.call("GET", url + "?limit=500", accept=spec.MEMBERS_TYPE)
    second = tool.call("GET", first.links["next"]["url"])
    assert (len(first.json()["members"]), len(second.json()["members"])) == (50, 39)
    members = {one["user_id"]: one for one in first.json()["members"] + second.json()["members"]}
    assert members[sub(canvas, "priya.raman")]["roles"] == [spec.INSTRUCTOR, spec.TEACHING_ASSISTANT]
    assert "name" not in members[sub(canvas, "suharto")]
    assert members[sub(canvas, "nour.haddad")]["name"] == "نور الحداد"
    learners = tool.call("GET", f"{url}?role={spec.LEARNER.replace('#', '%23')}&limit=50")
    assert "Learner" in learners.links["next"]["url"]
    assert tool.call("GET", url + "?rlid=nothing").status_code == 400
    course = canvas.get_course("MIR 101")["uuid"]
    assert "message" in tool.call("GET", f"{url}?rlid={course}").json()["members"][0]


def test_moodle_lists_its_roster_in_short_words(moodle: Sandbox, tiny: TinyTool) -> None:
    column(moodle, tiny)
    url, tool = urls.memberships_url(moodle, moodle.list_tools()[0], 2), caller(tiny)
    everyone = tool.call("GET", url, accept=spec.MEMBERS_TYPE)
    assert "next" not in everyone.links
    members = {one["user_id"]: one for one in everyone.json()["members"]}
    assert members[sub(moodle, "helena.marsh")]["roles"] == ["Instructor"]
    assert members[sub(moodle, "priya.raman")]["roles"] == ["Learner"], "a non-editing teacher"
    page = tool.call("GET", url + "?limit=3&role=Learner&rlid=1")
    assert page.links["next"]["url"].endswith("?limit=3&from=3&rlid=1"), "the next link drops the role"
    assert tool.call("GET", url, accept="application/json").status_code == 400


def test_calls_are_shown_to_teachers(canvas: Sandbox, tiny: TinyTool, server: SandboxServer) -> None:
    url = column(canvas, tiny)
    caller(tiny).score(url, sub(canvas, "zoe.nunez"), 5, stamp())
    with Visitor(server.base_url) as visitor:
        visitor.sign_in("helena.marsh")
        assert "Zoë Núñez-Øster\u2069: 5 of 10" in visitor.open("/arrived").text
        assert "Zoë Núñez-Øster" in visitor.open("/courses/2/grades").text
        visitor.sign_in("zoe.nunez")
        assert visitor.open("/arrived").status == 403
        assert "of 10" in visitor.open("/courses/2/grades").text
