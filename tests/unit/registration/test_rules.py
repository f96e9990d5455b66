"""Addresses of platforms: origins, what may be called, and what may frame us."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.registration.catalog import ProductFamily
from lti_tool.registration.rules import (
    find_address_problem,
    is_canvas_cloud,
    list_frame_ancestors,
    origin_of,
    product_family_of,
)

OWN = "https://prep.example.edu"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://LMS.example.edu/mod/lti/auth.php?x=1", "https://lms.example.edu"),
        ("https://lms.example.edu:443/", "https://lms.example.edu"),
        ("http://127.0.0.1:8080/auth", "http://127.0.0.1:8080"),
        ("http://[::1]:80/", "http://[::1]"),
        ("ftp://lms.example.edu/", None),
        ("https://", None),
        ("https://lms.example.edu:port/", None),
        ("", None),
    ],
)
def test_origin(url: str, origin: str | None) -> None:
    assert origin_of(url) == origin


@given(st.text())
def test_any_text_has_an_origin_or_none(text: str) -> None:
    origin = origin_of(text)
    assert origin is None or origin.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("url", "is_http_allowed", "words"),
    [
        ("https://lms.example.edu/auth", False, None),
        ("http://127.0.0.1:9000/auth", True, None),
        ("http://127.0.0.1:9000/auth", False, "must begin with https://"),
        ("javascript:alert(1)", True, "not a web address"),
        ("https://lms.example.edu@evil.example/auth", False, "not a web address"),
        ("https://prep.example.edu/auth", False, "own origin"),
        ("https://prep.example.edu:443/auth", False, "own origin"),
    ],
)
def test_address_problem_names_the_address(url: str, is_http_allowed: bool, words: str | None) -> None:
    problem = find_address_problem({"token address": url}, OWN, is_http_allowed=is_http_allowed)
    if words is None:
        assert problem is None
    else:
        assert problem is not None and words in problem and "token address" in problem


def test_product_family() -> None:
    assert product_family_of(" Canvas ") is ProductFamily.CANVAS
    assert product_family_of("blackboard") is ProductFamily.OTHER


def test_canvas_cloud_frames() -> None:
    assert is_canvas_cloud("https://canvas.beta.instructure.com")
    assert not is_canvas_cloud("https://canvas.example.edu")
    assert "https://*.instructure.com" in list_frame_ancestors(["https://sso.canvaslms.com"])
    assert list_frame_ancestors(["https://lms.example.edu", "bad; script-src *"]) == ["https://lms.example.edu"]
