"""The key ring: what is fetched when, and what is kept."""

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from lti_tool.errors import LaunchRefused
from lti_tool.launch.oidc import KeyRing
from lti_tool.launch.oidc.jwks import read_key_set
from tests.certification.keys import ec_key, rsa_key

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
URL = "https://lms.example.edu/jwks"
ONE, TWO = rsa_key("one"), rsa_key("two")


class Lms:
    """Answers with the keys of the moment, and counts."""

    def __init__(self, *keys: dict[str, Any]) -> None:
        self.keys: list[dict[str, Any]] = list(keys)
        self.status = 200
        self.cache_control = ""
        self.asked = 0
        self.gate = threading.Event()
        self.gate.set()

    def get(self, url: str, /) -> requests.Response:
        assert url == URL
        self.asked += 1
        self.gate.wait(10)
        if self.status == 0:
            raise requests.ConnectionError
        response = requests.Response()
        response.status_code = self.status
        response._content = json.dumps({"keys": self.keys}).encode()
        response.headers["Cache-Control"] = self.cache_control
        return response


def refusal(ring: KeyRing, kid: str, at: datetime = NOW) -> str:
    with pytest.raises(LaunchRefused) as caught:
        ring.find_keys(URL, kid, at)
    return caught.value.reason


def test_keys_are_fetched_once() -> None:
    lms = Lms(ONE.jwk())
    ring = KeyRing(lms)
    for _ in range(3):
        assert ring.find_keys(URL, "one", NOW)[0].key_size == 2048
    assert lms.asked == 1


@pytest.mark.parametrize(
    ("cache_control", "life"),
    [
        ("", 3600),
        ("public, max-age=600", 600),
        ("max-age=1", 300),
        ("max-age=9999999", 86400),
        ("no-store", 300),
        ("s-maxage=9, max-age=1200", 1200),
    ],
)
def test_keys_live_as_long_as_the_platform_says(cache_control: str, life: int) -> None:
    lms = Lms(ONE.jwk())
    lms.cache_control = cache_control
    ring = KeyRing(lms)
    ring.find_keys(URL, "one", NOW)
    ring.find_keys(URL, "one", NOW + timedelta(seconds=life - 1))
    assert lms.asked == 1
    ring.find_keys(URL, "one", NOW + timedelta(seconds=life))
    assert lms.asked == 2


def test_a_new_key_is_found_at_once() -> None:
    lms = Lms(ONE.jwk())
    ring = KeyRing(lms)
    ring.find_keys(URL, "one", NOW)
    lms.keys = [TWO.jwk()]
    assert ring.find_keys(URL, "two", NOW)
    assert refusal(ring, "one") == "kid_unknown"


def test_strangers_cannot_make_us_ask_for_ever() -> None:
    lms = Lms(ONE.jwk())
    ring = KeyRing(lms)
    ring.find_keys(URL, "one", NOW)
    for number in range(50):
        assert refusal(ring, f"made-up-{number}") == "kid_unknown"
    assert lms.asked == 6
    assert refusal(ring, "made-up", NOW + timedelta(minutes=1)) == "kid_unknown"
    assert lms.asked == 7


def test_a_platform_that_is_down_is_asked_again_at_once() -> None:
    lms = Lms(ONE.jwk())
    ring = KeyRing(lms)
    for status in (0, 500, 404):
        lms.status = status
        assert refusal(ring, "one") == "keys_unavailable"
    lms.status = 200
    assert ring.find_keys(URL, "one", NOW)


def test_old_keys_serve_while_the_platform_is_down() -> None:
    lms = Lms(ONE.jwk())
    ring = KeyRing(lms)
    ring.find_keys(URL, "one", NOW)
    lms.status = 503
    later = NOW + timedelta(hours=2)
    assert ring.find_keys(URL, "one", later)
    assert ring.find_keys(URL, "one", later + timedelta(seconds=30))
    assert lms.asked == 2
    assert refusal(ring, "two", later) == "keys_unavailable"
    lms.status = 200
    assert ring.find_keys(URL, "one", later + timedelta(minutes=2))
    assert lms.asked == 4


def test_a_key_that_changed_under_its_id() -> None:
    lms = Lms(ONE.jwk())
    ring = KeyRing(lms)
    old = ring.find_keys(URL, "one", NOW)
    lms.keys = [TWO.jwk(kid="one")]
    new = ring.find_keys(URL, "one", NOW, again=True)
    assert new[0].public_numbers() == TWO.private.public_key().public_numbers() != old[0].public_numbers()


def test_no_lock_is_held_while_a_platform_is_asked() -> None:
    said: list[str] = []
    ring = KeyRing(Lms(ONE.jwk()))
    ring.find_keys(URL, "one", NOW, before_fetch=lambda: said.append("released"))
    ring.find_keys(URL, "one", NOW, before_fetch=lambda: said.append("again"))
    assert said == ["released"]


def test_launches_that_wait_share_one_answer() -> None:
    lms = Lms(ONE.jwk())
    lms.gate.clear()
    ring = KeyRing(lms)
    found: list[int] = []
    started = threading.Barrier(5)

    def launch() -> None:
        started.wait()
        found.append(len(ring.find_keys(URL, "one", NOW)))

    threads = [threading.Thread(target=launch) for _ in range(4)]
    for thread in threads:
        thread.start()
    started.wait()
    while not lms.asked:
        threading.Event().wait(0.01)
    lms.gate.set()
    for thread in threads:
        thread.join()
    assert found == [1, 1, 1, 1]
    # Those that came while the first was asking took its answer; a late one found the keys.
    assert lms.asked == 1


@pytest.mark.parametrize(
    "jwk",
    [
        ONE.jwk(use="enc"),
        ONE.jwk(alg="RS384"),
        ONE.jwk(key_ops=["encrypt"]),
        ONE.jwk(key_ops="verify"),
        ONE.jwk(n=None),
        ONE.jwk(n="é"),
        ONE.jwk(n=5),
        ONE.jwk(e="AA"),
        ONE.jwk(e="A" * 40),
        ONE.jwk(n="A"),
        rsa_key("small", 1024).jwk(kid="one"),
        ec_key("one").jwk(),
        {"kty": "oct", "kid": "one", "k": "c2VjcmV0"},
    ],
    # Keys are made anew in each process, so their text cannot name a test.
    ids=["enc", "RS384", "ops", "ops-text", "n-none", "n-odd", "n-number", "e-0", "e-long", "n-0", "1024", "EC", "oct"],
)
def test_keys_that_may_not_be_used(jwk: dict[str, Any]) -> None:
    assert refusal(KeyRing(Lms(jwk)), "one") == "key_unfit"
    assert KeyRing(Lms(jwk, ONE.jwk())).find_keys(URL, "one", NOW)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"null", b'{"keys": {}}', b'{"keys": [1, {}, {"kid": 5}]}', b"[" * 100_000, b"\xff"]
)
def test_what_is_no_key_set(content: bytes) -> None:
    assert read_key_set(content) == {}
