"""The sandbox as a Flask application and as a server."""

import socket
import threading
from dataclasses import replace
from types import TracebackType
from typing import cast

from flask import Flask, Response, render_template
from werkzeug.exceptions import HTTPException
from werkzeug.serving import BaseWSGIServer, ThreadedWSGIServer
from werkzeug.serving import make_server as make_wsgi_server

from lti_tool.sandbox.faults import Fault
from lti_tool.sandbox.services import canvas, moodle, registration, token
from lti_tool.sandbox.serving import QuietHandler, whole_answers
from lti_tool.sandbox.settings import SandboxSettings
from lti_tool.sandbox.state import Sandbox
from lti_tool.sandbox.toolkeys import ToolKeys
from lti_tool.sandbox.views import admin, deeplink, doors, faults, launching, oidc, site, teaching

POLICY = (
    "default-src 'self'; img-src * data:; frame-src *; form-action *; frame-ancestors 'self';"
    " base-uri 'none'; object-src 'none'"
)


def create_sandbox(settings: SandboxSettings, state: Sandbox | None = None) -> Flask:
    """The site; its state is `app.extensions["sandbox"]`."""
    app = Flask("lti_tool.sandbox", static_folder="static", template_folder="templates")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["sandbox"] = state or Sandbox(settings)
    app.extensions["tool_keys"] = ToolKeys()
    for module in (site, launching, teaching, admin, faults, oidc, deeplink, token, registration, moodle, canvas):
        app.register_blueprint(module.blueprint)
    doors.prepare_templates(app)
    app.register_error_handler(HTTPException, _error_page)
    app.after_request(_harden)
    return app


def _error_page(error: HTTPException) -> tuple[str, int]:
    code = error.code or 500
    return render_template("sandbox/error.html", code=code), code


def _harden(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


class SandboxServer:
    """The sandbox on a port, in a thread of its own. Also a context manager."""

    def __init__(self, app: Flask, sandbox: Sandbox, bound: socket.socket) -> None:
        self.app, self.sandbox = app, sandbox
        self._server = _serve(app, bound)
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """Origin and issuer."""
        return self.sandbox.base_url

    def start(self) -> "SandboxServer":
        """Serve in the background."""
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def serve_forever(self) -> None:
        """Serve until interrupted."""
        self._server.serve_forever()

    def go_away(self) -> None:
        """Be down: nobody listens any more, and what is still connected is cut off at its next call."""
        self.sandbox.turn_on(Fault("away"))
        self._end()

    def come_back(self) -> "SandboxServer":
        """Be up again at the same address."""
        self.sandbox.turn_off("away")
        with socket.create_server((self.sandbox.settings.host, self.sandbox.settings.port)) as bound:
            self._server = _serve(self.app, bound)
        return self.start()

    def stop(self) -> None:
        """Stop serving and release the state."""
        self._end()
        self.sandbox.close()

    def _end(self) -> None:
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()

    def __enter__(self) -> "SandboxServer":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def make_server(settings: SandboxSettings) -> SandboxServer:
    """Bind the sandbox to its port (0: any free one) without serving yet."""
    with socket.create_server((settings.host, settings.port)) as bound:
        settings = replace(settings, port=bound.getsockname()[1])
        sandbox = Sandbox(settings)
        return SandboxServer(create_sandbox(settings, sandbox), sandbox, bound)


def _serve(app: Flask, bound: socket.socket) -> BaseWSGIServer:
    host, port = bound.getsockname()[:2]
    server = make_wsgi_server(
        host, port, whole_answers(app), threaded=True, request_handler=QuietHandler, fd=bound.fileno()
    )
    cast(ThreadedWSGIServer, server).daemon_threads = True
    return server
