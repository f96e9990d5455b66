"""The Flask app, made from settings."""

from typing import TYPE_CHECKING

from lti_tool.config import Settings

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["create_app"]


def create_app(settings: Settings) -> "Flask":
    """The WSGI app; its parts are imported when one is made, since most commands only look at the schema."""
    from lti_tool.app.factory import create_app as make

    return make(settings)
