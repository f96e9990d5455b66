"""Alembic's entry: the address comes from the caller (`lti-tool db upgrade`), the models from the tool."""

from alembic import context
from sqlalchemy import text

from lti_tool.app.tables import METADATA
from lti_tool.db import make_engine

# Any number that nobody else uses in this database.
_LOCK = 0x6C74_6974_6F6F_6C


def render_item(type_: str, obj: object, autogen_context: object) -> str | bool:
    """Write our datetime type as what the database sees, so that old migrations never need our code."""
    if type_ == "type" and type(obj).__name__ == "UTCDateTime":
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    engine = make_engine(context.config.attributes["database_url"])
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            # Two upgrades at once: the second waits, and finds nothing left to do.
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            render_as_batch=engine.dialect.name == "sqlite",
            render_item=render_item,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
