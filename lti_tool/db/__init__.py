"""Engine, session factory and declarative base; the same models serve SQLite and PostgreSQL."""

from lti_tool.db.base import Base, UTCDateTime
from lti_tool.db.engine import SessionFactory, make_engine, make_session_factory
from lti_tool.db.statements import insert_or_ignore, upsert

__all__ = [
    "Base",
    "SessionFactory",
    "UTCDateTime",
    "insert_or_ignore",
    "make_engine",
    "make_session_factory",
    "upsert",
]
