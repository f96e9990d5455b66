"""Engine, session factory and declarative base; the same models serve SQLite and PostgreSQL."""

from lti_tool.db.base import Base, UTCDateTime
from lti_tool.db.engine import SessionFactory, begin_writing, make_engine, make_session_factory, without_transactions
from lti_tool.db.statements import insert_into, insert_of, insert_or_ignore, joined_words, upsert, upsert_row

__all__ = [
    "Base",
    "SessionFactory",
    "UTCDateTime",
    "begin_writing",
    "insert_into",
    "insert_of",
    "insert_or_ignore",
    "joined_words",
    "make_engine",
    "make_session_factory",
    "upsert",
    "upsert_row",
    "without_transactions",
]
