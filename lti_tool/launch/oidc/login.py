"""The authorisation request (Security Framework 1.0 §5.1.1.2), made by the protocol library with our own secrets."""

from typing import Any

from pylti1p3.cookie import CookieService
from pylti1p3.oidc_login import OIDCLogin
from pylti1p3.redirect import Redirect
from pylti1p3.registration import Registration as LibraryRegistration

from lti_tool.launch.oidc.library import Fields, NoCookies, NoMemory, OneRegistration


def make_authorisation_url(
    *,
    auth_url: str,
    client_id: str,
    redirect_uri: str,
    login_hint: str,
    message_hint: str | None,
    state: str,
    nonce: str,
) -> str:
    """Where the browser goes next; `lti_message_hint` is echoed unaltered where there is one."""
    fields = Fields({"login_hint": login_hint, "lti_message_hint": message_hint})
    registration = LibraryRegistration().set_client_id(client_id).set_auth_login_url(auth_url)
    login = _Login(fields, registration, state, nonce)
    return login.make_url(redirect_uri)


class _Login(OIDCLogin[Fields, OneRegistration, NoMemory, CookieService, str]):
    """Builds the request only: our login record keeps state and nonce, our own cookie names the browser."""

    def __init__(self, fields: Fields, registration: LibraryRegistration, state: str, nonce: str) -> None:
        super().__init__(
            fields,
            OneRegistration(registration),
            session_service=NoMemory(fields),
            cookie_service=NoCookies(),
        )
        self._found = registration
        self._state = state
        self._nonce = nonce

    def make_url(self, redirect_uri: str) -> str:
        """The full address."""
        return str(self._prepare_redirect_url(redirect_uri))

    def validate_oidc_login(self) -> LibraryRegistration:
        """`rules.check_login` and the service have checked the request."""
        return self._found

    def get_redirect(self, url: str) -> Redirect[str]:
        """Views redirect."""
        raise NotImplementedError

    def _get_uuid(self) -> str:
        return self._state.removeprefix("state-")

    def _generate_nonce(self) -> str:
        return self._nonce

    def _get_request_param(self, key: str) -> Any:
        return self._request.get_param(key)
