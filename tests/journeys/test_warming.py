"""A process that starts makes ready what its first launch would else wait for, and leaves nothing behind."""

from collections.abc import Iterator

import pytest
from flask import Flask
from jinja2 import Environment
from sqlalchemy import Engine, func, select

import lti_tool.app
from benchmarks.statements import count_launch
from lti_tool.app.tables import METADATA
from lti_tool.app.warming import warm
from lti_tool.config import Settings
from tests.certification.browser import ClientBrowser
from tests.certification.keys import rsa_key
from tests.certification.platform import Platform, stores_of
from tests.certification.server import KeyDocument, KeyServer


@pytest.fixture
def started(settings: Settings) -> Iterator[Flask]:
    """A second process of the same tool."""
    app = lti_tool.app.create_app(settings)
    yield app
    stores_of(app).engine.dispose()


@pytest.fixture
def platform(app: Flask) -> Iterator[Platform]:
    """Registered by another process, so that the started one is as cold as it can be."""
    with KeyServer().running() as server:
        found = Platform(server, app)
        found.publish(KeyDocument.of(rsa_key().jwk()))
        yield found.register()


def engines_of(app: Flask) -> list[Engine]:
    stores = stores_of(app)
    return [stores.writing.kw["bind"], stores.reading.kw["bind"]]


def test_the_first_launch_of_a_new_course_compiles_next_to_nothing(
    started: Flask, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    warm(started)
    loaded: list[str] = []
    load = Environment._load_template

    def note(environment: Environment, name: str, *args: object) -> object:
        is_new = not any(key[1] == name for key in environment.cache or ())
        loaded.extend([name] if is_new else [])
        return load(environment, name, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Environment, "_load_template", note)
    known = [set(engine._compiled_cache or ()) for engine in engines_of(started)]
    count_launch(started, platform, ClientBrowser(started))
    fresh = [
        str(compiled)
        for engine, before in zip(engines_of(started), known, strict=True)
        for key, compiled in (engine._compiled_cache or {}).items()
        if key not in before
    ]
    # The one that spends the login of a message whose signature has been checked.
    assert [statement for statement in fresh if not statement.startswith("UPDATE login_record")] == []
    assert loaded == []


def test_nothing_is_left_of_it(started: Flask) -> None:
    warm(started)
    with stores_of(started).reading() as session:
        rows = {table.name: session.scalar(select(func.count()).select_from(table)) for table in METADATA.sorted_tables}
    assert {name: count for name, count in rows.items() if count} == {}


def test_a_process_starts_although_another_one_writes(
    settings: Settings, app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    if stores_of(app).engine.dialect.name == "postgresql":
        pytest.skip("PostgreSQL lets many write at once")
    with stores_of(app).writing() as session:
        session.connection()
        monkeypatch.setattr("lti_tool.db.engine._SQLITE_BUSY_MS", 20)
        started = lti_tool.app.create_app(settings)
        caplog.set_level("INFO", "lti_tool.app")
        warm(started)
        stores_of(started).engine.dispose()
    assert "launch not rehearsed" in caplog.text
