"""Conformance §6, rows T1 to T9 and T12: signature, issuer, audience, times and nonce of the id_token."""

import json
import time
from collections.abc import Iterable

import pytest

from tests.certification.bench import Attempt, Bench
from tests.certification.flow import start_login
from tests.certification.keys import b64, ec_key, rsa_key, sign
from tests.certification.platform import Change, Claims, Token, drop, put
from tests.certification.server import KeyDocument

DAY = 24 * 3600


def refused(attempt: Attempt, *reasons: str) -> None:
    attempt.assert_refused(reasons, 401)


def shift(*names: str, seconds: float) -> Change:
    """Move times of the token; the platform's clock may differ from ours."""

    def change(claims: Claims) -> None:
        for name in names:
            claims[name] += seconds

    return change


# T1: signatures


def test_t1_signed_by_another_key_under_our_kid(bench: Bench) -> None:
    stranger = rsa_key("stranger")
    header = {"alg": "RS256", "kid": rsa_key().kid}
    refused(bench.attempt(token=Token(stranger, header=header)), "signature_wrong")


def test_t1_body_changed_after_signing(bench: Bench) -> None:
    browser = bench.browser()
    login = start_login(browser, bench.platform)
    body = bench.platform.claims(login.nonce)
    header, _, signature = Token().sign(body).split(".")
    changed = b64(json.dumps(body | {"sub": "somebody-else"}).encode())
    refused(bench.send(browser, login, f"{header}.{changed}.{signature}", body), "signature_wrong")


def test_t1_no_signature(bench: Bench) -> None:
    browser = bench.browser()
    login = start_login(browser, bench.platform)
    body = bench.platform.claims(login.nonce)
    unsigned = Token().sign(body).rsplit(".", 1)[0] + "."
    refused(bench.send(browser, login, unsigned, body), "signature_wrong", "token_malformed")


@pytest.mark.parametrize("name", ["none", "None", "NONE", ""])
def test_t1_algorithm_none(bench: Bench, name: str) -> None:
    token = Token(algorithm="none", header={"alg": name, "kid": rsa_key().kid})
    refused(bench.attempt(token=token), "algorithm_refused")


def test_t1_public_key_taken_for_a_shared_secret(bench: Bench) -> None:
    refused(bench.attempt(token=Token(algorithm="HS256")), "algorithm_refused")


def test_t1_key_that_the_token_brings_along(bench: Bench) -> None:
    """`jwk`, `jku` and `x5u` of the header are never read."""
    stranger = rsa_key("stranger")
    header = {"alg": "RS256", "kid": stranger.kid, "jwk": stranger.jwk(), "jku": bench.platform.server.base + "/mine"}
    refused(bench.attempt(token=Token(stranger, header=header)), "kid_unknown")
    assert bench.platform.server.hits["/mine"] == 0


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_t2_other_algorithms_even_if_the_key_says_so(bench: Bench, algorithm: str) -> None:
    bench.platform.publish(KeyDocument.of(rsa_key().jwk(alg=algorithm)))
    refused(bench.attempt(token=Token(algorithm=algorithm)), "algorithm_refused")


def test_t2_elliptic_curve(bench: Bench) -> None:
    bench.platform.publish(KeyDocument.of(ec_key().jwk()))
    refused(bench.attempt(token=Token(ec_key(), "ES256")), "algorithm_refused")


def test_t2_a_key_for_another_algorithm(bench: Bench) -> None:
    bench.platform.publish(KeyDocument.of(rsa_key().jwk(alg="RS512")))
    refused(bench.attempt(), "key_unfit", "algorithm_refused")


def test_t2_a_critical_header_that_nobody_knows(bench: Bench) -> None:
    header = {"alg": "RS256", "kid": rsa_key().kid, "crit": ["b64"], "b64": False}
    refused(bench.attempt(token=Token(header=header)), "token_malformed", "algorithm_refused")


# T3 to T6: who says it, and to whom


@pytest.mark.parametrize("issuer", ["https://evil.example", "", None, 5, ["a"], {"a": 1}, "slash"])
def test_t3_issuer_not_exactly_the_registered_one(bench: Bench, issuer: object) -> None:
    value = bench.platform.issuer + "/" if issuer == "slash" else issuer
    refused(bench.attempt(put("iss", value)), "issuer_wrong", "token_malformed")


def test_t3_issuer_missing(bench: Bench) -> None:
    refused(bench.attempt(drop("iss")), "issuer_wrong", "token_malformed")


@pytest.mark.parametrize(
    "audience",
    ["other", "", None, [], ["other"], 5, [5], [None], {"aud": "x"}, "imstester_4ff6 ", "IMSTESTER_4FF6"],
    ids=json.dumps,
)
def test_t4_audience_is_not_us(bench: Bench, audience: object) -> None:
    refused(bench.attempt(put("aud", audience)), "audience_wrong", "token_malformed")


def test_t4_audience_missing(bench: Bench) -> None:
    refused(bench.attempt(drop("aud")), "audience_wrong", "token_malformed")


def test_t5_a_list_of_us_alone(bench: Bench) -> None:
    bench.attempt(put("aud", [bench.platform.client_id])).assert_accepted()


@pytest.mark.parametrize("azp", [None, "imstester_4ff6", "untrusted"], ids=["no-azp", "azp-us", "azp-other"])
@pytest.mark.parametrize("ours_first", [True, False])
def test_t5_us_beside_an_untrusted_audience(bench: Bench, azp: str | None, ours_first: bool) -> None:
    audience = [bench.platform.client_id, "untrusted"]
    changes = [put("aud", audience if ours_first else audience[::-1])]
    if azp is not None:
        changes.append(put("azp", azp))
    refused(bench.attempt(*changes), "audience_wrong", "azp_wrong")


def test_t6_authorised_party(bench: Bench) -> None:
    refused(bench.attempt(put("azp", "evil")), "azp_wrong")
    refused(bench.attempt(put("aud", [bench.platform.client_id]), put("azp", "evil")), "azp_wrong")
    # Canvas sends it always.
    bench.attempt(put("azp", bench.platform.client_id)).assert_accepted()


# T7, T8, T12: times


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ([shift("iat", "exp", seconds=-600)], ["expired"]),
        ([shift("exp", seconds=-100 * DAY)], ["expired"]),
        ([drop("exp")], ["exp_missing"]),
        ([put("exp", None)], ["exp_missing", "token_malformed"]),
        ([put("exp", "soon")], ["exp_missing", "token_malformed"]),
        ([put("exp", {})], ["exp_missing", "token_malformed"]),
        ([put("exp", True)], ["exp_missing", "token_malformed", "expired"]),
        ([put("exp", -1)], ["expired"]),
        ([drop("iat")], ["iat_missing"]),
        ([put("iat", None)], ["iat_missing", "token_malformed"]),
        ([put("iat", "now")], ["iat_missing", "token_malformed"]),
        ([put("iat", [1])], ["iat_missing", "token_malformed"]),
        ([shift("iat", seconds=-DAY)], ["token_too_old"]),
        ([shift("iat", "exp", seconds=900)], ["iat_in_future"]),
        ([shift("nbf", seconds=900)], ["iat_in_future"]),
    ],
    ids=[
        "exp-past",
        "exp-long-past",
        "exp-missing",
        "exp-null",
        "exp-word",
        "exp-object",
        "exp-true",
        "exp-negative",
        "iat-missing",
        "iat-null",
        "iat-word",
        "iat-list",
        "iat-yesterday",
        "iat-future",
        "nbf-future",
    ],
)
def test_t7_t8_times(bench: Bench, changes: Iterable[Change], reasons: list[str]) -> None:
    refused(bench.attempt(put("nbf", int(time.time())), *changes), *reasons)


@pytest.mark.parametrize("value", [1e400, -1e400, 10**30, 1e308], ids=["infinite", "minus-infinite", "huge", "float"])
@pytest.mark.parametrize("name", ["exp", "iat", "nbf"])
def test_t7_t8_absurd_numbers(bench: Bench, name: str, value: float) -> None:
    attempt = bench.attempt(put(name, value))
    assert bench.log.bugs() == []
    assert attempt.answer.status in (303, 401)


def test_t8_an_exp_far_ahead_does_not_make_an_old_token_young(bench: Bench) -> None:
    refused(bench.attempt(shift("iat", seconds=-DAY), shift("exp", seconds=3650 * DAY)), "token_too_old")


@pytest.mark.parametrize(
    "change",
    [
        shift("iat", "exp", seconds=28),
        shift("iat", "exp", seconds=-28),
        # Moodle's tokens live 60 seconds; this one ended 25 seconds ago on our clock.
        lambda claims: claims.update(iat=time.time() - 85, exp=time.time() - 25),
        shift("iat", seconds=0.4),
    ],
    ids=["ahead", "behind", "moodle-behind", "fraction"],
)
def test_t12_clocks_may_differ_by_half_a_minute(bench: Bench, change: Change) -> None:
    bench.attempt(change).assert_accepted()


# T9: nonce


@pytest.mark.parametrize(
    "change", [drop("nonce"), put("nonce", ""), put("nonce", None)], ids=["absent", "empty", "null"]
)
def test_t9_nonce_missing(bench: Bench, change: Change) -> None:
    refused(bench.attempt(change), "nonce_missing", "token_malformed")


@pytest.mark.parametrize("nonce", ["guess", 5, ["a"], {"a": 1}, True], ids=json.dumps)
def test_t9_nonce_not_ours(bench: Bench, nonce: object) -> None:
    refused(bench.attempt(put("nonce", nonce)), "nonce_wrong", "nonce_missing", "token_malformed")


def test_t9_nonce_of_another_login_of_the_same_browser(bench: Bench) -> None:
    browser = bench.browser()
    first, second = start_login(browser, bench.platform), start_login(browser, bench.platform)
    body = bench.platform.claims(first.nonce)
    refused(bench.send(browser, second, Token().sign(body), body), "nonce_wrong")


def test_t9_nonce_seen_before(bench: Bench) -> None:
    """An old token with the state of a new login."""
    browser = bench.browser()
    login = start_login(browser, bench.platform)
    body = bench.platform.claims(login.nonce)
    token = Token().sign(body)
    bench.send(browser, login, token, body).assert_accepted()
    refused(bench.send(browser, start_login(browser, bench.platform), token, body), "nonce_wrong")


# Forms of a token that no library should meet first


MALFORMED = {
    "words": "not a token",
    "two-parts": "e30.e30",
    "four-parts": "e30.e30.e30.e30",
    "five-parts": "e30.e30.e30.e30.e30",
    "dots": "..",
    "not-base64": "%%%.%%%.%%%",
    "nul": "e30\x00.e30.e30",
    "unicode": "é.é.é",
    "header-not-json": b64(b"{") + "." + b64(b"{}") + ".e30",
    "header-list": b64(b"[]") + "." + b64(b"{}") + ".e30",
    "header-deep": b64(b"[" * 100_000) + "." + b64(b"{}") + ".e30",
    "long": "e30." + "A" * 300_000 + ".e30",
}


@pytest.mark.parametrize("id_token", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_token_is_refused(bench: Bench, id_token: str) -> None:
    browser = bench.browser()
    login = start_login(browser, bench.platform)
    refused(bench.send(browser, login, id_token), "token_malformed", "algorithm_refused", "kid_missing")


BODIES: dict[str, bytes] = {
    "list": b"[]",
    "number": b"5",
    "null": b"null",
    "text": b'"text"',
    "not-json": b"{",
    "empty": b"",
    "not-utf8": b"\xff\xfe",
    "deep": b"[" * 50_000,
    "big-number": b'{"iat": ' + b"9" * 5_000 + b"}",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_well_signed_body_that_is_no_object_is_refused(bench: Bench, body: bytes) -> None:
    browser = bench.browser()
    login = start_login(browser, bench.platform)
    id_token = sign({"alg": "RS256", "kid": rsa_key().kid}, body, rsa_key())
    attempt = bench.send(browser, login, id_token)
    attempt.assert_refused(("token_malformed", "exp_missing", "iat_missing", "issuer_wrong", "nonce_missing"), 401)


@pytest.mark.parametrize("kid", [5, None, "", [], {}, "x" * 10_000, "a\x00b"], ids=lambda kid: repr(kid)[:12])
def test_an_odd_kid_is_refused(bench: Bench, kid: object) -> None:
    attempt = bench.attempt(token=Token(header={"alg": "RS256", "kid": kid}))
    refused(attempt, "kid_missing", "kid_unknown", "token_malformed")


def test_a_refused_token_does_not_spend_the_login(bench: Bench) -> None:
    """Somebody who only guesses a state cannot spoil the launch of whoever began it."""
    browser = bench.browser()
    login = start_login(browser, bench.platform)
    body = bench.platform.claims(login.nonce)
    forged = Token(rsa_key("stranger"), header={"alg": "RS256", "kid": rsa_key().kid})
    refused(bench.send(browser, login, forged.sign(body), body), "signature_wrong")
    bench.send(browser, login, Token().sign(body), body).assert_accepted()
