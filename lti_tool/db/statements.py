"""Statements that differ between the two databases only in the import."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from lti_tool.db.base import Base

M = TypeVar("M", bound=Base)


def _insert(session: Session, model: type[M]) -> Any:
    postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql_insert(model) if postgresql else sqlite_insert(model)


def upsert(
    session: Session, model: type[M], values: Mapping[str, Any], *, key: Sequence[str], update: Sequence[str]
) -> M:
    """Insert a row, or update the named columns of the one that has the same key; returns it, fresh.

    One statement, so two tabs that launch at once never collide.
    """
    statement = _insert(session, model).values(**values)
    columns = {name: statement.excluded[name] for name in (update or key)}
    statement = statement.on_conflict_do_update(index_elements=list(key), set_=columns).returning(model)
    row: M = session.scalars(statement, execution_options={"populate_existing": True}).one()
    return row


def insert_or_ignore(session: Session, model: type[M], values: Mapping[str, Any], *, key: Sequence[str]) -> bool:
    """Insert a row unless one with that key exists; True if this call made it."""
    statement = _insert(session, model).values(**values).on_conflict_do_nothing(index_elements=list(key))
    primary_key = next(iter(model.__table__.primary_key))
    return session.scalars(statement.returning(primary_key)).first() is not None
