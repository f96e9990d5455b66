"""Routes of modules, checks and people; see `shared` for the blueprint."""

from lti_tool.assessment.views import check, home, modules, people, practice, statement, written
from lti_tool.assessment.views.shared import blueprint

__all__ = ["blueprint", "check", "home", "modules", "people", "practice", "statement", "written"]
