"""What is over is forgotten after its time; what lives stays; a stop ends it after a batch."""

import logging
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from lti_tool import clock
from lti_tool.admin.service import make_grant
from lti_tool.cli import housekeeping
from lti_tool.cli.housekeeping import keep_house, purge_all
from lti_tool.config import Settings
from lti_tool.db import make_engine
from lti_tool.launch.models import LoginRecord
from lti_tool.passback.models import Worker
from lti_tool.registration.models import Invite
from lti_tool.registration.service import make_invite
from lti_tool.roster.models import StaffGrant
from lti_tool.web.models import Visit, VisitCode
from lti_tool.web.service import VisitFor, issue_code, open_visit
from tests.builders import make_member


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def add_rows(session: Session) -> None:
    member = make_member(session, "Zoë Núñez-Øster")
    deployment = member.context.deployment
    facts = VisitFor(
        registration_id=deployment.registration_id,
        deployment_id=deployment.id,
        context_id=member.context_id,
        resource_link_id=None,
        user_id=member.user_id,
        role="learner",
        message_type="LtiResourceLinkRequest",
    )
    now = clock.now()
    for opened in (now, now - timedelta(days=3)):
        visit, _ = open_visit(session, facts, browser_key="key", now=opened)
        issue_code(session, visit.id, path="", now=opened)
        session.add(
            LoginRecord(
                state_hash=f"state-{opened.isoformat()}",
                nonce_hash="nonce",
                registration_id=deployment.registration_id,
                target_link_uri="http://localhost:8000/lti/launch",
                cookie_hash="cookie",
                login_hint_hash="hint",
                created_at=opened,
                expires_at=opened + timedelta(minutes=10),
            )
        )
    session.commit()


def test_what_is_over_goes_and_what_lives_stays(session: Session, settings: Settings) -> None:
    add_rows(session)
    sessions = sessionmaker(session.get_bind())
    counted = purge_all(sessions, settings, clock.now(), dry_run=True)
    assert count(session, Visit) == 2
    session.rollback()
    gone = purge_all(sessions, settings, clock.now())
    assert (gone["logins"], gone["visits"]) == (counted["logins"], counted["visits"]) == (1, 1)
    # A code goes with its visit; only counted alone it is seen.
    assert (gone["window codes"], counted["window codes"]) == (0, 1)
    assert (count(session, Visit), count(session, VisitCode), count(session, LoginRecord)) == (1, 1, 1)
    session.rollback()
    assert purge_all(sessions, settings, clock.now()).total() == 0


def test_how_long_visits_are_kept_is_a_setting(session: Session, settings: Settings) -> None:
    add_rows(session)
    sessions = sessionmaker(session.get_bind())
    assert purge_all(sessions, replace(settings, keep_visits_days=4), clock.now()).total() == 0


def test_codes_of_old_are_forgotten(session: Session, settings: Settings) -> None:
    now = clock.now()
    sessions = sessionmaker(session.get_bind())
    for days in (40, 1):
        invite, _ = make_invite(session, None, now - timedelta(days=days), 7, institution="Riverbend University")
        for taken_up in (False, True):
            made, _ = make_grant(session, invite.institution_id, "Helena", now - timedelta(days=days), days=7)
            made.taken_up_at = now if taken_up else None
    session.add(Worker(name="killed", version="0", started_at=now, seen_at=now - timedelta(days=2)))
    session.commit()
    counted = purge_all(sessions, settings, now, dry_run=True)
    gone = purge_all(sessions, settings, now)
    assert (gone["invitations"], gone["staff codes"]) == (1, 1)
    assert counted == gone
    assert (count(session, Invite), count(session, StaffGrant), count(session, Worker)) == (1, 3, 0)


def test_a_day_of_logins_goes_in_short_transactions(
    session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lti_tool.launch.service.purge._BATCH", 10)
    add_rows(session)
    registration_id = session.scalars(select(LoginRecord.registration_id)).first()
    long_ago = clock.now() - timedelta(days=2)
    session.add_all(
        LoginRecord(
            state_hash=f"old-{number}",
            nonce_hash="nonce",
            registration_id=registration_id,
            target_link_uri="http://localhost:8000/lti/launch",
            cookie_hash="cookie",
            login_hint_hash="hint",
            created_at=long_ago,
            expires_at=long_ago,
        )
        for number in range(35)
    )
    session.commit()
    sessions = sessionmaker(session.get_bind())
    stop = threading.Event()
    stop.set()
    assert purge_all(sessions, settings, clock.now(), stop=stop)["logins"] == 10
    assert purge_all(sessions, settings, clock.now())["logins"] == 26
    assert count(session, LoginRecord) == 1


def test_the_worker_keeps_house_until_it_is_stopped(session: Session, settings: Settings) -> None:
    add_rows(session)
    stop = threading.Event()
    thread = threading.Thread(target=keep_house, args=(sessionmaker(session.get_bind()), settings, stop))
    thread.start()
    for _ in range(100):
        gone = count(session, Visit) == 1
        session.rollback()
        if gone:
            break
        stop.wait(0.05)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert count(session, Visit) == 1


def test_a_database_that_is_away_is_asked_again(
    session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop = threading.Event()
    monkeypatch.setattr(housekeeping, "_EVERY_SECONDS", 0)
    engine = make_engine(f"sqlite:///{settings.instance_dir}/nowhere/x.db")

    class StopAtFirst(logging.Filter):
        def filter(self, record: logging.LogRecord) -> bool:
            stop.set()
            return True

    with caplog.filtering(StopAtFirst()):
        keep_house(sessionmaker(engine), settings, stop)
    assert "database away" in caplog.messages


def test_a_bug_in_one_chore_ends_not_the_others(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop = threading.Event()
    monkeypatch.setattr(housekeeping, "_EVERY_SECONDS", 0)

    class StopAtSecond(logging.Filter):
        def filter(self, record: logging.LogRecord) -> bool:
            if len(caplog.records) >= 1:
                stop.set()
            return True

    def broken() -> None:
        raise ValueError("Zoë Núñez-Øster")

    with caplog.filtering(StopAtSecond()):
        keep_house(broken, settings, stop)  # type: ignore[arg-type]
    assert caplog.messages.count("not forgotten") >= 1
    assert "Zoë" not in caplog.text
