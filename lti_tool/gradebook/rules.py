"""Pure rules of the gradebook: which score stands, who counts."""

from lti_tool.gradebook.catalog import Keep
from lti_tool.lti.roles import CourseRole


def becomes_result(
    keep: Keep, *, given: float, maximum: float, standing_given: float | None, standing_maximum: float | None
) -> bool:
    """Whether a new score takes the place of the one that stands (None = nothing stands).

    Shares are compared, so that a module whose maximum has changed is judged fairly.
    """
    if keep is Keep.LATEST or standing_given is None or standing_maximum is None:
        return True
    return given * standing_maximum > standing_given * maximum


def counts_in_class(role: str, *, has_been_staff: bool, is_test_user: bool) -> bool:
    """Whether a member belongs in counts, averages and completion of a course.

    Whoever has launched as staff stays out even while they look at the course as a student.
    """
    return role == CourseRole.LEARNER and not has_been_staff and not is_test_user
