"""Settings and database of a command."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from lti_tool.app.migrations import SchemaState, find_schema_state
from lti_tool.config import Settings, load_settings
from lti_tool.db import SessionFactory, make_engine, make_session_factory
from lti_tool.errors import SettingError


@dataclass(frozen=True)
class Store:
    """What a command works with; its session is committed when the command succeeds."""

    settings: Settings
    session: Session


def read_settings() -> Settings:
    """The settings of the environment; makes the folder that a SQLite file is to stand in."""
    settings = load_settings(os.environ)
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
        folder = Path(str(url.database)).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingError(f"The folder {folder} cannot be made ({error.strerror}).") from None
    return settings


def refuse_newer() -> NoReturn:
    """Say that an older version must not touch this database."""
    raise SettingError(
        "The database belongs to a newer version of the tool. Start that version, or restore the backup that was "
        "made before the upgrade."
    )


def check_schema(engine: Engine) -> None:
    """Raise `SettingError` unless the schema is the one that this version wants."""
    state = find_schema_state(engine)
    if state is SchemaState.AHEAD:
        refuse_newer()
    if state is SchemaState.BEHIND:
        raise SettingError("The database is not up to date. Run `lti-tool db upgrade`.")


@contextmanager
def open_sessions() -> Iterator[tuple[Settings, SessionFactory]]:
    """Open the database for a command that uses several transactions."""
    settings = read_settings()
    engine = make_engine(settings.database_url)
    try:
        check_schema(engine)
        yield settings, make_session_factory(engine)
    finally:
        engine.dispose()


@contextmanager
def open_store() -> Iterator[Store]:
    """Open the database, one transaction for the whole command."""
    with open_sessions() as (settings, sessions), sessions.begin() as session:
        yield Store(settings, session)
