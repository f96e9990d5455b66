"""Conformance §3: the deep linking request, our response, and the launch of what was picked."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from lti_tool import clock
from tests.certification.bench import Attempt, Bench
from tests.certification.browser import Answer
from tests.certification.flow import SAME_ORIGIN, entrance_of
from tests.certification.platform import (
    CONTEXT,
    CUSTOM,
    DEPLOYMENT_ID,
    DL_SETTINGS,
    LEARNER,
    LTI,
    MEMBERSHIP,
    MESSAGE_TYPE,
    ROLES,
    TARGET_LINK_URI,
    VERSION,
    Change,
    Claims,
    drop,
    put,
    put_in,
)

DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
ITEMS = DL + "content_items"
Picker = Callable[..., Attempt]


def request(bench: Bench, *changes: Change, cookies: bool = True) -> Attempt:
    return bench.attempt(
        *changes, claims=bench.platform.deep_linking_claims, browser=bench.browser(keeps_cookies=cookies)
    )


def pick(attempt: Attempt, *, how_many: int = 99, cancel: bool = False) -> Answer:
    """Fill in the picker as a teacher does, and take what comes of it."""
    entrance = entrance_of(attempt.answer)
    assert entrance is not None
    page = attempt.browser.get(entrance, SAME_ORIGIN)
    assert page.status == 200, page.text[:1500]
    form = next(form for form in page.soup.find_all("form") if "pick" in str(form.get("action")))
    inputs = form.find_all("input")
    boxes = [box for box in inputs if box.get("name") == "picked"]
    data: dict[str, str | list[str]] = {
        str(field["name"]): str(field.get("value", "y"))
        for field in inputs
        if field.get("type") == "hidden" or (field.get("name") != "picked" and field.has_attr("checked"))
    }
    data["picked"] = [str(box["value"]) for box in boxes[:how_many]]
    if cancel:
        data["cancel"] = "1"
    return attempt.browser.post(str(form["action"]), data, SAME_ORIGIN)


def number(value: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)), "big")


def decode(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def read_response(bench: Bench, answer: Answer) -> Claims:
    """The form field `JWT` as the platform checks it: signature by our published key, RS256, kid."""
    assert answer.status == 200, answer.text[:1500]
    form = next(form for form in answer.soup.find_all("form") if form.find("input", attrs={"name": "JWT"}))
    assert str(form["method"]).lower() == "post"
    assert form["action"] == bench.platform.server.base + "/deep-link-return"
    field = form.find("input", attrs={"name": "JWT"})
    assert field is not None
    token = str(field["value"])
    bench.log.keep_out(token)
    policy = answer.headers["content-security-policy"]
    assert bench.platform.origin in policy.split("form-action")[1].split(";")[0]
    header, body, signature = token.split(".")
    jwks = json.loads(bench.browser().get("/lti/jwks.json").text)
    key = next(key for key in jwks["keys"] if key["kid"] == decode(header)["kid"])
    assert (key["kty"], key["alg"], key["use"], decode(header)["alg"]) == ("RSA", "RS256", "sig", "RS256")
    assert set(key) == {"kty", "alg", "use", "kid", "n", "e"}, "nothing private may be published"
    rsa.RSAPublicNumbers(number(key["e"]), number(key["n"])).public_key().verify(
        base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4)),
        f"{header}.{body}".encode(),
        padding.PKCS1v15(),
        hashes.SHA256(),
    )
    claims: Claims = decode(body)
    return claims


def test_d1_the_request_of_the_suite_is_accepted(bench: Bench) -> None:
    visit = request(bench).assert_accepted(role="instructor")
    assert visit.message_type == "LtiDeepLinkingRequest"
    assert visit.resource_link is None


def test_d2_d7_the_response(bench: Bench) -> None:
    claims = read_response(bench, pick(request(bench)))
    now = clock.now().timestamp()
    assert claims["iss"] == bench.platform.client_id
    assert bench.platform.issuer in ([claims["aud"]] if isinstance(claims["aud"], str) else claims["aud"])
    assert claims["iat"] <= now + 1 < claims["exp"] <= now + 3600
    assert len(claims["nonce"]) >= 16
    assert claims[MESSAGE_TYPE] == "LtiDeepLinkingResponse"
    assert claims[VERSION] == "1.3.0"
    assert claims[DEPLOYMENT_ID] == bench.platform.deployment_id
    assert claims[DL + "data"] == "909708"
    assert len(claims[ITEMS]) >= 2
    for item in claims[ITEMS]:
        assert item["type"] == "ltiResourceLink"
        assert item["url"].startswith(bench.platform.tool + "/lti/launch")
        assert all(isinstance(value, str) for value in item.get("custom", {}).values())
        assert "null" not in json.dumps(item)
        assert item["lineItem"]["scoreMaximum"] > 0 and item["lineItem"]["label"].strip()


def test_d2_d7_each_response_has_a_nonce_of_its_own(bench: Bench) -> None:
    attempt = request(bench)
    nonces = {read_response(bench, pick(attempt))["nonce"] for _ in range(2)}
    assert len(nonces) == 2


def test_d2_d7_the_items_are_launched(bench: Bench) -> None:
    items = read_response(bench, pick(request(bench)))[ITEMS]
    for item in items:
        attempt = bench.attempt(
            put(TARGET_LINK_URI, item["url"]),
            put(CUSTOM, item.get("custom", {})),
            login={"target_link_uri": item["url"]},
        )
        attempt.assert_accepted()
        assert item["title"] in attempt.open_first_page().text


@pytest.mark.parametrize(
    "data", ["", "0", "ünï ✓", '{"a": "<b>"}', "x" * 5000, "a\r\nb", " "], ids=lambda d: repr(d)[:8]
)
def test_d5_data_comes_back_unchanged(bench: Bench, data: str) -> None:
    claims = read_response(bench, pick(request(bench, put_in(DL_SETTINGS, data=data))))
    assert claims[DL + "data"] == data


def test_d5_no_data_where_none_was_sent(bench: Bench) -> None:
    for change in (lambda claims: claims[DL_SETTINGS].pop("data"), put_in(DL_SETTINGS, data=None)):
        assert DL + "data" not in read_response(bench, pick(request(bench, change)))


def test_d6_nothing_picked_is_an_answer(bench: Bench) -> None:
    assert read_response(bench, pick(request(bench), cancel=True)).get(ITEMS, []) == []


@pytest.mark.parametrize("value", [False, None, "true", 1])
def test_d8_one_item_where_the_platform_takes_one(bench: Bench, value: object) -> None:
    attempt = request(bench, put_in(DL_SETTINGS, accept_multiple=value))
    claims = read_response(bench, pick(attempt, how_many=1))
    assert len(claims[ITEMS]) == 1


def test_d8_more_than_one_by_a_changed_form(bench: Bench) -> None:
    attempt = request(bench, put_in(DL_SETTINGS, accept_multiple=False))
    answer = pick(attempt, how_many=3)
    if answer.status == 200:
        assert len(read_response(bench, answer)[ITEMS]) == 1
    else:
        assert answer.status == 422


def test_d8_no_line_items_where_none_are_accepted(bench: Bench) -> None:
    claims = read_response(bench, pick(request(bench, put_in(DL_SETTINGS, accept_lineitem=False))))
    assert claims[ITEMS] and not [item for item in claims[ITEMS] if "lineItem" in item]


def test_d8_a_platform_that_takes_no_links(bench: Bench) -> None:
    """Legal, and we have nothing for it: the page says so, and the answer holds no items."""
    attempt = request(bench, put_in(DL_SETTINGS, accept_types=["link", "html"]))
    attempt.assert_accepted(role="instructor")
    page = attempt.open_first_page()
    form = next(form for form in page.soup.find_all("form") if "pick" in str(form.get("action")))
    data = {str(field["name"]): str(field.get("value", "")) for field in form.find_all("input") if field.get("name")}
    claims = read_response(bench, attempt.browser.post(str(form["action"]), data, SAME_ORIGIN))
    assert claims.get(ITEMS, []) == []


@pytest.mark.parametrize("member", ["deep_link_return_url", "accept_types", "accept_presentation_document_targets"])
@pytest.mark.parametrize("value", ["missing", None, "", [], 5, {}], ids=str)
def test_d8_required_settings(bench: Bench, member: str, value: object) -> None:
    change: Change = put_in(DL_SETTINGS, **{member: value})
    if value == "missing":
        change = lambda claims: claims[DL_SETTINGS].pop(member)  # noqa: E731 - one of two changes
    request(bench, change).assert_refused("deep_linking_settings_wrong", 400)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//evil", "/relative", "http://[::1", "x\x00", "ftp://x/y"],
)
def test_d8_a_return_url_that_is_none(bench: Bench, url: str) -> None:
    request(bench, put_in(DL_SETTINGS, deep_link_return_url=url)).assert_refused("deep_linking_settings_wrong", 400)


def test_d8_a_return_url_with_markup_stays_an_address(bench: Bench) -> None:
    url = bench.platform.server.base + '/deep-link-return?a="><script>alert(1)</script>&b=c'
    attempt = request(bench, put_in(DL_SETTINGS, deep_link_return_url=url))
    if attempt.answer.status == 303:
        assert "<script>alert" not in pick(attempt).text
    else:
        attempt.assert_refused("deep_linking_settings_wrong", 400)


@pytest.mark.parametrize("change", [drop(DL_SETTINGS), put(DL_SETTINGS, None), put(DL_SETTINGS, [])])
def test_d8_no_settings(bench: Bench, change: Change) -> None:
    request(bench, change).assert_refused("deep_linking_settings_wrong", 400)


@pytest.mark.parametrize("change", [drop(ROLES), put(ROLES, None), put(ROLES, [])], ids=["absent", "null", "empty"])
def test_d8_roles_are_optional(bench: Bench, change: Change) -> None:
    attempt = request(bench, change)
    attempt.assert_accepted(role="none")
    assert read_response(bench, pick(attempt))[ITEMS]


@pytest.mark.parametrize("change", [drop(CONTEXT), put(LTI + "launch_presentation", None), drop("email", "name")])
def test_d8_what_else_is_optional(bench: Bench, change: Change) -> None:
    request(bench, change).assert_accepted(role="instructor")


@pytest.mark.parametrize(("role", "name"), [(LEARNER, "learner"), (MEMBERSHIP + "#Mentor", "observer")])
def test_who_only_takes_part_adds_nothing(bench: Bench, role: str, name: str) -> None:
    attempt = request(bench, put(ROLES, [role]))
    attempt.assert_accepted(role=name, opens=False)
    assert attempt.open_first_page().status == 403


def test_a_picker_in_a_browser_that_keeps_nothing(bench: Bench) -> None:
    attempt = request(bench, cookies=False)
    attempt.assert_accepted(role="instructor", strength="weak")
    assert read_response(bench, pick(attempt))[ITEMS]


def test_a_deep_linking_request_leaves_no_link_and_no_column(bench: Bench) -> None:
    attempt = request(bench)
    assert set(attempt.new_rows) == {"visit", "user_account", "context", "membership", "visit_message"}
