"""What a platform says of a course's members, and why it could not be read."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from lti_tool.lti.roles import CourseRole


@dataclass(frozen=True, slots=True)
class RosterMember:
    """One member as the platform lists it; names are "" where it says none."""

    sub: str
    role: CourseRole
    # Status Active; suspended and removed people are listed by some platforms.
    is_here: bool = True
    is_test_user: bool = False
    name: str = ""
    given_name: str = ""
    family_name: str = ""

    @property
    def names(self) -> tuple[str, str, str]:
        """All three names."""
        return self.name, self.given_name, self.family_name


@dataclass(frozen=True, slots=True)
class KnownMember:
    """What is stored of a listed person; `role` is None for somebody without a membership in this course."""

    user_id: int
    names: tuple[str, str, str]
    role: str | None = None
    has_launched: bool = False
    has_left: bool = False


@dataclass(frozen=True, slots=True)
class PagePlan:
    """What a page of the roster changes."""

    # Names by `sub`, of people who are new or called otherwise now.
    people: tuple[tuple[str, tuple[str, str, str]], ...] = ()
    # Roles by `sub`, of memberships that are new, changed or taken up again.
    memberships: tuple[tuple[str, CourseRole], ...] = ()
    # Listed people who are stored already, and those who were not.
    seen: frozenset[int] = frozenset()
    met: frozenset[str] = frozenset()
    added: int = 0
    changed: int = 0


class RosterReason(StrEnum):
    """Why a roster could not be read to its end."""

    # The platform gives no token for the roster's scope, or refuses with it.
    NOT_ALLOWED = "not_allowed"
    GONE = "gone"
    RATE_LIMITED = "rate_limited"
    PLATFORM_ERROR = "platform_error"
    UNREACHABLE = "unreachable"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    ADDRESS_REFUSED = "address_refused"
    # The next page is the same again, elsewhere, or there is no end of pages.
    PAGES_BROKEN = "pages_broken"
    # Nobody is listed where people are known: not believed.
    EMPTY = "empty"
    OUR_ERROR = "our_error"


# In words for an operator: what it means, and what would help.
WORDS = {
    RosterReason.NOT_ALLOWED: "The platform does not let the tool read names and roles. Switch on that service"
    " (Names and Role Provisioning) for the tool there.",
    RosterReason.GONE: "The platform does not know this course any more, or the tool is not in it.",
    RosterReason.RATE_LIMITED: "The platform asked to come back later.",
    RosterReason.PLATFORM_ERROR: "The platform met an error of its own.",
    RosterReason.UNREACHABLE: "The platform did not answer.",
    RosterReason.UNREADABLE: "The platform's answer is not a list of members.",
    RosterReason.TOO_LARGE: "The platform sends more in one answer than is accepted.",
    RosterReason.ADDRESS_REFUSED: "The address of the list is not one that may be called.",
    RosterReason.PAGES_BROKEN: "The pages of the list do not lead to an end; what was read is kept, nobody is marked"
    " as gone.",
    RosterReason.EMPTY: "The platform lists nobody though people are known; nobody is marked as gone.",
    RosterReason.OUR_ERROR: "The tool met an error of its own; its log says more.",
}
# Asking again by itself would change nothing: a launch tries again the next day.
LASTING = frozenset({RosterReason.NOT_ALLOWED, RosterReason.GONE, RosterReason.ADDRESS_REFUSED})


@dataclass(frozen=True, slots=True)
class RosterFailure:
    """Why, with what the platform said, and how long it asked to be left alone."""

    reason: RosterReason
    detail: str = ""
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class RosterReport:
    """How a reading went: `members` who are listed, and what changed; with a `failure` nobody was marked as left."""

    context_id: int
    members: int = 0
    added: int = 0
    changed: int = 0
    left: int = 0
    pages: int = 0
    failure: RosterFailure | None = None
