from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from lti_tool.sandbox import Sandbox, SandboxServer, SandboxSettings, make_server
from lti_tool.sandbox.browser import Visitor
from lti_tool.sandbox.state.keys import new_private_pem
from lti_tool.sandbox.store import Row
from tests.sandbox.tool import Caller, TinyTool


@pytest.fixture(scope="session")
def shared_tool() -> Iterator[TinyTool]:
    tool = TinyTool()
    yield tool
    tool.stop()


@pytest.fixture
def tiny(shared_tool: TinyTool) -> TinyTool:
    for kept in (shared_tool.launches, shared_tool.logins, shared_tool.errors, shared_tool.content):
        kept.clear()
    shared_tool.answer_changes, shared_tool.auth_changes, shared_tool.registration = {}, {}, {}
    shared_tool.registered, shared_tool.kid = None, "tiny-1"
    return shared_tool


@pytest.fixture(scope="session")
def signing_pem() -> str:
    return new_private_pem()


@pytest.fixture
def server(signing_pem: str) -> Iterator[SandboxServer]:
    with make_server(SandboxSettings(port=0)) as running:
        # Making a key takes longer than most tests here; each sandbox starts with the same one.
        running.sandbox.store.insert("signing_key", kid="first", private_pem=signing_pem, created_at=stamp())
        yield running


@pytest.fixture
def sandbox(server: SandboxServer) -> Sandbox:
    return server.sandbox


@pytest.fixture
def visitor(server: SandboxServer) -> Iterator[Visitor]:
    with Visitor(server.base_url) as one:
        yield one


@pytest.fixture
def canvas(sandbox: Sandbox, tiny: TinyTool) -> Sandbox:
    tiny.connect(sandbox)
    return sandbox


@pytest.fixture
def moodle(sandbox: Sandbox, tiny: TinyTool) -> Sandbox:
    sandbox.set_rules("moodle")
    tiny.connect(sandbox)
    return sandbox


def add_graded(sandbox: Sandbox, tool: TinyTool) -> Row:
    """A link worth ten points in MIR 101."""
    assert tool.registered is not None
    return sandbox.add_item("MIR 101", tool.registered.client_id, "Expectations", points=10, tag="module:expectations")


def caller(tool: TinyTool) -> Caller:
    return Caller(tool.token())


def stamp(seconds: float = 0) -> str:
    """Now, or some seconds from now."""
    moment = datetime.now(UTC) + timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
