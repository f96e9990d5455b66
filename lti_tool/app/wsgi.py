"""The app for a WSGI server: `lti_tool.app.wsgi:make_app` is a factory, so that importing it does nothing."""

import os

from flask import Flask

from lti_tool.app.factory import create_app
from lti_tool.config import load_settings
from lti_tool.telemetry import init_logging


def make_app() -> Flask:
    """The app, from the environment's settings, with its logs on standard error."""
    settings = load_settings(os.environ)
    init_logging(settings.log_format, settings.log_level)
    return create_app(settings)
