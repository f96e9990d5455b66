"""One SQLite connection, used by one thread at a time."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lti_tool.sandbox.schema import ADDED, SCHEMA

Row = dict[str, Any]
"""One read row; JSON columns are already decoded and lose their `_json` ending."""


class Store:
    """Reads and writes rows. Every write is its own transaction unless inside `transaction()`."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        self._connection = sqlite3.connect(
            ":memory:" if path is None else path, check_same_thread=False, isolation_level=None, timeout=10
        )
        self._connection.row_factory = sqlite3.Row
        if path is not None:
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(SCHEMA)
        for table, name, definition in ADDED:
            known = {row["name"] for row in self._connection.execute(f"PRAGMA table_info({table})")}
            if name not in known:
                self._connection.execute(f"ALTER TABLE {table} ADD COLUMN {name} {definition}")

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the store: all writes inside land together or not at all."""
        with self._lock:
            self._depth += 1
            if self._depth == 1:
                self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._depth == 1:
                    self._connection.execute("ROLLBACK")
                raise
            else:
                if self._depth == 1:
                    self._connection.execute("COMMIT")
            finally:
                self._depth -= 1

    def all(self, sql: str, *args: Any) -> list[Row]:
        """Every row of a select."""
        with self._lock:
            return [_decode(row) for row in self._connection.execute(sql, args).fetchall()]

    def one(self, sql: str, *args: Any) -> Row | None:
        """The first row of a select, or None."""
        with self._lock:
            row = self._connection.execute(sql, args).fetchone()
            return None if row is None else _decode(row)

    def get(self, sql: str, *args: Any) -> Row:
        """The first row of a select; LookupError without one."""
        row = self.one(sql, *args)
        if row is None:
            raise LookupError(f"nothing found for {args!r}")
        return row

    def run(self, sql: str, *args: Any) -> int:
        """Execute one statement; the number of rows it touched."""
        with self._lock:
            return self._connection.execute(sql, args).rowcount

    def insert(self, table: str, **values: Any) -> int:
        """Add one row; its number."""
        columns = _encode(values)
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        with self._lock:
            cursor = self._connection.execute(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 - names are ours
                tuple(columns.values()),
            )
            return cursor.lastrowid or 0

    def update(self, table: str, row_id: int, **values: Any) -> None:
        """Change the row with this `id`."""
        columns = _encode(values)
        names = ", ".join(f"{name} = ?" for name in columns)
        self.run(
            f"UPDATE {table} SET {names} WHERE id = ?",  # noqa: S608 - names are ours
            *columns.values(),
            row_id,
        )


def _encode(values: Row) -> Row:
    return {
        (f"{name}_json" if isinstance(value, (dict, list)) else name): (
            json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value
        )
        for name, value in values.items()
    }


def _decode(row: sqlite3.Row) -> Row:
    return {
        name.removesuffix("_json"): json.loads(row[name]) if name.endswith("_json") else row[name]
        for name in row.keys()  # noqa: SIM118 - iterating a sqlite3.Row gives values
    }
