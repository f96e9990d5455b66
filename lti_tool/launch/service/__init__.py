"""Use cases of the way in: begin a login, receive a launch, bind it later, end it."""

from lti_tool.launch.service.launch import (
    Opened,
    Posted,
    Trace,
    Waiting,
    bind_launch,
    note_platform_error,
    receive_launch,
)
from lti_tool.launch.service.login import BegunLogin, LoginContext, OfferedWindow, begin_login
from lti_tool.launch.service.purge import count_over_launches, purge_launches

__all__ = [
    "BegunLogin",
    "LoginContext",
    "OfferedWindow",
    "Opened",
    "Posted",
    "Trace",
    "Waiting",
    "begin_login",
    "bind_launch",
    "count_over_launches",
    "note_platform_error",
    "purge_launches",
    "receive_launch",
]
