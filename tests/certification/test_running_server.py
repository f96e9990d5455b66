"""The known bad and the valid payloads once more, against a running server, by real HTTP from login to first page."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

import lti_tool.app
from lti_tool.config import Settings
from tests.certification.bench import Bench
from tests.certification.browser import Browser, HttpBrowser
from tests.certification.cases import KNOWN_BAD, VALID, Bad, Valid
from tests.certification.logs import LogTap
from tests.certification.platform import ROLES, Platform, put, stores_of
from tests.certification.server import KeyServer


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Addresses of visits belong in no output."""


@pytest.fixture(scope="module")
def served(tool_settings: Settings) -> Iterator[Flask]:
    """The tool on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        app = lti_tool.app.create_app(replace(tool_settings, base_url=f"http://localhost:{port}"))
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet, fd=listening.fileno())
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield app
        server.shutdown()
        thread.join()
        server.server_close()
        stores_of(app).engine.dispose()


@pytest.fixture
def live(served: Flask, key_server: KeyServer, log: LogTap) -> Iterator[Bench]:
    """A bench whose browsers speak real HTTP."""
    with ExitStack() as stack:

        def open_browser() -> Browser:
            browser = HttpBrowser(stores_of(served).settings.base_url)
            stack.callback(browser.close)
            return browser

        yield Bench(served, Platform(key_server, served).register(), log, open_browser)


@pytest.mark.parametrize("case", KNOWN_BAD, ids=lambda case: case.id)
def test_a_known_bad_payload_is_refused(live: Bench, case: Bad) -> None:
    live.attempt(*case.changes, token=case.token).assert_refused(case.reasons, case.status)


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.id)
def test_a_valid_payload_is_accepted(live: Bench, case: Valid) -> None:
    attempt = live.attempt(put(ROLES, list(case.roles)), *case.changes)
    attempt.assert_accepted(role=case.role)


def test_a_second_browser_cannot_enter(live: Bench) -> None:
    attempt = live.attempt()
    attempt.assert_accepted()
    assert live.browser().get(attempt.answer.location).status == 401
