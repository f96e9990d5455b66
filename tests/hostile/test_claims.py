"""Any JSON at all in the claims of a genuine message, on both databases.

A platform is trusted to sign, not to be right: whatever stands in a claim, the launch is accepted or refused with a
reason, nothing is stored for a refused one, and the first page of an accepted one opens.
"""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.certification.bench import Bench
from tests.certification.flow import start_login
from tests.certification.keys import rsa_key, sign
from tests.certification.platform import (
    AGS,
    CONTEXT,
    CUSTOM,
    DEPLOYMENT_ID,
    DL_SETTINGS,
    FOR_USER,
    LAUNCH_PRESENTATION,
    LTI,
    MESSAGE_TYPE,
    NRPS,
    RESOURCE_LINK,
    ROLES,
    TARGET_LINK_URI,
    TOOL_PLATFORM,
    VERSION,
)
from tests.hostile.mutations import ODD, nest

# Found again by everybody: the same examples in each run.
PROFILE = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
NAMES = (
    *("sub", "name", "given_name", "family_name", "email", "locale", "zoneinfo", "azp", "iat", "exp", "nbf", "nonce"),
    *(
        "iss",
        "aud",
        AGS,
        CONTEXT,
        CUSTOM,
        DEPLOYMENT_ID,
        DL_SETTINGS,
        FOR_USER,
        LAUNCH_PRESENTATION,
        MESSAGE_TYPE,
        NRPS,
    ),
    *(NRPS, RESOURCE_LINK, ROLES, TARGET_LINK_URI, TOOL_PLATFORM, VERSION, LTI + "lis", LTI + "role_scope_mentor"),
)
MEMBERS = (
    *("id", "label", "title", "type", "description", "scope", "lineitems", "lineitem", "context_memberships_url"),
    *("return_url", "locale", "module", "timezone", "student_view", "masquerading_user_id", "user_id", "guid"),
    *("product_family_code", "deep_link_return_url", "accept_types", "accept_presentation_document_targets", "data"),
)
TEXTS = st.one_of(
    st.text(max_size=40),
    # Halves of surrogate pairs too: JSON can spell them.
    st.text(st.characters(categories=("Cs", "Cc", "Lo", "So", "Mn")), max_size=12),
    st.sampled_from(["$Canvas.user.id", "http://127.0.0.1:1/x", "https://\0/", "x" * 100_000, "module"]),
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=-(10**60), max_value=10**60),
    st.floats(allow_nan=True, allow_infinity=True),
    TEXTS,
    st.sampled_from(ODD),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(MEMBERS), TEXTS), inner, max_size=5),
    ),
    max_leaves=12,
)
CHANGES = st.dictionaries(st.sampled_from(NAMES), VALUES, min_size=1, max_size=4)


def send(bench: Bench, body: Any, *, raw: bytes | None = None) -> str:
    """A genuine message with this body, for a new login; returns the reason."""
    browser = bench.browser()
    login = start_login(browser, bench.platform)
    if isinstance(body, dict):
        body.setdefault("nonce", login.nonce)
    text = json.dumps(body).encode() if raw is None else raw.replace(b"NONCE", login.nonce.encode())
    id_token = sign({"alg": "RS256", "kid": rsa_key().kid}, text, rsa_key())
    attempt = bench.send(browser, login, id_token)
    assert bench.log.bugs() == []
    assert attempt.answer.status in (303, 400, 401, 403, 413)
    if attempt.answer.status == 413:
        # A form larger than any launch.
        assert attempt.new_rows == {}
        return "too_large"
    if attempt.answer.status != 303:
        attempt.assert_refused(attempt.reason, (400, 401, 403))
        return attempt.reason
    attempt.assert_record("accepted")
    assert attempt.new_rows["visit"] == 1
    assert attempt.open_first_page().status in (200, 303, 403, 404)
    return attempt.reason


@PROFILE
@given(changes=CHANGES)
def test_any_value_in_any_claim(bench: Bench, changes: dict[str, Any]) -> None:
    body = bench.platform.claims("")
    del body["nonce"]
    send(bench, body | changes)


@PROFILE
@given(name=st.sampled_from((CONTEXT, AGS, NRPS, RESOURCE_LINK, CUSTOM, LAUNCH_PRESENTATION)), member=st.data())
def test_any_value_in_any_member(bench: Bench, name: str, member: st.DataObject) -> None:
    body = bench.platform.claims("")
    del body["nonce"]
    inner = dict(body.get(name, {})) | member.draw(st.dictionaries(st.sampled_from(MEMBERS), VALUES, max_size=3))
    send(bench, body | {name: inner})


@PROFILE
@given(changes=st.dictionaries(st.sampled_from(MEMBERS), VALUES, max_size=4), drops=st.sets(st.sampled_from(MEMBERS)))
def test_any_deep_linking_settings(bench: Bench, changes: dict[str, Any], drops: set[str]) -> None:
    body = bench.platform.deep_linking_claims("")
    del body["nonce"]
    body[DL_SETTINGS] = {name: value for name, value in body[DL_SETTINGS].items() if name not in drops} | changes
    send(bench, body)


def test_a_megabyte_in_one_claim_is_turned_away(bench: Bench) -> None:
    body = bench.platform.claims("")
    del body["nonce"]
    assert send(bench, body | {"name": "x" * 1_000_000}) == "too_large"
    assert send(bench, body | {"name": "x" * 150_000}) == "launched"


def test_deep_nesting_is_carried_or_refused(bench: Bench) -> None:
    for depth in (10, 200, 450):
        body = bench.platform.claims("")
        del body["nonce"]
        assert send(bench, body | {"https://vendor.example/deep": nest(depth)}) == "launched"
        assert send(bench, body | {"name": nest(depth), "locale": nest(depth)}) == "launched"
        assert send(bench, body | {"sub": nest(depth)}) == "claim_malformed"


def test_of_a_key_given_twice_the_last_counts_everywhere(bench: Bench) -> None:
    """One reading for all checks: none is made on the first value and another on the last."""
    body = bench.platform.claims("NONCE")
    text = json.dumps(body).encode()
    for twice, reason in (
        (b'"iss": "https://evil.example"', "issuer_wrong"),
        (b'"aud": "somebody-else"', "audience_wrong"),
        (b'"exp": 5', "expired"),
        (b'"nonce": "x"', "nonce_wrong"),
        (b'"sub": ""', "user_empty"),
        (b'"name": "The last one"', "launched"),
    ):
        assert send(bench, None, raw=text[:-1] + b", " + twice + b"}") == reason
