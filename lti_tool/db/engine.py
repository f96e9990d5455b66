"""Engines and sessions.

Drivers never begin a transaction by themselves; `_begin` does. A session of an engine `without_transactions` begins
none: each of its statements stands alone, until `begin_writing`.
"""

import time
from typing import Any, cast

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session, sessionmaker

SessionFactory = sessionmaker[Session]

# How long a SQLite writer waits for another before "database is locked".
_SQLITE_BUSY_MS = 10_000
# Connections of one process that stay open, and further ones in a rush.
_KEPT = 8
_MORE = 24
# A connection of PostgreSQL that has rested for longer than this is tried before it is used: the server may have been
# restarted. To try each time would be one more statement for each request.
_RESTED_SECONDS = 1.0
# The execution option by which a connection knows that nothing has begun a transaction.
_ALONE = "stands_alone"
# The one by which an engine knows its other side.
_WITHOUT = "without_transactions"


def make_engine(url: str) -> Engine:
    """An engine for SQLite (WAL, foreign keys on) or PostgreSQL; its errors never show the values of a statement."""
    parts = make_url(url)
    is_sqlite = parts.get_backend_name() == "sqlite"
    options: dict[str, Any] = {"hide_parameters": True}
    if not is_sqlite or parts.database not in (None, "", ":memory:"):
        # The connection that was used last is used next: few stay warm, with their prepared statements.
        options |= {"pool_size": _KEPT, "max_overflow": _MORE, "pool_use_lifo": True}
    if is_sqlite:
        engine = create_engine(url, **options)
        event.listen(engine, "connect", _prepare_sqlite)
    else:
        engine = create_engine(url, isolation_level="AUTOCOMMIT", **options)
        event.listen(engine, "checkin", _note_rest)
        event.listen(engine, "checkout", _try_rested)
    alone = engine.execution_options(**{_ALONE: True})
    # The listener stands on this engine and not on the one below, which both share: an engine that has any asks for
    # more of them at each statement.
    engine = engine.execution_options(**{_WITHOUT: alone})
    event.listen(engine, "begin", _begin)
    return engine


def without_transactions(engine: Engine) -> Engine:
    """The same database by the same pool, where each statement stands alone until `begin_writing`."""
    return cast(Engine, engine.get_execution_options()[_WITHOUT])


class _Session(Session):
    """Asks for its connection once in a transaction, and not at each statement that needs no objects."""

    _kept: Connection | None = None

    def connection(self, *args: Any, **options: Any) -> Connection:
        """The connection of the present transaction; it is closed with the transaction."""
        if args or options:
            return super().connection(*args, **options)
        if self._kept is None or self._kept.closed:
            self._kept = super().connection()
        return self._kept


def make_session_factory(engine: Engine) -> SessionFactory:
    """Sessions that keep loaded values after commit: views render what they have just saved."""
    return sessionmaker(engine, class_=_Session, expire_on_commit=False)


def begin_writing(session: Session) -> None:
    """Begin the transaction of a session whose statements stood alone so far; other sessions are in one already.

    What was read before it may have changed meanwhile: only upserts and conditional updates may lean on it.
    """
    connection = session.connection()
    if connection.get_execution_options().get(_ALONE):
        _begin_writing(connection)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction handling begins too late; `_begin` does it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={_SQLITE_BUSY_MS}")
    cursor.close()


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("read_only"):
        connection.exec_driver_sql("BEGIN")
    else:
        _begin_writing(connection)


def _begin_writing(connection: Connection) -> None:
    # In SQLite a transaction that reads first and writes later fails at once when another has written meanwhile;
    # taking the write lock at the start makes writers queue. `read_only` marks those that never write.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.dialect.name == "sqlite" else "BEGIN")


def _note_rest(_connection: object, record: Any) -> None:
    record.info["rests_since"] = time.monotonic()


def _try_rested(connection: Any, record: Any, _proxy: object) -> None:
    since = record.info.get("rests_since")
    if since is None or time.monotonic() - since < _RESTED_SECONDS:
        return
    # Late, since SQLite needs no driver of its own.
    from psycopg import Error

    try:
        connection.execute("SELECT 1")
    except Error as error:
        raise InvalidatePoolError from error
