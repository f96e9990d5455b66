"""The way to a platform's services: one scope a token, tokens kept apart by client, expired ones renewed once.

Long after a launch, so nothing here needs one. pylti1p3's `ServiceConnector` gives the shapes; what is overridden
are its cache (shared between clients of one issuer), its timeouts (none), its paging and its silence on 401.
"""

import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Generator, Sequence
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode

import jwt
import requests
from pylti1p3.exception import LtiServiceException
from pylti1p3.registration import Registration as LibraryRegistration
from pylti1p3.service_connector import ServiceConnector, TServiceConnectorResponse

from lti_tool.outbound import OneAsks, PlatformSession, find_next_page
from lti_tool.registration.models import Registration

DEPLOYMENT_ID = "https://purl.imsglobal.org/spec/lti/claim/deployment_id"
# How long a token is used where the platform does not say.
_DEFAULT_LIFE = 300.0
_LONGEST_LIFE = 24 * 3600.0
# A token that ends within this is not used any more.
_MARGIN = 30.0
_MAX_TOKENS = 2_000
_MAX_PAGES = 200

_ALGORITHM = "RS256"

TokenKey = tuple[str, str, str, str]


class Signer(Protocol):
    """What signs for us; `registration.keys.get_signing_key` gives one."""

    @property
    def kid(self) -> str:
        """The name of the key in our key set."""

    @property
    def private_key(self) -> Any:
        """The private key as an object: parsing a PEM for each signature costs 30 ms."""


class TokenRefused(LtiServiceException):
    """The token endpoint gave no token for the scope; `.response` is its answer."""


class AnswerUnreadable(LtiServiceException):
    """A success whose body is not the JSON that was asked for."""


class _Entry(NamedTuple):
    token: str
    ends_at: float


class TokenCache:
    """Access tokens of this process, by token URL, client, deployment and scope; the least used ones go first.

    Threads that need the same token at once ask for it once; nobody waits for another's token.
    """

    def __init__(self, max_tokens: int = _MAX_TOKENS) -> None:
        self._entries: OrderedDict[TokenKey, _Entry] = OrderedDict()
        self._lock = threading.Lock()
        self._max = max_tokens
        self._asking: OneAsks[TokenKey, str] = OneAsks()

    def get(self, key: TokenKey, fetch: Callable[[], tuple[str, float]], *, refused: str = "") -> str:
        """The token of a key; fetched where there is none, it ends soon, or it is the one that was refused."""

        def ask() -> str:
            # Whoever asked before may have come back just now.
            return self._find(key, refused) or self._keep(key, *fetch())

        return self._find(key, refused) or self._asking.ask(key, ask)

    def _find(self, key: TokenKey, refused: str) -> str:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or entry.token == refused or entry.ends_at <= time.monotonic():
                return ""
            self._entries.move_to_end(key)
            return entry.token

    def _keep(self, key: TokenKey, token: str, life: float) -> str:
        # A short-lived token is used for half of its life at least.
        ends_at = time.monotonic() + life - min(_MARGIN, life / 2)
        with self._lock:
            self._entries[key] = _Entry(token, ends_at)
            self._entries.move_to_end(key)
            while len(self._entries) > self._max:
                self._entries.popitem(last=False)
        return token


_tokens = TokenCache()


class _ToolRegistration(LibraryRegistration):
    """The library's view of a registration."""

    def __init__(self, registration: Registration, key: Signer) -> None:
        self._kid = key.kid
        self.set_issuer(registration.issuer).set_client_id(registration.client_id)
        self.set_auth_token_url(registration.token_url)
        self._signing_key = key.private_key
        if registration.token_audience:
            self.set_auth_audience(registration.token_audience)

    def get_kid(self) -> str:
        return self._kid

    def get_tool_private_key(self) -> Any:
        return self._signing_key


class ToolConnector(ServiceConnector):
    """Service calls to one deployment of one registration; safe to share between threads.

    `deployment_id` is the claim's value. Raises `OutboundError` where no answer came, `TokenRefused`,
    `AnswerUnreadable`, and `LtiServiceException` (with `.response`) for every other answer that is not a success.
    """

    def __init__(
        self,
        registration: Registration,
        deployment_id: str,
        *,
        key: Signer,
        platform_session: PlatformSession,
        tokens: TokenCache = _tokens,
    ) -> None:
        super().__init__(_ToolRegistration(registration, key), platform_session)
        self._platform = platform_session
        self._deployment_id = deployment_id
        self._tokens = tokens

    def get_access_token(self, scopes: Sequence[str], *, refused: str = "") -> str:
        """A token for exactly these scopes; not the one that the platform has just refused."""
        wanted = " ".join(sorted(scopes))
        key = (
            str(self._registration.get_auth_token_url()),
            str(self._registration.get_client_id()),
            self._deployment_id,
            wanted,
        )
        return self._tokens.get(key, lambda: self._fetch_token(wanted), refused=refused)

    def encode_jwt(self, message: dict[str, Any], private_key: Any, headers: dict[str, str]) -> str:
        """Sign a client assertion, which names the deployment (LTI Core 1.3 §6.2.1)."""
        return jwt.encode(
            {**message, DEPLOYMENT_ID: self._deployment_id}, private_key, algorithm=_ALGORITHM, headers=headers
        )

    def make_service_request(
        self,
        scopes: Sequence[str],
        url: str,
        *,
        is_post: bool = False,
        data: str | None = None,
        content_type: str = "application/json",
        accept: str = "application/json",
        case_insensitive_headers: bool = False,
    ) -> TServiceConnectorResponse:
        """One call; a 401 is tried once more with a new token.

        The body of a POST's answer may be anything but a web page: that is what a proxy's sign-in page looks like.
        """
        token = self.get_access_token(scopes)
        response = self._call(token, url, is_post, data, content_type, accept)
        if response.status_code == requests.codes.unauthorized:
            token = self.get_access_token(scopes, refused=token)
            response = self._call(token, url, is_post, data, content_type, accept)
        # Also 1xx and 3xx: `ok` would take them for a success, and a score for delivered.
        if not 200 <= response.status_code < 300:
            raise LtiServiceException("The platform refused a request.", response)
        try:
            body = _read_json(response) if response.content else None
        except AnswerUnreadable:
            if not is_post or response.content.lstrip().startswith(b"<"):
                raise
            body = None
        return {
            "headers": response.headers if case_insensitive_headers else dict(response.headers),
            "body": body,
            "next_page_url": find_next_page(response.headers.get("link", ""), url),
        }

    def get_paginated_data(
        self, scopes: Sequence[str], url: str | None, *args: Any, **kwargs: Any
    ) -> Generator[TServiceConnectorResponse]:
        """Page after page; ends at a page that was seen before and after two hundred."""
        seen: set[str] = set()
        while url and url not in seen and len(seen) < _MAX_PAGES:
            seen.add(url)
            response = self.make_service_request(scopes, url, *args, **kwargs)
            yield response
            url = response["next_page_url"]

    def _call(
        self, token: str, url: str, is_post: bool, data: str | None, content_type: str, accept: str
    ) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}", "Accept": accept}
        if not is_post:
            return self._platform.fetch("GET", url, headers)
        headers["Content-Type"] = content_type
        return self._platform.fetch("POST", url, headers, (data or "").encode())

    def _fetch_token(self, wanted: str) -> tuple[str, float]:
        """Ask for a token (LTI Security Framework 1.0 §4.1); the token and its seconds of life."""
        client_id = str(self._registration.get_client_id())
        url = str(self._registration.get_auth_token_url())
        issued = int(time.time())
        claims = {
            "iss": client_id,
            "sub": client_id,
            "aud": self._registration.get_auth_audience() or url,
            "iat": issued - 5,
            "exp": issued + 60,
            "jti": uuid.uuid4().hex,
        }
        key = self._registration.get_tool_private_key()
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": self.encode_jwt(claims, key, {"kid": str(self._registration.get_kid())}),
            "scope": wanted,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        response = self._platform.fetch("POST", url, headers, urlencode(form).encode())
        if not response.ok:
            raise TokenRefused("The platform gave no access token.", response)
        return _read_token(response, wanted)


def _read_json(response: requests.Response) -> Any:
    """The body as JSON; also endless nesting and numbers of thousands of digits are merely unreadable."""
    try:
        return response.json()
    except (ValueError, RecursionError) as error:
        raise AnswerUnreadable("The platform's answer is not JSON.", response) from error


def _read_token(response: requests.Response, wanted: str) -> tuple[str, float]:
    # Moodle sends JSON as text/html: the media type is not looked at.
    body = _read_json(response)
    token = body.get("access_token") if isinstance(body, dict) else None
    if not isinstance(token, str) or not token:
        raise AnswerUnreadable("The token endpoint's answer holds no token.", response)
    granted = body.get("scope")
    if isinstance(granted, str) and granted.strip() and not set(wanted.split()) <= set(granted.split()):
        refusal = _invalid_scope(response)
        raise TokenRefused("The platform granted less than was asked for.", refusal)
    return token, _read_life(body.get("expires_in"))


def _invalid_scope(response: requests.Response) -> requests.Response:
    """The refusal that the platform should have sent (RFC 6749 §5.2)."""
    refusal = requests.Response()
    refusal.status_code = requests.codes.bad_request
    refusal.url = response.url
    refusal._content = b'{"error": "invalid_scope"}'
    return refusal


def _read_life(expires_in: object) -> float:
    try:
        life = float(expires_in)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return _DEFAULT_LIFE
    return min(life, _LONGEST_LIFE) if life > 0 else _DEFAULT_LIFE
