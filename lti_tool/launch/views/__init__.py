"""Routes of the way in; see `shared` for the blueprint."""

from lti_tool.launch.views import keys, launch, login
from lti_tool.launch.views.shared import blueprint

__all__ = ["blueprint", "keys", "launch", "login"]
