"""Requests to platforms: bounded in time and size, without redirects, cookies or private addresses."""

from lti_tool.outbound.asking import OneAsks
from lti_tool.outbound.catalog import OutboundError, OutboundReason
from lti_tool.outbound.rules import find_next_page, is_public_address, names_next_page
from lti_tool.outbound.session import PlatformSession, make_platform_session

__all__ = [
    "OneAsks",
    "OutboundError",
    "OutboundReason",
    "PlatformSession",
    "find_next_page",
    "is_public_address",
    "make_platform_session",
    "names_next_page",
]
