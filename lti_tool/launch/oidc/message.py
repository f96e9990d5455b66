"""The launch message: the protocol library's chain of steps, with every step that it gets wrong replaced.

What stays the library's is the chain itself, its idea of a registration and its message validators. Ours are the
login record (state and nonce), the keys, the checks of times and parties, and one kind of error for all that can be
wrong with what a stranger posts.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any, NoReturn, Self, cast

import requests
from pylti1p3.cookie import CookieService
from pylti1p3.exception import LtiException
from pylti1p3.message_launch import MessageLaunch
from pylti1p3.message_validators.deep_link import DeepLinkMessageValidator
from pylti1p3.message_validators.privacy_launch import PrivacyLaunchValidator
from pylti1p3.message_validators.resource_message import ResourceMessageValidator
from pylti1p3.message_validators.submission_review import SubmissionReviewLaunchValidator
from pylti1p3.registration import Registration as LibraryRegistration
from pylti1p3.service_connector import ServiceConnector

from lti_tool.errors import LaunchRefused
from lti_tool.launch.catalog import Launch
from lti_tool.launch.oidc.jwks import KeyRing
from lti_tool.launch.oidc.library import Fields, NoCookies, NoMemory, OneRegistration
from lti_tool.launch.oidc.token import (
    SplitToken,
    check_parties,
    check_times,
    is_signed_by,
    read_kid,
    read_nonce,
    refuse,
    split_token,
)
from lti_tool.launch.rules import Expected, read_launch
from lti_tool.lti.messages import MessageType
from lti_tool.web.rules import hash_secret

log = logging.getLogger("lti_tool.launch.oidc")

_MALFORMED = (LtiException, KeyError, TypeError, AttributeError, IndexError, ValueError, RecursionError)
# The library makes a session for each launch that brings none; ours never uses it.
_UNUSED_SESSION = requests.Session()


@dataclass(frozen=True)
class KnownLogin:
    """What the login record and its registration say; the message has to fit all of it."""

    issuer: str
    client_id: str
    jwks_url: str
    nonce_hash: str
    deployment_id: str | None
    target_link_uri: str
    own_origin: str


@contextmanager
def _refusing() -> Iterator[None]:
    """Whatever a stranger's input breaks is a refused launch, never a broken page."""
    try:
        yield
    except _MALFORMED as error:
        # A shape that no rule foresaw: its kind is worth knowing, its content may be personal.
        log.warning("unforeseen shape", extra={"event": "launch_shape", "error": type(error).__name__})
        raise LaunchRefused("claim_malformed") from None


class _DeepLinking(DeepLinkMessageValidator):
    """The library asks for a link type, roles and a user, which Deep Linking 2.0 leaves open; our rules decide."""

    def validate(self, jwt_body: Any) -> bool:
        return True


class _DataPrivacy(PrivacyLaunchValidator):
    """The library refuses a context, which says nothing against the person who asks."""

    def validate(self, jwt_body: Any) -> bool:
        return True

    def can_validate(self, jwt_body: Any) -> bool:
        return bool(super().can_validate(jwt_body)) or _type_of(jwt_body) == MessageType.DATA_PRIVACY


def _type_of(body: Any) -> Any:
    return body.get("https://purl.imsglobal.org/spec/lti/claim/message_type")


_VALIDATORS = (ResourceMessageValidator(), SubmissionReviewLaunchValidator(), _DeepLinking(), _DataPrivacy())


class PlatformLaunch(MessageLaunch[Fields, OneRegistration, NoMemory, CookieService]):
    """One posted message, checked against one login record. `launch` holds what was accepted.

    Objects live for one request and share nothing but the key ring.
    """

    launch: Launch

    def __init__(
        self, id_token: str, login: KnownLogin, keys: KeyRing, now: datetime, *, before_fetch: Callable[[], object]
    ) -> None:
        fields = Fields({"id_token": id_token})
        registration = LibraryRegistration().set_issuer(login.issuer).set_client_id(login.client_id)
        super().__init__(
            fields,
            OneRegistration(registration.set_key_set_url(login.jwks_url)),
            session_service=NoMemory(fields),
            cookie_service=NoCookies(),
            requests_session=_UNUSED_SESSION,
        )
        self.set_auto_validation(False)
        self._login = login
        self._keys = keys
        self._now = now
        self._before_fetch = before_fetch
        self._token: SplitToken | None = None

    @classmethod
    def from_cache(cls, *args: Any, **kwargs: Any) -> NoReturn:
        """A launch is never restored: the visit is what stays, and services speak through their own connector."""
        raise LtiException("launches are not kept")

    def get_service_connector(self) -> ServiceConnector:
        """Services speak through `registration.connector`, long after the launch."""
        raise LtiException("a launch has no services")

    def validate(self) -> Self:
        """All steps in order; whatever is wrong becomes `LaunchRefused`."""
        self.check_token()
        self.check_message()
        return self

    def check_token(self) -> None:
        """Is it genuine, for us, fresh, and the answer to this login? Raises `LaunchRefused` with HTTP 401."""
        with _refusing():
            self.validate_jwt_format().validate_registration().validate_jwt_signature().validate_nonce()

    def check_message(self) -> Launch:
        """What a genuine token says, where it says all that it must. Raises `LaunchRefused`."""
        with _refusing():
            self.validate_deployment().validate_message()
        self._validated = True
        return self.launch

    def validate_state(self) -> Self:
        """The state chose the login record; the service consumes it after the signature check."""
        return self

    def validate_jwt_format(self) -> Self:
        """Take the token apart."""
        self._token = split_token(self._get_id_token())
        self._jwt = cast(Any, {"header": self._token.header, "body": self._token.body})
        return self

    def validate_registration(self) -> Self:
        """The login record says who may have sent this; the message does not choose its own judge."""
        self._registration = self._tool_config.find_registration_by_params(self._login.issuer, self._login.client_id)
        return self

    def validate_jwt_signature(self) -> Self:
        """Signature by a key of the platform, then parties and times."""
        token = self._signed_token()
        kid = read_kid(token.header)
        if not self._is_signed(token, kid, again=False) and not self._is_signed(token, kid, again=True):
            raise refuse("signature_wrong")
        check_parties(token.body, self._login.issuer, self._login.client_id)
        check_times(token.body, self._now)
        return self

    def validate_nonce(self) -> Self:
        """The nonce of this login, not just any that we gave out."""
        nonce_hash = hash_secret(read_nonce(self._signed_token().body).encode(errors="replace").decode())
        if not compare_digest(nonce_hash, self._login.nonce_hash):
            raise refuse("nonce_wrong")
        return self

    def validate_deployment(self) -> Self:
        """The rules compare it with the login; the service knows the rows."""
        return self

    def validate_message(self) -> Self:
        """Our rules first, since they read every type with care; then the library's validator as a second opinion."""
        body = self._signed_token().body
        login = self._login
        self.launch = read_launch(
            body, Expected(login.issuer, login.deployment_id, login.target_link_uri, login.own_origin)
        )
        for validator in _VALIDATORS:
            if validator.can_validate(body):
                validator.validate(body)
        return self

    def save_launch_data(self) -> Self:
        """Nothing is kept of the message but what the rules took from it."""
        return self

    def fetch_public_key(self, key_set_url: str) -> NoReturn:
        """Only the key ring fetches keys."""
        raise LtiException("keys come from the key ring")

    def _get_request_param(self, key: str) -> Any:
        return self._request.get_param(key)

    def _is_signed(self, token: SplitToken, kid: str, *, again: bool) -> bool:
        """Whether a key of the platform signed; `again` asks the platform for its keys first (a kid used twice)."""
        url = self._login.jwks_url
        found = self._keys.find_keys(url, kid, self._now, before_fetch=self._before_fetch, again=again)
        return any(is_signed_by(token, key) for key in found)

    def _signed_token(self) -> SplitToken:
        if self._token is None:
            raise refuse("token_malformed")
        return self._token
