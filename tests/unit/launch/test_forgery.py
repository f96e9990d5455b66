"""Which refusals count against an address: what a lecture full of students meets is not among them."""

import pytest

from lti_tool.launch.messages import MESSAGES
from lti_tool.launch.rules.forgery import is_forgery

PEOPLE = (
    "browser_unbound",
    "deployment_held",
    "expired",
    "keys_unavailable",
    "launch_by_get",
    "platform_error",
    "registration_disabled",
    "state_used",
    "token_too_old",
    "user_missing",
)


@pytest.mark.parametrize("reason", PEOPLE)
def test_what_people_meet_does_not_count(reason: str) -> None:
    assert not is_forgery(reason)
    assert reason in MESSAGES


def test_forgeries_have_words_of_their_own() -> None:
    counted = [reason for reason in MESSAGES if is_forgery(reason)]
    assert len(counted) == 22
    assert "signature_wrong" in counted and "registration_unknown" in counted
