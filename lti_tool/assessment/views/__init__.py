"""Routes of modules, checks and people; see `shared` for the blueprint."""

from lti_tool.assessment.views import (
    check,
    decisions,
    home,
    modules,
    own_work,
    people,
    practice,
    statement,
    work,
    written,
)
from lti_tool.assessment.views.shared import blueprint

__all__ = [
    "blueprint",
    "check",
    "decisions",
    "home",
    "modules",
    "own_work",
    "people",
    "practice",
    "statement",
    "work",
    "written",
]
