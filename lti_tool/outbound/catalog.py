"""Why a request to a platform brought no answer."""

from enum import StrEnum

import requests


class OutboundReason(StrEnum):
    """What went wrong on the way; only the first three are sure to have changed nothing at the platform."""

    # Not https, or an address that is not public.
    ADDRESS_REFUSED = "address_refused"
    # The name is unknown or nobody listens.
    UNREACHABLE = "unreachable"
    # The certificate is not valid for the host.
    CERTIFICATE_WRONG = "certificate_wrong"
    TIMED_OUT = "timed_out"
    # The connection ended early, or the answer is not HTTP.
    BROKEN = "broken"
    REDIRECTED = "redirected"
    TOO_LARGE = "too_large"


class OutboundError(requests.RequestException):
    """No usable answer; a `RequestException`, so that libraries on top treat it like their own."""

    def __init__(self, reason: OutboundReason, message: str = "", *, response: requests.Response | None = None) -> None:
        super().__init__(message or reason.value, response=response)
        self.reason = reason
