"""Defects of the protocol library that this tool covers.

Each comes as a pair: the library as it is published shows the defect, and the tool, given the same, does not. A pair
whose first half fails tells that the library has changed, and that an override may go.
"""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import pytest
import requests
from pylti1p3.contrib.flask.launch_data_storage.cache import FlaskCacheDataStorage
from pylti1p3.contrib.flask.message_launch import FlaskMessageLaunch
from pylti1p3.contrib.flask.request import FlaskRequest
from pylti1p3.contrib.flask.session import FlaskSessionService
from pylti1p3.deployment import Deployment as LibraryDeployment
from pylti1p3.exception import LtiException
from pylti1p3.registration import Registration as LibraryRegistration
from pylti1p3.tool_config.abstract import ToolConfAbstract

from lti_tool import clock
from lti_tool.errors import LaunchRefused
from lti_tool.launch.oidc import KeyRing, KnownLogin, PlatformLaunch
from lti_tool.outbound import PlatformSession
from tests.certification.bench import Bench
from tests.certification.flow import start_login
from tests.certification.keys import rsa_key
from tests.certification.platform import (
    DEPLOYMENT_ID,
    NRPS,
    RESOURCE_LINK,
    ROLES,
    Platform,
    Token,
    drop,
    put,
)
from tests.certification.server import KeyDocument

STATE = "state-of-the-stock-library"
NONCE = "nonce-of-the-stock-library"
# Shorter than any patience, longer than a busy machine needs.
_SOON = 0.5


class StockConfiguration(ToolConfAbstract[Any]):
    """The library's configuration for one platform; any deployment is known."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    def check_iss_has_one_client(self, iss: str) -> bool:
        return False

    def check_iss_has_many_clients(self, iss: str) -> bool:
        return True

    def find_registration_by_issuer(self, iss: str, *args: Any, **kwargs: Any) -> LibraryRegistration:
        raise NotImplementedError

    def find_deployment(self, iss: str, deployment_id: str) -> LibraryDeployment:
        raise NotImplementedError

    def find_registration_by_params(self, iss: str, client_id: str, *args: Any, **kwargs: Any) -> LibraryRegistration:
        assert (iss, client_id) == (self.platform.issuer, self.platform.client_id)
        url = self.platform.server.base + self.platform.jwks_path
        registration = LibraryRegistration().set_issuer(iss).set_client_id(client_id).set_key_set_url(url)
        return registration.set_auth_token_url(self.platform.server.base + "/token")

    def find_deployment_by_params(
        self, iss: str, deployment_id: str, client_id: str, *args: Any, **kwargs: Any
    ) -> LibraryDeployment:
        return LibraryDeployment().set_deployment_id(deployment_id)


class Cache:
    """The least that the library's cache storage wants."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def get(self, key: str) -> Any:
        return self.values.get(key)

    def set(self, key: str, value: Any, _seconds: int | None = None) -> None:
        self.values[key] = value


def stock_storage(cache: Cache) -> Any:
    """The library's own storage over a cache."""
    make: Any = FlaskCacheDataStorage
    return make(cache)


class Stock:
    """The published library on one browser: a login has been made, and messages are posted to it."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.session: dict[str, Any] = {}
        self.cookies = {f"lti1p3-{STATE}": STATE}
        FlaskSessionService(self.request("")).save_nonce(NONCE)

    def request(self, id_token: str, *, state: str = STATE, secure: bool = True) -> FlaskRequest:
        data = {"id_token": id_token, "state": state}
        make: Any = FlaskRequest
        request: FlaskRequest = make(self.cookies, self.session, data, secure)
        return request

    def launch(self, id_token: str, **options: Any) -> FlaskMessageLaunch:
        state = options.pop("state", STATE)
        return FlaskMessageLaunch(self.request(id_token, state=state), StockConfiguration(self.platform), **options)

    def accepts(self, body: Mapping[str, Any], token: Token | None = None, **options: Any) -> bool:
        """Whether the library lets a message through; its own errors mean that it does not."""
        try:
            self.launch((token or Token()).sign(body), **options).validate()
        except LtiException:
            return False
        return True

    def body(self, *changes: Any) -> dict[str, Any]:
        claims = self.platform.claims(NONCE)
        for change in changes:
            change(claims)
        return claims


@pytest.fixture
def platform(bench: Bench) -> Platform:
    return bench.platform


@pytest.fixture
def stock(platform: Platform) -> Stock:
    return Stock(platform)


@pytest.fixture
def impatient(bench: Bench) -> Iterator[KeyRing]:
    """The tool's key ring with half a second of patience."""
    with PlatformSession(timeout=_SOON, allow_private=True) as session:
        ring = KeyRing(session)
        before = bench.app.extensions.pop("lti_tool_launch_keys", None)
        bench.app.extensions["lti_tool_launch_keys"] = ring
        yield ring
        bench.app.extensions.pop("lti_tool_launch_keys")
        if before is not None:
            bench.app.extensions["lti_tool_launch_keys"] = before


def answer_within(seconds: float, call: Any) -> bool:
    """Whether a call comes back in time; one that does not is left behind in a daemon thread."""
    done = threading.Event()

    def run() -> None:
        with suppress(Exception):
            call()
        done.set()

    threading.Thread(target=run, daemon=True).start()
    return done.wait(seconds)


def known_login(platform: Platform) -> KnownLogin:
    return KnownLogin(
        issuer=platform.issuer,
        client_id=platform.client_id,
        jwks_url=platform.server.base + platform.jwks_path,
        nonce_hash="",
        deployment_id=None,
        target_link_uri="",
        own_origin=platform.tool,
    )


# D2: a restored launch has an abstract connector


def test_d2_stock_a_restored_launch_cannot_send_a_grade(stock: Stock) -> None:
    launch = stock.launch(Token().sign(stock.body()))
    launch.validate()
    restored = FlaskMessageLaunch.from_cache(
        launch.get_launch_id(), stock.request(""), StockConfiguration(stock.platform)
    )
    with pytest.raises(NotImplementedError):
        list(restored.get_ags().get_lineitems())


def test_d2_ours_never_restores_a_launch(platform: Platform) -> None:
    with pytest.raises(LtiException):
        PlatformLaunch.from_cache("any", None, None)
    with PlatformSession(allow_private=True) as session:
        launch = PlatformLaunch("", known_login(platform), KeyRing(session), clock.now(), before_fetch=lambda: None)
        with pytest.raises(LtiException):
            launch.get_service_connector()


# D3: no timeout, redirects followed


def test_d3_stock_waits_for_a_slow_platform(stock: Stock, platform: Platform) -> None:
    platform.publish(KeyDocument(KeyDocument.of(rsa_key().jwk()).body, delay=3))
    assert not answer_within(2, lambda: stock.accepts(stock.body()))


def test_d3_ours_gives_up(bench: Bench, impatient: KeyRing) -> None:
    bench.platform.publish(KeyDocument(KeyDocument.of(rsa_key().jwk()).body, delay=3))
    started = time.monotonic()
    bench.attempt().assert_refused("keys_unavailable", 401)
    assert time.monotonic() - started < 2


def redirect_keys(platform: Platform) -> None:
    platform.server.documents["/elsewhere"] = KeyDocument.of(rsa_key().jwk())
    platform.publish(KeyDocument(b"", 302, {"Location": platform.server.base + "/elsewhere"}))


def test_d3_stock_follows_redirects_to_keys(stock: Stock, platform: Platform) -> None:
    redirect_keys(platform)
    assert stock.accepts(stock.body())


def test_d3_ours_does_not(bench: Bench) -> None:
    redirect_keys(bench.platform)
    bench.attempt().assert_refused("keys_unavailable", 401)


# D4: nonce and state are neither consumed nor bound


def test_d4_stock_accepts_a_message_twice(stock: Stock) -> None:
    body = stock.body()
    assert stock.accepts(body)
    assert stock.accepts(body)


def test_d4_ours_accepts_it_once(bench: Bench) -> None:
    browser = bench.browser()
    login = start_login(browser, bench.platform)
    token = Token().sign(bench.platform.claims(login.nonce))
    bench.send(browser, login, token).assert_accepted()
    bench.send(browser, login, token).assert_refused("state_used", 400)


def test_d4_stock_takes_the_nonce_of_one_login_with_the_state_of_another(stock: Stock) -> None:
    FlaskSessionService(stock.request("")).save_nonce("nonce-of-another-login")
    assert stock.accepts(stock.body(put("nonce", "nonce-of-another-login")))


def test_d4_ours_binds_nonce_and_state(bench: Bench) -> None:
    browser = bench.browser()
    first, second = start_login(browser, bench.platform), start_login(browser, bench.platform)
    token = Token().sign(bench.platform.claims(second.nonce))
    bench.send(browser, first, token).assert_refused("nonce_wrong", 401)


def test_d4_stock_does_not_compare_the_deployment_with_the_login(stock: Stock) -> None:
    assert stock.accepts(stock.body(put(DEPLOYMENT_ID, "another")))


def test_d4_ours_does(bench: Bench) -> None:
    bench.attempt(put(DEPLOYMENT_ID, "another")).assert_refused("deployment_changed", 400)


# D6: key sets


def test_d6_stock_keeps_an_error_for_a_key_set(stock: Stock, platform: Platform) -> None:
    storage = stock_storage(Cache())
    platform.publish(KeyDocument(b'{"error": "maintenance"}', 503))

    def accepts() -> bool:
        launch = stock.launch(Token().sign(stock.body()))
        launch.set_public_key_caching(storage)
        try:
            launch.validate()
        except (LtiException, KeyError):
            return False
        return True

    assert not accepts()
    platform.publish(KeyDocument.of(rsa_key().jwk()))
    assert not accepts()


def test_d6_ours_recovers_at_once(bench: Bench) -> None:
    bench.platform.publish(KeyDocument(b'{"error": "maintenance"}', 503))
    bench.attempt().assert_refused("keys_unavailable", 401)
    bench.platform.publish(KeyDocument.of(rsa_key().jwk()))
    bench.attempt().assert_accepted()


def test_d6_stock_does_not_notice_a_new_key(stock: Stock, platform: Platform) -> None:
    storage = stock_storage(Cache())
    first = stock.launch(Token().sign(stock.body()))
    first.set_public_key_caching(storage)
    first.validate()
    platform.publish(KeyDocument.of(rsa_key("platform-key-2").jwk()))
    second = stock.launch(Token(key=rsa_key("platform-key-2")).sign(stock.body()))
    second.set_public_key_caching(storage)
    with pytest.raises(LtiException):
        second.validate()


def test_d6_ours_asks_again_and_only_then(bench: Bench) -> None:
    bench.attempt().assert_accepted()
    bench.attempt().assert_accepted()
    assert bench.platform.jwks_hits == 1
    bench.platform.publish(KeyDocument.of(rsa_key("platform-key-2").jwk()))
    bench.attempt(token=Token(key=rsa_key("platform-key-2"))).assert_accepted()
    assert bench.platform.jwks_hits == 2


# D7: no leeway


def ahead(claims: dict[str, Any]) -> None:
    claims["iat"] += 30


def test_d7_stock_refuses_a_clock_that_is_ahead(stock: Stock) -> None:
    assert not stock.accepts(stock.body(ahead))


def test_d7_ours_allows_a_minute(bench: Bench) -> None:
    bench.attempt(ahead).assert_accepted()


# D8: times are not required


@pytest.mark.parametrize("name", ["exp", "iat"])
def test_d8_stock_asks_for_no_times(stock: Stock, name: str) -> None:
    assert stock.accepts(stock.body(drop(name)))


@pytest.mark.parametrize("name", ["exp", "iat"])
def test_d8_ours_asks_for_both(bench: Bench, name: str) -> None:
    bench.attempt(drop(name)).assert_refused(f"{name}_missing", 401)


def old(claims: dict[str, Any]) -> None:
    claims["iat"] -= 24 * 3600
    claims["exp"] += 10 * 365 * 24 * 3600


def test_d8_stock_takes_a_message_of_yesterday(stock: Stock) -> None:
    assert stock.accepts(stock.body(old))


def test_d8_ours_does_not(bench: Bench) -> None:
    bench.attempt(old).assert_refused("token_too_old", 401)


# D9: audience and authorised party


def test_d9_stock_shares_a_token_with_strangers(stock: Stock) -> None:
    assert stock.accepts(stock.body(put("aud", [stock.platform.client_id, "untrusted"])))
    assert stock.accepts(stock.body(put("azp", "evil")))


def test_d9_ours_does_not(bench: Bench) -> None:
    shared = [bench.platform.client_id, "untrusted"]
    bench.attempt(put("aud", shared)).assert_refused("audience_wrong", 401)
    bench.attempt(put("azp", "evil")).assert_refused("azp_wrong", 401)


# D10: malformed input escapes as an internal error

MALFORMED = {
    "audience-of-nobody": put("aud", []),
    "link-null": put(RESOURCE_LINK, None),
    "link-string": put(RESOURCE_LINK, "link"),
}


@pytest.mark.parametrize("change", MALFORMED.values(), ids=MALFORMED)
def test_d10_stock_breaks(stock: Stock, change: Any) -> None:
    with pytest.raises((AttributeError, IndexError, TypeError)):
        stock.accepts(stock.body(change))


@pytest.mark.parametrize("change", MALFORMED.values(), ids=MALFORMED)
def test_d10_ours_refuses(bench: Bench, change: Any) -> None:
    attempt = bench.attempt(change)
    attempt.assert_refused(("audience_wrong", "resource_link_missing", "claim_malformed"), (400, 401))


def test_d10_stock_breaks_later_on_roles(stock: Stock) -> None:
    launch = stock.launch(Token().sign(stock.body(put(ROLES, [None]))))
    launch.validate()
    with pytest.raises((AttributeError, TypeError)):
        launch.check_teacher_access()


def test_d10_ours_refuses_such_roles(bench: Bench) -> None:
    bench.attempt(put(ROLES, [None])).assert_refused("roles_malformed", 400)


def test_d10_stock_breaks_on_a_claim_of_null(stock: Stock) -> None:
    launch = stock.launch(Token().sign(stock.body(put(NRPS, None))))
    launch.validate()
    with pytest.raises(AttributeError):
        launch.has_nrps()


def test_d10_ours_takes_null_for_absent(bench: Bench) -> None:
    bench.attempt(put(NRPS, None)).assert_accepted()


@pytest.mark.parametrize("document", [b"[]", b"{}", b'{"keys": ["x"]}', b'{"keys": [{"kid": "platform-key-1"}]}'])
def test_d10_stock_breaks_on_a_key_set(stock: Stock, platform: Platform, document: bytes) -> None:
    platform.publish(KeyDocument(document))
    with pytest.raises(Exception) as caught:  # noqa: PT011 - of many kinds, which is the point
        stock.launch(Token().sign(stock.body())).validate()
    assert not isinstance(caught.value, LtiException)


@pytest.mark.parametrize("document", [b"[]", b"{}", b'{"keys": ["x"]}', b'{"keys": [{"kid": "platform-key-1"}]}'])
def test_d10_ours_refuses_it(bench: Bench, document: bytes) -> None:
    bench.platform.publish(KeyDocument(document))
    bench.attempt().assert_refused(("keys_unavailable", "key_unfit"), 401)


# D11: storage shared by threads


def test_d11_stock_mixes_the_requests_of_two_people(platform: Platform) -> None:
    storage = stock_storage(Cache())
    zoe, amara = Stock(platform), Stock(platform)
    zoe.cookies["lti1p3-session-id"], amara.cookies["lti1p3-session-id"] = "zoe", "amara"
    first = zoe.launch("", launch_data_storage=storage)
    amara.launch("", launch_data_storage=storage)
    # The second launch has begun; what the first writes now lands in the other person's session.
    assert first.get_session_service().data_storage.get_session_id() == "amara"


def test_d11_ours_share_nothing_but_keys(platform: Platform) -> None:
    with PlatformSession(allow_private=True) as session:
        ring = KeyRing(session)
        first, second = (
            PlatformLaunch(token, known_login(platform), ring, clock.now(), before_fetch=lambda: None)
            for token in ("first", "second")
        )
    assert first.get_session_service() is not second.get_session_service()
    assert first.get_session_service().data_storage is not second.get_session_service().data_storage
    assert first.get_session_service().data_storage.get_session_cookie_name() is None
    first.get_session_service().save_nonce("kept?")
    assert not first.get_session_service().check_nonce("kept?")


# D12: over http the library forgets whose launch it is


def test_d12_stock_lets_another_browser_replay(platform: Platform) -> None:
    cache = Cache()
    storage = stock_storage(cache)
    zoe = Stock(platform)
    token = Token().sign(zoe.body())

    def post(cookies: dict[str, str]) -> None:
        zoe.cookies = cookies
        request = zoe.request(token, secure=False)
        launch = FlaskMessageLaunch(request, StockConfiguration(platform), launch_data_storage=storage)
        launch.get_session_service().save_nonce(NONCE)
        launch.validate()

    post({f"lti1p3-{STATE}": STATE})
    # Another browser, without any cookie: accepted, since nothing ties the launch to the first.
    post({})
    assert len([key for key in cache.values if "launch" in key]) == 2


def test_d12_ours_knows_the_browser(bench: Bench) -> None:
    browser, stranger = bench.browser(), bench.browser(keeps_cookies=False)
    login = start_login(browser, bench.platform)
    token = Token().sign(bench.platform.claims(login.nonce))
    form = {"id_token": token, "state": login.state}
    bench.post(stranger, form, origin="https://evil.example").assert_refused("browser_unbound", 400)


# D13: claims in a cookie that anybody can read


def test_d13_stock_keeps_the_person_in_the_browser(stock: Stock) -> None:
    assert stock.accepts(stock.body())
    # Flask signs this dictionary and sends it as a cookie; it does not encrypt it.
    assert "amara.okafor@student.example.edu" in repr(stock.session)


def test_d13_ours_sets_random_values_only(bench: Bench) -> None:
    attempt = bench.attempt()
    attempt.assert_accepted()
    cookies = attempt.answer.headers.get("set-cookie", "")
    assert cookies
    for personal in ("amara", "Okafor", "person-39890"):
        assert personal.lower() not in cookies.lower()
    assert len(cookies) < 1000


def test_ours_refuses_without_a_key_ring_answer(platform: Platform) -> None:
    class Down(requests.Session):
        def get(self, url: str | bytes, **kwargs: Any) -> requests.Response:
            raise requests.ConnectionError

    launch = PlatformLaunch(
        Token().sign(platform.claims(NONCE)),
        known_login(platform),
        KeyRing(Down()),
        clock.now(),
        before_fetch=lambda: None,
    )
    with pytest.raises(LaunchRefused, match="keys_unavailable"):
        launch.validate()
