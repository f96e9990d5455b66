"""The forged platform, its key server, and the log tap."""

import logging
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.certification.bench import Bench
from tests.certification.browser import ClientBrowser
from tests.certification.logs import LogTap
from tests.certification.platform import Platform
from tests.certification.server import KeyServer


@pytest.fixture(scope="session")
def key_server() -> Iterator[KeyServer]:
    with KeyServer().running() as server:
        yield server


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
def platform(app: Flask, key_server: KeyServer) -> Platform:
    return Platform(key_server, app).register()


@pytest.fixture
def bench(app: Flask, platform: Platform, log: LogTap) -> Bench:
    return Bench(app, platform, log, lambda: ClientBrowser(app))
