"""Statements that differ between the two databases only in the import."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from lti_tool.db.base import Base

M = TypeVar("M", bound=Base)


class joined_words(FunctionElement[str]):  # noqa: N801 - used like a function of SQL
    """The values of a text column as one text, a space between two; no order.

    `func.aggregate_strings` would have its separator written into the statement anew at each run.
    """

    type = String()
    inherit_cache = True


@compiles(joined_words)
def _string_agg(element: joined_words, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"string_agg({compiler.process(element.clauses, **kwargs)}, ' ')"


@compiles(joined_words, "sqlite")
def _group_concat(element: joined_words, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **kwargs)}, ' ')"


def insert_into(session: Session, model: type[M]) -> Any:
    """An INSERT that knows `ON CONFLICT` of the session's database; for many rows at once, executed with a list."""
    return insert_of(session.get_bind().dialect.name)(model)


def insert_of(dialect: str) -> Any:
    """The `insert` of a dialect; imported late, since each brings the modules of all its drivers along."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgresql_insert

        return postgresql_insert
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert

    return sqlite_insert


def upsert(
    session: Session, model: type[M], values: Mapping[str, Any], *, key: Sequence[str], update: Sequence[str]
) -> M:
    """Insert a row, or update the named columns of the one that has the same key; returns it, fresh.

    One statement, so two tabs that launch at once never collide.
    """
    statement = insert_into(session, model).values(**values)
    columns = {name: statement.excluded[name] for name in (update or key)}
    statement = statement.on_conflict_do_update(index_elements=list(key), set_=columns).returning(model)
    row: M = session.scalars(statement, execution_options={"populate_existing": True}).one()
    return row


def upsert_row(
    session: Session, model: type[Base], values: Mapping[str, Any], *, key: Sequence[str], update: Sequence[str]
) -> int:
    """Like `upsert`, for rows that are made at each launch: returns the row's id, loads nothing."""
    dialect = session.get_bind().dialect.name
    statement = _upsert_statement(dialect, model, tuple(values), tuple(key), tuple(update))
    found: int = session.connection().execute(statement, values).scalar_one()
    return found


@lru_cache(maxsize=64)
def _upsert_statement(
    dialect: str, model: type[Base], names: tuple[str, ...], key: tuple[str, ...], update: tuple[str, ...]
) -> Any:
    """Built once for each shape: making a statement costs more than running it."""
    table: Any = model.__table__
    statement = insert_of(dialect)(table).values({name: bindparam(name) for name in names})
    columns = {name: statement.excluded[name] for name in (update or key)}
    return statement.on_conflict_do_update(index_elements=list(key), set_=columns).returning(table.c.id)


def insert_or_ignore(session: Session, model: type[M], values: Mapping[str, Any], *, key: Sequence[str]) -> bool:
    """Insert a row unless one with that key exists; True if this call made it."""
    statement = insert_into(session, model).values(**values).on_conflict_do_nothing(index_elements=list(key))
    primary_key = next(iter(model.__table__.primary_key))
    return session.scalars(statement.returning(primary_key)).first() is not None
