"""Thousands of hostile answers of platforms' services: to the edges, to the worker, to registration, to launches.

An edge gives a value or says why not; nothing else comes out of it, and always in bounded time.
"""

import json
import math
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from flask import Flask
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.errors import LaunchRefused
from lti_tool.launch.oidc.jwks import KeyRing
from lti_tool.lti import scopes
from lti_tool.outbound import PlatformSession
from lti_tool.passback.ags import PlatformGradebook, PlatformRefused
from lti_tool.passback.catalog import ColumnWish, DeliveryState, ReasonCode, get_reason
from lti_tool.passback.rules import describe_answer, judge_answer, parse_retry_after
from lti_tool.registration.catalog import ProductFamily
from lti_tool.registration.connector import TokenCache, ToolConnector
from lti_tool.registration.keys import SigningKey
from lti_tool.registration.models import Registration
from lti_tool.registration.service import make_invite
from lti_tool.roster.nrps import PlatformRoster, RosterUnreadable
from lti_tool.web.session import Stores
from tests.certification.bench import Bench, count_rows
from tests.certification.keys import rsa_key
from tests.hostile.answers import HostileServer, Spoiler, drip, http
from tests.journeys.registration_platform import Platform as Registrar
from tests.service.passback_course import Course, open_course
from tests.service.passback_platform import Platform

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
SEEDS = range(4)
# Of each seed; the bound in seconds is generous.
AT_EDGES = 400
AT_KEYS = 100
AT_REGISTRATION = 50
AT_WORKER = 15
SECONDS_AT_MOST = 60
TIMEOUT = 0.5
KEY = SigningKey("kid-1", rsa_key("tool").private, {})
ALL_SCOPES = [scopes.LINE_ITEM, scopes.RESULT_READONLY, scopes.SCORE, scopes.MEMBERSHIP_READONLY]


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer().running() as server:
        yield server


def connect(server: HostileServer) -> ToolConnector:
    registration = Registration(issuer=server.base, client_id="school-a", token_url=server.base + "/token")
    session = PlatformSession(timeout=TIMEOUT, allow_private=True)
    return ToolConnector(registration, "1", key=KEY, platform_session=session, tokens=TokenCache())


def right_token() -> dict[str, Any]:
    return {"access_token": "t", "token_type": "Bearer", "expires_in": 3600, "scope": " ".join(ALL_SCOPES)}


def answer_all(server: HostileServer, hostile: bytes, *, at_token: bool) -> None:
    """The hostile answer at the token endpoint, or everywhere else."""
    token = http(200, json.dumps(right_token()).encode())
    server.plan = lambda _method, path: hostile if path.startswith("/token") == at_token else token


def right_column(server: HostileServer) -> dict[str, Any]:
    url = server.base + "/course/lineitems/1/lineitem?type_id=3"
    return {"id": url, "tag": "module:x", "resourceId": "module:x", "label": "X", "scoreMaximum": 10}


def right_result(server: HostileServer) -> list[dict[str, Any]]:
    stamp = "2026-09-01T08:00:00.000Z"
    return [{"id": "1", "userId": "zoe", "resultScore": 9, "resultMaximum": 10, "timestamp": stamp}]


def judge(error: PlatformRefused) -> None:
    """What a refusal becomes: a verdict, one line for operators, a wait."""
    for family in ProductFamily:
        assert judge_answer(error.answer, family).reason in set(ReasonCode)
    assert len(describe_answer(error.answer, ["zoe"])) < 300
    wait = parse_retry_after(error.answer.retry_after, NOW)
    assert wait is None or 0 <= wait.total_seconds() <= 3600


@pytest.mark.parametrize("seed", SEEDS)
def test_a_gradebook_gives_a_value_or_says_why_not(server: HostileServer, seed: int) -> None:
    spoiler, connector = Spoiler(seed), connect(server)
    column = right_column(server)
    calls: tuple[tuple[Callable[[PlatformGradebook], object], Any], ...] = (
        (lambda book: book.list_columns("module:x"), [column]),
        (lambda book: book.create_column(ColumnWish("module:x", "X", 10)), column),
        (lambda book: book.find_result(column["id"], "zoe"), right_result(server)),
        (lambda book: book.send_score(column["id"], {"userId": "zoe"}), {"resultUrl": "x"}),
    )
    refused, started = 0, time.monotonic()
    for number in range(AT_EDGES):
        at_token = number % 5 == 4
        call, right = calls[number % 4]
        hostile = spoiler.spoil(right_token() if at_token else right)
        answer_all(server, hostile, at_token=at_token)
        if at_token:
            connector = connect(server)
        try:
            found = call(PlatformGradebook(connector, server.base + "/course/lineitems?type_id=3", ALL_SCOPES))
        except PlatformRefused as error:
            refused += 1
            judge(error)
        except Exception as error:
            raise AssertionError(f"number {number}: {type(error).__name__} for {hostile[:300]!r}") from error
        else:
            points = getattr(found, "points", None)
            assert points is None or (math.isfinite(points.given) and math.isfinite(points.maximum)), hostile[:300]
    assert refused > AT_EDGES // 4
    assert time.monotonic() - started < SECONDS_AT_MOST


@pytest.mark.parametrize("seed", SEEDS)
def test_a_roster_is_read_to_its_end_or_says_why_not(server: HostileServer, seed: int) -> None:
    spoiler = Spoiler(100 + seed)
    member = {"status": "Active", "user_id": "6", "roles": ["Learner"], "name": "Zoë Nuñez-Øster", "given_name": "Zoë"}
    right = {
        "id": "x",
        "context": {"id": "2", "label": "M", "title": "T"},
        "members": [member, member | {"user_id": 7}],
    }
    refused, started = 0, time.monotonic()
    for number in range(AT_EDGES // 2):
        hostile = spoiler.spoil(right)
        answer_all(server, hostile, at_token=False)
        try:
            pages = list(PlatformRoster(connect(server), server.base + "/members").read_pages())
        except RosterUnreadable:
            refused += 1
        except Exception as error:
            raise AssertionError(f"number {number}: {type(error).__name__} for {hostile[:300]!r}") from error
        else:
            for one in (one for page in pages for one in page):
                (one.sub + one.name + one.given_name + one.family_name).encode()
                assert "\0" not in one.sub + one.name
    assert refused > AT_EDGES // 8
    assert time.monotonic() - started < SECONDS_AT_MOST


@pytest.mark.parametrize("seed", SEEDS)
def test_key_sets_give_keys_or_a_refusal(server: HostileServer, seed: int) -> None:
    spoiler, started = Spoiler(200 + seed), time.monotonic()
    right = {"keys": [rsa_key().jwk(), rsa_key("stranger").jwk()]}
    reasons: set[str] = set()
    for number in range(AT_KEYS):
        hostile = spoiler.spoil(right)
        server.plan = lambda _method, _path, answer=hostile: answer  # type: ignore[misc]
        ring = KeyRing(PlatformSession(timeout=TIMEOUT, allow_private=True))
        try:
            keys = ring.find_keys(server.base + "/jwks", rsa_key().kid, NOW)
        except LaunchRefused as error:
            reasons.add(error.reason)
        except Exception as error:
            raise AssertionError(f"number {number}: {type(error).__name__} for {hostile[:300]!r}") from error
        else:
            assert keys and all(isinstance(key, RSAPublicKey) and key.key_size >= 2048 for key in keys)
    assert "keys_unavailable" in reasons and reasons <= {"keys_unavailable", "kid_unknown", "key_unfit"}
    assert time.monotonic() - started < SECONDS_AT_MOST


@pytest.mark.parametrize("seed", SEEDS)
def test_launches_while_the_key_server_is_hostile(bench: Bench, server: HostileServer, seed: int) -> None:
    """On both databases: refused or accepted, never an error, and the next launch with right keys is accepted."""
    spoiler = Spoiler(300 + seed)
    right = {"keys": [rsa_key().jwk()]}
    for number in range(12):
        hostile = spoiler.spoil(right)
        server.plan = lambda _method, _path, answer=hostile: answer  # type: ignore[misc]
        url = f"{server.base}/jwks-{seed}-{number}"
        with _stores(bench.app).writing.begin() as session:
            session.get_one(Registration, bench.platform.registration_id).jwks_url = url
        attempt = bench.attempt()
        if attempt.answer.status == 303:
            attempt.assert_accepted(opens=False)
        else:
            attempt.assert_refused(("keys_unavailable", "kid_unknown", "key_unfit", "signature_wrong"), 401)
    server.plan = lambda _method, _path: http(200, json.dumps(right).encode())
    with _stores(bench.app).writing.begin() as session:
        session.get_one(Registration, bench.platform.registration_id).jwks_url = server.base + "/jwks-right"
    bench.attempt().assert_accepted(opens=False)


@pytest.mark.parametrize("seed", SEEDS)
def test_registration_with_a_hostile_platform(bench: Bench, server: HostileServer, seed: int) -> None:
    """On both databases: a page for people below 500, and nothing stored unless the platform's answer was sound."""
    spoiler, registrar = Spoiler(400 + seed), Registrar(server.base)
    browser, started = bench.browser(), time.monotonic()
    with _stores(bench.app).writing.begin() as session:
        _, code = make_invite(session, None, clock.now(), 7, institution=f"Riverbend {seed}")
    before = count_rows(bench.app)
    for number in range(AT_REGISTRATION):
        at_configuration = number % 2 == 0
        answer = {"client_id": f"client-{number}", "deployment_id": "4"}
        hostile = spoiler.spoil(registrar.configuration if at_configuration else answer)
        configuration = hostile if at_configuration else http(200, json.dumps(registrar.configuration).encode())
        posted = http(200, json.dumps(answer).encode()) if at_configuration else hostile
        server.plan = lambda method, _path, get=configuration, post=posted: get if method == "GET" else post  # type: ignore[misc]
        form = {"invite": code, "openid_configuration": registrar.configuration_url, "registration_token": "t"}
        page = browser.post("/lti/register", form)
        assert bench.log.bugs() == [], (number, hostile[:600])
        assert page.status < 500, (number, hostile[:600])
        assert page.heading
        after = count_rows(bench.app)
        if page.status == 200:
            # Sound after all: what was bent does not matter to us. The invitation is spent.
            with _stores(bench.app).writing.begin() as session:
                _, code = make_invite(session, None, clock.now(), 7, institution=f"Riverbend {seed} {number}")
            after = count_rows(bench.app)
        else:
            assert after == before, (number, hostile[:600])
        before = after
    assert time.monotonic() - started < SECONDS_AT_MOST


@pytest.mark.parametrize("seed", [0, 1])
def test_a_worker_survives_and_delivers_in_the_end(session: Session, seed: int) -> None:
    """On both databases: whatever a platform answers, the score stays and arrives once the platform is well."""
    platform = Platform("canvas" if seed % 2 else "moodle")
    try:
        course = open_course(session, platform)
        course.http = PlatformSession(timeout=TIMEOUT, allow_private=True)
        platform.add_column("module:expectations")
        _deliver_through_faults(course, platform, Spoiler(500 + seed))
    finally:
        platform.stop()


def _deliver_through_faults(course: Course, platform: Platform, spoiler: Spoiler) -> None:
    right: dict[str, Any] = {
        "token": right_token(),
        "lineitems": platform.columns,
        "results": [{"id": "1", "userId": "sub-Zoë", "resultScore": 3, "resultMaximum": 10}],
        "scores": {"resultUrl": "x"},
    }
    started = time.monotonic()
    for number in range(AT_WORKER):
        course.score(number % 10 + 0.5)
        kind = ("token", "lineitems", "results", "scores")[number % 4]
        platform.fail(kind, raw=spoiler.spoil(right[kind]))
        if kind == "token":
            platform.revoke_tokens()
        course.deliver()
        for delivery in course.deliveries():
            assert str(delivery.state) in {str(state) for state in DeliveryState}
            # Nothing waits for a year that a platform made up, and nothing stays that has no words.
            assert delivery.next_try_at <= course.now + timedelta(days=2)
            assert delivery.state != DeliveryState.PARKED or get_reason(delivery.reason).title
        course.wait(hours=2)
    # Well again: what still waits arrives.
    platform.faults.clear()
    platform.revoke_tokens()
    for _ in range(4):
        course.wait(days=2)
        course.deliver()
    assert not {str(DeliveryState.PENDING), str(DeliveryState.SENDING)} & set(course.states), course.states
    assert time.monotonic() - started < SECONDS_AT_MOST


def test_an_answer_that_drips_ends_in_time(server: HostileServer) -> None:
    answer_all(server, drip(right_result(server)), at_token=False)
    started = time.monotonic()
    book = PlatformGradebook(connect(server), server.base + "/lineitems", ALL_SCOPES)
    column = right_column(server)["id"]
    with pytest.raises(PlatformRefused) as refused:
        book.find_result(column, "zoe")
    judge(refused.value)
    assert time.monotonic() - started < 10 * TIMEOUT


def test_pages_without_end_end(server: HostileServer) -> None:
    """Each page names another next one, for ever."""
    token = http(200, json.dumps(right_token()).encode())

    def plan(_method: str, path: str) -> bytes:
        if path.startswith("/token"):
            return token
        return http(200, b"[]", Link=f'<{server.base}/page-{server.hits}>; rel="next"')

    server.plan = plan
    book = PlatformGradebook(connect(server), server.base + "/lineitems", ALL_SCOPES)
    assert book.list_columns("module:x") == []
    assert book.find_result(right_column(server)["id"], "zoe") is None
    assert server.hits < 1000


def _stores(app: Flask) -> Stores:
    stores: Stores = app.extensions["lti_tool"]
    return stores
