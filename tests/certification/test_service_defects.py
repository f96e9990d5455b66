"""Service faults of the stock protocol library, each beside what this tool does: both halves run.

The stock half proves that the fault is still there; when an upgrade mends it, that half fails and the override can go.
"""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pylti1p3.assignments_grades import AssignmentsGradesService
from pylti1p3.contrib.flask.service_connector import FlaskServiceConnector
from pylti1p3.exception import LtiServiceException
from pylti1p3.grade import Grade
from pylti1p3.lineitem import LineItem
from pylti1p3.message_launch import MessageLaunch
from pylti1p3.registration import Registration as LibraryRegistration
from pylti1p3.service_connector import ServiceConnector

from lti_tool.lti import scopes
from lti_tool.outbound import OutboundError, OutboundReason, PlatformSession
from lti_tool.passback.ags import PlatformGradebook, PlatformRefused
from lti_tool.passback.catalog import ColumnWish, Score, Step
from lti_tool.passback.rules import write_score
from lti_tool.registration.connector import (
    AnswerUnreadable,
    TokenCache,
    TokenRefused,
    ToolConnector,
)
from lti_tool.registration.keys import SigningKey
from lti_tool.registration.models import Registration
from tests.service.passback_platform import Fault, Platform

RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
COLUMNS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
_private_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
KEY = SigningKey("kid-1", _private_key, {})
PEM = _private_key.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
).decode()


@pytest.fixture
def platform() -> Iterator[Platform]:
    platform = Platform()
    yield platform
    platform.stop()


@pytest.fixture(autouse=True)
def _fresh_caches() -> None:
    FlaskServiceConnector.access_tokens = {}


def ours(platform: Platform, client_id: str = "school-a", *, deployment: str = "1", **more: Any) -> ToolConnector:
    registration = Registration(
        issuer="https://canvas.instructure.com", client_id=client_id, token_url=platform.base + "/token"
    )
    session = PlatformSession(timeout=1.0, allow_private=True)
    more.setdefault("tokens", TokenCache())
    return ToolConnector(registration, deployment, key=KEY, platform_session=session, **more)


def stock(platform: Platform, client_id: str = "school-a", *, key: Any = PEM) -> FlaskServiceConnector:
    registration = LibraryRegistration().set_issuer("https://canvas.instructure.com").set_client_id(client_id)
    registration.set_auth_token_url(platform.base + "/token").set_tool_private_key(key)
    return FlaskServiceConnector(registration)


def bearer_of(platform: Platform) -> str:
    """The client for which the token of the last service call was made."""
    token = platform.calls[-1].headers["Authorization"].removeprefix("Bearer ")
    return platform.tokens[token][0]


def gradebook(connector: ToolConnector, platform: Platform) -> PlatformGradebook:
    offered = [scopes.LINE_ITEM, scopes.RESULT_READONLY, scopes.SCORE]
    return PlatformGradebook(connector, platform.lineitems_url, offered)


def stock_service(platform: Platform, column: str) -> AssignmentsGradesService:
    offered: Any = {
        "scope": [scopes.LINE_ITEM, scopes.RESULT_READONLY, scopes.SCORE],
        "lineitems": platform.lineitems_url,
        "lineitem": column,
    }
    return AssignmentsGradesService(stock(platform), offered)


def a_score(stamp: str = "2026-09-01T08:00:00.000Z") -> dict[str, Any]:
    return {
        "userId": "zoe",
        "timestamp": stamp,
        "scoreGiven": 9,
        "scoreMaximum": 10,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
    }


def stock_grade() -> Grade:
    grade = Grade().set_score_given(9).set_score_maximum(10).set_user_id("zoe").set_timestamp("2026-09-01T08:00:00Z")
    return grade.set_activity_progress("Completed").set_grading_progress("FullyGraded")


class TestTokenOfAnotherSchool:
    """D1: all schools of Canvas cloud share an issuer; the stock cache knows nothing else."""

    def test_stock_sends_school_as_token_for_school_b(self, platform: Platform) -> None:
        for client_id in ("school-a", "school-b"):
            stock(platform, client_id).make_service_request([scopes.LINE_ITEM], platform.lineitems_url, accept=COLUMNS)
        assert bearer_of(platform) == "school-a"

    def test_ours_asks_for_school_bs_own(self, platform: Platform) -> None:
        tokens = TokenCache()
        for client_id in ("school-a", "school-b"):
            connector = ours(platform, client_id, tokens=tokens)
            connector.make_service_request([scopes.LINE_ITEM], platform.lineitems_url, accept=COLUMNS)
            assert bearer_of(platform) == client_id

    def test_ours_keeps_deployments_and_scopes_apart(self, platform: Platform) -> None:
        tokens = TokenCache()
        found = {
            ours(platform, deployment=deployment, tokens=tokens).get_access_token([one])
            for deployment in ("1", "2")
            for one in (scopes.LINE_ITEM, scopes.SCORE)
        }
        assert len(found) == 4
        assert ours(platform, tokens=tokens).get_access_token([scopes.SCORE]) in found


class TestServicesAfterARestoredLaunch:
    """D2: a restored launch of the stock library has an abstract connector."""

    def test_stock_cannot_send_a_score(self, platform: Platform) -> None:
        defaults: dict[str, Any] = MessageLaunch.from_cache.__kwdefaults__ or {}
        assert defaults["service_connector_cls"] is ServiceConnector
        registration = stock(platform)._registration
        with pytest.raises(NotImplementedError):
            ServiceConnector(registration).get_access_token([scopes.SCORE])

    def test_ours_needs_no_launch(self, platform: Platform) -> None:
        column = platform.add_column("module:x")
        gradebook(ours(platform), platform).send_score(column, a_score())
        assert platform.cell("zoe") is not None


class TestTimeouts:
    """D3: the stock library waits as long as the peer does, and follows redirects anywhere."""

    def test_stock_hangs_as_long_as_the_platform(self, platform: Platform) -> None:
        platform.latency = 2.0
        started = time.monotonic()
        stock(platform).get_access_token([scopes.SCORE])
        assert time.monotonic() - started >= 2.0

    def test_ours_gives_up(self, platform: Platform) -> None:
        platform.latency = 2.0
        started = time.monotonic()
        with pytest.raises(OutboundError) as caught:
            ours(platform).get_access_token([scopes.SCORE])
        assert caught.value.reason is OutboundReason.TIMED_OUT
        assert time.monotonic() - started < 1.9

    def test_stock_follows_a_redirect_to_another_host(self, platform: Platform) -> None:
        other = Platform()
        try:
            elsewhere = other.lineitems_url.replace("127.0.0.1", "127.0.0.2")
            other.fail("lineitems", status=200, body="[]")
            platform.fail("lineitems", status=302, headers={"Location": elsewhere.replace("127.0.0.2", "localhost")})
            stock(platform).make_service_request([scopes.LINE_ITEM], platform.lineitems_url, accept=COLUMNS)
            assert len(other.calls) == 1
        finally:
            other.stop()

    def test_ours_follows_none(self, platform: Platform) -> None:
        platform.fail("lineitems", status=302, headers={"Location": platform.lineitems_url})
        with pytest.raises(OutboundError) as caught:
            ours(platform).make_service_request([scopes.LINE_ITEM], platform.lineitems_url, accept=COLUMNS)
        assert caught.value.reason is OutboundReason.REDIRECTED


class TestStamps:
    """D5: AGS 2.0 §3.4.9 wants parts of seconds and a zone."""

    MOMENT = datetime(2026, 9, 1, 8, 0, 0, 250_000, tzinfo=UTC)

    def test_stock_drops_parts_of_seconds_and_a_missing_zone(self) -> None:
        assert Grade().set_timestamp(self.MOMENT).get_timestamp() == "2026-09-01T08:00:00+0000"
        assert Grade().set_timestamp(self.MOMENT.replace(tzinfo=None)).get_timestamp() == "2026-09-01T08:00:00"

    def test_ours_writes_both(self) -> None:
        score = Score("zoe", None, "Completed", "FullyGraded", "", self.MOMENT, self.MOMENT)
        body = write_score(score, "moodle")
        assert body["timestamp"] == "2026-09-01T08:00:00.250Z"
        assert body["submission"]["submittedAt"] == "2026-09-01T08:00:00.250Z"


class TestSigning:
    """D14: a PEM is parsed and checked at every signature."""

    @staticmethod
    def seconds(connector: ServiceConnector, key: Any) -> float:
        claims: dict[str, str | int] = {"iss": "a"}
        connector.encode_jwt(claims, key, {"kid": "1"})
        started = time.process_time()
        for _ in range(5):
            connector.encode_jwt(claims, key, {"kid": "1"})
        return time.process_time() - started

    def test_stock_pays_for_the_pem_and_ours_does_not(self, platform: Platform) -> None:
        pem = self.seconds(stock(platform), PEM)
        connector = ours(platform)
        held: Any = connector._registration.get_tool_private_key()
        assert held is _private_key
        assert self.seconds(connector, held) * 5 < pem

    def test_ours_names_its_key_and_deployment(self, platform: Platform) -> None:
        """LTI Core 1.3 §6.2.1: the assertion SHOULD carry the deployment."""
        for connector, expected in ((stock(platform), None), (ours(platform, deployment="7:abc"), "7:abc")):
            connector.get_access_token([scopes.SCORE])
            assertion = platform.of_kind("token")[-1].body["client_assertion"][0]
            claims = jwt.decode(assertion, options={"verify_signature": False})
            assert claims.get("https://purl.imsglobal.org/spec/lti/claim/deployment_id") == expected
        assert jwt.get_unverified_header(assertion)["kid"] == "kid-1"
        public_key: Any = _private_key.public_key()
        verified = jwt.decode(assertion, public_key, algorithms=["RS256"], audience=platform.base + "/token")
        assert verified["iss"] == verified["sub"] == "school-a"

    def test_ours_uses_the_audience_that_the_platform_names(self, platform: Platform) -> None:
        connector = ours(platform)
        connector._registration.set_auth_audience("https://lms.example/oauth")
        connector.get_access_token([scopes.SCORE])
        assertion = platform.of_kind("token")[-1].body["client_assertion"][0]
        assert jwt.decode(assertion, options={"verify_signature": False})["aud"] == "https://lms.example/oauth"


class TestTokenAnswers:
    """The token endpoint's answer in all its forms."""

    def test_stock_asks_again_for_each_call_without_expires_in(self, platform: Platform) -> None:
        platform.token_body = lambda body: {"access_token": body["access_token"]}
        connector = stock(platform)
        for _ in range(3):
            connector.get_access_token([scopes.SCORE])
        assert len(platform.of_kind("token")) == 3

    def test_stock_breaks_on_text(self, platform: Platform) -> None:
        platform.token_body = lambda body: {**body, "expires_in": "3600"}
        with pytest.raises(TypeError):
            stock(platform).get_access_token([scopes.SCORE])

    @pytest.mark.parametrize("expires_in", [None, "3600", "soon", 3600, 3600.5, -1, 0])
    def test_ours_reads_any_life(self, platform: Platform, expires_in: object) -> None:
        platform.token_body = lambda body: {**body, "expires_in": expires_in}
        connector = ours(platform)
        assert len({connector.get_access_token([scopes.SCORE]) for _ in range(3)}) == 1

    def test_ours_does_not_use_a_token_to_its_last_second(
        self, platform: Platform, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        connector = ours(platform)
        clock = time.monotonic()
        monkeypatch.setattr("lti_tool.registration.connector.time.monotonic", lambda: clock)
        first = connector.get_access_token([scopes.SCORE])
        clock += 3565
        assert connector.get_access_token([scopes.SCORE]) == first
        clock += 10
        assert connector.get_access_token([scopes.SCORE]) != first

    def test_stock_breaks_without_a_token(self, platform: Platform) -> None:
        platform.token_body = lambda body: {"error": "server_error"}
        with pytest.raises(KeyError):
            stock(platform).get_access_token([scopes.SCORE])

    @pytest.mark.parametrize("body", [{"error": "x"}, {"access_token": 5}, {"access_token": ""}, []])
    def test_ours_says_what_is_wrong(self, platform: Platform, body: Any) -> None:
        platform.token_body = lambda _body: body
        with pytest.raises(AnswerUnreadable):
            ours(platform).get_access_token([scopes.SCORE])

    def test_stock_takes_a_token_for_less(self, platform: Platform) -> None:
        platform.token_body = lambda body: {**body, "scope": "openid"}
        assert stock(platform).get_access_token([scopes.SCORE])

    def test_ours_does_not(self, platform: Platform) -> None:
        platform.token_body = lambda body: {**body, "scope": "openid"}
        with pytest.raises(TokenRefused):
            ours(platform).get_access_token([scopes.SCORE])

    def test_the_cache_is_bounded(self) -> None:
        tokens = TokenCache(max_tokens=2)
        for name in ("a", "b", "c"):
            tokens.get(("url", name, "1", "scope"), lambda: ("token", 60.0))
        asked: list[str] = []

        def fetch() -> tuple[str, float]:
            asked.append("again")
            return "new", 60.0

        tokens.get(("url", "c", "1", "scope"), fetch)
        assert asked == []
        tokens.get(("url", "a", "1", "scope"), fetch)
        assert asked == ["again"]

    @pytest.mark.parametrize("comes", [True, False])
    def test_who_waits_for_a_token_gets_the_one_answer(self, comes: bool) -> None:
        tokens = TokenCache()
        asked: list[str] = []
        waiting = threading.Barrier(9)
        answer = threading.Event()

        def fetch() -> tuple[str, float]:
            asked.append("once")
            assert answer.wait(30)
            if not comes:
                raise OutboundError(OutboundReason.TIMED_OUT)
            return "new", 60.0

        def get() -> str:
            waiting.wait(30)
            return tokens.get(("url", "a", "1", "scope"), fetch)

        with ThreadPoolExecutor(8) as pool:
            found = [pool.submit(get) for _ in range(8)]
            waiting.wait(30)
            # Another client's token is not waited for.
            assert tokens.get(("url", "b", "1", "scope"), lambda: ("other", 60.0)) == "other"
            while not asked:
                time.sleep(0.01)
            under_way: Any = tokens._asking._under_way["url", "a", "1", "scope"]
            while len(under_way._condition._waiters) < 7:
                time.sleep(0.01)
            answer.set()
            errors = [one.exception() for one in found]
        assert asked == ["once"]
        if comes:
            assert [one.result() for one in found] == ["new"] * 8
        else:
            assert {getattr(error, "reason", None) for error in errors} == {OutboundReason.TIMED_OUT}
            assert tokens.get(("url", "a", "1", "scope"), lambda: ("late", 60.0)) == "late"


class TestScopes:
    """One scope a token: the certification suite refuses more than a call needs."""

    def test_stock_asks_for_all(self, platform: Platform) -> None:
        column = platform.add_column("module:x")
        stock_service(platform, column).put_grade(stock_grade(), LineItem({"id": column}))
        assert len(platform.of_kind("token")[-1].body["scope"][0].split()) == 3

    def test_ours_asks_for_one(self, platform: Platform) -> None:
        column = platform.add_column("module:x")
        book = gradebook(ours(platform), platform)
        book.list_columns("module:x")
        book.send_score(column, a_score())
        book.find_result(column, "zoe")
        asked = [call.body["scope"][0] for call in platform.of_kind("token")]
        assert asked == [scopes.LINE_ITEM, scopes.SCORE, scopes.RESULT_READONLY]


class TestRevokedToken:
    """401: the stock library keeps the dead token until it would have ended."""

    def test_stock_never_recovers(self, platform: Platform) -> None:
        column = platform.add_column("module:x")
        service = stock_service(platform, column)
        service.put_grade(stock_grade(), LineItem({"id": column}))
        platform.revoke_tokens()
        for _ in range(2):
            with pytest.raises(LtiServiceException):
                service.put_grade(stock_grade(), LineItem({"id": column}))

    def test_ours_asks_once_and_goes_on(self, platform: Platform) -> None:
        column = platform.add_column("module:x")
        book = gradebook(ours(platform), platform)
        book.send_score(column, a_score())
        platform.revoke_tokens()
        book.send_score(column, a_score("2026-09-01T08:00:05.000Z"))
        assert len(platform.of_kind("token")) == 2

    def test_ours_asks_once_more_and_no_further(self, platform: Platform) -> None:
        column = platform.add_column("module:x")
        platform.fail("scores", status=401, times=9)
        with pytest.raises(PlatformRefused) as caught:
            gradebook(ours(platform), platform).send_score(column, a_score())
        assert caught.value.answer.status == 401
        assert len(platform.of_kind("token")) == 2
        assert len(platform.of_kind("scores")) == 2


class TestSuccessWithoutJson:
    """A score that was stored is stored, whatever the answer's body says."""

    def test_stock_calls_it_an_error(self, platform: Platform) -> None:
        column = platform.add_column("module:x")
        platform.fail("scores", status=202, body="OK")
        with pytest.raises(requests.JSONDecodeError):
            stock_service(platform, column).put_grade(stock_grade(), LineItem({"id": column}))

    def test_ours_takes_it(self, platform: Platform) -> None:
        column = platform.add_column("module:x")
        platform.fail("scores", status=202, body="OK")
        gradebook(ours(platform), platform).send_score(column, a_score())
        assert len(platform.scores) == 1

    def test_ours_takes_no_page_for_results(self, platform: Platform) -> None:
        column = platform.add_column("module:x")
        platform.fail("results", status=200, body="<html>")
        with pytest.raises(PlatformRefused) as caught:
            gradebook(ours(platform), platform).find_result(column, "zoe")
        assert (caught.value.answer.step, caught.value.answer.status) == (Step.READ, 200)


class TestPaging:
    """`rel=next` without quotes, relative, elsewhere, or back to itself."""

    @staticmethod
    def pages(platform: Platform, link: str) -> None:
        first = [{"id": "https://lms/1", "tag": "module:x"}]
        second = [{"id": "https://lms/2", "tag": "module:x"}]
        for items, headers in ((first, {"Link": link}), (second, {})):
            fault = Fault("lineitems", status=200, headers=headers)
            fault.body = json.dumps(items)
            platform.faults.append(fault)

    def test_stock_stops_after_page_one(self, platform: Platform) -> None:
        self.pages(platform, f"<{platform.lineitems_url}&page=2>; rel=next")
        assert len(list(stock_service(platform, "").get_lineitems())) == 1

    @pytest.mark.parametrize(
        "link",
        ["<{url}&page=2>; rel=next", "</course/lineitems?page=2>; rel=next", '<{url}&page=2>; a="b"; rel="next"'],
    )
    def test_ours_goes_on(self, platform: Platform, link: str) -> None:
        self.pages(platform, link.format(url=platform.lineitems_url))
        columns = gradebook(ours(platform), platform).list_columns("module:x")
        assert [column.url for column in columns] == ["https://lms/1", "https://lms/2"]

    def test_stock_breaks_on_a_relative_page(self, platform: Platform) -> None:
        self.pages(platform, '</course/lineitems?page=2>; rel="next"')
        with pytest.raises(requests.exceptions.MissingSchema):
            list(stock_service(platform, "").get_lineitems())

    def test_stock_carries_its_token_to_another_host(self, platform: Platform) -> None:
        other = Platform()
        try:
            self.pages(platform, f'<{other.lineitems_url}>; rel="next"')
            other.fail("lineitems", status=200, body="[]")
            list(stock_service(platform, "").get_lineitems())
            assert other.calls[0].headers["Authorization"].startswith("Bearer ")
        finally:
            other.stop()

    def test_ours_does_not(self, platform: Platform) -> None:
        other = Platform()
        try:
            self.pages(platform, f'<{other.lineitems_url}>; rel="next"')
            assert len(gradebook(ours(platform), platform).list_columns("module:x")) == 1
            assert other.calls == []
        finally:
            other.stop()

    def test_ours_ends_where_pages_go_in_a_circle(self, platform: Platform) -> None:
        url = platform.lineitems_url
        for page in (2, 1, 2, 1):
            platform.fail("lineitems", status=200, body="[]", headers={"Link": f'<{url}&page={page}>; rel="next"'})
        pages = ours(platform).get_paginated_data([scopes.LINE_ITEM], url + "&page=1", accept=COLUMNS)
        assert len(list(pages)) == 2


class TestAddresses:
    """`/scores` before the query, whatever the query holds."""

    def test_stock_loses_what_follows_a_second_question_mark(self) -> None:
        made = AssignmentsGradesService._add_url_path_ending("https://lms/1?a=b?c=d", "scores")
        assert made == "https://lms/1/scores?a=b"

    def test_ours_keeps_it(self, platform: Platform) -> None:
        platform.fail("scores", status=200)
        gradebook(ours(platform), platform).send_score(platform.base + "/course/1?a=b?c=d", a_score())
        assert (platform.calls[-1].path, platform.calls[-1].query) == ("/course/1/scores", {"a": ["b?c=d"]})


class TestMediaTypes:
    """Moodle refuses everything but the exact types."""

    def test_ours_are_exact(self, platform: Platform) -> None:
        column = platform.add_column("module:x")
        book = gradebook(ours(platform), platform)
        book.send_score(column, a_score())
        result = book.find_result(column, "zoe")
        assert result is not None
        assert result.points is not None
        assert (result.points.given, result.points.maximum) == (9, 10)
        sent = {call.kind: call.headers for call in platform.calls}
        assert sent["scores"]["Content-Type"] == "application/vnd.ims.lis.v1.score+json"
        assert sent["results"]["Accept"] == RESULTS


class TestStrangeResults:
    """What platforms write into results."""

    @pytest.mark.parametrize(
        ("item", "given"),
        [
            ({"resultScore": "7.5", "resultMaximum": "10"}, 7.5),
            ({"resultScore": 0.5}, 0.5),
            ({"resultScore": None}, None),
            ({"resultScore": True}, None),
            ({"resultScore": "A"}, None),
            ({"timestamp": "yesterday"}, None),
            ({"timestamp": "2026-09-01T08:00:00"}, None),
        ],
    )
    def test_numbers_and_their_absence(self, platform: Platform, item: dict[str, Any], given: float | None) -> None:
        column = platform.add_column("module:x")
        body = json.dumps(["noise", {"userId": "amara", "resultScore": 1}, {"userId": "zoe", **item}])
        platform.fail("results", status=200, body=body)
        result = gradebook(ours(platform), platform).find_result(column, "zoe")
        assert result is not None
        assert (result.points.given if result.points else None) == given
        assert result.changed_at is None or result.changed_at.tzinfo is not None

    def test_a_made_column_needs_an_address(self, platform: Platform) -> None:
        book = gradebook(ours(platform), platform)
        for body in ('{"label": "x"}', "[]", "OK"):
            platform.fail("lineitems", status=201, body=body)
            with pytest.raises(PlatformRefused) as caught:
                book.create_column(ColumnWish("module:x", "X", 10))
            assert caught.value.answer.step is Step.CREATE
