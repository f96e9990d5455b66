"""The platform's key server: real HTTP on loopback, and able to misbehave in all the ways that servers do."""

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.certification.keys import Jwk


@dataclass
class KeyDocument:
    """What one platform's JWKS address answers with."""

    body: bytes = b'{"keys": []}'
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    # Seconds before the first byte, and between bytes of the body.
    delay: float = 0.0
    drip: float = 0.0

    @classmethod
    def of(cls, *keys: Jwk, **headers: str) -> "KeyDocument":
        """A well-formed JWKS; headers by name with `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(json.dumps({"keys": list(keys)}).encode(), headers=named)


class KeyServer:
    """Serves key documents by path and counts how often each was asked for."""

    def __init__(self) -> None:
        self.documents: dict[str, KeyDocument] = {}
        self.hits: Counter[str] = Counter()
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"

    @contextmanager
    def running(self) -> Iterator["KeyServer"]:
        self._thread.start()
        try:
            yield self
        finally:
            self._closing.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.hits[handler.path] += 1
        document = self.documents.get(handler.path, KeyDocument(b"no such page", 404))
        self._closing.wait(document.delay)
        handler.send_response(document.status)
        for name, value in {"Content-Type": "application/json", **document.headers}.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(document.body)))
        handler.end_headers()
        if not document.drip:
            handler.wfile.write(document.body)
            return
        for byte in document.body:
            if self._closing.wait(document.drip):
                return
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()


def _handler_of(server: KeyServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                server.answer(self)
            except (BrokenPipeError, ConnectionResetError):
                # The tool gave up waiting, which is what the test is about.
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

    return Handler


def closed_port() -> int:
    """A loopback port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def seconds_of(started: float) -> float:
    """Seconds since `started`, a value of `time.monotonic()`."""
    return time.monotonic() - started
