"""Every blueprint of the tool; its URL map is the sum of these."""

from flask import Blueprint

from lti_tool.admin.views import blueprint as admin
from lti_tool.app.health import blueprint as health
from lti_tool.assessment.views import blueprint as assessment
from lti_tool.launch.canvas import blueprint as canvas
from lti_tool.launch.deep_linking.views import blueprint as deep_linking
from lti_tool.launch.registration.views import blueprint as registration
from lti_tool.launch.views import blueprint as launch
from lti_tool.web.views import blueprint as web

BLUEPRINTS: tuple[Blueprint, ...] = (health, web, assessment, registration, canvas, deep_linking, admin, launch)
