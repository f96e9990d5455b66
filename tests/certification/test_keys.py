"""Conformance §6, rows T2, T10 and T11: the platform's keys, their rotation, and a key server that fails."""

import time
from dataclasses import replace

import pytest

from tests.certification.bench import Bench
from tests.certification.conftest import BenchWith, MoveClock
from tests.certification.keys import Jwk, RsaKey, ec_key, rsa_key
from tests.certification.platform import Platform, Token
from tests.certification.server import KeyDocument, closed_port, seconds_of

NEXT = "platform-key-2"
_SECOND = 1.0


@pytest.fixture
def hasty(bench_with: BenchWith) -> Bench:
    """A tool that waits a second for platforms."""
    return bench_with(platform_timeout=_SECOND)


# T2: keys that are not fit


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        (rsa_key("short", 1024), {}),
        (rsa_key(), {"use": "enc"}),
        (rsa_key(), {"key_ops": ["encrypt"], "use": None}),
    ],
    ids=["1024-bit", "for-encryption", "key-ops"],
)
def test_t2_a_key_that_is_not_fit(bench: Bench, key: RsaKey, changes: Jwk) -> None:
    bench.platform.publish(KeyDocument.of(key.jwk(**changes)))
    bench.attempt(token=Token(key)).assert_refused("key_unfit", 401)


def test_t2_a_key_of_another_type_under_the_same_kid(bench: Bench) -> None:
    bench.platform.publish(KeyDocument.of(ec_key(rsa_key().kid).jwk()))
    bench.attempt().assert_refused("key_unfit", 401)


def test_t2_a_shared_secret_among_the_keys(bench: Bench) -> None:
    oct_key = {"kty": "oct", "kid": rsa_key().kid, "k": "c2VjcmV0", "alg": "HS256"}
    bench.platform.publish(KeyDocument.of(oct_key))
    bench.attempt().assert_refused("key_unfit", 401)


def test_t2_a_key_that_does_not_name_use_and_algorithm(bench: Bench) -> None:
    """`use` and `alg` are optional (RFC 7517 §4)."""
    bench.platform.publish(KeyDocument.of(rsa_key().jwk(use=None, alg=None)))
    bench.attempt().assert_accepted()


@pytest.mark.parametrize(
    "changes",
    [{"n": None}, {"e": None}, {"n": ""}, {"n": 5}, {"n": "!!"}, {"e": "AA"}, {"e": "AQ"}, {"n": "AQAB"}],
    ids=["no-n", "no-e", "empty-n", "number-n", "odd-n", "zero-e", "one-e", "tiny-n"],
)
def test_t2_a_broken_key_under_our_kid(bench: Bench, changes: Jwk) -> None:
    bench.platform.publish(KeyDocument.of(rsa_key().jwk(**changes)))
    bench.attempt().assert_refused(("key_unfit", "keys_unavailable", "kid_unknown"), 401)


# T10: rotation


def test_t10_a_new_key_is_fetched_once(bench: Bench) -> None:
    browser = bench.browser()
    bench.platform.publish(KeyDocument.of(rsa_key().jwk(), Cache_Control="max-age=3600"))
    bench.attempt(browser=browser).assert_accepted()
    bench.attempt(browser=browser).assert_accepted()
    assert bench.platform.jwks_hits == 1
    bench.platform.publish(KeyDocument.of(rsa_key(NEXT).jwk(), rsa_key().jwk()))
    bench.attempt(browser=browser, token=Token(rsa_key(NEXT))).assert_accepted()
    assert bench.platform.jwks_hits == 2
    bench.attempt(browser=browser).assert_accepted()
    assert bench.platform.jwks_hits == 2


def test_t10_a_withdrawn_key_ends_with_max_age(bench: Bench, move_clock: MoveClock) -> None:
    """Never less than five minutes, so that a platform without caching is not asked at each launch."""
    bench.platform.publish(KeyDocument.of(rsa_key().jwk(), Cache_Control="max-age=60"))
    bench.attempt().assert_accepted()
    bench.platform.publish(KeyDocument.of(rsa_key(NEXT).jwk()))
    move_clock(minutes=6)
    bench.attempt().assert_refused("kid_unknown", 401)
    bench.attempt(token=Token(rsa_key(NEXT))).assert_accepted()


def test_t10_keys_are_kept_while_the_platform_allows(bench: Bench, move_clock: MoveClock) -> None:
    bench.platform.publish(KeyDocument.of(rsa_key().jwk(), Cache_Control="public, max-age=7200"))
    bench.attempt().assert_accepted()
    move_clock(minutes=115)
    bench.attempt().assert_accepted()
    assert bench.platform.jwks_hits == 1
    move_clock(minutes=10)
    bench.attempt().assert_accepted()
    assert bench.platform.jwks_hits == 2


@pytest.mark.parametrize("cache", ["no-store", "no-cache", "max-age=0"])
def test_t10_a_kid_that_is_used_again_for_a_new_key(bench: Bench, cache: str) -> None:
    bench.platform.publish(KeyDocument.of(rsa_key().jwk(), Cache_Control=cache))
    bench.attempt().assert_accepted()
    again = RsaKey(rsa_key().kid, rsa_key("again").private)
    bench.platform.publish(KeyDocument.of(again.jwk(), Cache_Control=cache))
    bench.attempt(token=Token(again)).assert_accepted()


def test_t10_unknown_kids_do_not_make_us_hammer_the_platform(bench: Bench) -> None:
    bench.platform.publish(KeyDocument.of(rsa_key().jwk(), Cache_Control="max-age=3600"))
    bench.attempt().assert_accepted()
    for number in range(12):
        header = {"alg": "RS256", "kid": f"made-up-{number % 3}"}
        bench.attempt(token=Token(header=header)).assert_refused("kid_unknown", 401)
    assert bench.platform.jwks_hits <= 6
    bench.attempt().assert_accepted()


@pytest.mark.parametrize("cache", ["max-age=x", "max-age=-5", "max-age=" + "9" * 400, ",,,=", 'private, max-age="60"'])
def test_t10_odd_cache_headers(bench: Bench, cache: str) -> None:
    bench.platform.publish(KeyDocument.of(rsa_key().jwk(), Cache_Control=cache))
    bench.attempt().assert_accepted()


def test_t10_two_platforms_with_one_kid_do_not_share_keys(bench: Bench) -> None:
    bench.attempt().assert_accepted()
    other = Platform(bench.platform.server, bench.app).register()
    theirs = RsaKey(rsa_key().kid, rsa_key("theirs").private)
    other.publish(KeyDocument.of(theirs.jwk()))
    bench.attempt(platform=other).assert_refused("signature_wrong", 401)
    bench.attempt(platform=other, token=Token(theirs)).assert_accepted()


# T11: failures

GOOD = KeyDocument.of(rsa_key().jwk())
FAILING = {
    "500": KeyDocument(b'{"keys": []}', 500),
    "500-with-keys": replace(GOOD, status=500),
    "404": KeyDocument(b"not found", 404),
    "204": KeyDocument(b"", 204),
    "empty": KeyDocument(b""),
    "not-json": KeyDocument(b"<html>maintenance</html>"),
    "not-utf8": KeyDocument(b"\xff\xfe{"),
    "object": KeyDocument(b"{}"),
    "list": KeyDocument(b"[]"),
    "text": KeyDocument(b'"keys"'),
    "keys-null": KeyDocument(b'{"keys": null}'),
    "keys-text": KeyDocument(b'{"keys": "abc"}'),
    "keys-of-text": KeyDocument(b'{"keys": ["a", 5, null, []]}'),
    "no-keys": KeyDocument(b'{"keys": []}'),
    "error": KeyDocument(b'{"error": "busy"}'),
    "redirect": KeyDocument(b"", 302, {"Location": "/elsewhere"}),
    "huge": KeyDocument(b'{"keys": [' + b" " * 3_000_000 + b"]}"),
    "deep": KeyDocument(b"[" * 100_000),
}


@pytest.mark.parametrize("document", FAILING.values(), ids=FAILING.keys())
def test_t11_a_failing_key_server_refuses_and_recovers_at_once(bench: Bench, document: KeyDocument) -> None:
    elsewhere = bench.platform.jwks_path + "-elsewhere"
    bench.platform.server.documents[elsewhere] = GOOD
    if "Location" in document.headers:
        document = replace(document, headers={"Location": elsewhere})
    bench.platform.publish(document)
    bench.attempt().assert_refused(("keys_unavailable", "kid_unknown"), 401)
    assert bench.platform.server.hits[elsewhere] == 0
    bench.platform.publish(GOOD)
    bench.attempt().assert_accepted()


def test_t11_a_failure_does_not_spoil_keys_that_we_have(bench: Bench) -> None:
    bench.platform.publish(KeyDocument.of(rsa_key().jwk(), Cache_Control="max-age=3600"))
    bench.attempt().assert_accepted()
    bench.platform.publish(KeyDocument(b"oops", 500))
    header = {"alg": "RS256", "kid": "made-up"}
    bench.attempt(token=Token(header=header)).assert_refused(("kid_unknown", "keys_unavailable"), 401)
    bench.attempt().assert_accepted()


def test_t11_nobody_listens(bench: Bench) -> None:
    gone = Platform(bench.platform.server, bench.app, client_id="gone")
    gone.register(jwks_url=f"http://127.0.0.1:{closed_port()}/jwks")
    bench.attempt(platform=gone).assert_refused("keys_unavailable", 401)


@pytest.mark.parametrize(
    "document", [replace(GOOD, delay=8.0), replace(GOOD, drip=0.1)], ids=["silent", "byte-by-byte"]
)
def test_t11_a_slow_key_server_is_given_up_in_bounded_time(hasty: Bench, document: KeyDocument) -> None:
    hasty.platform.publish(document)
    started = time.monotonic()
    hasty.attempt().assert_refused("keys_unavailable", 401)
    assert seconds_of(started) < 4 * _SECOND
    hasty.platform.publish(GOOD)
    hasty.attempt().assert_accepted()


UNKNOWN_KEYS: dict[str, object] = {
    "other-kty": {"kty": "OKP", "crv": "Ed25519", "kid": "other", "x": "AAAA"},
    "future-kty": {"kty": "PQC-9", "kid": "other"},
    "no-kty": {"kid": "other"},
    "no-kid": {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
    "broken-rsa": {"kty": "RSA", "kid": "other", "n": "!!"},
    "text": "other",
    "null": None,
    "list": [],
    "elliptic": ec_key().jwk(),
}


@pytest.mark.parametrize("stranger", UNKNOWN_KEYS.values(), ids=UNKNOWN_KEYS.keys())
@pytest.mark.parametrize("first", [True, False], ids=["before-ours", "after-ours"])
def test_t11_unknown_keys_beside_ours_do_not_matter(bench: Bench, stranger: object, first: bool) -> None:
    keys = [stranger, rsa_key().jwk()]
    bench.platform.publish(KeyDocument.of(*(keys if first else keys[::-1])))  # type: ignore[arg-type]
    bench.attempt().assert_accepted()
