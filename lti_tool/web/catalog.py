"""The visit of a request as plain values: what pages show of it and what the guard decides by.

Read at each request, so it is no row that a session watches over.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lti_tool.lti.roles import CourseRole


class Strength(StrEnum):
    """Strong: bound to the browser by its cookie. Weak: the browser keeps no cookie for us."""

    STRONG = "strong"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class VisitRegistration:
    """The platform that the visit came from."""

    id: int
    institution_id: int
    name: str
    product_family: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class VisitContext:
    """The course of a visit."""

    id: int
    title: str
    lineitems_url: str | None


@dataclass(frozen=True, slots=True)
class VisitUser:
    """The person of a visit; empty strings where the platform says nothing."""

    id: int
    name: str
    given_name: str
    family_name: str
    timezone: str


@dataclass(frozen=True, slots=True)
class OpenVisit:
    """One person, one course, one role, one browser; the fields are those of the table `visit`."""

    id: int
    token_hash: str
    browser_hash: str | None
    strength: str
    registration_id: int
    deployment_id: int
    context_id: int | None
    resource_link_id: int | None
    user_id: int
    role: str
    is_institution_administrator: bool
    is_test_user: bool
    is_masquerade: bool
    message_type: str
    locale: str
    return_url: str
    due_at: datetime | None
    opened_at: datetime
    seen_at: datetime
    ends_at: datetime
    registration: VisitRegistration
    user: VisitUser
    context: VisitContext | None
    # Origins whose pages may frame this visit.
    frame_origins: tuple[str, ...]

    @property
    def course_role(self) -> CourseRole:
        """The role as a value of the enumeration."""
        return CourseRole(self.role)

    @property
    def is_strong(self) -> bool:
        """Whether the browser proves with each request that the visit is its own."""
        return self.strength == Strength.STRONG
