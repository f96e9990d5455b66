"""A server whose answers are made of bytes: truncated, mistyped, compressed, endless, slow, or no HTTP at all."""

import copy
import gzip
import json
import random
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.hostile.mutations import ODD, nest

_MIB = 1 << 20
# More than any answer may have.
_TOO_LARGE = b"[" + b'{"id":"x"},' * 120_000 + b"{}]"
_ODD_HERE = ("NaN", "1e999", 10**400, "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00")
_STATUSES = (
    *(0, 99, 100, 102, 199, 300, 304, 400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 412, 413, 415, 418, 422, 423),
    *(429, 451, 499, 500, 501, 502, 503, 504, 520, 599, 600, 999),
)
_RETRY_AFTER = (
    *("", "1", "0", "-5", "99999999999999999999", "soon", "1e9", "Mon, 01 Jan 99999 00:00:00 GMT", "\xb2", "\xff"),
    *("Thu, 31 Dec 9999 23:59:59 -2359", "Fri, 32 Foo 2026 99:99:99 +9999", "1" * 5000),
)
_HTML = b"<!doctype html><title>Sign in \xe2\x80\x93 SSO</title><h1>Session expired</h1>"


@dataclass
class HostileServer:
    """Answers each request by what `plan` says for its path; one thread for each connection."""

    # (method, path) → the bytes of a whole answer.
    plan: Callable[[str, str], bytes] = lambda _method, _path: http(404)
    hits: int = 0
    # Seconds between single bytes of the body, for `drips`.
    pause: float = 0.05
    closing: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._socket.settimeout(0.1)
        self.base = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._threads: list[threading.Thread] = []

    @contextmanager
    def running(self) -> Iterator["HostileServer"]:
        thread = threading.Thread(target=self._accept, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.closing.set()
            thread.join()
            self._socket.close()
            for each in self._threads:
                each.join(5)

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                connection, _ = self._socket.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            thread.start()
            self._threads = [each for each in self._threads if each.is_alive()] + [thread]

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                connection.settimeout(5)
                request = _read_request(connection)
                if not request:
                    return
                self.hits += 1
                method, path, *_ = request.split(" ", 2)
                answer = self.plan(method, path)
                if b"\r\nX-Drip: 1\r\n" in answer:
                    self._drip(connection, answer)
                else:
                    connection.sendall(answer)
            except OSError:
                # The tool has had enough of it, which is what it is for.
                return

    def _drip(self, connection: socket.socket, answer: bytes) -> None:
        for place in range(len(answer)):
            if self.closing.wait(self.pause):
                return
            connection.sendall(answer[place : place + 1])


def _read_request(connection: socket.socket) -> str:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65_536)
        if not more:
            return ""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length:
        more = connection.recv(65_536)
        if not more:
            return ""
        body += more
    return head.split(b"\r\n")[0].decode("latin-1")


def http(status: int = 200, body: bytes = b"", *, length: int | None = None, **headers: str) -> bytes:
    """A whole answer; header names by `_` for `-`. Each closes its connection."""
    head = [f"HTTP/1.1 {status} X", "Connection: close"]
    if length != -1:
        head.append(f"Content-Length: {len(body) if length is None else length}")
    head += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(head).encode("latin-1", "replace") + b"\r\n\r\n" + body


class Spoiler:
    """Makes hostile answers out of right ones; `right` is the JSON that a platform would send."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._ways = (
            *(self._bend,) * 6,
            *(self._cut,) * 2,
            self._flip,
            self._raw,
            self._raw,
            self._status,
            self._headers,
            self._transport,
        )

    def spoil(self, right: Any) -> bytes:
        """One hostile answer."""
        return self.random.choice(self._ways)(right)

    def _bend(self, right: Any) -> bytes:
        value = json.loads(json.dumps(right))
        for _ in range(self.random.choice((1, 1, 2, 4))):
            value = self._swapped(value)
        status = self.random.choice((200, 200, 200, 201, 202, 299))
        kind = self.random.choice(
            ("application/json", "text/html", "image/png", "", "application/json; charset=utf-16")
        )
        return http(status, json.dumps(value).encode(), Content_Type=kind, Link=self._link())

    def _swapped(self, value: Any) -> Any:
        if isinstance(value, dict | list) and value and self.random.random() < 0.8:
            names = sorted(value) if isinstance(value, dict) else range(len(value))
            name = self.random.choice(names)
            if self.random.random() < 0.15:
                del value[name]
            else:
                value[name] = self._swapped(value[name])
            return value
        if self.random.random() < 0.1:
            return nest(self.random.choice((3, 50, 300)), value)
        return copy.deepcopy(
            self.random.choice((*ODD, "NaN", "1e999", 10**400, "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"))
        )

    def _cut(self, right: Any) -> bytes:
        body = json.dumps(right).encode()
        cut = body[: self.random.randrange(len(body))]
        # Half of them say a length that never comes.
        return http(200, cut, length=self.random.choice((None, len(body))))

    def _flip(self, right: Any) -> bytes:
        body = bytearray(json.dumps(right).encode())
        for _ in range(self.random.choice((1, 3, 20))):
            body[self.random.randrange(len(body))] = self.random.randrange(256)
        return http(200, bytes(body))

    def _raw(self, right: Any) -> bytes:
        text = json.dumps(right).encode()
        return self.random.choice(
            (
                http(200, b""),
                http(204, b""),
                http(200, _HTML, Content_Type="text/html"),
                http(200, b"null"),
                http(200, b"[" * 100_000),
                http(200, b"[" * 900 + b"]" * 900),
                http(200, b'{"a":' * 5000 + b"1" + b"}" * 5000),
                http(200, b"1" * 5000),
                http(200, b'{"expires_in":' + b"9" * 5000 + b"}"),
                http(200, text.decode().encode("utf-16")),
                http(200, b"\xef\xbb\xbf" + text),
                http(200, b"\xff\xfe\xfd"),
                http(200, b'{"a":1,"a":2,"keys":[],"keys":5}'),
                http(200, b"[NaN, Infinity, -Infinity]"),
                http(200, text + text),
                http(200, text, length=-1),
                http(200, b"\0" * 1000),
            )
        )

    def _status(self, right: Any) -> bytes:
        status = self.random.choice(_STATUSES)
        body = self.random.choice(
            (
                b"",
                _HTML,
                b"[" * 4500,
                b"[" * 800 + b"]" * 800,
                b'{"error":' * 500 + b"1" + b"}" * 500,
                b'{"errors":[{"message":null}]}',
                b'{"error":{"message":["' + b"x" * 50_000 + b'"]}}',
                b'{"error":"invalid_scope"}',
                b'{"error": ""kid" invalid"}',
                b"\xff\0\xfe" * 500,
                json.dumps(right).encode(),
            )
        )
        return http(status, body, Retry_After=self._retry_after())

    def _headers(self, right: Any) -> bytes:
        body = json.dumps(right).encode()
        return self.random.choice(
            (
                http(302, b"", Location="http://169.254.169.254/latest/meta-data/"),
                http(307, b"", Location="/again"),
                http(301, b"", Location=""),
                http(308, b"", Location="\x00http://[::1"),
                b"HTTP/1.1 200 OK\r\n" + b"X-A: y\r\n" * 90 + b"\r\n" + body,
                b"HTTP/1.1 200 OK\r\n" + b"X-A: y\r\n" * 300 + b"\r\n" + body,
                http(200, body, X_Long="y" * 60_000),
                http(200, body, X_Long="y" * 70_000),
                http(200, body, Content_Encoding="gzip"),
                http(200, gzip.compress(body), Content_Encoding="gzip"),
                http(200, gzip.compress(b"[" + b" " * (8 * _MIB) + b"]"), Content_Encoding="gzip"),
                http(200, body, Content_Encoding="br, gzip, deflate, x-what"),
                http(200, body, Transfer_Encoding="chunked"),
                http(200, b"ffffffff\r\nabc", length=-1, Transfer_Encoding="chunked"),
                http(200, b"5\r\nabc", length=-1, Transfer_Encoding="chunked"),
                http(200, body, length=10**12),
                http(200, body, Cache_Control="max-age=99999999999999999999"),
                http(200, body, Set_Cookie="a=b; Domain=localhost"),
            )
        )

    def _transport(self, right: Any) -> bytes:
        body = json.dumps(right).encode()
        return self.random.choice(
            (
                b"",
                b"\r\n",
                b"HTTP/1.1 ",
                b"HTTP/1.1 200\r\n",
                b"HTTP/9.9 200 OK\r\n\r\n" + body,
                b"HTTP/1.1 abc OK\r\n\r\n",
                b"ICY 200 OK\r\n\r\n",
                b"\x16\x03\x01\x02\x00",
                b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n" + body,
                b"HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n" + body,
                b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n" + body,
                b"HTTP/1.1 100 Continue\r\n\r\n" * 50 + http(200, body),
                b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 50,
                http(200, _TOO_LARGE),
                http(200, _TOO_LARGE, length=-1),
            )
        )

    def _link(self) -> str:
        return self.random.choice(
            (
                "",
                "",
                '<?page=2>; rel="next"',
                '<>; rel="next"',
                '<http://[::1>; rel="next"',
                '<http://169.254.169.254/>; rel="next"',
                "<javascript:alert(1)>; rel=next",
                "<" + "&amp;" * 500 + '>; rel="next"',
                '<a>; rel="next", ' * 500,
                ";;;,,,<<<>>>",
            )
        )

    def _retry_after(self) -> str:
        return self.random.choice(_RETRY_AFTER)


def drip(right: Any) -> bytes:
    """An answer that comes byte by byte."""
    return http(200, json.dumps(right).encode(), X_Drip="1")
