"""Any JSON and any text to whatever reads an answer of a platform: a value or the refusal that it names."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lti_tool.config import Settings
from lti_tool.launch.oidc.jwks import read_key_set
from lti_tool.launch.registration.catalog import RegistrationFailed
from lti_tool.launch.registration.rules import read_answer, read_configuration
from lti_tool.outbound import find_next_page
from lti_tool.passback.ags import PlatformGradebook, PlatformRefused
from lti_tool.passback.catalog import Answer, ReasonCode, Step
from lti_tool.passback.rules import describe_answer, judge_answer, parse_retry_after
from lti_tool.registration.catalog import ProductFamily
from lti_tool.registration.rules import find_address_problem, origin_of
from lti_tool.roster.rules import read_members
from tests.certification.keys import rsa_key
from tests.hostile.answers import HostileServer, http
from tests.hostile.test_answers import ALL_SCOPES, answer_all, connect, judge, right_column, server
from tests.hostile.test_claims import LEAVES, TEXTS
from tests.journeys.registration_platform import CONFIGURATION
from tests.journeys.registration_platform import Platform as Registrar

__all__ = ["server"]

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
PROFILE = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
NAMES = st.sampled_from(
    [
        *("id", "tag", "resourceId", "resourceLinkId", "userId", "resultScore", "resultMaximum", "timestamp"),
        *("comment", "user_id", "roles", "status", "name", "given_name", "kid", "kty", "n", "e", "alg", "use"),
        *("key_ops", "keys", "client_id", "deployment_id", "error", "errors", "message", "access_token"),
        *("expires_in", "scope", "members"),
    ]
)
JSON = st.recursive(
    st.one_of(LEAVES, st.sampled_from(["zoe", "module:x", "RSA", "http://127.0.0.1:1/x", "2026-09-01T08:00:00Z"])),
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(st.one_of(NAMES, TEXTS), inner, max_size=6)),
    max_leaves=15,
)
TOOL = Settings(
    instance_dir=Path("unused"),
    database_url="",
    base_url="http://localhost:8000",
    secret_key="s" * 40,
    allow_private_platforms=True,
)


@PROFILE
@given(
    step=st.sampled_from(Step),
    status=st.one_of(st.none(), st.integers(0, 999)),
    body=st.one_of(TEXTS, JSON.map(json.dumps)),
    header=TEXTS,
)
def test_any_refusal_is_judged(step: Step, status: int | None, body: str, header: str) -> None:
    answer = Answer(step, status=status, body=body, retry_after=header, rate_left=header, transport="broken")
    for family in ProductFamily:
        assert judge_answer(answer, family).reason in set(ReasonCode)
    line = describe_answer(answer, ["zoe"])
    assert "\0" not in line and len(line) < 300
    line.encode()
    wait = parse_retry_after(header, NOW)
    assert wait is None or timedelta() <= wait <= timedelta(hours=1)


@PROFILE
@given(answer=JSON)
def test_any_json_for_columns_and_results(server: HostileServer, answer: Any) -> None:
    listed = answer if isinstance(answer, list) else [answer]
    body = [{**right_column(server), "userId": "zoe", **one} if isinstance(one, dict) else one for one in listed]
    answer_all(server, http(200, json.dumps(body).encode()), at_token=False)
    book = PlatformGradebook(connect(server), server.base + "/lineitems", ALL_SCOPES)
    try:
        for column in book.list_columns("module:x"):
            assert origin_of(column.url) is not None
            column.url.encode()
        found = book.find_result(right_column(server)["id"], "zoe")
    except PlatformRefused as refused:
        judge(refused)
    else:
        assert found is None or found.points is None or found.points.given == found.points.given


@PROFILE
@given(listed=st.lists(JSON, max_size=6))
def test_any_json_for_members(listed: list[Any]) -> None:
    for member in read_members(listed):
        assert member.sub and "\0" not in member.name
        (member.sub + member.name + member.given_name + member.family_name).encode()


@PROFILE
@given(document=JSON, member=st.dictionaries(NAMES, JSON, max_size=4))
def test_any_json_for_key_sets(document: Any, member: dict[str, Any]) -> None:
    right = rsa_key().jwk()
    for text in (document, {"keys": document}, {"keys": [{**right, **member}, document]}):
        for kid, keys in read_key_set(json.dumps(text).encode()).items():
            assert kid and all(key is None or key.key_size >= 2048 for key in keys)


@PROFILE
@given(data=st.binary(max_size=300))
def test_any_bytes_for_key_sets(data: bytes) -> None:
    assert isinstance(read_key_set(data), dict)


@PROFILE
@given(answer=JSON, changes=st.dictionaries(NAMES, JSON, max_size=4), inside=JSON, text=TEXTS)
def test_any_json_for_a_registration(answer: Any, changes: dict[str, Any], inside: Any, text: str) -> None:
    failures: list[RegistrationFailed] = []
    for data in (answer, {"client_id": "c", **changes}):
        try:
            kept = read_answer(data)
        except RegistrationFailed as failure:
            failures.append(failure)
        else:
            (kept.client_id + (kept.deployment_id or "")).encode("ascii")
    registrar = Registrar("http://127.0.0.1:9")
    for configuration in (
        answer,
        {**registrar.configuration, CONFIGURATION: inside, "scopes_supported": inside, "authorization_server": inside},
        {**registrar.configuration, "token_endpoint": text, "jwks_uri": inside},
    ):
        try:
            read = read_configuration(configuration, registrar.configuration_url, TOOL)
        except RegistrationFailed as failure:
            failures.append(failure)
        else:
            (read.name + read.token_url + (read.token_audience or "")).encode()
    assert all(failure.reason and failure.status < 500 for failure in failures)


@PROFILE
@given(header=st.one_of(TEXTS, TEXTS.map(lambda text: f'<{text}>; rel="next"')), url=TEXTS)
def test_any_text_for_addresses(header: str, url: str) -> None:
    page = "https://lms.example.edu/api?page=1"
    following = find_next_page(header, page)
    assert following is None or origin_of(following) == "https://lms.example.edu"
    assert origin_of(url) is None or url.lower().lstrip().startswith("http")
    assert isinstance(find_address_problem({"x": url}, page, is_http_allowed=True), str | None)
