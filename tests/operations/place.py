"""An installation in a folder of its own, and an operator's shell in it."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from lti_tool.db import make_engine
from tests import postgres
from tests.operations.document import ROOT, Block, read_blocks

# A platform that was away is left alone for up to a minute.
PATIENCE = 120
_SERVICES = ("lti-tool-web", "lti-tool-worker")
_LTI_TOOL = """#!/bin/sh
PYTHONPATH="$(cat {folder}/source)" exec {python} -c \
"import sys; sys.argv[0] = 'lti-tool'; from lti_tool.cli import main; main()" "$@"
"""


@dataclass
class Place:
    """Settings, instance folder and services of one installation; `database` is its kind."""

    folder: Path
    database: str
    # Of the server's database; SQLite's stands in the instance folder.
    url: str = ""
    programs: Path = field(init=False)

    def __post_init__(self) -> None:
        self.programs = self.folder / "bin"
        self.programs.mkdir(parents=True)
        (self.folder / "backup").mkdir()
        self.use_version(ROOT)
        self._write_program("lti-tool", _LTI_TOOL.format(folder=self.programs, python=sys.executable))
        services = Path(__file__).parent / "services.py"
        self._write_program("systemctl", f'#!/bin/sh\nexec {sys.executable} {services} "$@"\n')

    def use_version(self, source: Path) -> None:
        """Install a version of the tool here: what is started from now on is of it."""
        (self.programs / "source").write_text(str(source))

    def write_settings(self, **settings: str) -> None:
        """Settings of lti-tool.env; those that stand there already are changed."""
        path = self.folder / "lti-tool.env"
        lines = path.read_text().splitlines() if path.exists() else []
        kept = [line for line in lines if line.split("=")[0] not in settings]
        path.write_text("\n".join([*kept, *(f"{name}={value}" for name, value in settings.items())]) + "\n")

    def run(self, commands: str) -> subprocess.CompletedProcess[str]:
        """Run commands in a fresh shell that has read the settings as the document says."""
        (settings,) = [block.commands for block in read_blocks("Back up and restore") if "settings" in block.tags]
        has_settings = (self.folder / "lti-tool.env").exists()
        found = postgres.find_bin_dir()
        path = os.pathsep.join(filter(None, (str(self.programs), str(found or ""), os.environ["PATH"])))
        # Dozens of commands: they run twice as fast untraced.
        ours = ("LTI_TOOL_", "COVERAGE_", "COV_CORE_")
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", (settings if has_settings else "") + commands],
            cwd=self.folder,
            env=inherited | {"PATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def follow(self, block: Block) -> str:
        """Do what a block says; what it printed."""
        return self.do(block.commands)

    def do(self, commands: str) -> str:
        """Run commands that must succeed; what they printed."""
        done = self.run(commands)
        assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}\n{self.logs()}"
        return done.stdout

    def engine(self) -> Engine:
        """The installation's database, looked at from outside."""
        return make_engine(self.url or f"sqlite:///{self.folder / 'instance' / 'lti_tool.db'}")

    def get(self, path: str) -> tuple[int, dict[str, object]]:
        """What the web process answers."""
        base = next(
            line.split("=", 1)[1]
            for line in (self.folder / "lti-tool.env").read_text().splitlines()
            if line.startswith("LTI_TOOL_BASE_URL=")
        )
        try:
            with urllib.request.urlopen(base + path, timeout=10) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, {}

    def logs(self) -> str:
        """What the services wrote."""
        folder = self.folder / ".services"
        return "\n".join(path.read_text()[-3000:] for path in sorted(folder.glob("*.log")))

    def exit_code(self, service: str) -> int | None:
        """How a service's program ended; None while it runs."""
        path = self.folder / ".services" / f"{service}.code"
        return int(path.read_text()) if path.exists() and path.read_text() else None

    def stop(self) -> None:
        """End everything that was started here."""
        if (self.folder / ".services").exists():
            self.run(f"systemctl stop {' '.join(_SERVICES)}")

    def _write_program(self, name: str, text: str) -> None:
        path = self.programs / name
        path.write_text(text)
        path.chmod(0o755)


def wait_until(condition: Callable[[], bool], place: Place, what: str) -> None:
    """Wait for something that a service does."""
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, f"{what}\n{place.logs()}"
        time.sleep(0.1)
