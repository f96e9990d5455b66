"""A small AGS platform on loopback whose answers a test can bend; it knows the rules of Moodle and of Canvas."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt

SUBMISSION = "https://canvas.instructure.com/lti/submission"
MEDIA = {
    ("POST", "lineitems"): "application/vnd.ims.lis.v2.lineitem+json",
    ("POST", "scores"): "application/vnd.ims.lis.v1.score+json",
    ("GET", "lineitems"): "application/vnd.ims.lis.v2.lineitemcontainer+json",
    ("GET", "results"): "application/vnd.ims.lis.v2.resultcontainer+json",
}


@dataclass
class Fault:
    """What one request gets instead of an answer. `after`: the platform does its work and then spoils the answer."""

    kind: str
    status: int = 500
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    after: bool = False
    drops: bool = False
    raw: bytes = b""
    seconds: float = 0.0
    times: int = 1
    # Of calls whose address holds this.
    path: str = ""


@dataclass
class Call:
    method: str
    kind: str
    path: str
    query: dict[str, list[str]]
    body: Any
    headers: dict[str, str]
    at: float


class Platform:
    """Line items, results and tokens of one course."""

    def __init__(self, rules: str = "moodle") -> None:
        self.rules = rules
        self.columns: list[dict[str, Any]] = []
        self.cells: dict[tuple[str, str], dict[str, Any]] = {}
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.tokens: dict[str, tuple[str, str]] = {}
        self.refused_tokens: set[str] = set()
        self.in_flight = 0
        self.most_in_flight = 0
        self.latency = 0.0
        # Shut: calls of these kinds wait, and `kept` says how many do.
        self.shut: tuple[str, ...] = ()
        self.gate = threading.Event()
        self.kept = threading.Semaphore(0)
        # Results of everybody come in pages of so many.
        self.page_size = 1000
        # Where the next page is said to be; "" = here.
        self.next_at = ""
        self.token_body: Callable[[dict[str, Any]], dict[str, Any]] = lambda body: body
        self.lock = threading.Lock()
        platform = self

        class Handler(_Handler):
            pass

        Handler.platform = platform
        self.server = _Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    @property
    def lineitems_url(self) -> str:
        return f"{self.base}/course/lineitems?type_id=3"

    def stop(self) -> None:
        self.gate.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def add_column(self, tag: str, maximum: float = 10, **values: Any) -> str:
        url = f"{self.base}/course/lineitems/{len(self.columns) + 1}/lineitem?type_id=3"
        self.columns.append({"id": url, "tag": tag, "resourceId": tag, "scoreMaximum": maximum, "label": tag, **values})
        return url

    def fail(self, kind: str, **values: Any) -> None:
        self.faults.append(Fault(kind, **values))

    def of_kind(self, kind: str) -> list[Call]:
        return [call for call in self.calls if call.kind == kind]

    @property
    def scores(self) -> list[dict[str, Any]]:
        return [call.body for call in self.of_kind("scores")]

    def cell(self, sub: str, column: int = 0) -> dict[str, Any] | None:
        return self.cells.get((_path(self.columns[column]["id"]), sub))

    def set_by_teacher(self, sub: str, score: float | None, column: int = 0) -> None:
        key = (_path(self.columns[column]["id"]), sub)
        self.cells[key] = {**self.cells.get(key, {}), "score": score, "comment": ""}

    def revoke_tokens(self) -> None:
        self.refused_tokens |= set(self.tokens)


def _path(url: str) -> str:
    return urlsplit(url).path


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers that die or hang up are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    platform: Platform

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        self._take()

    def do_POST(self) -> None:
        self._take()

    def _take(self) -> None:
        platform = self.platform
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        data = self.rfile.read(length)
        if len(data) < length:
            # The caller died in the middle.
            self.close_connection = True
            return
        text = data.decode()
        kind = parts.path.rsplit("/", 1)[-1]
        body = json.loads(text) if text and kind != "token" else parse_qs(text)
        call = Call(self.command, kind, parts.path, parse_qs(parts.query), body, dict(self.headers), time.monotonic())
        with platform.lock:
            platform.calls.append(call)
            fault = next(
                (one for one in platform.faults if one.kind == kind and one.times > 0 and one.path in parts.path), None
            )
            if fault is not None:
                fault.times -= 1
            if kind in ("scores", "results"):
                platform.in_flight += 1
                platform.most_in_flight = max(platform.most_in_flight, platform.in_flight)
        try:
            time.sleep(platform.latency)
            if kind in platform.shut and not platform.gate.is_set():
                platform.kept.release()
                platform.gate.wait(60)
            if fault is None:
                self._answer(*self._work(call))
            else:
                if fault.after:
                    self._work(call)
                self._spoil(fault)
        finally:
            if kind in ("scores", "results"):
                with platform.lock:
                    platform.in_flight -= 1

    def _spoil(self, fault: Fault) -> None:
        time.sleep(fault.seconds)
        if fault.drops:
            self.close_connection = True
            self.connection.close()
        elif fault.raw:
            self.wfile.write(fault.raw)
            self.close_connection = True
        else:
            self._answer(fault.status, fault.body, fault.headers)

    def _answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        head = [f"HTTP/1.1 {status} X", f"Content-Length: {len(data)}", "Content-Type: application/json"]
        head += [f"{name}: {value}" for name, value in (headers or {}).items()]
        # One write: Nagle and delayed acknowledgements would cost 40 ms.
        self.wfile.write("\r\n".join(head).encode() + b"\r\n\r\n" + data)

    def _work(self, call: Call) -> tuple[int, Any, dict[str, str]]:
        with self.platform.lock:
            if call.kind == "token":
                return self._token(call)
            token = call.headers.get("Authorization", "").removeprefix("Bearer ")
            if token not in self.platform.tokens or token in self.platform.refused_tokens:
                return 401, {"errors": {"message": "Access token expired"}}, {}
            wanted = MEDIA[call.method, call.kind]
            if call.headers.get("Accept" if call.method == "GET" else "Content-Type") != wanted:
                return 400, "No handler found", {}
            if call.kind == "lineitems":
                return self._lineitems(call)
            if call.kind == "results":
                return self._results(call)
            return self._score(call)

    def _token(self, call: Call) -> tuple[int, Any, dict[str, str]]:
        claims = jwt.decode(call.body["client_assertion"][0], options={"verify_signature": False})
        token = f"token-{len(self.platform.tokens)}"
        scope = call.body["scope"][0]
        self.platform.tokens[token] = (claims["iss"], scope)
        body = {"access_token": token, "token_type": "Bearer", "expires_in": 3600, "scope": scope}
        return 200, self.platform.token_body(body), {}

    def _lineitems(self, call: Call) -> tuple[int, Any, dict[str, str]]:
        if call.method == "GET":
            tag = call.query.get("tag", [""])[0]
            return 200, [column for column in self.platform.columns if not tag or column["tag"] == tag], {}
        url = self.platform.add_column(call.body["tag"], call.body["scoreMaximum"])
        self.platform.columns[-1].update(label=call.body["label"], posted=call.body)
        return 201, {**call.body, "id": url}, {}

    def _cell_key(self, call: Call, sub: str) -> tuple[str, str]:
        return call.path.rsplit("/", 1)[0], sub

    def _column(self, call: Call) -> dict[str, Any] | None:
        path = call.path.rsplit("/", 1)[0]
        return next((column for column in self.platform.columns if _path(column["id"]) == path), None)

    def _results(self, call: Call) -> tuple[int, Any, dict[str, str]]:
        column = self._column(call)
        if column is None:
            return 404, "", {}
        path = call.path.rsplit("/", 1)[0]
        everybody = [sub for one, sub in self.platform.cells if one == path]
        asked, headers = call.query.get("user_id", everybody), {}
        start = int(call.query.get("from", ["0"])[0])
        if "user_id" not in call.query and start + self.platform.page_size < len(everybody):
            following = start + self.platform.page_size
            headers["Link"] = (
                f'<{self.platform.next_at or self.platform.base}{call.path}?type_id=3&from={following}>; rel="next"'
            )
        page = asked[start : start + self.platform.page_size]
        found = [self._result(column, sub, self.platform.cells[path, sub]) for sub in page if sub in everybody]
        return 200, found, headers

    def _result(self, column: dict[str, Any], sub: str, cell: dict[str, Any]) -> dict[str, Any]:
        result: dict[str, Any] = {"id": "1", "userId": sub}
        if cell["score"] is not None:
            result |= {"resultScore": cell["score"], "resultMaximum": column["scoreMaximum"]}
        if "stamp" in cell and self.platform.rules == "moodle":
            result["timestamp"] = cell["stamp"]
        return result

    def _score(self, call: Call) -> tuple[int, Any, dict[str, str]]:
        column, body = self._column(call), call.body
        if column is None:
            return 404, "", {}
        key = self._cell_key(call, body["userId"])
        cell = self.platform.cells.get(key, {})
        if self.platform.rules == "moodle":
            return self._moodle_score(column, key, cell, body)
        return self._canvas_score(column, key, cell, body)

    def _moodle_score(
        self, column: dict[str, Any], key: tuple[str, str], cell: dict[str, Any], body: dict[str, Any]
    ) -> tuple[int, Any, dict[str, str]]:
        if "stamp" in cell and _second(body["timestamp"]) <= _second(cell["stamp"]):
            return 409, "Refusing score with an earlier timestamp", {}
        graded = body["gradingProgress"] == "FullyGraded" and "scoreGiven" in body
        score = body["scoreGiven"] * column["scoreMaximum"] / body["scoreMaximum"] if graded else None
        cell = {"score": score, "stamp": body["timestamp"], "comment": body.get("comment", "")}
        self.platform.cells[key] = cell
        return 200, "", {}

    def _canvas_score(
        self, column: dict[str, Any], key: tuple[str, str], cell: dict[str, Any], body: dict[str, Any]
    ) -> tuple[int, Any, dict[str, str]]:
        if "stamp" in cell and body["timestamp"] < cell["stamp"]:
            words = f"Provided timestamp {body['timestamp']} before last updated timestamp {cell['stamp']}"
            return 400, {"errors": {"message": words}}, {}
        extension = body.get(SUBMISSION, {})
        score = cell.get("score")
        keeps = extension.get("prioritize_non_tool_grade") and score is not None
        if "scoreGiven" in body and not keeps:
            score = body["scoreGiven"] * column["scoreMaximum"] / body["scoreMaximum"]
        elif "scoreGiven" not in body and not extension.get("preserve_score"):
            score = None
        attempts = cell.get("attempts", 0) + bool(extension.get("new_submission", True))
        comments = [*cell.get("comments", []), *([body["comment"]] if "comment" in body else [])]
        self.platform.cells[key] = {
            "score": score,
            "stamp": body["timestamp"],
            "attempts": attempts,
            "comments": comments,
            "url": extension.get("submission_data", ""),
        }
        return 200, {"resultUrl": "x"}, {}


def _second(stamp: str) -> int:
    return int(datetime.fromisoformat(stamp).timestamp())
