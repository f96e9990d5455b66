import os
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from lti_tool.db import make_engine, make_session_factory
from lti_tool.sandbox import SandboxServer, SandboxSettings, make_server
from tests.journeys.passback_class import serve_keys


@pytest.fixture(params=["moodle", "canvas"])
def lms(request: pytest.FixtureRequest) -> Iterator[SandboxServer]:
    with make_server(SandboxSettings(port=0, rules=request.param, keep_calls=1_000_000)) as server:
        yield server


@pytest.fixture
def keys_url(session: Session, database_url: str) -> Iterator[str]:
    engine = make_engine(database_url)
    with serve_keys(make_session_factory(engine)) as url:
        yield url
    engine.dispose()


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """`FAULTS_SEED` in place of the seed that a test brings, to see a failure again."""
    wanted: int = request.param
    return int(os.environ.get("FAULTS_SEED", wanted))
