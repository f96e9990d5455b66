"""Connections and transactions on both databases."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text

from lti_tool.db import begin_writing, make_engine, make_session_factory, without_transactions
from lti_tool.db import engine as engines
from lti_tool.registration.models import Institution

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


def test_statements_stand_alone_until_the_transaction_begins(database_url: str) -> None:
    engine = make_engine(database_url)
    late = make_session_factory(without_transactions(engine))
    with late() as session:
        session.add(Institution(name="Riverbend University", created_at=NOW))
        session.flush()
        session.rollback()
        begin_writing(session)
        session.add(Institution(name="Hillside College", created_at=NOW))
        session.flush()
        session.rollback()
        begin_writing(session)
        session.add(Institution(name="Lakeside College", created_at=NOW))
        session.commit()
    with make_session_factory(engine)() as session:
        begin_writing(session)
        names = session.scalars(select(Institution.name).order_by(Institution.id)).all()
        assert names == ["Riverbend University", "Lakeside College"]
        session.add(Institution(name="Hillside College", created_at=NOW))
        session.flush()
        session.rollback()
        assert session.scalar(select(func.count()).select_from(Institution)) == 2
    engine.dispose()


def test_a_connection_that_the_server_has_ended_is_replaced(
    postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_RESTED_SECONDS", 0.0)
    ours, other = make_engine(postgres_database), make_engine(postgres_database)
    with ours.connect() as connection:
        first = connection.scalar(text("SELECT pg_backend_pid()"))
    with ours.connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) == first
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": first})
    with ours.connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) != first
    ours.dispose()
    other.dispose()
