"""Which login requests may go on."""

from dataclasses import replace

import pytest

from lti_tool.errors import LaunchRefused
from lti_tool.launch.rules import LoginRequest, check_login

OWN = "https://prep.example.edu"
GOOD = LoginRequest("https://lms.example.edu", "5", OWN + "/lti/launch", "client-1", "1", "hint")


def test_a_complete_request_goes_on() -> None:
    check_login(GOOD, OWN)
    check_login(replace(GOOD, client_id="", deployment_id="", message_hint=None), OWN)
    assert GOOD.storage_target == ""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"issuer": ""}, "login_issuer_missing"),
        ({"login_hint": ""}, "login_hint_missing"),
        ({"target_link_uri": ""}, "target_link_uri_missing"),
        ({"target_link_uri": "https://evil.example/"}, "target_link_uri_foreign"),
        ({"target_link_uri": OWN + "/" + "x" * 2000}, "target_link_uri_foreign"),
        ({"deployment_id": "x" * 256}, "identifier_too_long"),
        ({"issuer": "x" * 256}, "identifier_too_long"),
        ({"client_id": "x" * 256}, "identifier_too_long"),
        ({"login_hint": "x" * 8001}, "claim_malformed"),
        ({"message_hint": "x" * 8001}, "claim_malformed"),
        ({"client_id": "a\0b"}, "registration_unknown"),
    ],
)
def test_a_request_that_may_not(changes: dict[str, str], reason: str) -> None:
    with pytest.raises(LaunchRefused) as caught:
        check_login(replace(GOOD, **changes), OWN)
    assert (caught.value.reason, caught.value.status) == (reason, 400)
