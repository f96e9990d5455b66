"""Taking a token apart and checking its parties and times."""

from datetime import UTC, datetime

import pytest

from lti_tool.errors import LaunchRefused
from lti_tool.launch.oidc.token import check_parties, check_times, is_signed_by, read_kid, read_nonce, split_token
from tests.certification.keys import b64, rsa_key, sign

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
GOOD = sign({"alg": "RS256", "kid": "k"}, {"iss": "i"}, rsa_key())


def reason_of(call: object, *args: object) -> str:
    assert callable(call)
    with pytest.raises(LaunchRefused) as caught:
        call(*args)
    assert caught.value.status == 401
    return caught.value.reason


def test_a_signed_token() -> None:
    token = split_token(GOOD)
    assert token.body == {"iss": "i"}
    assert read_kid(token.header) == "k"
    assert is_signed_by(token, rsa_key().private.public_key())
    assert not is_signed_by(token, rsa_key("platform-key-2").private.public_key())


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b",
        "a.b.c.d",
        GOOD + "=",
        GOOD.replace(".", "+.", 1),
        "é" + GOOD,
        b64(b"[]") + "." + b64(b"{}") + ".x",
        b64(b"{}") + "." + b64(b"[" * 100_000) + ".x",
        b64(b"{}") + "." + b64(b'{"exp": NaN}') + ".x",
        b64(b"{}") + "." + b64(b"\xff") + ".x",
        "a" * 300_000 + ".b.c",
    ],
)
def test_a_token_that_is_none(token: str) -> None:
    assert reason_of(split_token, token) == "token_malformed"


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({}, "token_malformed"),
        ({"alg": 5}, "token_malformed"),
        ({"alg": "none", "kid": "k"}, "algorithm_refused"),
        ({"alg": "HS256", "kid": "k"}, "algorithm_refused"),
        ({"alg": "RS256", "kid": "k", "crit": ["b64"]}, "token_malformed"),
        ({"alg": "RS256"}, "kid_missing"),
        ({"alg": "RS256", "kid": ""}, "kid_missing"),
        ({"alg": "RS256", "kid": 5}, "kid_missing"),
    ],
)
def test_headers(header: dict[str, object], reason: str) -> None:
    assert reason_of(read_kid, header) == reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"iss": "other", "aud": "us"}, "issuer_wrong"),
        ({"iss": ["i"], "aud": "us"}, "issuer_wrong"),
        ({"iss": "i"}, "audience_wrong"),
        ({"iss": "i", "aud": []}, "audience_wrong"),
        ({"iss": "i", "aud": "them"}, "audience_wrong"),
        ({"iss": "i", "aud": ["us", "them"]}, "audience_wrong"),
        ({"iss": "i", "aud": "us", "azp": "them"}, "azp_wrong"),
    ],
)
def test_parties_that_are_wrong(body: dict[str, object], reason: str) -> None:
    assert reason_of(check_parties, body, "i", "us") == reason


@pytest.mark.parametrize("audience", ["us", ["us"], ["us", "us"]])
def test_parties_that_are_right(audience: object) -> None:
    check_parties({"iss": "i", "aud": audience, "azp": "us"}, "i", "us")
    check_parties({"iss": "i", "aud": audience, "azp": None}, "i", "us")


@pytest.mark.parametrize(
    ("issued", "expires", "reason"),
    [
        (None, AT + 60, "iat_missing"),
        ("1", AT + 60, "iat_missing"),
        (True, AT + 60, "iat_missing"),
        (AT, None, "exp_missing"),
        (AT, float("inf"), "exp_missing"),
        (AT - 400, AT - 60, "expired"),
        (AT + 61, AT + 300, "iat_in_future"),
        (AT - 3661, AT + 300, "token_too_old"),
    ],
)
def test_times_that_are_wrong(issued: object, expires: object, reason: str) -> None:
    assert reason_of(check_times, {"iat": issued, "exp": expires}, NOW) == reason


@pytest.mark.parametrize(
    ("issued", "expires"), [(AT, AT + 60), (AT + 60, AT + 300), (AT - 3660, AT - 59), (AT, AT + 0.5)]
)
def test_times_within_the_leeway(issued: float, expires: float) -> None:
    check_times({"iat": issued, "exp": expires}, NOW)


def test_a_token_that_is_not_valid_yet() -> None:
    assert reason_of(check_times, {"iat": AT, "exp": AT + 60, "nbf": AT + 61}, NOW) == "iat_in_future"
    assert reason_of(check_times, {"iat": AT, "exp": AT + 60, "nbf": "x"}, NOW) == "iat_in_future"
    check_times({"iat": AT, "exp": AT + 60, "nbf": AT}, NOW)
    check_times({"iat": AT, "exp": AT + 60, "nbf": None}, NOW)


def test_a_nonce() -> None:
    assert read_nonce({"nonce": "n"}) == "n"
    for body in ({}, {"nonce": ""}, {"nonce": ["n"]}):
        assert reason_of(read_nonce, body) == "nonce_missing"
