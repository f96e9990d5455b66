"""`lti-tool db`."""

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import click
from sqlalchemy.engine import make_url

from lti_tool.app.migrations import SchemaState, find_schema_state, write_revision
from lti_tool.app.migrations import upgrade as upgrade_schema
from lti_tool.cli.store import read_settings, refuse_newer
from lti_tool.config import Settings
from lti_tool.db import make_engine
from lti_tool.errors import SettingError

# What SQLite keeps beside a database that was not closed.
_LOGS = ("-wal", "-shm", "-journal")
# What file systems say that know no second name of a file.
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EINVAL)


@click.group()
def db() -> None:
    """Create the database, bring it up to date, back it up."""


@db.command()
def upgrade() -> None:
    """Bring the database to this version's schema; what is stored stays. Web and workers may run meanwhile."""
    url = read_settings().database_url
    engine = make_engine(url)
    try:
        if find_schema_state(engine) is SchemaState.AHEAD:
            refuse_newer()
    finally:
        engine.dispose()
    upgrade_schema(url)
    click.echo("The database is up to date.")


@db.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the SQLite database to a new FILE, whole and consistent, while web and workers run."""
    settings = read_settings()
    source = _sqlite_file(settings, "pg_dump")
    if not source.exists():
        raise SettingError(f"There is no database at {source} yet.")
    _refuse_existing(file)
    _copy(source, file)
    click.echo(f"The database is copied to {file}. Keep the secret with it: without that its keys are lost.")


@db.command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Make the SQLite database from a backup FILE, where there is none yet."""
    settings = read_settings()
    target = _sqlite_file(settings, "pg_restore")
    _refuse_existing(target)
    for ending in _LOGS:
        # SQLite would play it into the restored database and bring back what was there before.
        _refuse_existing(target.with_name(target.name + ending))
    if not file.is_file():
        raise SettingError(f"There is no file {file}.")
    _copy(file, target)
    click.echo(f"The database is restored to {target}. Next: `lti-tool db upgrade`.")


@db.command()
@click.argument("message")
def revision(message: str) -> None:
    """Write the next migration from what the models have and the database, at head, has not (in a checkout)."""
    write_revision(read_settings().database_url, message)


def _sqlite_file(settings: Settings, instead: str) -> Path:
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        raise SettingError(f"This command is for SQLite. With PostgreSQL use {instead}; see docs/operate.md.")
    return Path(str(url.database))


def _refuse_existing(file: Path) -> None:
    if file.exists():
        raise SettingError(f"{file} exists already. Nothing was written; move it away first.")


def _give_name(draft: Path, target: Path) -> None:
    """Let a finished file appear under a name that nobody has; raises `FileExistsError` where somebody has it."""
    try:
        os.link(draft, target)
        return
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
    # FAT, many network shares and some container volumes: the name is taken first, then the file put in its place.
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        draft.replace(target)
    except OSError:
        target.unlink()
        raise


def _copy(source: Path, target: Path) -> None:
    """Copy by SQLite's own means; the target appears whole or not at all, readable by its owner only."""
    draft = target.with_name(target.name + ".part")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(draft)) as new,
        ):
            old.backup(new)
            # One file, without a log beside it.
            new.execute("PRAGMA journal_mode=DELETE")
            if not new.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
                raise SettingError(f"{source} is not a database of this tool.")
            (state,) = new.execute("PRAGMA quick_check").fetchone()
            if state != "ok":
                raise SettingError(f"{source} is damaged ({state.splitlines()[0]}). Take an older backup.")
        _give_name(draft, target)
    except sqlite3.DatabaseError as error:
        raise SettingError(f"{source} cannot be copied: {error}.") from None
    except FileExistsError:
        raise SettingError(f"{target} exists already. Nothing was written; move it away first.") from None
    except OSError as error:
        raise SettingError(f"{target} cannot be written ({error.strerror}).") from None
    finally:
        draft.unlink(missing_ok=True)
