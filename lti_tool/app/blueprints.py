"""Every blueprint of the tool; its URL map is the sum of these."""

from flask import Blueprint

from lti_tool.launch.canvas import blueprint as canvas
from lti_tool.launch.registration.views import blueprint as registration
from lti_tool.web.views import blueprint as web

BLUEPRINTS: tuple[Blueprint, ...] = (web, registration, canvas)
