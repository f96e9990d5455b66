"""Visits: opening, carrying over, spending codes."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from lti_tool.errors import VisitEnded
from lti_tool.web.rules import hash_secret
from lti_tool.web.service import VisitFor, issue_code, open_visit, redeem_code
from tests.builders import make_member

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


def visit_for(session: Session) -> VisitFor:
    member = make_member(session, "Zoë Núñez-Øster")
    context = member.context
    return VisitFor(
        registration_id=context.deployment.registration_id,
        deployment_id=context.deployment_id,
        context_id=context.id,
        resource_link_id=None,
        user_id=member.user_id,
        role="learner",
        message_type="LtiResourceLinkRequest",
    )


def test_a_visit_is_kept_by_hash_only(session: Session) -> None:
    visit, token = open_visit(session, visit_for(session), browser_key="key", now=NOW)
    assert visit.token_hash == hash_secret(token) != token
    assert visit.browser_hash == hash_secret("key")
    assert visit.is_strong


def test_a_code_works_once(session: Session) -> None:
    visit, _ = open_visit(session, visit_for(session), browser_key=None, now=NOW)
    code = issue_code(session, visit.id, path="/modules/", now=NOW)
    fresh, token, path = redeem_code(session, code, browser_key="first-party", now=NOW + timedelta(seconds=5))
    assert fresh.is_strong
    assert fresh.user_id == visit.user_id
    assert path == "/modules/"
    assert hash_secret(token) == fresh.token_hash != visit.token_hash
    with pytest.raises(VisitEnded):
        redeem_code(session, code, browser_key="first-party", now=NOW + timedelta(seconds=6))


def test_a_code_is_late_after_a_minute(session: Session) -> None:
    visit, _ = open_visit(session, visit_for(session), browser_key=None, now=NOW)
    code = issue_code(session, visit.id, path="", now=NOW)
    with pytest.raises(VisitEnded):
        redeem_code(session, code, browser_key=None, now=NOW + timedelta(seconds=61))
