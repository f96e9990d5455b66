"""Make the app: stores, content, guard, headers, errors, pages."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from lti_tool.app.blueprints import BLUEPRINTS
from lti_tool.app.health import init_metrics
from lti_tool.assessment.session import init_content
from lti_tool.config import Settings
from lti_tool.db import make_engine
from lti_tool.web.bytecode import KeptBytecode
from lti_tool.web.errors import init_errors
from lti_tool.web.fragments import init_fragments
from lti_tool.web.guard import init_guard
from lti_tool.web.headers import init_headers
from lti_tool.web.language import Environment, init_language
from lti_tool.web.limits import BoundedRequest, init_limits
from lti_tool.web.pages import init_pages
from lti_tool.web.session import init_stores

_STATIC = Path(__file__).parent.parent / "web" / "static"
_YEAR = 365 * 24 * 3600
# Half a megabyte of text is more than anybody writes; forms with a file have a limit of their own (`takes_file`).
_MAX_REQUEST = 512 * 1024


class _App(Flask):
    """Views and hooks are plain functions; Flask would look again at each request whether they are coroutines."""

    jinja_environment = Environment  # type: ignore[assignment] # Flask types it as exactly its own

    request_class = BoundedRequest

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is."""
        return func


def create_app(settings: Settings) -> Flask:
    """The WSGI app; raises `ContentError` or `SettingError` rather than start with what is wrong."""
    app = _App(
        "lti_tool",
        static_folder=str(_STATIC),
        static_url_path=f"/static/{_hash_folder(_STATIC)}",
        template_folder=None,
    )
    app.config.update(
        SECRET_KEY=None,  # Flask's own session cookie is never used
        MAX_CONTENT_LENGTH=_MAX_REQUEST,
        MAX_FORM_MEMORY_SIZE=_MAX_REQUEST,
        SEND_FILE_MAX_AGE_DEFAULT=_YEAR,
    )
    app.jinja_options = {"bytecode_cache": KeptBytecode(settings.template_folder), **app.jinja_options}
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    init_stores(app, settings, make_engine(settings.database_url))
    init_content(app, settings)
    init_metrics(app)
    init_limits(app)
    init_guard(app)
    init_headers(app)
    init_errors(app)
    init_language(app)
    init_pages(app)
    init_fragments(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _hash_folder(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
