"""Short transactions of the senders: each is committed at once, none is open while a platform is asked."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext

from sqlalchemy import Engine, Update
from sqlalchemy.orm import Session

from lti_tool.db import SessionFactory, make_session_factory


class Outbox:
    """Sessions for threads that send."""

    def __init__(self, session_factory: SessionFactory) -> None:
        engine = session_factory.kw["bind"]
        if not isinstance(engine, Engine):
            raise TypeError("the session factory must be bound to an engine")
        self._engine = engine
        self._writing = session_factory
        self._reading = make_session_factory(engine.execution_options(read_only=True))
        # SQLite has one writer: waiting here wakes at once, waiting in SQLite sleeps up to a tenth of a second.
        sqlite = engine.dialect.name == "sqlite"
        self._turn: AbstractContextManager[object] = threading.Lock() if sqlite else nullcontext()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits at the end."""
        with self._turn, self._writing.begin() as session:
            yield session

    def change(self, statement: Update, values: Mapping[str, object]) -> bool:
        """Run one UPDATE in a transaction of its own; whether it found a row. The shortest way: once for each send."""
        with self._turn, self._engine.begin() as connection:
            return connection.execute(statement, values).rowcount > 0

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads."""
        with self._reading() as session:
            yield session
