"""A roster of 50,000 people: read, stored, and read again unchanged; beside a bare loop of pylti1p3 and executemany.

`python -m benchmarks.roster [--people N] [--database URL]`. Ratios count; the platform is a process of its own.
"""

import argparse
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from sqlalchemy import event

from lti_tool import clock
from lti_tool.app import tables
from lti_tool.config import load_settings
from lti_tool.db import Base, make_engine, make_session_factory, without_transactions
from lti_tool.roster.nrps import PAGE_SIZE
from lti_tool.roster.service import want_roster
from lti_tool.roster.worker import RosterReader
from tests.builders import make_context, make_registration

LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"


def serve(people: int) -> None:
    """A platform that lists so many people; its address is printed, it ends with its standard input."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body in one piece: two would wait for each other.
        wbufsize = 1 << 17

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.answer({"access_token": "t", "expires_in": 3600}, "")

        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            limit, first = int(query["limit"][0]), int(query.get("from", ["0"])[0])
            last = min(first + limit, people)
            link = f'</m?limit={limit}&from={last}>; rel="next"' if last < people else ""
            self.answer({"members": [_member(number) for number in range(first, last)]}, link)

        def answer(self, body: object, link: str) -> None:
            data = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            if link:
                self.send_header("Link", link)
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


def _member(number: int) -> dict[str, object]:
    return {
        "status": "Active",
        "user_id": f"8b1f2c3d-{number:012d}",
        "roles": [LEARNER],
        "name": f"Given {number} Family {number}",
        "given_name": f"Given {number}",
        "family_name": f"Family {number}",
        "email": f"student.{number}@riverbend.example",
    }


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _timed(what: str, people: int, work: Callable[[], object]) -> float:
    wall, cpu, peak = time.perf_counter(), time.process_time(), _peak()
    said = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(
        f"{what:28} {wall:7.2f} s  {cpu / people * 1e6:6.1f} ms CPU per 1,000  +{_peak() - peak:5.1f} MB peak  {said}"
    )
    return wall


def _bare(base: str, folder: Path) -> int:
    """Everybody into memory, then one executemany: the least that has to be done."""
    members, url = [], f"{base}/m?limit={PAGE_SIZE}"
    with requests.Session() as session:
        while url:
            answer = session.get(url)
            members += answer.json()["members"]
            url = base + answer.links["next"]["url"] if "next" in answer.links else ""
    with sqlite3.connect(folder / "bare.db") as store:
        store.execute("CREATE TABLE person (sub TEXT PRIMARY KEY, name TEXT, role TEXT)")
        store.executemany(
            "INSERT INTO person VALUES (?, ?, ?) ON CONFLICT (sub) DO UPDATE SET name = excluded.name",
            [(it["user_id"], it["name"], it["roles"][0]) for it in members],
        )
    store.close()
    return len(members)


def _measure(base: str, people: int, folder: Path, database: str) -> None:
    assert tables
    settings = load_settings(
        {
            "LTI_TOOL_INSTANCE_DIR": str(folder),
            "LTI_TOOL_DATABASE_URL": database or f"sqlite:///{folder / 'ours.db'}",
            "LTI_TOOL_ALLOW_PRIVATE_PLATFORMS": "1",
        }
    )
    engine = make_engine(settings.database_url)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    sessions = make_session_factory(engine)
    with sessions.begin() as session:
        context = make_context(session, registration=make_registration(session, base=base))
        context.memberships_url = f"{base}/m"
        context_id = context.id
    reader = RosterReader(settings, sessions)
    statements: list[str] = []
    for side in (engine, without_transactions(engine)):
        event.listen(side, "before_cursor_execute", lambda *args: statements.append(args[2]))

    def read() -> str:
        with sessions.begin() as session:
            want_roster(session, context_id, clock.now())
        statements.clear()
        report = reader.read_next()
        assert report is not None and report.failure is None, report
        written = sum(it.startswith(("INSERT", "UPDATE")) for it in statements)
        said = f"{report.added} new, {report.changed} changed, {len(statements) / report.pages:.1f} statements a page"
        return f"{said}, {written} of all write"

    first = _timed("read and stored", people, read)
    _timed("again, unchanged", people, read)
    bare = _timed("bare: fetch + executemany", people, lambda: _bare(base, folder))
    print(f"ratio {first / bare:.2f}")
    engine.dispose()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--database", default="", help="SQLAlchemy URL of an empty database; SQLite unless given.")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.serve:
        serve(wanted.people)
        return
    command = [sys.executable, "-m", "benchmarks.roster", "--serve", "--people", str(wanted.people)]
    platform = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert platform.stdout is not None
    try:
        base = platform.stdout.readline().strip()
        with tempfile.TemporaryDirectory(prefix="lti-tool-roster-") as folder:
            _measure(base, wanted.people, Path(folder), wanted.database)
    finally:
        platform.terminate()
        platform.wait()
        platform.stdout.close()


if __name__ == "__main__":
    main()
