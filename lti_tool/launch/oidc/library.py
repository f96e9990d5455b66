"""The parts that the protocol library asks for, made harmless.

Its request, cookie and storage services would keep launches in cookies and caches that are shared between threads or
readable in the browser; here each launch has objects of its own that remember nothing.
"""

from collections.abc import Mapping
from typing import Any

from pylti1p3.cookie import CookieService
from pylti1p3.launch_data_storage.base import LaunchDataStorage
from pylti1p3.registration import Registration as LibraryRegistration
from pylti1p3.request import Request
from pylti1p3.session import SessionService
from pylti1p3.tool_config.abstract import ToolConfAbstract


class Fields(Request):
    """The fields of one request as plain values."""

    def __init__(self, fields: Mapping[str, str | None]) -> None:
        self._fields = fields

    @property
    def session(self) -> dict[str, Any]:
        """Nothing is kept in a browser's session."""
        return {}

    def is_secure(self) -> bool:
        """The app refuses plain http outside loopback when it starts."""
        return True

    def get_param(self, key: str) -> Any:
        """One field, or None."""
        return self._fields.get(key)


class NoStorage(LaunchDataStorage[Any]):
    """Keeps nothing: no claims in a cookie, nothing shared between threads."""

    def get_session_cookie_name(self) -> str | None:
        """No cookie of the library's."""
        return None

    def can_set_keys_expiration(self) -> bool:
        """There is nothing to expire."""
        return False

    def get_value(self, key: str) -> Any:
        """Nothing."""
        return None

    def set_value(self, key: str, value: Any, exp: int | None = None) -> None:
        """Forget it."""

    def check_value(self, key: str) -> bool:
        """Never known."""
        return False


class NoMemory(SessionService):
    """The library's session, without one: our login record is the memory."""

    def __init__(self, request: Request) -> None:
        self.data_storage = NoStorage()
        self.data_storage.set_request(request)


class NoCookies(CookieService):
    """The library sets and reads no cookie."""

    def get_cookie(self, name: str) -> str | None:
        """None."""
        return None

    def set_cookie(self, name: str, value: str | int, exp: int | None = 3600) -> None:
        """Set nothing."""


class OneRegistration(ToolConfAbstract[Fields]):
    """The one registration that the login record names; an issuer may always have several clients."""

    def __init__(self, registration: LibraryRegistration) -> None:
        self._registration = registration

    def check_iss_has_one_client(self, iss: str) -> bool:
        """The library keeps this in a dict of the class, which a second instance would change."""
        return False

    def check_iss_has_many_clients(self, iss: str) -> bool:
        """Always: (issuer, client_id) is the key."""
        return True

    def find_registration_by_issuer(self, iss: str, *args: Any, **kwargs: Any) -> LibraryRegistration:
        """Never by issuer alone."""
        raise NotImplementedError

    def find_registration_by_params(self, iss: str, client_id: str, *args: Any, **kwargs: Any) -> LibraryRegistration:
        """The registration that the login was for."""
        return self._registration

    def find_deployment(self, iss: str, deployment_id: str) -> None:
        """Deployments are rows of ours, recorded after the signature check."""

    def find_deployment_by_params(
        self, iss: str, deployment_id: str, client_id: str, *args: Any, **kwargs: Any
    ) -> None:
        """Deployments are rows of ours, recorded after the signature check."""
