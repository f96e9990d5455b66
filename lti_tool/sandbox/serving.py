"""How the sandbox meets browsers: werkzeug's own server, one thread a request."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class QuietHandler(WSGIRequestHandler):
    """No line per request: the page «What arrived» shows what matters."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


def whole_answers(wsgi: "WSGIApplication") -> "WSGIApplication":
    """Hand over each answer whole, its file closed.

    When a browser leaves in the middle of one, werkzeug's server forgets to close what it was sending (its read of
    the rest of the request fails first).
    """

    def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        answer = wsgi(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()

    return app
