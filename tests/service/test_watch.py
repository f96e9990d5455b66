"""What a worker says of itself and of the outbox, and what `/metrics` makes of it."""

import logging
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session, sessionmaker

from lti_tool import clock
from lti_tool.app.migrations import list_revisions
from lti_tool.cli import watch as watching
from lti_tool.cli.watch import Watch
from lti_tool.config import Settings
from lti_tool.db import make_engine
from lti_tool.passback.catalog import DeliveryReport
from lti_tool.passback.models import Worker
from lti_tool.passback.queries import count_workers, list_totals
from lti_tool.passback.service.signs import add_totals
from tests.builders import make_member
from tests.service.passback_course import Course, open_course
from tests.service.passback_platform import Platform
from tests.statements import noted


@pytest.fixture
def engine(session: Session) -> Engine:
    bind = session.get_bind()
    assert isinstance(bind, Engine)
    return bind


@pytest.fixture(autouse=True)
def schema_version(engine: Engine) -> Iterator[None]:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text(f"INSERT INTO alembic_version VALUES ('{list_revisions()[0]}')"))
    yield
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))


@pytest.fixture
def course(session: Session) -> Iterator[Course]:
    """One score parked, one waiting after a failure, one fresh, one arrived."""
    platform = Platform("moodle")
    course = open_course(session, platform)
    course.now = clock.now() - timedelta(hours=2)
    course.score(9, who=make_member(session, "Priya", context=course.context))
    course.deliver()
    platform.fail("scores", status=422, body="This course has concluded.")
    course.score(7)
    course.deliver()
    platform.fail("scores", status=503)
    course.score(6, who=make_member(session, "Amara", context=course.context))
    course.deliver()
    course.now = clock.now()
    course.score(5, who=make_member(session, "José", context=course.context))
    session.commit()
    yield course
    platform.stop()


def in_thread(watch: Watch) -> threading.Thread:
    thread = threading.Thread(target=watch.run)
    thread.start()
    return thread


def wait_for(session: Session, wanted: int) -> int:
    for _ in range(200):
        found = session.scalar(select(func.count()).select_from(Worker)) or 0
        session.rollback()
        if found == wanted:
            break
        time.sleep(0.02)
    return found


def record_of(caplog: pytest.LogCaptureFixture, name: str) -> dict[str, Any]:
    return vars(next(record for record in caplog.records if getattr(record, "event", "") == name))


def test_a_worker_says_what_it_is_and_what_waits(
    engine: Engine, session: Session, settings: Settings, course: Course, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    stop = threading.Event()
    watch = Watch(engine, sessionmaker(engine), stop)
    watch.say_start(settings)
    thread = in_thread(watch)
    assert wait_for(session, 1) == 1
    for _ in range(200):
        if any(getattr(record, "event", "") == "outbox" for record in caplog.records):
            break
        time.sleep(0.02)
    stop.set()
    thread.join(10)
    watch.say_end()
    assert wait_for(session, 0) == 0
    started = record_of(caplog, "worker_started")
    assert started["database"] == engine.dialect.name
    assert (started["parallel_canvas"], started["parallel_other"]) == (3, 16)
    assert started["version"]
    outbox = record_of(caplog, "outbox")
    assert (outbox["pending"], outbox["sending"], outbox["parked"]) == (2, 0, 1)
    assert outbox["parked_by_reason"] == {"course_concluded": 1}
    assert list(outbox["pending_by_reason"].values()) == [1]
    assert 7200 <= outbox["oldest_pending_seconds"] < 7500
    assert record_of(caplog, "worker_ended")["outdated"] is False
    for record in caplog.records:
        assert not any(name in str(vars(record)) for name in ("Zoë", "Amara", "José", "Priya"))


def test_a_worker_makes_room_for_a_newer_version(
    engine: Engine, session: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watching, "_SIGN_EVERY", 0.05)
    stop = threading.Event()
    watch = Watch(engine, sessionmaker(engine), stop)
    thread = in_thread(watch)
    assert wait_for(session, 1) == 1
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert stop.wait(10)
    thread.join(10)
    assert watch.is_outdated
    assert record_of(caplog, "schema_newer")["levelname"] == "WARNING"


def test_a_database_that_is_away_stops_no_worker(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watching, "_SIGN_EVERY", 0.01)
    away = make_engine(f"sqlite:///{settings.instance_dir}/nowhere/x.db")
    stop = threading.Event()
    watch = Watch(away, sessionmaker(away), stop)
    thread = in_thread(watch)
    watch.count(DeliveryReport(delivered=1))
    watch.say_end()
    time.sleep(0.1)
    assert thread.is_alive()
    stop.set()
    thread.join(10)
    assert caplog.messages.count("database away") >= 3


def test_totals_of_all_workers_add_up(engine: Engine, session: Session) -> None:
    sessions = sessionmaker(engine)

    def work() -> None:
        for _ in range(5):
            with sessions.begin() as own:
                add_totals(own, DeliveryReport(delivered=2, retried=1))

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert list_totals(session) == {"delivered": 40, "retried": 20}
    session.rollback()


def test_metrics_of_the_outbox(
    app: Flask, session: Session, engine: Engine, course: Course, settings: Settings
) -> None:
    now = clock.now()
    for name, seen in (("alive", now), ("killed", now - timedelta(minutes=5))):
        session.add(Worker(name=name, version="0", started_at=seen, seen_at=seen))
    add_totals(session, DeliveryReport(delivered=3, parked=1))
    session.commit()
    assert count_workers(session, now - timedelta(minutes=1)) == 1
    session.rollback()
    object.__setattr__(app.extensions["lti_tool"].settings, "metrics_token", "the-token")
    with noted(app.extensions["lti_tool"].engine) as statements:
        answer = app.test_client().get("/metrics", headers={"Authorization": "Bearer the-token"})
    assert answer.status_code == 200
    values = {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert values["lti_tool_scores_pending", ("",)] == 1
    assert sum(value for (name, _), value in values.items() if name == "lti_tool_scores_pending") == 2
    assert values["lti_tool_scores_sending", ()] == 0
    assert values["lti_tool_scores_parked", ("course_concluded",)] == 1
    assert 7200 <= values["lti_tool_oldest_pending_seconds", ()] < 7500
    assert values["lti_tool_deliveries_total", ("delivered",)] == 3
    assert values["lti_tool_workers", ()] == 1
    assert len([one for one in statements if one.lstrip().startswith("SELECT")]) == 4
    if engine.dialect.name == "sqlite":
        for statement in (one for one in statements if "FROM delivery " in one or "FROM delivery\n" in one):
            with engine.connect() as connection:
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all()
            assert "USING INDEX ix_delivery_" in str(plan)


def test_readiness_of_an_older_process(app: Flask, engine: Engine) -> None:
    client = app.test_client()
    assert client.get("/readyz").json == {"status": "ready", "schema": "current"}
    for version, status, words in (("9999", 200, "ahead"), ("0001", 503, "schema_behind")):
        with engine.begin() as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{version}'"))
        answer = client.get("/readyz")
        assert answer.status_code == status
        assert words in answer.text
