"""The order of bindings, and what a bound launch teaches."""

from dataclasses import replace

import pytest

from lti_tool.launch.catalog import Binding
from lti_tool.launch.rules import BindingFacts, decide_binding, list_learned_origins
from lti_tool.launch.rules.binding import has_platform_origin

LMS = "https://lms.example.edu"
EVIL = "https://evil.example"
NOTHING = BindingFacts(has_login_cookie=False, has_any_cookie=False, used_storage=False, origin=None)


@pytest.mark.parametrize(
    ("changes", "binding"),
    [
        ({"has_login_cookie": True, "has_any_cookie": True, "used_storage": True, "origin": EVIL}, Binding.COOKIE),
        ({"used_storage": True, "origin": LMS}, Binding.STORAGE),
        ({"origin": LMS}, Binding.ORIGIN),
        ({"origin": LMS, "has_any_cookie": True}, Binding.NONE),
        ({"origin": EVIL}, Binding.NONE),
        ({"origin": "null"}, Binding.NONE),
        ({"origin": ""}, Binding.NONE),
        ({}, Binding.NONE),
    ],
)
def test_the_first_binding_that_holds(changes: dict[str, bool], binding: Binding) -> None:
    assert decide_binding(replace(NOTHING, **changes), {LMS}) is binding  # type: ignore[arg-type]


def test_null_never_matches_even_where_it_was_learned() -> None:
    assert not has_platform_origin(replace(NOTHING, origin="null"), {"null", ""})
    assert not has_platform_origin(replace(NOTHING, origin=""), {"null", ""})


def test_an_origin_is_proven_only_if_the_message_names_it_and_the_post_came_from_it() -> None:
    own = "https://prep.example.edu"
    assert list_learned_origins([LMS, LMS, own], LMS, own) == ((LMS,), (LMS,))
    assert list_learned_origins([LMS], EVIL, own) == ((LMS,), ())
    assert list_learned_origins([LMS], None, own) == ((LMS,), ())
    assert list_learned_origins([], EVIL, own) == ((), ())
    assert list_learned_origins([own], own, own) == ((), ())
