"""The Flask app, made from settings."""

from lti_tool.app.factory import create_app

__all__ = ["create_app"]
