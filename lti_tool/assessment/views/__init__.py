"""Routes of modules, checks and people; see `shared` for the blueprint."""

from lti_tool.assessment.views import (
    check,
    decisions,
    findings,
    home,
    modules,
    own_work,
    people,
    practice,
    rating,
    statement,
    uploads,
    versions,
    work,
    written,
)
from lti_tool.assessment.views.shared import blueprint

__all__ = [
    "blueprint",
    "check",
    "decisions",
    "findings",
    "home",
    "modules",
    "own_work",
    "people",
    "practice",
    "rating",
    "statement",
    "uploads",
    "versions",
    "work",
    "written",
]
