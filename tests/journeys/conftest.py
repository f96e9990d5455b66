"""People of one course, inside their visits; a file that needs others makes them under the same names."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lti_tool.lti.roles import CourseRole
from lti_tool.roster.models import Membership
from tests.builders import make_context, make_member
from tests.journeys.visits import Person, enter


@pytest.fixture
def member(session: Session) -> Membership:
    """Zoë as a member of her course."""
    found = make_member(session, "Zoë Núñez-Øster", context=make_context(session))
    session.commit()
    return found


@pytest.fixture
def zoe(app: Flask, session: Session, member: Membership) -> Person:
    """Zoë in her browser."""
    return enter(app, session, member)


@pytest.fixture
def teacher(app: Flask, session: Session, member: Membership) -> Person:
    """The teacher of her course."""
    found = make_member(session, "Helena Marsh", context=member.context, role=CourseRole.INSTRUCTOR)
    session.commit()
    return enter(app, session, found)
