"""The tool beside a platform that somebody else wrote, each in a process of its own, and people between them."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
import requests
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.config import Settings
from lti_tool.db import SessionFactory, make_session_factory
from lti_tool.outbound import PlatformSession
from lti_tool.passback import worker
from lti_tool.passback.catalog import DeliveryReport
from lti_tool.registration.connector import ToolConnector
from lti_tool.registration.keys import get_signing_key
from lti_tool.registration.queries import get_registration
from lti_tool.registration.service import NewRegistration, add_registration
from lti_tool.roster.catalog import RosterReport
from lti_tool.roster.models import Context
from lti_tool.roster.worker import RosterReader
from lti_tool.sandbox.browser import Page, Visitor
from tests.browser.world import shipped_module
from tests.journeys.grade_people import Somebody
from tests.serving import run_tool

ROOT = Path(__file__).parent.parent.parent
VENV = ROOT / os.environ.get("PEERS_VENV", ".venv-peers")
PLATFORMS = Path(__file__).parent / "platforms"


def find_python() -> str:
    """The interpreter of the peers' environment; without one the tests say that they did not run."""
    stamp, lock = VENV / ".peers", ROOT / "requirements" / "peers.txt"
    if stamp.exists() and stamp.read_bytes() == lock.read_bytes():
        return str(VENV / "bin" / "python")
    if os.environ.get("CI"):
        pytest.fail("The platforms of other makers must be installed in CI: tests/install-peers")
    pytest.skip("The platforms of other makers are not installed (make peers): the tests with them did not run")


class Campus:
    """One platform, the tool, and what the tool was told of the platform."""

    def __init__(self, settings: Settings, sessions: SessionFactory, told: dict[str, Any]) -> None:
        self.settings, self.sessions, self.told = settings, sessions, told
        self.module = shipped_module()
        self.platform_session = PlatformSession(allow_private=True)

    @property
    def lms_url(self) -> str:
        return str(self.told["base"])

    def ask(self, path: str) -> Any:
        """What the platform's own tables hold."""
        answer = requests.get(f"{self.lms_url}/{path}", timeout=10)
        answer.raise_for_status()
        return answer.json()

    def session(self) -> Session:
        return self.sessions()

    def work(self, *, later: timedelta = timedelta()) -> DeliveryReport:
        """Deliver what is due, as `lti-tool worker` does."""
        return worker.run(self.settings, self.sessions, once=True, now_fn=lambda: clock.now() + later)

    def read_roster(self) -> RosterReport:
        """Read the roster of the one course, as `lti-tool roster sync` does."""
        with self.sessions.begin() as session:
            context_id = session.scalars(select(Context.id)).one()
        report = RosterReader(self.settings, self.sessions).read_next(context_id)
        assert report is not None
        return report


class Peer(Somebody):
    """A person at such a platform; its pages send their forms by a script of their own."""

    def __init__(self, campus: Campus, username: str) -> None:
        self.world, self.username = cast(Any, campus), username
        self.browser = Visitor(campus.lms_url)
        self.page: Page | None = None

    def __enter__(self) -> "Peer":
        return self

    def press(self, block: str, *, pick: bool = False) -> Page:
        """Open a link of the course; or, as its author, choose what it opens."""
        page = self.browser.open(f"/press/{self.username}/{block}" + ("?pick" if pick else ""))
        assert page.status == 200, page.text
        self.page = self.browser.submit(page, form=0)
        return self.page


def connect(campus: Campus) -> tuple[ToolConnector, Context]:
    """Our connector to the platform, and its course."""
    with campus.sessions.begin() as session:
        context = session.scalars(select(Context)).one()
        registration = get_registration(session, context.deployment.registration_id)
        deployment_id = context.deployment.deployment_id
        key = get_signing_key(session, campus.settings.secret_keys, clock.now())
    return ToolConnector(registration, deployment_id, key=key, platform_session=campus.platform_session), context


@contextmanager
def run_campus(platform: str, host: str, folder: Path, database_url: str) -> Iterator[Campus]:
    """Serve the tool on `localhost`, the platform on another address of loopback: cookies ignore ports."""
    python = find_python()
    with (
        run_tool(folder, database_url) as (settings, engine),
        _platform(python, platform, host, settings.base_url) as told,
    ):
        sessions = make_session_factory(engine)
        _register(sessions, settings, told)
        yield Campus(settings, sessions, told)


@contextmanager
def _platform(python: str, name: str, host: str, tool_url: str) -> Iterator[dict[str, Any]]:
    # Its own interpreter sees neither our package nor our coverage.
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("COV_", "COVERAGE_", "PYTHON"))}
    process = subprocess.Popen(
        [python, str(PLATFORMS / name), host, tool_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environ,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        yield json.loads(process.stdout.readline() or "{}")
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def _register(sessions: SessionFactory, settings: Settings, told: dict[str, Any]) -> None:
    new = NewRegistration(
        issuer=told["base"],
        client_id=told["client_id"],
        auth_url=told["oidc_callback"],
        token_url=told["token_url"],
        jwks_url=told["keyset_url"],
        deployment_ids=(told["deployment_id"],),
        institution="Lakeside College",
    )
    with sessions.begin() as session:
        add_registration(session, new, clock.now(), settings=settings)
