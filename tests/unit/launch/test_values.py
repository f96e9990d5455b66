"""Reading single values of a message."""

from datetime import UTC, datetime

import pytest

from lti_tool.errors import LaunchRefused
from lti_tool.launch.rules.values import (
    is_own_url,
    read_identifier,
    read_moment,
    read_object,
    read_optional_identifier,
    read_optional_object,
    read_strings,
    read_text,
    read_url,
)

HTTPS = "https://lms.example.edu"


def reason_of(value: object) -> str:
    with pytest.raises(LaunchRefused) as caught:
        read_identifier(value, missing="user_missing")
    return caught.value.reason


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "user_missing"),
        ("", "user_missing"),
        (5, "claim_malformed"),
        (True, "claim_malformed"),
        (["a"], "claim_malformed"),
        ("a\0b", "claim_malformed"),
        ("a\ud800", "claim_malformed"),
        ("Zoë", "claim_malformed"),
        ("x" * 256, "identifier_too_long"),
    ],
)
def test_an_identifier_that_cannot_be_one(value: object, reason: str) -> None:
    assert reason_of(value) == reason


@pytest.mark.parametrize("value", ["5", " 5 ", "$x", "x" * 255])
def test_an_identifier_is_taken_exactly(value: str) -> None:
    assert read_identifier(value, missing="user_missing") == value
    assert read_optional_identifier(value) == value


@pytest.mark.parametrize("value", [None, ""])
def test_an_optional_identifier_may_be_absent(value: object) -> None:
    assert read_optional_identifier(value) == ""


def test_objects() -> None:
    claims = {"object": {"a": 1}, "null": None, "text": "x"}
    assert read_object(claims, "object") == read_optional_object(claims, "object") == {"a": 1}
    assert read_object(claims, "null") == read_object(claims, "absent") == {}
    assert read_optional_object(claims, "null") == read_optional_object(claims, "text") == {}
    with pytest.raises(LaunchRefused, match="claim_malformed"):
        read_object(claims, "text")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Zoë Núñez-Øster", "Zoë Núñez-Øster"),
        ("  Amara ", "Amara"),
        ("a\0b\ud800c", "abc"),
        ("$Person.name.full", ""),
        (5, ""),
        (None, ""),
        ("x" * 300, "x" * 255),
    ],
)
def test_text_to_show(value: object, text: str) -> None:
    assert read_text(value) == text


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("https://lms.example.edu/items?type_id=3", "https://lms.example.edu/items?type_id=3"),
        ("http://lms.example.edu/items", "https://lms.example.edu/items"),
        ("javascript:alert(1)", ""),
        ("/relative", ""),
        ("https://lms.example.edu/a b", ""),
        ("https://lms.example.edu/\\evil", ""),
        ("https://lms.example.edu/\ud800", ""),
        ("https://lms.example.edu/" + "x" * 2000, ""),
        ("https://[broken", ""),
        ("", ""),
        (None, ""),
        (5, ""),
    ],
)
def test_addresses(value: object, url: str) -> None:
    assert read_url(value, HTTPS) == url


def test_a_platform_on_http_keeps_its_scheme() -> None:
    assert read_url("http://127.0.0.1:8080/x", "http://127.0.0.1:8080") == "http://127.0.0.1:8080/x"


def test_strings_of_a_list() -> None:
    assert read_strings(["a", 5, None, "b"]) == ("a", "b")
    assert read_strings("ab") == read_strings(None) == ()


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://prep.example.edu/lti/launch?module=x", True),
        ("https://PREP.example.edu:443/lti/launch", True),
        ("https://prep.example.edu.evil.example/lti/launch", False),
        ("https://prep.example.edu@evil.example/", False),
        ("https://evil.example\\@prep.example.edu/", False),
        ("http://prep.example.edu/lti/launch", False),
        ("https://prep.example.edu:8443/", False),
        ("//prep.example.edu/", False),
        ("", False),
    ],
)
def test_own_addresses(url: str, own: bool) -> None:
    assert is_own_url(url, "https://prep.example.edu") is own


@pytest.mark.parametrize(
    "text",
    ["2026-12-05T05:59:59Z", "2026-12-04T23:59:59-06:00", " 2026-12-05T05:59:59.000Z ", "2026-12-05T11:29:59+05:30"],
)
def test_a_moment_is_kept_in_utc(text: str) -> None:
    assert read_moment(text) == datetime(2026, 12, 5, 5, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "$Canvas.assignment.dueAt.iso8601",
        "$ResourceLink.submission.endDateTime",
        # No zone: nobody can say which moment it is.
        "2026-12-05T05:59:59",
        "2026-12-05",
        "tomorrow",
        "2026-13-45T00:00:00Z",
        # Out of what a clock can turn into UTC, and years that nobody means.
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "1970-01-01T00:00:00Z",
        "2026-12-05T05:59:59Z" + " " * 40,
        1796450399,
        ["2026-12-05T05:59:59Z"],
        {"date": "2026-12-05T05:59:59Z"},
        True,
    ],
)
def test_what_is_no_moment_counts_as_absent(value: object) -> None:
    assert read_moment(value) is None
