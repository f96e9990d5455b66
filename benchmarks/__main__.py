"""All measurements in a few minutes: `python -m benchmarks`, or `make bench`.

Ratios count: every figure of another tool was taken in the same run, in turn. A machine that does something else
meanwhile makes the ranges wide, and the last line says so.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from flask import Flask

from benchmarks import launch, passback
from benchmarks.postgres import start_postgres
from benchmarks.servers import Running, Tool, find_postmaster, make_bare, make_ours, running
from benchmarks.statements import count_launch
from lti_tool.app import create_app, tables
from lti_tool.config import load_settings
from tests.certification.browser import ClientBrowser
from tests.certification.keys import rsa_key
from tests.certification.platform import Platform, stores_of
from tests.certification.server import KeyDocument, KeyServer


def main() -> None:
    """Measure and print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--launches", type=int, default=120, help="of each tool in each round")
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--only", choices=["launch", "start", "statements", "passback"])
    wanted = parser.parse_args()
    busy, began = _machine(), time.monotonic()
    with _platform() as server, tempfile.TemporaryDirectory(prefix="lti-tool-bench-") as folder, ExitStack() as stack:
        postgres = stack.enter_context(start_postgres()) if wanted.only in (None, "launch") else None
        tools = _make_tools(server.base, Path(folder), postgres)
        if wanted.only in (None, "launch"):
            _print("Launches", _launches(server.base, tools, wanted.rounds, wanted.launches))
        if wanted.only in (None, "start"):
            _print("Start, two processes", _starts(server.base, tools[:2], wanted.starts))
        if wanted.only in (None, "statements"):
            _print("Statements of a launch, BEGIN and COMMIT included", _statements(server))
    if wanted.only in (None, "passback"):
        passback.main(["--rounds", str(min(wanted.rounds, 3))])
    share = (_machine() - busy) / ((time.monotonic() - began) * (os.cpu_count() or 1))
    print(f"The machine was busy for {share:.0%} of the time with all of this, load {os.getloadavg()[0]:.1f}.")


def _print(title: str, table: str) -> None:
    print(f"## {title}\n\n{table}\n", flush=True)


@contextmanager
def _platform() -> Iterator[KeyServer]:
    with KeyServer().running() as server:
        server.documents["/jwks"] = KeyDocument.of(rsa_key().jwk())
        yield server


def _make_tools(issuer: str, folder: Path, postgres: str | None) -> list[Tool]:
    """The bare library first; the last is ours for browsers that keep nothing."""
    ours = make_ours(issuer, folder / "ours")
    tools = [make_bare(issuer, folder / "bare"), ours]
    if postgres:
        tools.append(make_ours(issuer, folder / "pg", postgres=postgres, others=(find_postmaster(postgres),)))
    return tools


def _launches(issuer: str, tools: list[Tool], rounds: int, count: int) -> str:
    with ExitStack() as stack:
        started = [stack.enter_context(running(tool)) for tool in tools]
        ours = started[1]
        # The same processes, met by a browser without cookies.
        weak = Running(replace(ours.tool, name=ours.tool.name + ", no cookies", keeps_cookies=False), ours.pid, 0)
        return launch.measure([*started, weak], issuer, rounds=rounds, count=count)


def _starts(issuer: str, tools: list[Tool], starts: int) -> str:
    lines = [
        "| start | ready s | first launch ms | PSS MB after 200 launches | ratio ready | ratio PSS |",
        "|---|---|---|---|---|---|",
    ]
    driver = launch.Driver(issuer, 4)
    found: dict[str, list[tuple[float, float, float]]] = {tool.name: [] for tool in tools}
    for _ in range(starts):
        for tool in tools:
            with running(tool) as it:
                first = driver.run(it, 1).milliseconds[0]
                driver.run(it, 200)
                found[tool.name].append((it.ready_seconds, first, it.memory_mb()))
    base = found[tools[0].name]
    for name, rows in found.items():
        ready, first_ms, memory = (launch.spread([row[index] for row in rows]) for index in range(3))
        slower = launch.spread([row[0] / other[0] for row, other in zip(rows, base, strict=True)])
        larger = launch.spread([row[2] / other[2] for row, other in zip(rows, base, strict=True)])
        lines.append(f"| {name} | {ready} | {first_ms} | {memory} | {slower} | {larger} |")
    return "\n".join(lines)


def _statements(server: KeyServer) -> str:
    with tempfile.TemporaryDirectory(prefix="lti-tool-bench-") as folder:
        settings = load_settings(
            {
                "LTI_TOOL_INSTANCE_DIR": folder,
                "LTI_TOOL_BASE_URL": "http://localhost:8000",
                "LTI_TOOL_SECRET_KEY": "a-secret-for-benchmarks-only-0123456789abcdef",
                "LTI_TOOL_ALLOW_PRIVATE_PLATFORMS": "1",
            }
        )
        app = create_app(settings)
        tables.METADATA.create_all(stores_of(app).engine)
        try:
            return "\n".join(_count_rows(app, Platform(server, app).register()))
        finally:
            stores_of(app).engine.dispose()


def _count_rows(app: Flask, platform: Platform) -> Iterator[str]:
    yield "| launch | login | launch | first page | all |"
    yield "|---|---|---|---|---|"
    for name, keeps in (("first of a course", True), ("again", True), ("again, no cookies", False)):
        counts = [len(it) for it in count_launch(app, platform, ClientBrowser(app, keeps_cookies=keeps)).values()]
        yield f"| {name} | {' | '.join(map(str, counts))} | {sum(counts)} |"


def _machine() -> float:
    """Seconds that all processors were busy since the machine started."""
    with open("/proc/stat", encoding="ascii") as file:
        values = [int(value) for value in file.readline().split()[1:]]
    return (sum(values[:3]) + sum(values[5:7])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
