"""Launches of both LMSs, and every refusal of the authorisation endpoint."""

import pytest

from lti_tool.sandbox import Sandbox, spec
from lti_tool.sandbox.browser import PHONE, Visitor
from tests.sandbox.conftest import add_graded
from tests.sandbox.tool import TinyTool


def test_a_student_of_canvas_launches_an_assignment(canvas: Sandbox, tiny: TinyTool, visitor: Visitor) -> None:
    item = add_graded(canvas, tiny)
    visitor.sign_in("zoe.nunez")
    page = visitor.launch_item(item)
    assert "Tiny tool" in page.text
    assert "site same-origin" in page.text, "the page refreshes itself because a 303 is still cross-site"
    claims, login = tiny.launches[-1], tiny.logins[-1]
    zoe = canvas.get_person("zoe.nunez")
    assert claims["sub"] == zoe["uuid"]
    assert claims["exp"] - claims["iat"] == 3600
    assert claims["azp"] == claims["aud"]
    assert claims["name"] == "Zoë Núñez-Øster"
    assert claims[spec.RESOURCE_LINK]["id"] == item["uuid"]
    assert claims[spec.CANVAS_PLACEMENT] is None
    assert claims[spec.ROLES] == sorted([spec.INSTITUTION_STUDENT, spec.LEARNER, spec.SYSTEM_USER])
    assert claims[spec.TOOL_PLATFORM]["product_family_code"] == "canvas"
    assert claims[spec.AGS]["lineitem"].endswith("/line_items/1")
    assert login["lti_storage_target"] == "post_message_forwarding"
    assert claims["_cookie"]
    assert (claims["_site"], claims["_origin"]) == ("cross-site", canvas.base_url)


def test_a_student_of_moodle_launches_an_activity(moodle: Sandbox, tiny: TinyTool, visitor: Visitor) -> None:
    item = add_graded(moodle, tiny)
    visitor.sign_in("amara.okafor")
    visitor.launch_item(item)
    claims, login = tiny.launches[-1], tiny.logins[-1]
    amara = moodle.get_person("amara.okafor")
    assert claims["sub"] == str(amara["id"])
    assert claims["exp"] - claims["iat"] == 60
    assert "azp" not in claims
    assert claims[spec.CONTEXT]["type"] == ["CourseSection"]
    assert claims[spec.ROLES] == [spec.LEARNER]
    assert claims[spec.RESOURCE_LINK]["id"] == str(item["id"])
    assert "?type_id=" in claims[spec.AGS]["lineitem"]
    assert set(login) == {
        "iss", "target_link_uri", "login_hint", "lti_message_hint", "client_id", "lti_deployment_id",
    }  # fmt: skip
    assert claims["_fields"] == ["id_token", "state"]


def test_navigation_of_canvas_names_the_course_as_its_link(canvas: Sandbox, tiny: TinyTool, visitor: Visitor) -> None:
    visitor.sign_in("helena.marsh")
    visitor.launch_navigation(2)
    visitor.launch_navigation(3)
    first, second = tiny.launches
    assert first[spec.RESOURCE_LINK]["id"] == first[spec.CONTEXT]["id"]
    assert first[spec.CANVAS_PLACEMENT] == "course_navigation"
    assert "lineitem" not in first[spec.AGS]
    assert first[spec.DEPLOYMENT_ID] != second[spec.DEPLOYMENT_ID], "the second course has its own deployment"


@pytest.mark.parametrize(
    ("who", "has", "has_not"),
    [
        ("helena.marsh", spec.INSTRUCTOR, spec.LEARNER),
        ("priya.raman", spec.TEACHING_ASSISTANT, spec.LEARNER),
        ("joan.okafor", spec.MENTOR, spec.INSTRUCTOR),
        ("ines.valverde", spec.INSTITUTION_ADMINISTRATOR, spec.INSTRUCTOR),
        ("test.student", spec.TEST_USER, spec.INSTRUCTOR),
    ],
)
def test_roles_of_canvas(canvas: Sandbox, tiny: TinyTool, visitor: Visitor, who: str, has: str, has_not: str) -> None:
    visitor.sign_in(who)
    visitor.launch_navigation(2)
    roles = tiny.launches[-1][spec.ROLES]
    assert has in roles
    assert has_not not in roles


@pytest.mark.parametrize("rules", ["canvas", "moodle"])
def test_career_staff_open_the_tool_without_a_course(
    sandbox: Sandbox, tiny: TinyTool, visitor: Visitor, rules: str
) -> None:
    sandbox.set_rules("moodle" if rules == "moodle" else "canvas")
    tiny.connect(sandbox)
    visitor.sign_in("marcus.bell")
    visitor.launch_account()
    claims = tiny.launches[-1]
    assert spec.INSTITUTION_ADMINISTRATOR in claims[spec.ROLES]
    assert spec.AGS not in claims
    assert visitor.open("/arrived").status == 200


def test_a_private_person_has_no_name(canvas: Sandbox, tiny: TinyTool, visitor: Visitor) -> None:
    canvas.set_private("nour.haddad")
    visitor.sign_in("nour.haddad")
    visitor.launch_navigation(2)
    assert not {"name", "given_name", "email", "picture"} & set(tiny.launches[-1])


def test_custom_values_come_filled_or_as_written(canvas: Sandbox, tiny: TinyTool, visitor: Visitor) -> None:
    assert tiny.registered is not None
    custom = {"course": "$Canvas.course.id", "term": "$Canvas.no.such", "module": "resume"}
    item = canvas.add_item("MIR 101", tiny.registered.client_id, "Résumé", custom=custom)
    visitor.sign_in("test.student")
    visitor.launch_item(item)
    assert tiny.launches[-1][spec.CUSTOM] == {"course": "2", "term": "$Canvas.no.such", "module": "resume"}


def test_moodle_writes_mixed_keys_twice_and_leaves_unknown_variables(
    moodle: Sandbox, tiny: TinyTool, visitor: Visitor
) -> None:
    assert tiny.registered is not None
    custom = {"Mixed Case": "1", "start": "$ResourceLink.available.startDateTime"}
    item = moodle.add_item("MIR 101", tiny.registered.client_id, "Plain", custom=custom)
    visitor.sign_in("amara.okafor")
    visitor.launch_item(item)
    claims = tiny.launches[-1]
    assert claims[spec.CUSTOM] == {"mixed_case": "1", **custom}
    assert "lineitem" not in claims[spec.AGS], "an activity without a grade has no lineitem"


def test_a_new_window_is_first_party(canvas: Sandbox, tiny: TinyTool, server: object) -> None:
    item = add_graded(canvas, tiny)
    with Visitor(canvas.base_url, cookies="refused") as strict:
        strict.sign_in("amara.okafor")
        strict.launch_item(item)
        assert not tiny.launches[-1]["_cookie"], "the frame keeps no cookie"
        strict.launch_item(item, window=True)
        assert tiny.launches[-1]["_cookie"]
        assert tiny.launches[-1][spec.LAUNCH_PRESENTATION]["document_target"] == "window"
    with Visitor(canvas.base_url, cookies="blocked") as blocked:
        blocked.sign_in("amara.okafor")
        blocked.launch_item(item)
        assert tiny.launches[-1]["_cookie"], "a Partitioned cookie is kept"


def test_moodle_gives_phones_the_whole_window(moodle: Sandbox, tiny: TinyTool) -> None:
    item = add_graded(moodle, tiny)
    with Visitor(moodle.base_url, user_agent=PHONE) as phone:
        phone.sign_in("amara.okafor")
        page = phone.launch_item(item)
    assert page.top is None
    assert tiny.launches[-1][spec.LAUNCH_PRESENTATION]["document_target"] == "frame"


def test_keys_rotate_and_the_old_one_stays(canvas: Sandbox, tiny: TinyTool, visitor: Visitor) -> None:
    before = canvas.current_key()["kid"]
    after = canvas.rotate_keys()
    assert [key["kid"] for key in canvas.public_keys()] == [after, before]
    visitor.sign_in("amara.okafor")
    visitor.launch_navigation(2)
    assert len(tiny.launches) == 1


REFUSALS = [
    ({"scope": "openid email"}, "invalid_scope", True),
    ({"response_type": "code"}, "unsupported_response_type", True),
    ({"response_mode": "query"}, "invalid_request", False),
    ({"response_mode": None}, "invalid_request", False),
    ({"prompt": "login"}, "invalid_request", False),
    ({"nonce": None}, "invalid_request_object", True),
    ({"login_hint": "4"}, "access_denied", False),
    ({"lti_message_hint": "{}"}, "invalid_request", True),
]


@pytest.mark.parametrize(("changes", "error", "stops"), REFUSALS)
@pytest.mark.parametrize("rules", ["canvas", "moodle"])
def test_a_wrong_authentication_request_is_refused(
    sandbox: Sandbox,
    tiny: TinyTool,
    visitor: Visitor,
    rules: str,
    changes: dict[str, str | None],
    error: str,
    stops: bool,
) -> None:
    sandbox.set_rules("moodle" if rules == "moodle" else "canvas")
    tiny.connect(sandbox)
    item = add_graded(sandbox, tiny)
    visitor.sign_in("amara.okafor")
    tiny.auth_changes = changes
    page = visitor.launch_item(item)
    assert tiny.launches == []
    if stops and rules == "moodle":
        assert page.status == 400
        assert error in page.text
    else:
        assert tiny.errors[-1]["error"] == error
        assert tiny.errors[-1]["state"]


@pytest.mark.parametrize(
    "changes", [{"redirect_uri": "http://localhost:1/launch?x=1"}, {"client_id": "nobody"}, {"redirect_uri": None}]
)
def test_nothing_is_sent_to_an_unknown_place(
    canvas: Sandbox, tiny: TinyTool, visitor: Visitor, changes: dict[str, str | None]
) -> None:
    visitor.sign_in("amara.okafor")
    tiny.auth_changes = changes
    page = visitor.launch_navigation(2)
    assert page.status == 400
    assert page.url.startswith(canvas.base_url)
    assert tiny.errors == []


@pytest.mark.parametrize("rules", ["canvas", "moodle"])
def test_a_launch_is_good_once(sandbox: Sandbox, tiny: TinyTool, visitor: Visitor, rules: str) -> None:
    sandbox.set_rules("moodle" if rules == "moodle" else "canvas")
    tiny.connect(sandbox)
    item = add_graded(sandbox, tiny)
    visitor.sign_in("amara.okafor")
    visitor.launch_item(item)
    used = tiny.logins[-1]["lti_message_hint"]
    tiny.auth_changes = {"lti_message_hint": used}
    page = visitor.launch_item(item)
    assert len(tiny.launches) == 1
    assert "launch_no_longer_valid" in (page.text if rules == "moodle" else tiny.errors[-1]["error"])


def test_nobody_signed_in_means_login_required(canvas: Sandbox, tiny: TinyTool, visitor: Visitor) -> None:
    visitor.sign_in("amara.okafor")
    login = visitor.open("/courses/2/tools/1")
    visitor.launch_navigation(2)
    fields = tiny.logins[-1]
    visitor.jar.cookies.clear()
    page = visitor.open(f"{tiny.base_url}/login?client_id={fields['client_id']}&login_hint=x&lti_message_hint=y")
    assert login.status == 200
    assert tiny.errors[-1]["error"] == "login_required"
    assert "refused" in page.text


def test_a_tool_that_is_off_gets_an_error(canvas: Sandbox, tiny: TinyTool, visitor: Visitor) -> None:
    item = add_graded(canvas, tiny)
    assert tiny.registered is not None
    canvas.set_tool_state(tiny.registered.client_id, "pending")
    visitor.sign_in("amara.okafor")
    visitor.launch_item(item)
    assert tiny.errors[-1]["error"] == "unauthorized_client"


def test_moodle_signs_a_review_for_anybody_about_anybody(moodle: Sandbox, tiny: TinyTool, visitor: Visitor) -> None:
    add_graded(moodle, tiny)
    zoe, column = moodle.get_person("zoe.nunez"), moodle.list_lineitems("MIR 101")[0]
    visitor.sign_in("helena.marsh")
    visitor.open_submission(2, column["id"], zoe["id"])
    assert tiny.launches[-1][spec.MESSAGE_TYPE] == spec.SUBMISSION_REVIEW_REQUEST
    assert tiny.launches[-1][spec.FOR_USER] == {"user_id": str(zoe["id"])}
    visitor.sign_in("amara.okafor")
    visitor.open(f"/launch/review?course=2&column={column['id']}&user={zoe['id']}")
    assert tiny.launches[-1][spec.ROLES] == [spec.LEARNER]
    assert tiny.launches[-1][spec.FOR_USER] == {"user_id": str(zoe["id"])}


def test_an_administrator_opens_data_privacy(canvas: Sandbox, tiny: TinyTool, visitor: Visitor) -> None:
    visitor.sign_in("ines.valverde")
    visitor.open_privacy()
    claims = tiny.launches[-1]
    assert claims[spec.MESSAGE_TYPE] == spec.DATA_PRIVACY_REQUEST
    assert spec.RESOURCE_LINK not in claims
