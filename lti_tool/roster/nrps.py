"""The edge to a platform's Names and Role Provisioning Services: the only file that calls it.

Reads page by page; whatever keeps a reading from its end is raised as `RosterUnreadable`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import requests
from pylti1p3.exception import LtiException, LtiServiceException
from pylti1p3.names_roles import NamesRolesProvisioningService

from lti_tool.outbound import OutboundError, OutboundReason, names_next_page
from lti_tool.registration.connector import AnswerUnreadable, TokenRefused, ToolConnector
from lti_tool.roster.catalog import RosterFailure, RosterMember, RosterReason
from lti_tool.roster.rules import read_members, roster_url

# Members asked for in a page. Canvas gives 50 at most; Moodle gives everybody at once unless it is asked.
PAGE_SIZE = 200
# 200,000 people in Canvas's pages.
_MAX_PAGES = 4_000
_DETAIL_KEPT = 500
_LONGEST_RETRY_AFTER = 3_600

_OUTBOUND = {
    OutboundReason.ADDRESS_REFUSED: RosterReason.ADDRESS_REFUSED,
    OutboundReason.REDIRECTED: RosterReason.ADDRESS_REFUSED,
    OutboundReason.TOO_LARGE: RosterReason.TOO_LARGE,
}
_STATUS = {
    401: RosterReason.NOT_ALLOWED,
    403: RosterReason.NOT_ALLOWED,
    404: RosterReason.GONE,
    410: RosterReason.GONE,
    429: RosterReason.RATE_LIMITED,
}


class RosterUnreadable(Exception):
    """The roster could not be read to its end."""

    def __init__(self, reason: RosterReason, detail: str = "", *, retry_after: timedelta | None = None) -> None:
        super().__init__(f"{reason}: {detail}")
        self.failure = RosterFailure(reason, detail[:_DETAIL_KEPT], retry_after)


class PlatformRoster:
    """The members of one course (NRPS 2.0); `members_url` is the claim's `context_memberships_url`."""

    def __init__(self, connector: ToolConnector, members_url: str) -> None:
        self._service = NamesRolesProvisioningService(connector, {"context_memberships_url": members_url})
        self._members_url = members_url

    def read_pages(
        self, *, limit: int = PAGE_SIZE, rlid: str = "", role: str = ""
    ) -> Iterator[tuple[RosterMember, ...]]:
        """Page after page to the very end, or `RosterUnreadable`.

        `rlid` and `role` filter where the platform heeds them (NRPS 2.0 §2.4.1, §3.2).
        """
        url: str | None = roster_url(self._members_url, limit=limit, rlid=rlid, role=role)
        read: set[str] = set()
        while url is not None:
            if url in read or len(read) >= _MAX_PAGES:
                raise RosterUnreadable(RosterReason.PAGES_BROKEN, f"after {len(read)} pages")
            read.add(url)
            with _refusals():
                answer = self._service.get_nrps_data(url)
            yield read_members(_listed(answer["body"]))
            url = answer["next_page_url"]
            if url is None and names_next_page(_link(answer["headers"])):
                raise RosterUnreadable(RosterReason.PAGES_BROKEN, "the next page is the same one or at another origin")


def _listed(body: Any) -> list[object]:
    listed = body.get("members") if isinstance(body, dict) else None
    if not isinstance(listed, list):
        raise RosterUnreadable(RosterReason.UNREADABLE, "no list of members")
    return listed


def _link(headers: Any) -> str:
    return next((str(value) for name, value in headers.items() if name.lower() == "link"), "")


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except AnswerUnreadable as error:
        # Not the body: it may be half of a list of people.
        raise RosterUnreadable(RosterReason.UNREADABLE, str(error.response.status_code)) from error
    except TokenRefused as error:
        raise _refused(error.response, is_token=True) from error
    except LtiServiceException as error:
        raise _refused(error.response) from error
    except OutboundError as error:
        raise RosterUnreadable(_OUTBOUND.get(error.reason, RosterReason.UNREACHABLE), str(error)) from error
    except (LtiException, requests.RequestException) as error:
        raise RosterUnreadable(RosterReason.UNREADABLE, type(error).__name__) from error


def _refused(response: requests.Response, *, is_token: bool = False) -> RosterUnreadable:
    status = response.status_code
    reason = _STATUS.get(status, RosterReason.PLATFORM_ERROR)
    if is_token and 400 <= status < 500 and reason is not RosterReason.RATE_LIMITED:
        # RFC 6749 §5.2: the scope is not granted, or the client is not known (any more).
        reason = RosterReason.NOT_ALLOWED
    return RosterUnreadable(reason, _said(response), retry_after=_retry_after(response))


def _said(response: requests.Response) -> str:
    return f"{response.status_code} {response.content[:_DETAIL_KEPT].decode('utf-8', errors='replace')}".replace(
        "\0", ""
    )


def _retry_after(response: requests.Response) -> timedelta | None:
    given = response.headers.get("Retry-After", "").strip()
    if not given.isascii() or not given.isdigit():
        return None
    return timedelta(seconds=min(int(given[:9]), _LONGEST_RETRY_AFTER))
