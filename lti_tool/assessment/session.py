"""The catalogue of modules of the running app: read once, when the app starts."""

from typing import cast

from flask import Flask, current_app

from lti_tool.config import Settings
from lti_tool.content.catalog import Catalogue
from lti_tool.content.service import default_content_dir, load_catalogue

_KEY = "lti_tool_content"


def init_content(app: Flask, settings: Settings) -> None:
    """Read the modules, ours and then the institution's; raises ContentError rather than start with a bad file."""
    folders = [default_content_dir()] + ([settings.content_dir] if settings.content_dir else [])
    app.extensions[_KEY] = load_catalogue(folders)


def catalogue() -> Catalogue:
    """The modules of the running app."""
    return cast(Catalogue, current_app.extensions[_KEY])
