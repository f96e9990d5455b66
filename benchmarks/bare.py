"""The least tool that the protocol library makes: its Flask classes as its own example uses them, and one small page.

Key cache on, launch data in a SQLite file that all processes share. `granian --factory benchmarks.bare:make_app`.
"""

# The library's Flask classes are untyped, and exported by a star.
# mypy: disable-error-code="attr-defined, no-untyped-call, list-item"

import os
import pickle
import sqlite3
import threading
from typing import Any

from flask import Flask, render_template_string
from pylti1p3.contrib.flask import FlaskCacheDataStorage, FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest
from pylti1p3.tool_config import ToolConfDict
from werkzeug.wrappers import Response

PAGE = """<!doctype html><html lang="en"><head><title>Tool</title></head><body><h1>Hello {{ d.name }}</h1><p>{{ d.sub }}
</p><form method="post" action="/answer"><input type="hidden" name="launch_id" value="{{ id }}"><button>Send</button>
</form></body></html>"""


class Store:
    """Keys and values in one table; a connection for each thread."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._local.connection = sqlite3.connect(self._path, isolation_level=None, timeout=10)
            found.execute("PRAGMA journal_mode=WAL")
            found.execute("PRAGMA synchronous=NORMAL")
            found.execute("CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value BLOB)")
        return found

    def get(self, key: str) -> Any:
        """The value, or None."""
        row = self._connection().execute("SELECT value FROM kept WHERE key = ?", (key,)).fetchone()
        return pickle.loads(row[0]) if row else None

    def set(self, key: str, value: Any, _expires: int | None = None) -> None:
        """Keep a value."""
        self._connection().execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (key, pickle.dumps(value)))


def make_app() -> Flask:
    """The app; `BARE_ISSUER`, `BARE_CLIENT` and `BARE_STORE` say what it needs to know."""
    issuer, client_id = os.environ["BARE_ISSUER"], os.environ["BARE_CLIENT"]
    settings = {
        "client_id": client_id,
        "auth_login_url": issuer + "/auth",
        "auth_token_url": issuer + "/token",
        "auth_audience": None,
        "key_set_url": issuer + "/jwks",
        "key_set": None,
        "deployment_ids": ["1"],
        "default": True,
    }
    tool = ToolConfDict({issuer: [settings]})
    app = Flask(__name__)
    store = Store(os.environ["BARE_STORE"])

    @app.get("/healthz")
    def health() -> str:
        return "ok"

    @app.post("/lti/login")
    def login() -> Response:
        request = FlaskRequest()
        begun = FlaskOIDCLogin(request, tool, launch_data_storage=FlaskCacheDataStorage(store))
        answer: Response = begun.redirect(request.get_param("target_link_uri"))
        return answer

    @app.post("/lti/launch")
    def launch() -> str:
        storage = FlaskCacheDataStorage(store)
        message = FlaskMessageLaunch(FlaskRequest(), tool, launch_data_storage=storage)
        message.set_public_key_caching(storage, cache_lifetime=7200)
        return render_template_string(PAGE, d=message.get_launch_data(), id=message.get_launch_id())

    return app
