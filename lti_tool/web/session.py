"""What a request works with: settings, the database session, the clock of the request."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app, g, request
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lti_tool.config import Settings
from lti_tool.db import SessionFactory, make_session_factory, without_transactions

_KEY = "lti_tool"


@dataclass(frozen=True)
class Stores:
    """The settings and the two session factories of one app."""

    settings: Settings
    engine: Engine
    writing: SessionFactory
    reading: SessionFactory


def init_stores(app: Flask, settings: Settings, engine: Engine) -> None:
    """Give the app its stores and close each request's session at its end."""
    # PostgreSQL shows each statement the newest state in a transaction too: without one, two round trips are saved.
    reading = make_session_factory(without_transactions(engine))
    app.extensions[_KEY] = Stores(settings, engine, make_session_factory(engine), reading)
    app.teardown_appcontext(_close)


def stores() -> Stores:
    """The stores of the running app."""
    return cast(Stores, current_app.extensions[_KEY])


def settings() -> Settings:
    """The settings of the running app."""
    return stores().settings


def db() -> Session:
    """The session of this request: writing, and for GET and HEAD reading. Only views commit it.

    A reading session has no transaction: each statement sees what is newest.
    """
    if "db" not in g:
        reads = request.method in ("GET", "HEAD", "OPTIONS")
        g.db = stores().reading() if reads else stores().writing()
    return cast(Session, g.db)


def writing_db() -> Session:
    """A writing session for the few GET requests that must write (login by GET, one-time codes)."""
    if "db" in g:
        g.db.close()
    g.db = stores().writing()
    return cast(Session, g.db)


def late_db() -> Session:
    """A session that begins its transaction only at `begin_writing`: slow work before it holds no lock."""
    if "db" in g:
        g.db.close()
    g.db = stores().reading()
    return cast(Session, g.db)


def _close(_error: BaseException | None) -> None:
    session = g.pop("db", None)
    if session is not None:
        session.close()
