"""Claims → Launch: what is taken, what is refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from lti_tool.errors import LaunchRefused
from lti_tool.launch.catalog import DeepLinkingSettings, Endpoint, Launch
from lti_tool.launch.rules import Expected, read_launch
from lti_tool.lti import claims as names
from lti_tool.lti.messages import MessageType
from lti_tool.lti.roles import CourseRole

OWN = "https://prep.example.edu"
LMS = "https://lms.example.edu"
TARGET = OWN + "/lti/launch"
EXPECTED = Expected(LMS, "1", TARGET, OWN)
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
Claims = dict[str, Any]
Change = Callable[[Claims], object]


def link_claims() -> Claims:
    return {
        names.MESSAGE_TYPE: "LtiResourceLinkRequest",
        names.VERSION: "1.3.0",
        names.DEPLOYMENT_ID: "1",
        names.TARGET_LINK_URI: TARGET,
        names.ROLES: [LEARNER],
        names.RESOURCE_LINK: {"id": "link-1", "title": "Readiness"},
        names.CONTEXT: {"id": "course-1", "label": "MIR 101", "title": "Micro-internship readiness"},
        "sub": "zoe",
        "name": "Zoë Núñez-Øster",
        "given_name": "Zoë",
        "family_name": "Núñez-Øster",
        "email": "zoe@example.edu",
        "locale": "nb-NO",
    }


def deep_linking_claims() -> Claims:
    claims = link_claims()
    del claims[names.TARGET_LINK_URI], claims[names.RESOURCE_LINK], claims[names.ROLES]
    claims[names.MESSAGE_TYPE] = "LtiDeepLinkingRequest"
    claims[names.DL_SETTINGS] = {
        "deep_link_return_url": LMS + "/return",
        "accept_types": ["ltiResourceLink", 5],
        "accept_presentation_document_targets": ["iframe"],
        "accept_multiple": True,
        "accept_lineitem": False,
        "title": "Pick",
        "text": None,
        "data": "csrf:7",
    }
    return claims


def review_claims() -> Claims:
    claims = link_claims()
    claims[names.MESSAGE_TYPE] = "LtiSubmissionReviewRequest"
    claims[names.FOR_USER] = {"user_id": "amara"}
    claims[names.AGS_ENDPOINT] = {"scope": [], "lineitem": LMS + "/items/1"}
    return claims


def read(*changes: Change, claims: Claims | None = None, expected: Expected = EXPECTED) -> Launch:
    given = claims or link_claims()
    for change in changes:
        change(given)
    return read_launch(given, expected)


def put(name: str, value: object) -> Change:
    return lambda claims: claims.update({name: value})


def drop(name: str) -> Change:
    return lambda claims: claims.pop(name)


def refusal(*changes: Change, claims: Claims | None = None) -> str:
    with pytest.raises(LaunchRefused) as caught:
        read(*changes, claims=claims)
    assert caught.value.status == 400
    return caught.value.reason


def test_a_plain_launch() -> None:
    launch = read()
    assert launch == Launch(
        message_type=MessageType.RESOURCE_LINK,
        deployment_id="1",
        sub="zoe",
        role=CourseRole.LEARNER,
        name="Zoë Núñez-Øster",
        given_name="Zoë",
        family_name="Núñez-Øster",
        email="zoe@example.edu",
        locale="nb-NO",
        context_id="course-1",
        context_label="MIR 101",
        context_title="Micro-internship readiness",
        link_id="link-1",
        link_title="Readiness",
    )
    assert launch.module_id == ""


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (put(names.VERSION, "1.3"), "version_wrong"),
        (drop(names.VERSION), "version_wrong"),
        (drop(names.MESSAGE_TYPE), "message_type_unknown"),
        (put(names.MESSAGE_TYPE, "LtiStartAssessment"), "message_type_unknown"),
        (put(names.MESSAGE_TYPE, ["LtiResourceLinkRequest"]), "message_type_unknown"),
        (put(names.DEPLOYMENT_ID, ""), "deployment_missing"),
        (put(names.DEPLOYMENT_ID, None), "deployment_missing"),
        (put(names.DEPLOYMENT_ID, "2"), "deployment_changed"),
        (put(names.DEPLOYMENT_ID, " 1"), "deployment_changed"),
        (put(names.TARGET_LINK_URI, None), "target_link_uri_missing"),
        (put(names.TARGET_LINK_URI, ""), "target_link_uri_missing"),
        (put(names.TARGET_LINK_URI, 5), "claim_malformed"),
        (put(names.TARGET_LINK_URI, "https://evil.example/"), "target_link_uri_foreign"),
        (put(names.TARGET_LINK_URI, TARGET + "/elsewhere"), "target_link_uri_changed"),
        (put("sub", ""), "user_empty"),
        (put("sub", None), "user_missing"),
        (drop("sub"), "user_missing"),
        (put("sub", 5), "claim_malformed"),
        (put(names.ROLES, None), "roles_missing"),
        (put(names.ROLES, "Instructor"), "roles_malformed"),
        (put(names.ROLES, [None]), "roles_malformed"),
        (put(names.RESOURCE_LINK, None), "resource_link_missing"),
        (put(names.RESOURCE_LINK, {"title": "x"}), "resource_link_missing"),
        (put(names.RESOURCE_LINK, "link-1"), "claim_malformed"),
        (put(names.CONTEXT, "course-1"), "claim_malformed"),
        (put(names.CONTEXT, {"id": 5}), "claim_malformed"),
    ],
)
def test_a_launch_that_is_refused(change: Change, reason: str) -> None:
    assert refusal(change) == reason


def test_a_login_that_named_no_deployment_takes_any() -> None:
    assert read(put(names.DEPLOYMENT_ID, "9"), expected=Expected(LMS, None, TARGET, OWN)).deployment_id == "9"


@pytest.mark.parametrize("context", [None, {}, {"title": "x"}])
def test_a_launch_without_a_course(context: object) -> None:
    launch = read(put(names.CONTEXT, context))
    assert launch.context_id == "" and launch.link_id == "link-1"


def test_the_contexts_id_as_link_is_no_link() -> None:
    launch = read(put(names.RESOURCE_LINK, {"id": "course-1", "title": "Prep"}))
    assert (launch.link_id, launch.link_title) == ("", "")


@pytest.mark.parametrize(
    ("custom", "target", "activity"),
    [
        ({"module": "expectations"}, TARGET, "module:expectations"),
        ({}, TARGET + "?module=expectations", "module:expectations"),
        ({"module": "$Canvas.module.id"}, TARGET + "?module=email", "module:email"),
        ({"module": "a"}, TARGET + "?module=b", "module:a"),
        ({"module": 5}, TARGET, ""),
        ({"module": "../x"}, TARGET, ""),
        ({"module": ""}, TARGET, ""),
        (None, TARGET, ""),
    ],
)
def test_the_activity_of_a_link(custom: object, target: str, activity: str) -> None:
    launch = read(
        put(names.CUSTOM, custom), put(names.TARGET_LINK_URI, target), expected=Expected(LMS, "1", target, OWN)
    )
    assert launch.activity == activity
    assert launch.module_id == activity.removeprefix("module:")


@pytest.mark.parametrize(
    ("claim", "endpoint"),
    [
        (None, None),
        ({}, None),
        ("text", None),
        ({"scope": ["a", 1], "lineitems": "http://lms.example.edu/i"}, Endpoint(("a",), LMS + "/i", None)),
        ({"lineitem": ""}, Endpoint((), None, "")),
        ({"lineitem": None, "lineitems": 5}, Endpoint((), None, None)),
        ({"lineitem": "ftp://x"}, Endpoint((), None, None)),
        ({"lineitem": LMS + "/i/1"}, Endpoint((), None, LMS + "/i/1")),
    ],
)
def test_the_grade_endpoint(claim: object, endpoint: Endpoint | None) -> None:
    assert read(put(names.AGS_ENDPOINT, claim)).endpoint == endpoint


@pytest.mark.parametrize(
    ("value", "masquerade"),
    [
        ("7", True),
        (7, True),
        ("$Canvas.masqueradingUser.id", False),
        ("${x}", False),
        ("", False),
        (None, False),
        (True, False),
    ],
)
def test_somebody_acts_as_this_person(value: object, masquerade: bool) -> None:
    assert read(put(names.CUSTOM, {"masquerading_user_id": value})).is_masquerade is masquerade


@pytest.mark.parametrize("custom", [{"student_view": True}, {"student_view": "true"}])
def test_student_view_is_a_test_user(custom: object) -> None:
    assert read(put(names.CUSTOM, custom)).is_test_user
    assert not read(put(names.CUSTOM, {"student_view": "$com.instructure.User.student_view"})).is_test_user


def test_zones_and_locales() -> None:
    moodle = read(put(names.CUSTOM, {"timezone": "99"}), put("zoneinfo", "Europe/Oslo"), put("locale", None))
    assert (moodle.timezone, moodle.locale) == ("Europe/Oslo", "")
    canvas = read(
        put(names.CUSTOM, {"timezone": "America/Port-au-Prince"}),
        put("locale", "x"),
        put(names.LAUNCH_PRESENTATION, {"locale": "pt_BR", "return_url": LMS + "/back"}),
    )
    assert (canvas.timezone, canvas.locale, canvas.return_url) == ("America/Port-au-Prince", "pt_BR", LMS + "/back")
    assert read(put("zoneinfo", "Europe/" + "x" * 70)).timezone == ""


def test_a_long_address_is_nobodys() -> None:
    assert read(put("email", "x" * 300 + "@example.edu")).email == ""


def test_where_the_message_comes_from() -> None:
    launch = read(
        put(names.LAUNCH_PRESENTATION, {"return_url": "https://school.example/back"}),
        put(names.NRPS, {"context_memberships_url": LMS + "/members"}),
        put(names.AGS_ENDPOINT, {"lineitems": LMS + "/items"}),
        put(names.TOOL_PLATFORM, {"product_family_code": "canvas", "guid": "g-1"}),
    )
    assert launch.origins == ("https://school.example", LMS)
    assert (launch.memberships_url, launch.product_family, launch.guid) == (LMS + "/members", "canvas", "g-1")


def test_a_submission_review() -> None:
    assert read(claims=review_claims()).for_user == "amara"
    assert refusal(put(names.FOR_USER, {}), claims=review_claims()) == "for_user_missing"
    assert refusal(put(names.FOR_USER, None), claims=review_claims()) == "for_user_missing"
    assert refusal(put(names.FOR_USER, {"user_id": 5}), claims=review_claims()) == "claim_malformed"
    assert refusal(put(names.AGS_ENDPOINT, None), claims=review_claims()) == "line_item_missing"
    assert refusal(put(names.AGS_ENDPOINT, {"lineitem": ""}), claims=review_claims()) == "line_item_missing"
    assert read(drop(names.RESOURCE_LINK), claims=review_claims()).link_id == ""


@pytest.mark.parametrize("name", ["DataPrivacyLaunchRequest", "LtiDataPrivacyLaunchRequest"])
def test_a_data_privacy_launch_by_either_name(name: str) -> None:
    launch = read(put(names.MESSAGE_TYPE, name), put(names.FOR_USER, {"user_id": "amara"}), drop(names.RESOURCE_LINK))
    assert (launch.message_type, launch.for_user) == (MessageType.DATA_PRIVACY, "amara")
    assert read(put(names.FOR_USER, {"user_id": 5})).for_user == ""


def test_deep_linking() -> None:
    launch = read(claims=deep_linking_claims())
    assert launch.role is CourseRole.NONE
    assert launch.deep_linking == DeepLinkingSettings(
        return_url=LMS + "/return",
        accept_types=("ltiResourceLink",),
        accept_targets=("iframe",),
        accept_multiple=True,
        accept_lineitem=False,
        title="Pick",
        data="csrf:7",
    )
    assert LMS in launch.origins


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("deep_link_return_url", None),
        ("deep_link_return_url", "javascript:alert(1)"),
        ("accept_types", []),
        ("accept_types", "ltiResourceLink"),
        ("accept_presentation_document_targets", None),
        ("data", 5),
        ("data", "a\0b"),
        ("data", "\udc00"),
    ],
)
def test_deep_linking_settings_that_cannot_be_answered(key: str, value: object) -> None:
    claims = deep_linking_claims()
    claims[names.DL_SETTINGS][key] = value
    assert refusal(claims=claims) == "deep_linking_settings_wrong"


def test_deep_linking_without_settings_or_data() -> None:
    assert refusal(put(names.DL_SETTINGS, None), claims=deep_linking_claims()) == "deep_linking_settings_wrong"
    claims = deep_linking_claims()
    claims[names.DL_SETTINGS] |= {"data": None, "accept_lineitem": "yes", "accept_multiple": "true"}
    settings = read(claims=claims).deep_linking
    assert settings is not None
    assert (settings.data, settings.accept_lineitem, settings.accept_multiple) == (None, None, False)


@pytest.mark.parametrize("claims", [link_claims, deep_linking_claims, review_claims])
def test_a_launch_survives_being_kept(claims: Callable[[], Claims]) -> None:
    launch = read(claims=claims())
    assert Launch.from_json(json.loads(json.dumps(launch.to_json()))) == launch


def test_a_submissions_own_address_names_its_learner() -> None:
    """Canvas opens what the score named as an ordinary launch of whoever grades."""

    def launched(query: str) -> str:
        target = f"{TARGET}?{query}"
        return read(put(names.TARGET_LINK_URI, target), expected=Expected(LMS, "1", target, OWN)).for_user

    assert launched("module=m0&learner=amara") == "amara"
    for odd in ("module=m0", "learner=", f"learner={'a' * 256}", "learner=%00", "learner=Zo%C3%AB"):
        assert launched(odd) == ""


def test_when_work_is_due() -> None:
    own, of_link = "2026-12-05T05:59:59Z", "2026-12-01T05:59:59Z"
    both = read(put(names.CUSTOM, {"canvas_due_at": own, "due_at": of_link}))
    assert both.due_at == "2026-12-05T05:59:59+00:00", "with an extension the person's own date counts"
    unexpanded = read(put(names.CUSTOM, {"canvas_due_at": "$Canvas.assignment.dueAt.iso8601", "due_at": of_link}))
    assert unexpanded.due_at == "2026-12-01T05:59:59+00:00"
    assert read(put(names.CUSTOM, {"due_at": "$ResourceLink.submission.endDateTime"})).due_at == ""
    assert Launch.from_json(both.to_json()) == both


def test_what_an_earlier_version_kept_can_be_read() -> None:
    launch = read(put(names.CUSTOM, {"due_at": "2026-12-01T05:59:59Z"}))
    kept = launch.to_json()
    del kept["due_at"]
    assert Launch.from_json(kept).due_at == "" and Launch.from_json(kept).sub == launch.sub
