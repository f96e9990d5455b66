"""The tool as real processes, `lti-tool serve` and `lti-tool worker`, that are killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests
from sqlalchemy import Engine

from lti_tool import clock
from lti_tool.config import Settings, load_settings
from lti_tool.content.catalog import Module
from lti_tool.content.service import default_content_dir, load_catalogue
from lti_tool.db import make_engine, make_session_factory
from lti_tool.registration.catalog import ProductFamily
from lti_tool.registration.service import NewRegistration, add_registration
from lti_tool.sandbox import SandboxServer
from lti_tool.sandbox.store import Row

COURSE = "MIR 101"
_START = "from lti_tool.cli import main; main()"
_PATIENCE = 60


@dataclass
class Processes:
    """One tool on one database; each part is a group of processes that dies at once."""

    settings: Settings
    environ: dict[str, str]
    port: int
    lms: SandboxServer
    engine: Engine
    module: Module
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, part: str) -> None:
        """Begin `serve` or `worker`."""
        more = ("--port", str(self.port)) if part == "serve" else ()
        self.running[part] = subprocess.Popen(
            [sys.executable, "-c", _START, part, *more],
            env=self.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self, part: str) -> None:
        """`kill -9`, no last words."""
        process = self.running.pop(part)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        for part in list(self.running):
            self.kill(part)

    def wait_until_ready(self) -> None:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            try:
                if requests.get(f"{self.settings.base_url}/readyz", timeout=5).status_code == 200:
                    return
            except requests.RequestException:
                time.sleep(0.05)
        raise AssertionError("the tool did not start")

    def register(self) -> Row:
        """Connect the two by hand and place the module in the course; its link."""
        found = self.lms.sandbox.register_tool(
            initiate_login_uri=f"{self.settings.base_url}/lti/login",
            redirect_uris=[self.settings.launch_url],
            target_link_uri=self.settings.launch_url,
            jwks_uri=f"{self.settings.base_url}/lti/jwks.json",
        )
        tool = self.lms.sandbox.get_tool(found.client_id)
        new = NewRegistration(
            issuer=found.issuer,
            client_id=found.client_id,
            auth_url=found.auth_url,
            token_url=found.token_url,
            jwks_url=found.jwks_url,
            product_family=ProductFamily(self.lms.sandbox.rules),
            deployment_ids=tuple(row["deployment_id"] for row in self.lms.sandbox.list_deployments(tool["id"])),
            institution=self.lms.sandbox.settings.name,
        )
        with make_session_factory(self.engine)() as session:
            add_registration(session, new, clock.now(), settings=self.settings)
            session.commit()
        return self.lms.sandbox.add_item(
            COURSE,
            found.client_id,
            self.module.title,
            url=f"{self.settings.launch_url}?module={self.module.id}",
            custom={"module": self.module.id},
            points=self.module.points,
            tag=self.tag,
            resource_id=self.tag,
        )

    @property
    def tag(self) -> str:
        return f"module:{self.module.id}"


@contextmanager
def run_processes(folder: Path, database_url: str, lms: SandboxServer) -> Iterator[Processes]:
    """Make the tables, then hand over a tool of which nothing runs yet; what runs at the end is ended."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LTI_TOOL_")},
        "LTI_TOOL_INSTANCE_DIR": str(folder / "instance"),
        "LTI_TOOL_DATABASE_URL": database_url,
        "LTI_TOOL_BASE_URL": f"http://localhost:{port}",
        "LTI_TOOL_SECRET_KEY": "a-secret-for-tests-only-0123456789abcdef",
        "LTI_TOOL_ALLOW_PRIVATE_PLATFORMS": "1",
        "LTI_TOOL_LOG_LEVEL": "ERROR",
    }
    made = subprocess.run(
        [sys.executable, "-c", _START, "db", "upgrade"], env=environ, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    engine = make_engine(database_url)
    module = load_catalogue([default_content_dir()]).modules[0]
    processes = Processes(load_settings(environ), environ, port, lms, engine, module)
    try:
        yield processes
    finally:
        processes.end()
        engine.dispose()
