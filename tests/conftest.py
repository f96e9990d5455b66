"""Fixtures that all tests share: databases, settings, app, and sockets that reach loopback only."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from flask import Flask
from pytest_socket import socket_allow_hosts
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session

import lti_tool.app
import lti_tool.app.tables  # makes `Base.metadata` whole
from lti_tool.config import Settings, load_settings
from lti_tool.db import Base, make_engine, make_session_factory
from lti_tool.web.bytecode import KeptBytecode
from tests import postgres
from tests.addresses import LazyRule

_HERE = Path(__file__).parent
_THROUGH_THE_APP = ("certification", "hostile", "journeys")
_cluster: postgres.Cluster | None = None
# Not "LTI_TOOL_…": that would be a setting.
_TEMPLATES = "TEST_TEMPLATES"


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL once for all workers, where it is installed; compile templates once, and addresses late.

    Most tests make an app and look at a page or two; compiling those again cost as much as all the rest of such a test.
    """
    global _cluster
    folder = os.environ.get(_TEMPLATES) or tempfile.mkdtemp(prefix="lti-tool-templates-")
    os.environ[_TEMPLATES] = folder
    Flask.url_rule_class = LazyRule
    Flask.jinja_options = {"bytecode_cache": KeptBytecode(Path(folder))}
    if hasattr(config, "workerinput") or postgres.ENV in os.environ:
        return
    bin_dir = postgres.find_bin_dir()
    if bin_dir is None:
        return
    _cluster = postgres.Cluster(bin_dir)
    _cluster.start()
    os.environ[postgres.ENV] = _cluster.url


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster that this run started, and forget its templates."""
    global _cluster
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(_TEMPLATES), ignore_errors=True)
    if _cluster is not None:
        del os.environ[postgres.ENV]
        _cluster.stop()
        _cluster = None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Trace lines once: on PostgreSQL the same journeys run the same ones; what differs, tests of services trace."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        is_again = callspec is not None and "postgresql" in map(str, callspec.params.values())
        if is_again and item.path.relative_to(_HERE).parts[0] in _THROUGH_THE_APP:
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture(autouse=True)
def _loopback_only() -> None:
    socket_allow_hosts(["127.0.0.1", "127.0.0.2", "127.0.0.3", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with all tables, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    engine = make_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_database(worker_id: str) -> str:
    """A PostgreSQL database of this worker's own, with all tables."""
    server = os.environ.get(postgres.ENV)
    if server is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL must be installed in CI")
        pytest.skip("PostgreSQL is not installed: the PostgreSQL half of the suite did not run")
    name = f"lti_tool_test_{worker_id}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    engine = make_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> Iterator[str]:
    """An empty database; each test that uses it runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        shutil.copy(sqlite_template, path)
        yield f"sqlite:///{path}"
        return
    url: str = request.getfixturevalue("postgres_database")
    _empty(url)
    yield url


def _empty(url: str) -> None:
    # Before a test, not after it: whoever used the database last may have left rows and open connections. Row by row,
    # since TRUNCATE gives each of the tables new files, which takes longer than most of the tests.
    with _emptying(url).begin() as connection:
        connection.exec_driver_sql(_EMPTY)


@lru_cache(maxsize=1)
def _emptying(url: str) -> Engine:
    return create_engine(url)


_EMPTY = ";".join(
    [
        *(f'DELETE FROM "{table.name}"' for table in reversed(Base.metadata.sorted_tables)),
        "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'",
    ]
)


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """A session on an empty database."""
    engine = make_engine(database_url)
    with make_session_factory(engine)() as session:
        yield session
    engine.dispose()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a tool on localhost that may talk to loopback platforms."""
    return load_settings(
        {
            "LTI_TOOL_INSTANCE_DIR": str(tmp_path / "instance"),
            "LTI_TOOL_DATABASE_URL": database_url,
            "LTI_TOOL_BASE_URL": "http://localhost:8000",
            "LTI_TOOL_SECRET_KEY": "a-secret-for-tests-only-0123456789abcdef",
            "LTI_TOOL_ALLOW_PRIVATE_PLATFORMS": "1",
        }
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The whole app on an empty database."""
    app = lti_tool.app.create_app(settings)
    yield app
    app.extensions["lti_tool"].engine.dispose()
