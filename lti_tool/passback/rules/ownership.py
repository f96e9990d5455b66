"""Whose grade stands in a cell of the LMS: the teacher wins."""

from collections.abc import Iterable

from lti_tool.passback.catalog import PlatformResult, Points, Standing
from lti_tool.registration.catalog import ProductFamily

# LMSs keep 2 to 5 decimals: half of the coarsest step, and a grain for binary fractions.
_TOLERANCE = 0.005 + 1e-9


def must_read_back(family: str, *, has_score: bool, is_first: bool, was_sent: bool) -> bool:
    """Whether the cell is read before a score is sent.

    Always, but for a first score on Canvas, whose extension makes Canvas itself keep a grade that stands there, and
    for progress without a grade, which changes none. After a send of unknown outcome always.
    """
    if not has_score:
        return False
    return family != ProductFamily.CANVAS or not is_first or was_sent


def is_same_grade(found: Points, ours: Points) -> bool:
    """Whether two grades are equal within rounding, scaled to the platform's maximum; above it counts as at it."""
    if found.maximum <= 0 or ours.maximum <= 0:
        return abs(found.given - ours.given) <= _TOLERANCE
    scaled = ours.given * found.maximum / ours.maximum
    return abs(found.given - scaled) <= _TOLERANCE or abs(found.given - min(scaled, found.maximum)) <= _TOLERANCE


def decide_standing(
    found: PlatformResult | None,
    ours: Points,
    *,
    attempted: Iterable[Points],
    is_overruling: bool = False,
) -> Standing:
    """Decide before a send: nothing or ours stands there, this very score does, or somebody else's.

    `attempted`: all other values ever sent to this cell. A value that is ours twice over is sent again: its comment
    may be missing. The same value set by somebody else needs no send.
    """
    if found is None or found.points is None:
        return Standing.SEND
    earlier = any(is_same_grade(found.points, points) for points in attempted)
    if is_same_grade(found.points, ours) and not earlier:
        return Standing.ALREADY_THERE
    return Standing.SEND if earlier or is_overruling else Standing.THEIRS


def decide_refused_stamp(
    found: PlatformResult | None, ours: Points, *, attempted: Iterable[Points], is_overruling: bool = False
) -> Standing:
    """Decide after an “older timestamp” answer: this score stands there already, a teacher's does, or an old one of
    ours, which gets a fresh stamp (SEND).
    """
    if found is None or found.points is None:
        return Standing.SEND
    if is_same_grade(found.points, ours):
        return Standing.ALREADY_THERE
    if is_overruling or any(is_same_grade(found.points, points) for points in attempted):
        return Standing.SEND
    return Standing.THEIRS
