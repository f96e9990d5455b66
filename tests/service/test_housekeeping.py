"""Logins and visits that are over are forgotten; those that live stay."""

import threading
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from lti_tool import clock
from lti_tool.cli.housekeeping import forget_what_is_over, keep_house
from lti_tool.launch.models import LoginRecord
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


def test_what_is_over_goes_and_what_lives_stays(session: Session) -> None:
    add_rows(session)
    sessions = sessionmaker(session.get_bind())
    assert forget_what_is_over(sessions, clock.now()) == 2
    assert (count(session, Visit), count(session, VisitCode), count(session, LoginRecord)) == (1, 1, 1)
    session.rollback()
    assert forget_what_is_over(sessions, clock.now()) == 0


def test_the_worker_keeps_house_until_it_is_stopped(session: Session) -> None:
    add_rows(session)
    stop = threading.Event()
    thread = threading.Thread(target=keep_house, args=(sessionmaker(session.get_bind()), stop))
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
