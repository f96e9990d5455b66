"""What the sandbox's server sends, it also closes."""

import socket
import struct
import threading
from collections.abc import Iterator

from werkzeug.serving import make_server

from lti_tool.sandbox.serving import QuietHandler, whole_answers


class _File:
    def __init__(self) -> None:
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        yield b"p {}" * 500_000

    def close(self) -> None:
        self.closed.set()


def test_a_file_is_closed_though_the_browser_left() -> None:
    file = _File()

    def app(environ: object, start_response: object) -> _File:
        assert callable(start_response)
        start_response("200 OK", [("Content-Type", "text/css")])
        return file

    server = make_server("127.0.0.1", 0, whole_answers(app), threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    with socket.create_connection(("127.0.0.1", server.port)) as browser:
        browser.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        # A reset instead of a polite end, as a browser that has navigated away does it.
        browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    thread.join()
    server.server_close()
    assert file.closed.wait(5)


def test_an_answer_arrives_whole() -> None:
    answer = whole_answers(lambda _environ, _start: [b"one ", b"two"])({}, lambda *_: lambda _: None)
    assert list(answer) == [b"one two"]
