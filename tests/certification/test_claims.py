"""Conformance §6, rows C1 to C17: what a genuine message says, and what is made of it."""

import json
from typing import Any

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
    CUSTOM,
    DEPLOYMENT_ID,
    FOR_USER,
    INSTITUTION_PERSON,
    INSTRUCTOR,
    LAUNCH_PRESENTATION,
    LEARNER,
    LTI,
    MEMBERSHIP,
    MESSAGE_TYPE,
    NRPS,
    RESOURCE_LINK,
    ROLES,
    SYSTEM_PERSON,
    TOOL_PLATFORM,
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


# C3 to C6, C11 to C13: message type, version, roles, people


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


def test_c4_an_empty_list_of_roles(bench: Bench) -> None:
    bench.attempt(put(ROLES, [])).assert_accepted(role="none")


@pytest.mark.parametrize("value", [None, INSTRUCTOR, 5, {}, {"0": INSTRUCTOR}, True], ids=json.dumps)
def test_c5_roles_that_are_no_list(bench: Bench, value: object) -> None:
    bench.attempt(put(ROLES, value)).assert_refused(("roles_missing", "roles_malformed"), 400)


@pytest.mark.parametrize("value", [[None], [INSTRUCTOR, None], [5], [[INSTRUCTOR]], [{}]], ids=json.dumps)
def test_c5_roles_with_odd_members(bench: Bench, value: list[Any]) -> None:
    """Refused or read as if the odd members were not there; never an error, never more than was said."""
    attempt = bench.attempt(put(ROLES, value))
    assert bench.log.bugs() == []
    if attempt.answer.status == 303:
        attempt.assert_accepted(role="instructor" if INSTRUCTOR in value else "none")
    else:
        attempt.assert_refused("roles_malformed", 400)


TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
TEACHING_ASSISTANT = MEMBERSHIP + "/Instructor#TeachingAssistant"
ROLE_CASES: dict[str, tuple[list[str], str]] = {
    "C11-assistant-alone": ([TEACHING_ASSISTANT], "assistant"),
    "C11-assistant-with-instructor": ([INSTRUCTOR, TEACHING_ASSISTANT], "assistant"),
    "C11-other-sub-role": ([MEMBERSHIP + "/Learner#GuestLearner"], "none"),
    "C12-mentor": ([MEMBERSHIP + "#Mentor"], "observer"),
    "C12-mentor-and-learner": ([MEMBERSHIP + "#Mentor", LEARNER], "observer"),
    "C12-account-administrator": ([INSTITUTION_PERSON + "Administrator", SYSTEM_PERSON + "User"], "none"),
    "C12-system-administrator": ([SYSTEM_PERSON + "SysAdmin", SYSTEM_PERSON + "Administrator"], "none"),
    "C12-staff-elsewhere": ([INSTITUTION_PERSON + "Instructor", LEARNER], "learner"),
    "C12-designer": ([MEMBERSHIP + "#ContentDeveloper"], "designer"),
    "C13-deprecated": (["http://purl.imsglobal.org/vocab/lis/v2/person#Administrator", LEARNER], "learner"),
    "C13-deprecated-alone": (["http://purl.imsglobal.org/vocab/lis/v2/person#Administrator"], "none"),
    "case-matters": ([INSTRUCTOR.lower()], "none"),
    "prefix-is-not-enough": ([INSTRUCTOR + "X", "x" + INSTRUCTOR], "none"),
    "repeated": ([LEARNER] * 500, "learner"),
}


@pytest.mark.parametrize(("roles", "role"), ROLE_CASES.values(), ids=ROLE_CASES.keys())
def test_c11_c13_roles(bench: Bench, roles: list[str], role: str) -> None:
    bench.attempt(put(ROLES, roles)).assert_accepted(role=role)


def test_c12_a_mentor_with_a_scope_is_no_staff(bench: Bench) -> None:
    attempt = bench.attempt(put(ROLES, [MEMBERSHIP + "#Mentor"]), put(LTI + "role_scope_mentor", ["sub-of-child"]))
    visit = attempt.assert_accepted(role="observer")
    assert not visit.is_institution_administrator


@pytest.mark.parametrize("uri", [TEST_USER, SYSTEM_PERSON + "TestUser"])
def test_c12_the_test_student_is_marked(bench: Bench, uri: str) -> None:
    visit = bench.attempt(put(ROLES, [LEARNER, uri])).assert_accepted()
    assert visit.is_test_user and visit.user.is_test_user


def test_c12_an_account_administrator_is_known_as_such(bench: Bench) -> None:
    roles = [INSTITUTION_PERSON + "Administrator", SYSTEM_PERSON + "User"]
    assert bench.attempt(put(ROLES, roles)).assert_accepted(role="none").is_institution_administrator


def test_c6_an_anonymous_launch_of_a_public_course(bench: Bench) -> None:
    """Canvas: a public course without signing in sends no `sub` and the role None."""
    names = ("sub", "name", "given_name", "family_name", "middle_name", "email")
    attempt = bench.attempt(drop(*names), put(ROLES, [SYSTEM_PERSON + "None"]))
    attempt.assert_refused("user_missing", 400)
    assert "who you are" in attempt.answer.heading


# C7 to C10, C15: what must not matter


def test_c7_unknown_claims_are_ignored(bench: Bench) -> None:
    bench.attempt(
        put("https://vendor.example/claim", {"a": [1, None, {"b": "c"}]}),
        put("https://www.instructure.com/placement", None),
        put(LTI + "lti1p1", {"user_id": "legacy"}),
        put("picture", 5),
        put_in(CONTEXT, unknown={"a": 1}),
        put_in(RESOURCE_LINK, unknown=[None]),
        put_in(AGS, unknown="x"),
        put("", ""),
    ).assert_accepted()


OPTIONAL = {
    "context": CONTEXT,
    "custom": CUSTOM,
    "ags": AGS,
    "nrps": NRPS,
    "presentation": LAUNCH_PRESENTATION,
    "tool-platform": TOOL_PLATFORM,
    "lis": LTI + "lis",
    "mentor": LTI + "role_scope_mentor",
    "for-user": FOR_USER,
    "name": "name",
    "given": "given_name",
    "family": "family_name",
    "email": "email",
    "locale": "locale",
    "azp": "azp",
    "zoneinfo": "zoneinfo",
}


@pytest.mark.parametrize("name", OPTIONAL.values(), ids=OPTIONAL.keys())
def test_c8_null_in_an_optional_claim_counts_as_absent(bench: Bench, name: str) -> None:
    visit = bench.attempt(put(name, None)).assert_accepted()
    assert visit.user.name != "None"


@pytest.mark.parametrize("value", ["text", 5, [], [1], True, 1.5], ids=json.dumps)
@pytest.mark.parametrize("name", OPTIONAL.values(), ids=OPTIONAL.keys())
def test_c8_odd_types_in_optional_claims_are_no_error(bench: Bench, name: str, value: object) -> None:
    attempt = bench.attempt(put(name, value))
    assert bench.log.bugs() == []
    assert attempt.answer.status in (303, 400, 401), attempt.answer.text[:500]
    if attempt.answer.status == 303:
        attempt.assert_accepted()
    else:
        assert name in (CONTEXT, "azp"), "only what binds rights may refuse a launch"


MEMBERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "context": (CONTEXT, ("label", "title", "type")),
    "link": (RESOURCE_LINK, ("title", "description")),
    "ags": (AGS, ("scope", "lineitems", "lineitem")),
    "nrps": (NRPS, ("context_memberships_url", "service_versions")),
}


@pytest.mark.parametrize(
    "value", [None, 5, [], {}, [None], "x\x00y", "\ud800", "x" * 5000], ids=lambda value: repr(value)[:10]
)
@pytest.mark.parametrize(("claim", "members"), MEMBERS.values(), ids=MEMBERS.keys())
def test_c8_odd_members_of_optional_claims(bench: Bench, claim: str, members: tuple[str, ...], value: object) -> None:
    for member in members:
        bench.attempt(put_in(claim, **{member: value})).assert_accepted(opens=False)


@pytest.mark.parametrize("value", ["N" * 3000, "N\x00ame", "Zo\ud800e", " ", "<b>Zoë</b>", "عائشة بن علي", "‮evil"])
@pytest.mark.parametrize("name", ["name", "given_name", "family_name", "email", "locale", "zoneinfo"])
def test_c8_odd_names(bench: Bench, name: str, value: str) -> None:
    attempt = bench.attempt(put(name, value))
    attempt.assert_accepted()
    assert "<b>Zoë</b>" not in attempt.open_first_page().text


@pytest.mark.parametrize(
    "custom",
    [
        {"a": "", "b": 5, "c": None, "d": [], "e": {"f": 1}, "module": None},
        {"module": ""},
        {"module": 5},
        {"module": ["expectations"]},
        {"module": "$Some.unexpanded.variable"},
        {"timezone": "99"},
        {"timezone": "$Person.address.timezone"},
        {"timezone": "../../etc/passwd"},
        {"locale": "x" * 5000},
        {"": ""},
        {"m\x00": "v\x00"},
    ],
    ids=lambda custom: json.dumps(custom)[:40],
)
def test_c9_custom_values(bench: Bench, custom: dict[str, Any]) -> None:
    bench.attempt(put(CUSTOM, custom)).assert_accepted()


@pytest.mark.parametrize("module", ["no-such-module", "../../etc/passwd", "<script>", "EXPECTATIONS", "a\x00b"])
def test_c9_a_module_that_does_not_exist(bench: Bench, module: str) -> None:
    """A link to a module that was removed opens a page that says so, or the home; never an error."""
    attempt = bench.attempt(put(CUSTOM, {"module": module}))
    visit = attempt.assert_accepted(opens=False)
    page = attempt.open_first_page()
    assert page.status in (200, 404) and visit.id
    assert "<script>" not in page.text.replace('<script type="module"', "")


@pytest.mark.parametrize(
    "context",
    [
        {"id": "c"},
        {"id": "c", "type": ["CourseSection"]},
        {"id": "c", "type": ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"]},
        {"id": "c", "type": ["unknown", 5]},
        {"id": "c", "type": "CourseSection"},
        {"id": "c", "label": "", "title": ""},
    ],
    ids=json.dumps,
)
def test_c10_contexts_with_little_in_them(bench: Bench, context: dict[str, Any]) -> None:
    bench.attempt(put(CONTEXT, context)).assert_accepted()


@pytest.mark.parametrize("context", [{}, {"id": ""}, {"id": None}, {"title": "no id"}], ids=json.dumps)
def test_c10_a_context_without_an_id_is_malformed_or_absent(bench: Bench, context: dict[str, Any]) -> None:
    """`id` is required inside the claim (Core §5.4.1); without it there is no course to work in."""
    attempt = bench.attempt(put(CONTEXT, context))
    assert bench.log.bugs() == []
    if attempt.answer.status == 303:
        assert attempt.assert_accepted().context is None
    else:
        attempt.assert_refused("claim_malformed", 400)


def test_c15_spaces_make_another_person(bench: Bench) -> None:
    plain = bench.attempt().assert_accepted()
    spaced = bench.attempt(put("sub", "person-39890 ")).assert_accepted()
    assert plain.user_id != spaced.user_id
    with stores_of(bench.app).reading() as session:
        ours = select(User.sub).where(User.registration_id == bench.platform.registration_id)
        assert set(session.scalars(ours)) == {"person-39890", "person-39890 "}


# C14: the way back

RETURN = "https://lms.example.edu/return?sesskey=6k7wmRT9dC"


def test_c14_a_refused_message_leads_back_to_the_course(bench: Bench) -> None:
    attempt = bench.attempt(drop(RESOURCE_LINK), put(LAUNCH_PRESENTATION, {"return_url": RETURN}))
    attempt.assert_refused("resource_link_missing", 400)
    links = [str(link["href"]) for link in attempt.answer.soup.find_all("a", href=True)]
    back = [link for link in links if link.startswith("https://lms.example.edu/return")]
    assert all("javascript:" not in link for link in links)
    assert len(back) <= 1


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//evil", "\x00", "x" * 100_000, 5, None, "http://[::1", ""],
    ids=lambda url: repr(url)[:14],
)
def test_c14_a_return_url_that_is_none(bench: Bench, url: object) -> None:
    attempt = bench.attempt(put(LAUNCH_PRESENTATION, {"return_url": url}))
    visit = attempt.assert_accepted()
    assert visit.return_url == ""
    assert "javascript:" not in attempt.open_first_page().text
    refused = bench.attempt(drop(RESOURCE_LINK), put(LAUNCH_PRESENTATION, {"return_url": url}))
    refused.assert_refused("resource_link_missing", 400)
    assert "javascript:" not in refused.answer.text


def test_c14_the_return_url_is_kept_for_the_visit(bench: Bench) -> None:
    visit = bench.attempt(put(LAUNCH_PRESENTATION, {"return_url": RETURN})).assert_accepted()
    assert visit.return_url == RETURN


# C11, resource links


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


# C16: submission review


def test_c16_a_teacher_opens_a_students_work(bench: Bench) -> None:
    """The person must have opened the tool before; else a page says that there is nothing to see."""
    student = bench.attempt(put("sub", "person-39890-student")).assert_accepted()
    attempt = bench.attempt(claims=bench.platform.submission_review_claims)
    visit = attempt.assert_accepted(role="instructor")
    assert visit.message_type == "LtiSubmissionReviewRequest"
    assert visit.user_id != student.user_id


@pytest.mark.parametrize(
    "value", [None, {}, {"user_id": ""}, {"user_id": None}, {"user_id": 5}, "x", []], ids=json.dumps
)
def test_c16_nobody_is_named(bench: Bench, value: object) -> None:
    attempt = bench.attempt(put(FOR_USER, value), claims=bench.platform.submission_review_claims)
    attempt.assert_refused(("for_user_missing", "claim_malformed"), 400)


@pytest.mark.parametrize(
    "change",
    [drop(AGS), put(AGS, None), put_in(AGS, lineitem=None), put_in(AGS, lineitem="")],
    ids=["no-ags", "null", "null-item", "empty-item"],
)
def test_c16_no_line_item(bench: Bench, change: Change) -> None:
    attempt = bench.attempt(change, claims=bench.platform.submission_review_claims)
    attempt.assert_refused("line_item_missing", 400)


@pytest.mark.parametrize(("role", "name"), [(LEARNER, "learner"), (MEMBERSHIP + "#Mentor", "observer"), ("", "none")])
def test_c16_others_work_is_for_staff(bench: Bench, role: str, name: str) -> None:
    """Moodle signs this message for any student and any other user: the tool checks the role itself."""
    bench.attempt(put("sub", "person-39890-student"), put("name", "Helena Marsh-Verbeek")).assert_accepted()
    attempt = bench.attempt(put(ROLES, [role]), claims=bench.platform.submission_review_claims)
    attempt.assert_accepted(role=name, opens=False)
    page = attempt.open_first_page()
    assert page.status in (200, 403)
    assert "Helena" not in page.text


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
