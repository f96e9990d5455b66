"""Pure rules of logins and launches."""

from lti_tool.launch.rules.binding import BindingFacts, decide_binding, list_learned_origins
from lti_tool.launch.rules.claims import Expected, read_launch
from lti_tool.launch.rules.login import LoginRequest, check_login
from lti_tool.launch.rules.values import is_own_url

__all__ = [
    "BindingFacts",
    "Expected",
    "LoginRequest",
    "check_login",
    "decide_binding",
    "is_own_url",
    "list_learned_origins",
    "read_launch",
]
