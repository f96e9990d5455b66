"""The schema's state: the Alembic head, and whether a database is at it, behind it, or of a newer version."""

import re
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect

if TYPE_CHECKING:
    from alembic.config import Config

_PACKAGE = Path(__file__).parent.parent
_REVISION = re.compile(r"^(revision|down_revision)(?:: [^=]+)? = ['\"](\w+)['\"]", re.MULTILINE)


def find_migrations_dir() -> Path:
    """The migrations of this code: packaged in an installed wheel, at the top of a checkout otherwise."""
    packaged = _PACKAGE / "_data" / "migrations"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "migrations"


def make_config(database_url: str) -> "Config":
    """Alembic's configuration for one database."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(find_migrations_dir()))
    config.attributes["database_url"] = database_url
    return config


class SchemaState(StrEnum):
    """A database's schema, as this code sees it."""

    CURRENT = "current"
    BEHIND = "behind"
    # Migrated by a newer version of the tool.
    AHEAD = "ahead"


def find_schema_state(engine: Engine) -> SchemaState:
    """Whether a database is at this code's head, behind it, or was migrated by a newer version."""
    with engine.connect().execution_options(read_only=True) as connection:
        # The table is Alembic's; every start asks this, and Alembic itself would be a third of the start.
        has_table = inspect(connection).has_table("alembic_version")
        current = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() if has_table else None
    known = list_revisions()
    if current == known[0]:
        return SchemaState.CURRENT
    return SchemaState.BEHIND if current is None or current in known else SchemaState.AHEAD


@cache
def list_revisions() -> tuple[str, ...]:
    """The revisions of this code, head first; read once, since an upgrade replaces the files of a process that runs."""
    before = {}
    for path in (find_migrations_dir() / "versions").glob("*.py"):
        named = dict(_REVISION.findall(path.read_text(encoding="utf-8")))
        before[named["revision"]] = named.get("down_revision", "")
    (head,) = before.keys() - before.values()
    found = [head]
    while before[found[-1]]:
        found.append(before[found[-1]])
    return tuple(found)


def upgrade(database_url: str, revision: str = "head") -> None:
    """Bring a database to a revision."""
    from alembic import command

    command.upgrade(make_config(database_url), revision)


def downgrade(database_url: str, revision: str) -> None:
    """Take a database back to a revision."""
    from alembic import command

    command.downgrade(make_config(database_url), revision)


def write_revision(database_url: str, message: str) -> None:
    """Write the next numbered migration from what the models have and the database, at head, has not."""
    from alembic import command

    config = make_config(database_url)
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    number = len(list((find_migrations_dir() / "versions").glob("*.py"))) + 1
    command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
