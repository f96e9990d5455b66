"""A gradebook server that costs little: tokens, one results container per column, scores; in a process of its own.

`python -m benchmarks.platform` prints its port. It checks what a gradebook must (token, media types, fields) and counts
scores, scores that came twice, and reads, so that a benchmark can prove that what it timed was done.
"""

import asyncio
import json
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

SCORE_TYPE = b"application/vnd.ims.lis.v1.score+json"
COURSE = "/courses/{course}/lineitems"
COLUMN = COURSE + "/1/lineitem"


@dataclass
class _Gradebook:
    """What the server knows; `latency` is in seconds."""

    latency: float = 0.0
    tokens: set[str] = field(default_factory=set)
    # Column (path) to person to what is shown of the score.
    cells: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def answer(self, method: str, target: str, headers: dict[bytes, bytes], body: bytes) -> tuple[int, bytes]:
        path, _, query = target.partition("?")
        if path.startswith("/control/"):
            return self._control(path.removeprefix("/control/"), query)
        if path == "/token":
            return self._token()
        if headers.get(b"authorization", b"").decode().removeprefix("Bearer ") not in self.tokens:
            return 401, b""
        column, _, ending = path.rpartition("/")
        cells = self.cells.setdefault(column, {})
        if method == "GET" and ending == "results":
            return self._results(cells, query)
        if method == "POST" and ending == "scores":
            return self._score(cells, headers, body)
        return 404, b""

    def _token(self) -> tuple[int, bytes]:
        self.count("tokens")
        token = secrets.token_hex(16)
        self.tokens.add(token)
        return 200, json.dumps({"access_token": token, "token_type": "Bearer", "expires_in": 3600}).encode()

    def _results(self, cells: dict[str, dict[str, Any]], query: str) -> tuple[int, bytes]:
        self.count("reads")
        who = parse_qs(query).get("user_id")
        shown = cells.values() if who is None else [cells[one] for one in who if one in cells]
        return 200, json.dumps(list(shown)).encode()

    def _score(self, cells: dict[str, dict[str, Any]], headers: dict[bytes, bytes], body: bytes) -> tuple[int, bytes]:
        score = json.loads(body)
        if headers.get(b"content-type") != SCORE_TYPE or "timestamp" not in score:
            return 400, b""
        cell = cells.get(score["userId"])
        if cell is not None and score["timestamp"] <= cell["timestamp"]:
            self.count("twice" if score["timestamp"] == cell["timestamp"] else "older")
            return 409, b""
        cells[score["userId"]] = {
            "id": score["userId"],
            "userId": score["userId"],
            "resultScore": score["scoreGiven"],
            "resultMaximum": score["scoreMaximum"],
            "timestamp": score["timestamp"],
        }
        self.count("scores")
        return 200, b""

    def _control(self, what: str, query: str) -> tuple[int, bytes]:
        if what == "reset":
            self.latency = float(parse_qs(query)["latency_ms"][0]) / 1000
            self.cells.clear()
            self.counts.clear()
        cpu = time.process_time()
        return 200, json.dumps({**self.counts, "cpu_s": cpu}).encode()


class _Connection(asyncio.Protocol):
    """HTTP/1.1 with Content-Length, one request after another."""

    def __init__(self, gradebook: _Gradebook) -> None:
        self._gradebook = gradebook
        self._waiting = bytearray()
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while (end := self._waiting.find(b"\r\n\r\n")) >= 0:
            lines = bytes(self._waiting[:end]).split(b"\r\n")
            fields = (line.partition(b":") for line in lines[1:])
            headers = {name.lower(): value.strip() for name, _, value in fields}
            length = end + 4 + int(headers.get(b"content-length", b"0"))
            if len(self._waiting) < length:
                return
            body = bytes(self._waiting[end + 4 : length])
            del self._waiting[:length]
            method, target, _ = lines[0].decode("latin-1").split(" ")
            status, answer = self._gradebook.answer(method, target, headers, body)
            head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(answer)}\r\nContent-Type: application/json\r\n\r\n"
            wait = 0.0 if target.startswith("/control/") else self._gradebook.latency
            if wait:
                self._loop.call_later(wait, self._write, head.encode() + answer)
            else:
                self._write(head.encode() + answer)

    def _write(self, data: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(data)


async def _serve() -> None:
    gradebook = _Gradebook()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(gradebook), "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Ends with the process that started it.
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


class Platform:
    """The server as a benchmark sees it."""

    def __init__(self, base: str) -> None:
        self.base = base

    def reset(self, latency_ms: float = 0) -> None:
        """Forget all scores and counts; every later answer comes after so many milliseconds."""
        self._get(f"/control/reset?latency_ms={latency_ms}")

    def counts(self) -> dict[str, float]:
        """Scores, scores that came twice, reads and tokens since the reset, and the server's CPU seconds in all."""
        found: dict[str, float] = self._get("/control/counts")
        return found

    def lineitems_url(self, course: int) -> str:
        """The container of line items of a course."""
        return self.base + COURSE.format(course=course)

    def column_url(self, course: int) -> str:
        """The one line item of a course."""
        return self.base + COLUMN.format(course=course)

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(self.base + path, timeout=30) as answer:
            return json.load(answer)


@contextmanager
def start_platform() -> Iterator[Platform]:
    """A server on loopback, ended afterwards."""
    command = [sys.executable, "-m", "benchmarks.platform"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            yield Platform(f"http://127.0.0.1:{int(process.stdout.readline())}")
        finally:
            process.stdin.close()
            process.wait(timeout=10)


if __name__ == "__main__":
    asyncio.run(_serve())
