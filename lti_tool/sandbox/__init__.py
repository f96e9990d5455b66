"""A small LMS: an LTI 1.3 Advantage *platform* with people, courses and a gradebook.

It is the platform of the demo and of the tests that speak HTTP. It shares no code with the tool, so that a
fault in one cannot hide the same fault in the other, and it follows Moodle's or Canvas's rules at a switch.
"""

from lti_tool.sandbox.app import SandboxServer, create_sandbox, make_server
from lti_tool.sandbox.faults import Fault
from lti_tool.sandbox.settings import Rules, SandboxSettings
from lti_tool.sandbox.state import Arrival, Registered, Sandbox, Score

__all__ = [
    "Arrival",
    "Fault",
    "Registered",
    "Rules",
    "Sandbox",
    "SandboxServer",
    "SandboxSettings",
    "Score",
    "create_sandbox",
    "make_server",
]
