"""Whether a third-party login request may go on (Security Framework 1.0 §5.1.1.1, LTI Core 1.3 §4.1)."""

from dataclasses import dataclass

from lti_tool.errors import LaunchRefused
from lti_tool.launch.rules.values import is_own_url
from lti_tool.lti.claims import ID_LENGTH

_MAX_HINT = 8000
_MAX_URL = 2000


@dataclass(frozen=True)
class LoginRequest:
    """The parameters of a login; "" where one is absent. `message_hint` is None where absent: it is echoed exactly."""

    issuer: str
    login_hint: str
    target_link_uri: str
    client_id: str = ""
    deployment_id: str = ""
    message_hint: str | None = None
    storage_target: str = ""


def check_login(request: LoginRequest, own_origin: str) -> None:
    """Check what can be known without the registrations; raises `LaunchRefused`."""
    if not request.issuer:
        raise LaunchRefused("login_issuer_missing")
    if not request.login_hint:
        raise LaunchRefused("login_hint_missing")
    if not request.target_link_uri:
        raise LaunchRefused("target_link_uri_missing")
    if len(request.target_link_uri) > _MAX_URL or not is_own_url(request.target_link_uri, own_origin):
        raise LaunchRefused("target_link_uri_foreign")
    if max(map(len, (request.issuer, request.client_id, request.deployment_id))) > ID_LENGTH:
        raise LaunchRefused("identifier_too_long")
    if max(len(request.login_hint), len(request.message_hint or "")) > _MAX_HINT:
        raise LaunchRefused("claim_malformed")
    if "\0" in request.issuer + request.client_id + request.deployment_id:
        raise LaunchRefused("registration_unknown")
