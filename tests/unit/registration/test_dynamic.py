"""Dynamic registration on values: whose configuration is believed, and what is asked of whom."""

from typing import Any

import pytest

from lti_tool.config import Settings, load_settings
from lti_tool.launch.registration.catalog import RegistrationFailed
from lti_tool.launch.registration.rules import (
    build_request,
    check_configuration_url,
    is_canvas_cloud_origin,
    read_answer,
    read_configuration,
)

PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
CANVAS = "https://canvas.instructure.com/lti/"
ICON = "https://prep.example.edu/lti/icon.svg"


@pytest.fixture(scope="module")
def tool() -> Settings:
    return load_settings({"LTI_TOOL_BASE_URL": "https://prep.example.edu", "LTI_TOOL_SECRET_KEY": "s" * 40})


def cloud(part: str = "", **changes: Any) -> dict[str, Any]:
    sso = f"https://sso.{part}canvaslms.com"
    return {
        "issuer": f"https://canvas.{part}instructure.com",
        "authorization_endpoint": sso + "/api/lti/authorize_redirect",
        "token_endpoint": sso + "/login/oauth2/token",
        "jwks_uri": sso + "/api/lti/security/jwks",
        "registration_endpoint": sso + "/api/lti/registrations",
        PLATFORM: {"product_family_code": "canvas"},
    } | changes


def other(**changes: Any) -> dict[str, Any]:
    base = "https://lms.example.edu"
    return {
        "issuer": base,
        "authorization_endpoint": base + "/auth",
        "token_endpoint": base + "/token",
        "jwks_uri": base + "/jwks",
        "registration_endpoint": base + "/register",
    } | changes


@pytest.mark.parametrize("part", ["", "beta.", "test."])
def test_canvas_cloud_has_two_hosts(tool: Settings, part: str) -> None:
    url = f"https://sso.{part}canvaslms.com/api/lti/security/openid-configuration"
    platform = read_configuration(cloud(part), url, tool)
    assert platform.issuer == f"https://canvas.{part}instructure.com"
    assert platform.family == "canvas"


@pytest.mark.parametrize(
    ("data", "url"),
    [
        (cloud("beta."), "https://sso.canvaslms.com/x"),
        (cloud(), "https://evil.instructure.com/x"),
        (cloud(jwks_uri="https://evil.instructure.com/jwks"), "https://sso.canvaslms.com/x"),
        (other(issuer="https://canvas.instructure.com"), "https://lms.example.edu/x"),
        (other(), "https://lms.example.edu:8443/x"),
    ],
)
def test_anything_else_must_share_one_origin(tool: Settings, data: dict[str, Any], url: str) -> None:
    with pytest.raises(RegistrationFailed) as failed:
        read_configuration(data, url, tool)
    assert failed.value.reason == "origins_differ"
    assert failed.value.advice


@pytest.mark.parametrize(
    "url", ["", "http://lms.example.edu/x", "https://prep.example.edu/x", "data:,{}", "//lms.example.edu"]
)
def test_configuration_addresses_that_are_not_fetched(tool: Settings, url: str) -> None:
    with pytest.raises(RegistrationFailed):
        check_configuration_url(url, tool)


def test_canvas_is_asked_for_its_placements(tool: Settings) -> None:
    platform = read_configuration(cloud(), "https://sso.canvaslms.com/x", tool)
    request = build_request(platform, tool, ICON)
    configuration = request[TOOL]
    course, staff, picker = configuration["messages"]
    assert course[CANVAS + "course_navigation/default_enabled"] is False
    assert staff["placements"] == [CANVAS + "account_navigation"]
    assert picker["type"] == "LtiDeepLinkingRequest"
    assert CANVAS + "module_index_menu_modal" in picker["placements"]
    assert configuration["custom_parameters"]["masquerading_user_id"] == "$Canvas.masqueradingUser.id"
    assert configuration["domain"] == "prep.example.edu"
    assert request["token_endpoint_auth_method"] == "private_key_jwt"
    # It named no scopes and no claims: all are asked for.
    assert len(request["scope"].split()) == 4
    assert "email" in configuration["claims"]


def test_others_are_asked_for_what_they_offer(tool: Settings) -> None:
    offers = {
        "messages_supported": [{"type": "LtiSubmissionReviewRequest"}, {"type": 5}, "x"],
        "variables": ["$Person.address.timezone", 7],
    }
    data = other(
        scopes_supported=["https://purl.imsglobal.org/spec/lti-ags/scope/score", 5],
        authorization_server="https://lms.example.edu/oauth",
        **{PLATFORM: offers},
    )
    platform = read_configuration(data, "https://lms.example.edu/x", tool)
    request = build_request(platform, tool, ICON)
    assert platform.token_audience == "https://lms.example.edu/oauth"
    assert request["scope"] == "https://purl.imsglobal.org/spec/lti-ags/scope/score"
    assert [it["type"] for it in request[TOOL]["messages"]] == [
        "LtiResourceLinkRequest",
        "LtiDeepLinkingRequest",
        "LtiSubmissionReviewRequest",
    ]
    assert request[TOOL]["custom_parameters"] == {"timezone": "$Person.address.timezone"}
    assert all(it["target_link_uri"] == tool.launch_url for it in request[TOOL]["messages"])


@pytest.mark.parametrize("platform", [None, "canvas", {"product_family_code": 5}, {"variables": "all"}])
def test_odd_platform_words_are_no_bug(tool: Settings, platform: object) -> None:
    read = read_configuration(other(**{PLATFORM: platform}), "https://lms.example.edu/x", tool)
    assert read.family == "other"
    assert build_request(read, tool, ICON)[TOOL]["custom_parameters"] == {}


@pytest.mark.parametrize(
    ("data", "deployment"),
    [
        ({"client_id": "c"}, None),
        ({"client_id": "c", "deployment_id": "9:abc"}, "9:abc"),
        ({"client_id": "c", "deployment_id": 4}, "4"),
        ({"client_id": "c", TOOL: {"deployment_id": "7"}}, "7"),
        ({"client_id": "c", "deployment_id": "", TOOL: "x"}, None),
    ],
)
def test_answers(data: dict[str, Any], deployment: str | None) -> None:
    assert read_answer(data).deployment_id == deployment
    assert read_answer(data).client_id == "c"


@pytest.mark.parametrize("data", [None, [], {}, {"client_id": ""}, {"client_id": True}, {"client_id": "c" * 256}])
def test_answers_without_a_client_id(data: object) -> None:
    with pytest.raises(RegistrationFailed):
        read_answer(data)


def test_canvas_cloud_origins() -> None:
    assert is_canvas_cloud_origin("https://sso.beta.canvaslms.com")
    assert not is_canvas_cloud_origin("https://school.instructure.com")


@pytest.mark.parametrize("odd", ["", "a\0b", "\ud800", "é", "a\nb", "x" * 256])
def test_identifiers_that_cannot_be_kept(odd: str) -> None:
    """A client id is refused; a deployment id is learned from the first launch instead."""
    with pytest.raises(RegistrationFailed):
        read_answer({"client_id": odd})
    assert read_answer({"client_id": "c", "deployment_id": odd}).deployment_id is None


@pytest.mark.parametrize(
    "odd", ["https://lms.example.edu/\0", "https://lms.example.edu/\ud800", "https://lms.example.edu/" + "x" * 2000]
)
def test_addresses_that_cannot_be_kept(tool: Settings, odd: str) -> None:
    with pytest.raises(RegistrationFailed) as refused:
        read_configuration(other(token_endpoint=odd), "https://lms.example.edu/x", tool)
    assert refused.value.reason == "configuration_unreadable"
    assert read_configuration(other(authorization_server=odd), "https://lms.example.edu/x", tool).token_audience is None


def test_a_name_is_kept_as_far_as_it_can_be(tool: Settings) -> None:
    platform = {"product_family_code": "canvas", CANVAS + "account_name": "River\0bend\ud800"}
    assert read_configuration(other(**{PLATFORM: platform}), "https://lms.example.edu/x", tool).name == "Riverbend"
