"""Whose scores leave, and to whom."""

from lti_tool.lti.roles import CourseRole
from lti_tool.registration.catalog import ProductFamily


def is_sent_for(role: str, has_been_staff: bool, is_test_user: bool) -> bool:
    """Whether a member's scores go to the LMS: students only, and nobody who has ever been staff in the course."""
    return role == CourseRole.LEARNER and not has_been_staff and not is_test_user


def may_send_progress(product_family: str) -> bool:
    """Whether progress without a grade may be sent: Moodle erases the grade on anything but FullyGraded."""
    return product_family == ProductFamily.CANVAS


def in_flight(product_family: str) -> int:
    """How many scores a platform is sent at once: Canvas counts each running request against a small budget."""
    return 3 if product_family == ProductFamily.CANVAS else 16


def shares_reads(product_family: str) -> bool:
    """Whether one read of a column's results may stand for many: Canvas shows ten people a page, in its own order."""
    return product_family != ProductFamily.CANVAS
