"""The forged platform, its key server, the tool under test and the tap on its log.

Making an app reads all content, so one app for each database serves all tests: each test registers a platform of
its own, and what a launch did is told by counting before and after.
"""

import logging
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import lti_tool.app
from lti_tool import clock
from lti_tool.config import Settings, load_settings
from tests.certification.bench import Bench
from tests.certification.browser import ClientBrowser
from tests.certification.logs import LogTap
from tests.certification.platform import Platform, stores_of
from tests.certification.server import KeyServer

BenchWith = Callable[..., Bench]
MoveClock = Callable[..., None]


@pytest.fixture(scope="session")
def key_server() -> Iterator[KeyServer]:
    with KeyServer().running() as server:
        yield server


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def tool_settings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Settings:
    """Settings of a tool on either kind of database."""
    folder = tmp_path_factory.mktemp("certification")
    if request.param == "sqlite":
        shutil.copy(sqlite_template, folder / "tool.db")
        url = f"sqlite:///{folder / 'tool.db'}"
    else:
        url = request.getfixturevalue("postgres_database")
    return load_settings(
        {
            "LTI_TOOL_INSTANCE_DIR": str(folder / "instance"),
            "LTI_TOOL_DATABASE_URL": url,
            "LTI_TOOL_BASE_URL": "http://localhost:8000",
            "LTI_TOOL_SECRET_KEY": "a-secret-for-tests-only-0123456789abcdef",
            "LTI_TOOL_ALLOW_PRIVATE_PLATFORMS": "1",
            # Hundreds of forgeries a minute are what this suite is made of; limits are tested elsewhere.
            "LTI_TOOL_LIMIT_REFUSED": "0",
        }
    )


@pytest.fixture(scope="session")
def tool(tool_settings: Settings) -> Iterator[Flask]:
    """The whole tool."""
    app = lti_tool.app.create_app(tool_settings)
    yield app
    stores_of(app).engine.dispose()


@pytest.fixture
def log() -> Iterator[LogTap]:
    """Everything the tool logs; no test of this suite may leave personal data in it."""
    tap = LogTap()
    ours, root = logging.getLogger("lti_tool"), logging.getLogger()
    level = ours.level
    ours.setLevel(logging.DEBUG)
    root.addHandler(tap)
    yield tap
    root.removeHandler(tap)
    ours.setLevel(level)
    tap.assert_no_secrets()


@pytest.fixture
def bench(tool: Flask, key_server: KeyServer, log: LogTap) -> Bench:
    """A test bench with a registered platform."""
    return Bench(tool, Platform(key_server, tool).register(), log, lambda: ClientBrowser(tool))


@pytest.fixture
def bench_with(tool_settings: Settings, key_server: KeyServer, log: LogTap) -> Iterator[BenchWith]:
    """Make a bench whose tool has other settings; its platform is not deployed yet."""
    made: list[Flask] = []

    def make(**changes: Any) -> Bench:
        app = lti_tool.app.create_app(replace(tool_settings, **changes))
        made.append(app)
        platform = Platform(key_server, app).register(deployed=False)
        return Bench(app, platform, log, lambda: ClientBrowser(app))

    yield make
    for app in made:
        stores_of(app).engine.dispose()


@pytest.fixture
def move_clock(monkeypatch: pytest.MonkeyPatch) -> MoveClock:
    """Let time pass, for the tool and for the platform alike."""
    read = clock.now
    ahead = timedelta()

    def move(**passed: float) -> None:
        nonlocal ahead
        ahead += timedelta(**passed)
        monkeypatch.setattr(clock, "now", lambda: read() + ahead)

    return move
