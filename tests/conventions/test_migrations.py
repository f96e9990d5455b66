"""One head; up, down, up; the models equal the head."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, make_url, text

from lti_tool.app import tables
from lti_tool.app.migrations import (
    SchemaState,
    downgrade,
    find_migrations_dir,
    find_schema_state,
    list_revisions,
    upgrade,
)
from lti_tool.db import Base, make_engine


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    server = make_url(request.getfixturevalue("postgres_database"))
    name = f"{server.database}_bare"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def table_names(url: str) -> set[str]:
    engine = create_engine(url)
    names = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    return names


def test_there_is_one_head() -> None:
    scripts = ScriptDirectory(str(find_migrations_dir()))
    assert len(scripts.get_heads()) == 1
    # Read without Alembic at each start.
    assert list_revisions() == tuple(script.revision for script in scripts.walk_revisions())


def test_files_are_numbered_in_order() -> None:
    names = sorted(path.name for path in (find_migrations_dir() / "versions").glob("*.py"))
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name) for name in names)


def test_up_down_up(bare_url: str) -> None:
    upgrade(bare_url)
    assert table_names(bare_url) == set(Base.metadata.tables)
    downgrade(bare_url, "base")
    assert table_names(bare_url) == set()
    upgrade(bare_url)
    engine = make_engine(bare_url)
    assert find_schema_state(engine) is SchemaState.CURRENT
    engine.dispose()


def test_the_models_equal_the_head(bare_url: str) -> None:
    assert tables.MODULES
    upgrade(bare_url)
    engine = make_engine(bare_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()
