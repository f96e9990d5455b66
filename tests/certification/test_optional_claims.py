"""Conformance §6, rows C7 to C10, C14: what a platform may leave out, add or get wrong without harm."""

import json
from typing import Any

import pytest

from tests.certification.bench import Bench
from tests.certification.browser import Answer
from tests.certification.conftest import BenchWith
from tests.certification.flow import start_login
from tests.certification.platform import (
    AGS,
    CONTEXT,
    CUSTOM,
    FOR_USER,
    LAUNCH_PRESENTATION,
    LTI,
    NRPS,
    RESOURCE_LINK,
    TOOL_PLATFORM,
    Token,
    drop,
    put,
    put_in,
)

# C7 to C10: what must not matter


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
# What the course and the addressee are decided by: here an odd type may refuse a launch.
BINDING = (CONTEXT, "azp")


@pytest.mark.parametrize("name", OPTIONAL.values(), ids=OPTIONAL.keys())
def test_c8_null_in_an_optional_claim_counts_as_absent(bench: Bench, name: str) -> None:
    visit = bench.attempt(put(name, None)).assert_accepted()
    assert visit.user.name != "None"


@pytest.mark.parametrize("value", ["text", 5, [], [1], True, 1.5], ids=json.dumps)
def test_c8_odd_types_in_claims_that_bind_nothing_do_no_harm(bench: Bench, value: object) -> None:
    harmless = [put(name, value) for name in OPTIONAL.values() if name not in BINDING]
    bench.attempt(*harmless).assert_accepted()


@pytest.mark.parametrize("value", ["text", 5, [], [1], True, 1.5], ids=json.dumps)
@pytest.mark.parametrize("name", BINDING, ids=["context", "azp"])
def test_c8_odd_types_in_claims_that_bind_rights(bench: Bench, name: str, value: object) -> None:
    attempt = bench.attempt(put(name, value))
    if attempt.answer.status == 303:
        # An empty list for an object: there is nothing in it that could be taken wrongly.
        assert attempt.assert_accepted().context is None
    else:
        attempt.assert_refused(("claim_malformed", "azp_wrong"), (400, 401))


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
    bench.attempt(put_in(claim, **dict.fromkeys(members, value))).assert_accepted()


@pytest.mark.parametrize("value", ["N" * 3000, "N\x00ame", "Zo\ud800e", " ", "<b>Zoë</b>", "عائشة بن علي", "‮evil"])
def test_c8_odd_names(bench: Bench, value: str) -> None:
    names = ("name", "given_name", "family_name", "middle_name", "email", "locale", "zoneinfo")
    attempt = bench.attempt(*(put(name, value) for name in names))
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


# C14: the way back

RETURN = "https://lms.example.edu/return?sesskey=6k7wmRT9dC"


def links_back(page: Answer) -> list[str]:
    links = [str(link["href"]) for link in page.soup.find_all("a", href=True)]
    return [link for link in links if link.startswith("https://lms.example.edu/return")]


def test_c14_an_unbound_launch_leads_back_to_the_course(bench: Bench) -> None:
    browser = bench.browser(keeps_cookies=False)
    login = start_login(browser, bench.platform)
    body = bench.platform.claims(login.nonce) | {LAUNCH_PRESENTATION: {"return_url": RETURN}}
    bench.log.keep_out("6k7wmRT9dC")
    form = {"id_token": Token().sign(body), "state": login.state}
    attempt = bench.post(browser, form, origin="https://evil.example")
    attempt.assert_refused("browser_unbound", 400)
    assert links_back(attempt.answer) == [RETURN]


def test_c14_a_held_deployment_leads_back_to_the_course(bench_with: BenchWith) -> None:
    holding = bench_with(hold_new_deployments=True)
    attempt = holding.attempt(put(LAUNCH_PRESENTATION, {"return_url": RETURN}))
    assert attempt.reason == "deployment_held"
    assert links_back(attempt.answer) == [RETURN]


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
