"""Tools as processes of their own, with the CPU and memory of their process trees."""

import compileall
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine

from tests.certification.server import closed_port

CLIENT = "bench-client"
_TICK = os.sysconf("SC_CLK_TCK")
_BIN = Path(sys.executable).parent
_ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Tool:
    """How to start a tool, and what it is called in the tables. `others`: processes that work for it."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    base: str
    others: tuple[int, ...] = ()
    keeps_cookies: bool = True


@dataclass(frozen=True)
class Running:
    """A tool that answers."""

    tool: Tool
    pid: int
    ready_seconds: float

    def cpu_seconds(self) -> float:
        """Of all processes of the tool, and of its database."""
        return sum(_cpu(pid) for root in (self.pid, *self.tool.others) for pid in _tree(root))

    def memory_mb(self) -> float:
        """Proportional set size of the tool's processes."""
        return sum(_pss(pid) for pid in _tree(self.pid)) / 1024


@contextmanager
def running(tool: Tool) -> Iterator[Running]:
    """Start a tool, wait until it answers, end it."""
    started = time.perf_counter()
    environment = {**os.environ, **tool.environment}
    # As a collector of logs would have it: written, and read by nobody.
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(tool.command, env=environment, stdout=log, stderr=log, cwd=_ROOT) as process,
    ):
        try:
            _wait(tool, process)
            yield Running(tool, process.pid, time.perf_counter() - started)
        finally:
            process.terminate()
            process.wait(timeout=30)


def make_ours(issuer: str, folder: Path, *, postgres: str | None = None, others: tuple[int, ...] = ()) -> Tool:
    """The tool itself with two processes, on a database that knows the platform."""
    # As an installed package is: without it every start would compile each module again.
    compileall.compile_dir(_ROOT / "lti_tool", quiet=1)
    base = f"http://127.0.0.1:{closed_port()}"
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        "LTI_TOOL_INSTANCE_DIR": str(folder),
        "LTI_TOOL_BASE_URL": base,
        "LTI_TOOL_SECRET_KEY": "a-secret-for-benchmarks-only-0123456789abcdef",
        "LTI_TOOL_ALLOW_PRIVATE_PLATFORMS": "1",
        **({"LTI_TOOL_DATABASE_URL": postgres} if postgres else {}),
    }
    tool = str(_BIN / "lti-tool")
    add = [tool, "platform", "add", "--issuer", issuer, "--client-id", CLIENT, "--deployment-id", "1"]
    add += ["--auth-url", issuer + "/auth", "--token-url", issuer + "/token", "--jwks-url", issuer + "/jwks"]
    for command in ([tool, "db", "upgrade"], [*add, "--family", "moodle"]):
        subprocess.run(command, env={**os.environ, **environment}, check=True, capture_output=True, timeout=120)
    serve = (tool, "serve", "--workers", "2", "--port", base.rpartition(":")[2])
    return Tool(f"ours, {'PostgreSQL' if postgres else 'SQLite'}", serve, environment, base, others)


def make_bare(issuer: str, folder: Path) -> Tool:
    """The library alone under the same server, with as many processes and threads."""
    folder.mkdir(parents=True, exist_ok=True)
    port = str(closed_port())
    command = [str(_BIN / "granian"), "--interface", "wsgi", "--workers", "2", "--blocking-threads", "8"]
    command += ["--port", port, "--no-ws", "--factory", "benchmarks.bare:make_app"]
    environment = {
        "PYTHONPATH": str(_ROOT),
        "BARE_ISSUER": issuer,
        "BARE_CLIENT": CLIENT,
        "BARE_STORE": str(folder / "bare.db"),
    }
    return Tool("bare pylti1p3next", tuple(command), environment, f"http://127.0.0.1:{port}")


def find_postmaster(url: str) -> int:
    """The process of a cluster on this machine whose tree does the database's work."""
    engine = create_engine(url)
    with engine.connect() as connection:
        folder = connection.exec_driver_sql("SHOW data_directory").scalar_one()
    engine.dispose()
    return int((Path(folder) / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])


def _wait(tool: Tool, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        try:
            with urllib.request.urlopen(tool.base + "/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.005)
    raise RuntimeError(f"{tool.name} ended with {process.returncode}")


def _stat(pid: int) -> list[str]:
    text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    return text[text.rindex(")") + 2 :].split()


def _tree(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                children.setdefault(int(_stat(int(entry.name))[1]), []).append(int(entry.name))
            except OSError:
                continue
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def _cpu(pid: int) -> float:
    try:
        return sum(int(value) for value in _stat(pid)[11:15]) / _TICK
    except OSError:
        return 0.0


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
