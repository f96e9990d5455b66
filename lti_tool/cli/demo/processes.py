"""The three parts of the demo: the LMS in this process, the tool and the worker in two more."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any, cast

import click
import requests

from lti_tool.cli.demo.seed import Seeding
from lti_tool.config import Settings, load_settings
from lti_tool.errors import SettingError
from lti_tool.sandbox.app import SandboxServer, make_server
from lti_tool.sandbox.settings import Rules, SandboxSettings

_READY_SECONDS = 30
_STOP_SECONDS = 10
_SEEDED = "seeded"


class Stopped(Exception):
    """Ctrl-C, or a request to end."""


class Demo:
    """Starts everything, waits, and ends the processes that it started."""

    def __init__(self, folder: Path, *, port: int, lms_port: int, rules: str, content: Path | None = None) -> None:
        self.folder, self.port, self.lms_port = folder, port, lms_port
        self.rules = cast(Rules, rules)
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LTI_TOOL_")},
            "LTI_TOOL_INSTANCE_DIR": str(folder / "tool"),
            # Another site than 127.0.0.1: cookies in the frame are third-party, as in real life.
            "LTI_TOOL_BASE_URL": f"http://localhost:{port}",
            "LTI_TOOL_ALLOW_PRIVATE_PLATFORMS": "1",
            "LTI_TOOL_LOG_FORMAT": "text",
            "LTI_TOOL_LOG_LEVEL": "ERROR",
        }
        if content is not None:
            self.environ["LTI_TOOL_CONTENT_DIR"] = str(content.absolute())
        self.children: list[subprocess.Popen[bytes]] = []

    def run(self) -> None:
        """The whole demo, until Ctrl-C."""
        for port in (self.port, self.lms_port):
            _refuse_taken_port(port)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _stop)
        settings = load_settings(self.environ)
        lms = make_server(SandboxSettings(port=self.lms_port, state=self.folder / "lms.sqlite", rules=self.rules))
        try:
            with lms:
                self._run_with(lms, settings)
        except Stopped:
            click.echo("\nStopped. The data stays; `make demo-reset` forgets it.")
        finally:
            self._end_children()

    def _run_with(self, lms: SandboxServer, settings: Settings) -> None:
        self._call("db", "upgrade")
        self._start("serve", "--port", str(self.port))
        self._wait_until_ready()
        self._start("worker")
        marker = self.folder / _SEEDED
        if not marker.exists():
            click.echo("First start: seeding a class of 25, by launching the tool as each of them …")
            Seeding(lms, settings).run()
            marker.touch()
        click.echo(_invitation(lms.base_url, settings.base_url))
        while True:
            self._check_children()
            time.sleep(1)

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-c", "from lti_tool.cli import main; main()", *words]

    def _call(self, *words: str) -> None:
        done = subprocess.run(self._command(*words), env=self.environ, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SettingError(done.stderr.strip().removeprefix("Error: "))

    def _start(self, *words: str) -> None:
        # A group of their own: Ctrl-C in the terminal reaches this process alone, which ends them in order.
        self.children.append(
            subprocess.Popen(self._command(*words), env=self.environ, stdout=subprocess.DEVNULL, start_new_session=True)
        )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            self._check_children()
            try:
                if requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=2).status_code == 200:
                    return
            except requests.RequestException:
                time.sleep(0.05)
        raise SettingError(f"The tool did not answer on port {self.port} within {_READY_SECONDS} seconds.")

    def _check_children(self) -> None:
        for child in self.children:
            if child.poll() is not None:
                raise SettingError("A part of the demo has ended; its message is above.")

    def _end_children(self) -> None:
        for child in reversed(self.children):
            child.terminate()
        for child in self.children:
            try:
                child.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _stop(_number: int, _frame: FrameType | None) -> Any:
    raise Stopped


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise SettingError(
                f"Port {port} is in use on this machine. End what uses it, or choose others: "
                "lti-tool demo --folder .demo-2 --port 8010 --lms-port 9010."
            ) from None


def _invitation(lms_url: str, tool_url: str) -> str:
    return (
        f"\n  Open  {lms_url}\n\n"
        "  Choose somebody there: a student (Zoë Núñez-Øster has not begun), the teacher (Helena Marsh),\n"
        "  career staff (Marcus Bell). Grades arrive in the course's gradebook within seconds.\n\n"
        f"  To see grades survive an LMS in trouble, sign in as Inês Valverde and open {lms_url}/admin/faults;\n"
        f"  {lms_url}/arrived shows each call, its answer, and how it came again.\n\n"
        f"  The tool itself runs at {tool_url}. Ctrl-C stops everything.\n"
    )
