"""Deep linking, registration, the gradebook by hand, doors and the kept state."""

import re
from pathlib import Path
from typing import Any

import pytest
import requests

from lti_tool.sandbox import Sandbox, SandboxServer, SandboxSettings, make_server, spec
from lti_tool.sandbox.browser import Page, Refused, Visitor
from tests.sandbox.conftest import add_graded
from tests.sandbox.tool import TinyTool

ITEM: dict[str, Any] = {
    "type": "ltiResourceLink",
    "title": "Expectations",
    "custom": {"module": "expectations"},
    "lineItem": {"scoreMaximum": 10, "label": "Expectations (graded)", "tag": "module:expectations"},
}


def pick(visitor: Visitor, *, many: bool = True) -> Page:
    visitor.sign_in("helena.marsh")
    return visitor.submit(visitor.select_content(2, many=many), button="Add")


def test_canvas_takes_many_items_unpublished(canvas: Sandbox, tiny: TinyTool, visitor: Visitor) -> None:
    tiny.content = [ITEM, {**ITEM, "lineItem": {"tag": "no maximum"}}, {"type": "html"}, {**ITEM, "lineItem": None}]
    tiny.answer_changes = {spec.CANVAS_MODULE_NAME: "Readiness", spec.DL_MSG: "Two were added."}
    page = pick(visitor)
    items = canvas.list_items("MIR 101")
    assert [(item["title"], item["published"], item["module"]) for item in items] == [
        ("Expectations (graded)", 0, "Readiness"),
        ("Expectations", 1, "Readiness"),
    ]
    assert "Two were added." in page.text
    settings = tiny.launches[-1][spec.DL_SETTINGS]
    assert settings["accept_lineitem"]
    assert settings["accept_multiple"]
    assert spec.RESOURCE_LINK not in tiny.launches[-1]
    assert canvas.list_lineitems("MIR 101")[0]["tag"] == "module:expectations"


def test_moodle_takes_whole_points_from_1_to_100(moodle: Sandbox, tiny: TinyTool, visitor: Visitor) -> None:
    wrong = {**ITEM, "lineItem": {"scoreMaximum": 37.5}}
    tiny.content = [wrong]
    assert "between 1 and 100" in pick(visitor, many=False).text
    assert moodle.list_items("MIR 101") == []
    assert spec.NRPS not in tiny.launches[-1], "no roster before the first link"
    tiny.content = [wrong, ITEM]
    pick(visitor)
    assert [item["graded"] for item in moodle.list_items("MIR 101")] == [0, 1]
    assert moodle.list_lineitems("MIR 101")[0]["label"] == "Expectations", "the label is ignored"
    assert "accept_lineitem" not in tiny.launches[-1][spec.DL_SETTINGS]


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "http://other"},
        {"iss": "other"},
        {"exp": 1},
        {"nonce": ""},
        {spec.DEPLOYMENT_ID: "other"},
        {spec.MESSAGE_TYPE: "LtiResourceLinkRequest"},
        {spec.VERSION: "1.1"},
        {spec.DL_ITEMS: "none"},
    ],
)
def test_a_wrong_answer_adds_nothing(
    canvas: Sandbox, tiny: TinyTool, visitor: Visitor, changes: dict[str, Any]
) -> None:
    tiny.content, tiny.answer_changes = [ITEM], changes
    page = pick(visitor)
    assert page.status == 400
    assert "Nothing was added" in page.text
    assert canvas.list_items("MIR 101") == []


def test_an_answer_is_good_once(canvas: Sandbox, tiny: TinyTool, visitor: Visitor) -> None:
    tiny.content = [ITEM]
    visitor.sign_in("helena.marsh")
    choice = visitor.select_content(2)
    visitor.submit(choice, button="Add")
    assert "sent before" in visitor.submit(choice, button="Add").text
    assert len(canvas.list_items("MIR 101")) == 1


def test_students_choose_no_content(canvas: Sandbox, tiny: TinyTool, visitor: Visitor) -> None:
    visitor.sign_in("amara.okafor")
    assert visitor.open("/launch/select?course=2&tool=1").status == 403
    assert visitor.open("/courses/2/add").status == 403
    assert tiny.launches == []


# Registration


def registration(tiny: TinyTool) -> dict[str, Any]:
    return {
        "application_type": "web",
        "grant_types": ["client_credentials", "implicit"],
        "response_types": ["id_token"],
        "client_name": "Tiny <b>tool</b>",
        "initiate_login_uri": tiny.base_url + "/login",
        "redirect_uris": [tiny.base_url + "/launch"],
        "jwks_uri": tiny.base_url + "/jwks",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": f"{spec.SCOPE_LINEITEM} {spec.SCOPE_SCORE}",
        spec.TOOL_CONFIGURATION: {
            "domain": tiny.base_url.removeprefix("http://"),
            "target_link_uri": tiny.base_url + "/launch",
            "claims": ["iss", "sub", "name"],
            spec.CANVAS_PRIVACY: "anonymous",
            "messages": [{"type": "LtiDeepLinkingRequest"}, {"type": "LtiResourceLinkRequest",
                         "placements": ["https://canvas.instructure.com/lti/course_navigation", "unknown"]}],
        },
    }  # fmt: skip


@pytest.mark.parametrize("rules", ["canvas", "moodle"])
def test_a_tool_registers_itself(sandbox: Sandbox, tiny: TinyTool, visitor: Visitor, rules: str) -> None:
    sandbox.set_rules("moodle" if rules == "moodle" else "canvas")
    tiny.registration = registration(tiny)
    visitor.sign_in("ines.valverde")
    page = visitor.begin_registration(tiny.base_url + "/register?invite=1")
    assert page.text.startswith("200")
    tool = sandbox.list_tools()[0]
    assert f'"client_id": "{tool["client_id"]}"' in page.text
    assert '"deployment_id"' in page.text
    if rules == "moodle":
        assert (tool["state"], tool["privacy"]) == ("pending", "name_only")
        visitor.submit(visitor.open("/admin"), button="activate")
        assert sandbox.list_tools()[0]["state"] == "active"
    else:
        assert (tool["state"], tool["privacy"]) == ("active", "anonymous")
        assert tool["placements"] == ["link_selection", "course_navigation"]
    again = visitor.reload(page)
    assert "401 token_already_used" in again.text


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"jwks_uri": None}, "missing required attribute jwks_uri"),
        ({"redirect_uris": []}, "missing required attribute redirect_uris"),
        ({"token_endpoint_auth_method": "none"}, "invalid_client_metadata"),
        ({"domain": None}, "missing_domain"),
        ({"domain": "localhost"}, "domain_targetlinkuri_mismatch"),
        ({"grant_types": ["implicit"]}, "grant_types"),
        ({"scope": "everything"}, "Invalid scopes"),
    ],
)
def test_a_faulty_registration_is_refused_and_its_token_kept(
    sandbox: Sandbox, tiny: TinyTool, visitor: Visitor, change: dict[str, Any], reason: str
) -> None:
    asked = registration(tiny)
    place = asked[spec.TOOL_CONFIGURATION] if "domain" in change else asked
    place.update(change)
    tiny.registration = asked
    visitor.sign_in("ines.valverde")
    page = visitor.begin_registration(tiny.base_url + "/register")
    assert page.text.startswith("400")
    assert reason in page.text
    assert sandbox.list_tools() == []
    tiny.registration = registration(tiny)
    assert visitor.reload(page).text.startswith("200")


def test_registration_needs_a_token_of_ours(sandbox: Sandbox) -> None:
    url = sandbox.base_url + "/lti/registrations"
    assert requests.post(url, json={}, timeout=5).text == "missing_registration_token"
    forged = requests.post(url, json={}, headers={"Authorization": "Bearer x.y.z"}, timeout=5)
    assert (forged.status_code, forged.text) == (401, "invalid_registration_token")


# The site


def test_a_teacher_changes_a_grade(canvas: Sandbox, tiny: TinyTool, visitor: Visitor) -> None:
    add_graded(canvas, tiny)
    zoe = canvas.get_person("Zoë")
    visitor.sign_in("helena.marsh")
    cell = visitor.open(f"/courses/2/grades/1/{zoe['id']}")
    wrong = visitor.submit(cell, {"score": "11"}, button="Save grade")
    assert wrong.status == 422
    assert "from 0 to 10" in wrong.text
    book = visitor.submit(wrong, {"score": "7,5", "comment": "Late"}, button="Save grade")
    assert "7.5" in book.text
    score = canvas.find_score("Zoë", "Expectations")
    assert score is not None
    assert (score.score, score.comment, score.source) == (7.5, "Late", "teacher")


def test_an_administrator_connects_by_hand_and_steers(sandbox: Sandbox, tiny: TinyTool, visitor: Visitor) -> None:
    visitor.sign_in("ines.valverde")
    fields = {
        "initiate_login_uri": tiny.base_url + "/login",
        "redirect_uris": tiny.base_url + "/launch",
        "target_link_uri": tiny.base_url + "/launch",
        "jwks_uri": tiny.base_url + "/jwks",
    }
    page = visitor.submit(visitor.open("/admin"), fields, form="/admin/tools")
    client_id = sandbox.list_tools()[0]["client_id"]
    assert client_id in page.text
    visitor.submit(page, {"course": "BUS 240"}, button="deploy")
    assert len(sandbox.list_deployments(1)) == 3
    visitor.submit(visitor.open("/admin"), button="moodle")
    assert sandbox.rules == "moodle"
    kid = sandbox.current_key()["kid"]
    visitor.submit(visitor.open("/admin"), form="/admin/keys")
    assert sandbox.current_key()["kid"] != kid
    visitor.submit(visitor.open("/admin"), button="deactivate")
    assert sandbox.list_tools(active_only=True) == []
    visitor.submit(visitor.open("/admin"), button="remove")
    assert sandbox.list_tools() == []


def test_a_teacher_publishes_and_withholds_names(canvas: Sandbox, tiny: TinyTool, visitor: Visitor) -> None:
    visitor.sign_in("helena.marsh")
    page = visitor.open("/courses/2/add")
    course = visitor.submit(page, {"title": "By hand", "points": "5"}, button="Add link")
    visitor.submit(course, button="hide")
    assert canvas.list_items("MIR 101")[0]["published"] == 0
    visitor.submit(visitor.open("/courses/2/people"), form="/people/suharto/privacy")
    assert canvas.get_person("suharto")["private"] == 1
    visitor.sign_in("suharto")
    assert "By hand" not in visitor.open("/courses/2").text


def test_doors(canvas: Sandbox, visitor: Visitor) -> None:
    assert visitor.open("/courses/2").status == 401
    visitor.sign_in("joan.okafor")
    assert visitor.open("/courses/3").status == 403
    assert visitor.open("/courses/9").status == 404
    assert visitor.open("/admin").status == 403
    assert "Switch person" in visitor.open("/").text
    forged = requests.post(canvas.base_url + "/sign-in", data={"username": "helena.marsh"}, timeout=5)
    assert forged.status_code == 403, "a post without this site's Origin"


def test_only_canvas_answers_storage(sandbox: Sandbox, visitor: Visitor) -> None:
    visitor.sign_in("amara.okafor")
    assert visitor.open("/storage").status == 200
    assert 'name="post_message_forwarding"' in visitor.open("/courses/2").html
    sandbox.set_rules("moodle")
    assert visitor.open("/storage").status == 404
    assert "post_message_forwarding" not in visitor.open("/courses/2").html


@pytest.mark.parametrize("rules", ["canvas", "moodle"])
def test_the_configuration_follows_the_rules(sandbox: Sandbox, rules: str) -> None:
    sandbox.set_rules("moodle" if rules == "moodle" else "canvas")
    body = requests.get(sandbox.base_url + "/.well-known/openid-configuration", timeout=5).json()
    assert body["issuer"] == sandbox.base_url
    assert body[spec.PLATFORM_CONFIGURATION]["product_family_code"] == rules


def test_the_state_is_kept(tmp_path: Path, tiny: TinyTool) -> None:
    settings = SandboxSettings(port=0, state=tmp_path / "kept" / "sandbox.sqlite", rules="moodle")
    with make_server(settings) as first:
        tiny.connect(first.sandbox)
        add_graded(first.sandbox, tiny)
        kid = first.sandbox.current_key()["kid"]
    with make_server(settings) as second:
        assert second.sandbox.rules == "moodle"
        assert second.sandbox.current_key()["kid"] == kid
        assert [item["title"] for item in second.sandbox.list_items("MIR 101")] == ["Expectations"]
        assert len(second.sandbox.list_people("student")) == 25


def test_the_stand_in_browser_refuses_what_chromium_refuses(server: SandboxServer) -> None:
    with Visitor(server.base_url) as visitor:
        visitor.sign_in("amara.okafor")
        page = visitor.open("/courses/2")
        page.top = "http://localhost:1/"
        with pytest.raises(Refused, match="may not be framed"):
            visitor.reload(page)
        with pytest.raises(LookupError, match="no field"):
            visitor.submit(visitor.open("/people"), {"nothing": "x"}, form="/sign-out")


def test_the_package_shares_nothing_with_the_tool() -> None:
    import lti_tool.sandbox

    files = list(Path(lti_tool.sandbox.__file__).parent.rglob("*.py"))
    imports = {
        found
        for file in files
        for found in re.findall(r"^\s*(?:from|import) (lti_tool[\w.]*)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(files) > 20
    assert {name for name in imports if not name.startswith("lti_tool.sandbox")} == set()
