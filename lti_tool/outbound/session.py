"""The HTTP session through which everything to a platform goes: launches' key sets, tokens, grades, rosters."""

from collections.abc import Mapping
from typing import Any

import requests

from lti_tool.config import Settings
from lti_tool.outbound.catalog import OutboundError, OutboundReason
from lti_tool.outbound.transport import Transport, explain

_MIB = 1 << 20
_HEADERS = {"User-Agent": "lti-tool", "Accept-Encoding": "identity"}


class PlatformSession(requests.Session):
    """A `requests.Session` for addresses that other parties chose: no redirects, cookies, proxies nor retries.

    `timeout`: seconds for one whole request, headers and body included. `max_bytes`: the largest body. With
    `allow_private`, plain http and addresses on loopback or in private networks are allowed (demo and tests).
    """

    def __init__(self, *, timeout: float = 10.0, allow_private: bool = False, max_bytes: int = _MIB) -> None:
        super().__init__()
        self.timeout = timeout
        self.allow_private = allow_private
        self.max_bytes = max_bytes
        # No .netrc, no certificate bundle from the environment.
        self.trust_env = False
        self.headers.clear()
        self.headers.update({**_HEADERS, "Accept": "*/*"})
        self.adapters.clear()
        self._transport = Transport(timeout=timeout, allow_private=allow_private, max_bytes=max_bytes)

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """Prepare as usual; an address that is none raises `OutboundError`."""
        try:
            return super().prepare_request(request)
        except requests.RequestException as error:
            raise explain(error) from error

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send one request; raises `OutboundError` where there is no complete answer of the address itself.

        Nothing that a caller passes loosens that.
        """
        body = request.body or b""
        headers = {name: value for name, value in request.headers.items() if name.lower() != "content-length"}
        response = self._exchange(
            request.method or "GET",
            request.url or "",
            headers,
            body.encode() if isinstance(body, str) else bytes(body),
        )
        response.request = request
        return response

    def fetch(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> requests.Response:
        """As `send`, for one who has the whole request at hand: the way of each score, so nothing else is done."""
        return self._exchange(method, url, {**_HEADERS, **headers}, body)

    def close(self) -> None:
        """Close the connections that are kept."""
        super().close()
        self._transport.close()

    def _exchange(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> requests.Response:
        response = self._transport.exchange(method, url, headers, body)
        if response.is_redirect or response.is_permanent_redirect:
            raise OutboundError(OutboundReason.REDIRECTED, f"answered {response.status_code}", response=response)
        return response


def make_platform_session(settings: Settings) -> PlatformSession:
    """The session that the settings ask for; one per process, shared by its threads."""
    return PlatformSession(timeout=settings.platform_timeout, allow_private=settings.allow_private_platforms)
