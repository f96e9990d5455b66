"""How the sandbox meets browsers: werkzeug's own server, one thread a request."""

import socket
import struct
from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


# Set in the environment of a request whose connection is to end without an answer, after some raw bytes.
CUT, RAW = "sandbox.cut", "sandbox.raw"


class QuietHandler(WSGIRequestHandler):
    """No line per request: the page «What arrived» shows what matters."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""

    def connection_dropped(self, error: BaseException, environ: "WSGIEnvironment | None" = None) -> None:
        """Nobody is left to answer."""
        self.close_connection = True


def whole_answers(wsgi: "WSGIApplication") -> "WSGIApplication":
    """Hand over each answer whole, its file closed.

    When a browser leaves in the middle of one, werkzeug's server forgets to close what it was sending (its read of
    the rest of the request fails first).
    """

    def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        answer = wsgi(environ, start_response)
        try:
            whole = [b"".join(answer)]
            if environ.get(CUT):
                _break_off(environ["werkzeug.socket"], environ[RAW])
            return whole
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()

    return app


def _break_off(connection: socket.socket, raw: bytes) -> None:
    """End a connection at once, as a process that dies does; raises ConnectionAbortedError."""
    if raw:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
    else:
        # Unsent data is thrown away and the other side is told: a reset.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.close(connection.detach())
    raise ConnectionAbortedError
