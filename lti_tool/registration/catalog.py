"""Values that the tables of registrations hold."""

from enum import StrEnum


class ProductFamily(StrEnum):
    """Which rules of an LMS apply; the value is `product_family_code` where we know it."""

    CANVAS = "canvas"
    MOODLE = "moodle"
    OTHER = "other"


class RegistrationState(StrEnum):
    """Only an active registration may launch and be sent scores."""

    ACTIVE = "active"
    DISABLED = "disabled"


class DeploymentState(StrEnum):
    """A held deployment waits for an operator."""

    ACCEPTED = "accepted"
    HELD = "held"


class KeyState(StrEnum):
    """One key signs; the next is published ahead of its use; retired ones stay published; withdrawn ones do not."""

    CURRENT = "current"
    NEXT = "next"
    RETIRED = "retired"
    WITHDRAWN = "withdrawn"
