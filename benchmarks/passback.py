"""Grade delivery: scores per second and CPU per score of one sender, beside what a bare HTTP client can do.

Interleaved rounds in one run, each way in a process of its own against the same server: a loop of `requests.post`
(1.0 by definition), sixteen threads on one urllib3 pool, and our worker's sender with the outbox on SQLite and, where
it is installed, on PostgreSQL (synchronous commits). The worker reads every cell back before it writes. aiohttp is
measured too where it is installed, with as many requests in flight; nothing else here needs it.

`python -m benchmarks.passback [--rounds 5] [--latencies 0,50]`
"""

import argparse
import asyncio
import importlib
import importlib.util
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
import urllib3
from sqlalchemy import delete, insert, select, update

from benchmarks.platform import SCORE_TYPE, Platform, start_platform
from benchmarks.postgres import start_postgres
from lti_tool.app import tables  # noqa: F401 - all tables of the schema
from lti_tool.clock import now
from lti_tool.db import Base, make_engine, make_session_factory
from lti_tool.lti import scopes
from lti_tool.outbound import PlatformSession
from lti_tool.passback.models import Delivery, LineItem
from lti_tool.passback.service import deliver_due
from lti_tool.registration.keys import get_signing_key
from lti_tool.registration.models import Deployment, Institution, Registration
from lti_tool.roster.models import Context, Membership, User

SECRET = "a-secret-for-benchmarks-only-0123456789abcdef"
IN_FLIGHT = 16
COURSES = 4
# So many scores of one way in one round, by latency in ms: two to five seconds of work.
SCORES = {
    0: {"loop": 2000, "pool": 4000, "asynchronous": 8000, "worker": 2000},
    50: {"loop": 60, "pool": 800, "asynchronous": 800, "worker": 800},
}
COMMENT = "Knowledge check: 8 of 8. Scope template: complete. Statement: complete."


@dataclass(frozen=True)
class Measured:
    """One way in one round."""

    scores: int
    seconds: float
    cpu_seconds: float

    @property
    def per_second(self) -> float:
        """Scores per second, from the first request to the last commit."""
        return self.scores / self.seconds

    @property
    def cpu_ms(self) -> float:
        """CPU of the sender's process for one score."""
        return 1000 * self.cpu_seconds / self.scores


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _timed(scores: int, run: Callable[[], None]) -> Measured:
    cpu, started = _cpu(), time.perf_counter()
    run()
    return Measured(scores, time.perf_counter() - started, _cpu() - cpu)


def _bodies(scores: int) -> list[str]:
    return [
        json.dumps(
            {
                "userId": f"user-{number}",
                "timestamp": now().isoformat(timespec="milliseconds"),
                "activityProgress": "Completed",
                "gradingProgress": "FullyGraded",
                "scoreGiven": number % 11,
                "scoreMaximum": 10,
                "comment": COMMENT,
            }
        )
        for number in range(scores)
    ]


def _bare(base: str) -> tuple[str, dict[str, str]]:
    token = requests.post(base + "/token", timeout=30).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": SCORE_TYPE.decode()}
    return Platform(base).column_url(0) + "/scores", headers


def run_loop(base: str, scores: int) -> Measured:
    """What a tool without an outbox does: one request after another, a connection each."""
    url, headers = _bare(base)
    bodies = _bodies(scores)

    def send() -> None:
        for body in bodies:
            requests.post(url, data=body, headers=headers, timeout=30).raise_for_status()

    return _timed(scores, send)


def run_pool(base: str, scores: int) -> Measured:
    """The most that threads can do without an outbox."""
    url, headers = _bare(base)
    pool = urllib3.PoolManager(maxsize=IN_FLIGHT)

    def send_one(body: str) -> None:
        if pool.request("POST", url, body=body.encode(), headers=headers, timeout=30).status >= 300:
            raise OSError("refused")

    def send() -> None:
        with ThreadPoolExecutor(IN_FLIGHT) as threads:
            list(threads.map(send_one, bodies))

    bodies = _bodies(scores)
    return _timed(scores, send)


def run_asynchronous(base: str, scores: int) -> Measured:
    """The most that one thread can do without an outbox: aiohttp, as many in flight as our worker has."""
    aiohttp = importlib.import_module("aiohttp")
    url, headers = _bare(base)
    bodies = iter(_bodies(scores))

    async def send_some(client: Any) -> None:
        # All take from one iterator, so none waits for the slowest of a batch.
        for body in bodies:
            async with client.post(url, data=body, headers=headers) as answer:
                answer.raise_for_status()

    async def send() -> None:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=IN_FLIGHT)) as client:
            await asyncio.gather(*(send_some(client) for _ in range(IN_FLIGHT)))

    return _timed(scores, lambda: asyncio.run(send()))


def run_worker(base: str, scores: int, database_url: str) -> Measured:
    """Our sender: claim, read back, stamp, send, commit; the outbox is filled before the clock starts."""
    engine = make_engine(database_url)
    sessions = make_session_factory(engine)
    fill_outbox(database_url, Platform(base), scores)
    http = PlatformSession(allow_private=True)

    def send() -> None:
        report = deliver_due(sessions, http, SECRET, launch_url="http://localhost:8000/lti/launch", now_fn=now)
        if report.delivered != scores:
            raise RuntimeError(f"{report} instead of {scores} delivered")

    try:
        return _timed(scores, send)
    finally:
        engine.dispose()


def fill_outbox(database_url: str, platform: Platform, scores: int) -> None:
    """Courses with students, each with one score that is due, in place of whatever the last round has left."""
    moment = now() - timedelta(minutes=1)
    engine = make_engine(database_url)
    with make_session_factory(engine).begin() as session:
        session.execute(delete(Delivery))
        session.execute(update(Registration).values(token_url=platform.base + "/token"))
        columns = session.scalars(select(LineItem).order_by(LineItem.id)).all()
        for course, column in enumerate(columns):
            column.url = platform.column_url(course)
        users = session.scalars(select(User.id).order_by(User.id).limit(scores)).all()
        registration_id = session.scalars(select(Registration.id)).one()
        session.execute(
            insert(Delivery),
            [
                {
                    "registration_id": registration_id,
                    "line_item_id": columns[index % COURSES].id,
                    "user_id": user_id,
                    "score_given": float(index % 11),
                    "score_maximum": 10.0,
                    "activity_progress": "Completed",
                    "grading_progress": "FullyGraded",
                    "comment": COMMENT,
                    "submitted_at": moment,
                    "created_at": moment,
                    "state": "pending",
                    "next_try_at": moment,
                }
                for index, user_id in enumerate(users)
            ],
        )
    engine.dispose()


def make_schema(database_url: str, people: int) -> None:
    """All tables, one platform by Moodle's rules, its courses and students, and our key."""
    moment = datetime(2026, 9, 1, tzinfo=UTC)
    engine = make_engine(database_url)
    Base.metadata.create_all(engine)
    with make_session_factory(engine).begin() as session:
        institution = Institution(name="Riverbend University", created_at=moment)
        session.add(institution)
        session.flush()
        registration = Registration(
            institution_id=institution.id,
            issuer="http://127.0.0.1",
            client_id="bench",
            auth_url="http://127.0.0.1/auth",
            token_url="http://127.0.0.1/token",
            jwks_url="http://127.0.0.1/jwks",
            product_family="moodle",
            name="Riverbend LMS",
            created_at=moment,
        )
        session.add(registration)
        session.flush()
        deployment = Deployment(registration_id=registration.id, deployment_id="1", created_at=moment)
        session.add(deployment)
        session.flush()
        offered = [scopes.LINE_ITEM, scopes.RESULT_READONLY, scopes.SCORE]
        contexts = [
            Context(
                deployment_id=deployment.id,
                lti_id=f"course-{course}",
                title=f"Course {course}",
                lineitems_url="http://127.0.0.1/lineitems",
                ags_scopes=offered,
                created_at=moment,
            )
            for course in range(COURSES)
        ]
        session.add_all(contexts)
        session.flush()
        session.add_all(
            LineItem(
                context_id=it.id,
                tag="module:bench",
                label="Bench",
                score_maximum=10.0,
                state="bound",
                created_at=moment,
            )
            for it in contexts
        )
        users = [
            User(registration_id=registration.id, sub=f"user-{number}", name=f"User {number}", created_at=moment)
            for number in range(people)
        ]
        session.add_all(users)
        session.flush()
        session.add_all(
            Membership(context_id=contexts[index % COURSES].id, user_id=user.id, role="learner", created_at=moment)
            for index, user in enumerate(users)
        )
        get_signing_key(session, SECRET, moment)
    engine.dispose()


def _run_way(way: str, base: str, scores: int, database_url: str) -> Measured:
    """One way in a process of its own, so that none inherits what another has warmed or filled."""
    command = [sys.executable, "-m", "benchmarks.passback", "--way", way, "--base", base]
    command += ["--scores", str(scores), "--database", database_url]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, timeout=300)
    return Measured(**json.loads(done.stdout))


def _child(way: str, base: str, scores: int, database_url: str) -> Measured:
    if way == "loop":
        return run_loop(base, scores)
    if way == "pool":
        return run_pool(base, scores)
    if way == "asynchronous":
        return run_asynchronous(base, scores)
    return run_worker(base, scores, database_url)


@contextmanager
def _databases(people: int, with_postgres: bool) -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="lti-tool-bench-") as folder:
        urls = {"our worker, SQLite": f"sqlite:///{Path(folder) / 'bench.db'}"}
        make_schema(urls["our worker, SQLite"], people)
        with start_postgres() if with_postgres else nothing() as postgres_url:
            if postgres_url:
                urls["our worker, PostgreSQL"] = postgres_url
                make_schema(postgres_url, people)
            yield urls


@contextmanager
def nothing() -> Iterator[None]:
    """No database."""
    yield None


def measure(latency_ms: int, rounds: int, with_postgres: bool = True) -> dict[str, list[Measured]]:
    """Every way in every round, the order turned by one each time."""
    sizes = SCORES[latency_ms]
    with start_platform() as platform, _databases(max(sizes.values()), with_postgres) as databases:
        kinds = {"requests.post loop": ("loop", ""), "urllib3, 16 threads": ("pool", "")}
        if importlib.util.find_spec("aiohttp") is not None:
            kinds["aiohttp, 16 in flight"] = ("asynchronous", "")
        kinds |= {name: ("worker", url) for name, url in databases.items()}
        found: dict[str, list[Measured]] = {name: [] for name in kinds}
        names = list(kinds)
        for turn in range(rounds):
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                way, url = kinds[name]
                platform.reset(latency_ms)
                found[name].append(_run_way(way, platform.base, sizes[way], url))
                counts = platform.counts()
                if counts["scores"] != sizes[way] or counts.get("twice", 0):
                    raise RuntimeError(f"{name}: {counts} instead of {sizes[way]} scores, each once")
    return found


def _spread(values: list[float], digits: int) -> str:
    middle = statistics.median(values)
    return f"{middle:.{digits}f} [{min(values):.{digits}f}-{max(values):.{digits}f}]"


def report(latency_ms: int, found: dict[str, list[Measured]]) -> str:
    """A Markdown table; ratios are taken within a round."""
    loop = found["requests.post loop"]
    lines = [
        f"Platform latency {latency_ms} ms, {len(loop)} rounds: median [range]",
        "",
        "| way | scores/s | CPU ms/score | ratio to the loop |",
        "|---|---|---|---|",
    ]
    for name, rounds in found.items():
        ratios = [one.per_second / base.per_second for one, base in zip(rounds, loop, strict=True)]
        rates, cpu = [one.per_second for one in rounds], [one.cpu_ms for one in rounds]
        lines.append(f"| {name} | {_spread(rates, 0)} | {_spread(cpu, 2)} | {_spread(ratios, 2)} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--latencies", default="0,50", help="milliseconds, of 0 and 50")
    parser.add_argument("--no-postgres", action="store_true")
    for hidden in ("--way", "--base", "--database"):
        parser.add_argument(hidden, default="", help=argparse.SUPPRESS)
    parser.add_argument("--scores", type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.way:
        print(json.dumps(vars(_child(asked.way, asked.base, asked.scores, asked.database))))
        return
    for latency in map(int, asked.latencies.split(",")):
        print(report(latency, measure(latency, asked.rounds, not asked.no_postgres)), end="\n\n")


if __name__ == "__main__":
    main()
