"""The forged platform and the tool of the certification suite, for what nobody would send by mistake."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

import lti_tool.app
from lti_tool.config import Settings
from tests.certification.bench import Bench
from tests.certification.browser import ClientBrowser
from tests.certification.conftest import bench, key_server, log, tool, tool_settings
from tests.certification.logs import LogTap
from tests.certification.platform import Platform, stores_of
from tests.certification.server import KeyServer

__all__ = ["bench", "key_server", "log", "tool", "tool_settings"]

LimitedBench = Callable[..., Bench]


@pytest.fixture
def limited_bench(tool_settings: Settings, key_server: KeyServer, log: LogTap) -> Iterator[LimitedBench]:
    """Make a bench behind one proxy, whose tool has the limits that are named, by the minute."""
    made = []

    def make(**limits: Any) -> Bench:
        app = lti_tool.app.create_app(replace(tool_settings, trusted_proxies=1, **limits))
        made.append(app)
        return Bench(app, Platform(key_server, app).register(), log, lambda: ClientBrowser(app))

    yield make
    for app in made:
        stores_of(app).engine.dispose()
