"""The schema's state: the Alembic head, and whether a database is at it, behind it, or of a newer version."""

from enum import StrEnum
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

_PACKAGE = Path(__file__).parent.parent


def find_migrations_dir() -> Path:
    """The migrations of this code: packaged in an installed wheel, at the top of a checkout otherwise."""
    packaged = _PACKAGE / "_data" / "migrations"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "migrations"


def make_config(database_url: str) -> Config:
    """Alembic's configuration for one database."""
    config = Config()
    config.set_main_option("script_location", str(find_migrations_dir()))
    config.attributes["database_url"] = database_url
    return config


def find_pending(engine: Engine) -> str | None:
    """The head that the database still has to reach, or None when it is there."""
    head = ScriptDirectory(str(find_migrations_dir())).get_current_head()
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return None if current == head else head


class SchemaState(StrEnum):
    """A database's schema, as this code sees it."""

    CURRENT = "current"
    BEHIND = "behind"
    # Migrated by a newer version of the tool.
    AHEAD = "ahead"


def find_schema_state(engine: Engine) -> SchemaState:
    """Whether a database is at this code's head, behind it, or was migrated by a newer version."""
    with engine.connect().execution_options(read_only=True) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    known = list_revisions()
    if current == known[0]:
        return SchemaState.CURRENT
    return SchemaState.BEHIND if current is None or current in known else SchemaState.AHEAD


@cache
def list_revisions() -> tuple[str, ...]:
    """The revisions of this code, head first; read once, since an upgrade replaces the files of a process that runs."""
    scripts = ScriptDirectory(str(find_migrations_dir()))
    return tuple(script.revision for script in scripts.walk_revisions())


def upgrade(database_url: str, revision: str = "head") -> None:
    """Bring a database to a revision."""
    command.upgrade(make_config(database_url), revision)


def downgrade(database_url: str, revision: str) -> None:
    """Take a database back to a revision."""
    command.downgrade(make_config(database_url), revision)


def write_revision(database_url: str, message: str) -> None:
    """Write the next numbered migration from what the models have and the database, at head, has not."""
    config = make_config(database_url)
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    number = len(list((find_migrations_dir() / "versions").glob("*.py"))) + 1
    command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
