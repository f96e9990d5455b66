"""Career staff: a one-time code opens the own institution's page, and nothing of another's."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.admin.service import make_grant, revoke_grant
from lti_tool.lti.roles import CourseRole
from lti_tool.passback.models import Delivery, LineItem
from lti_tool.registration.models import Deployment, Registration
from lti_tool.registration.service import record_deployment
from lti_tool.roster.models import Membership, StaffGrant
from tests.builders import make_context, make_member, make_registration
from tests.journeys.opened_visits import enter


@pytest.fixture
def helena(session: Session) -> Membership:
    """Career staff of Riverbend."""
    return make_member(session, "Helena Marsh", role=CourseRole.INSTRUCTOR)


@pytest.fixture
def elsewhere(session: Session, helena: Membership) -> Membership:
    """A member of another institution."""
    other = make_registration(session, base="http://127.0.0.2:9000", client_id="client-2")
    other.name = "Hill College LMS"
    context = make_context(session, registration=other, lti_id="course-9")
    return make_member(session, "Kofi Mensah", context=context, role=CourseRole.INSTRUCTOR)


def institution_of(member: Membership) -> int:
    return member.context.deployment.registration.institution_id


def grant_to(session: Session, member: Membership) -> StaffGrant:
    grant, _ = make_grant(session, institution_of(member), "Career office", clock.now(), days=7)
    grant.user_id = member.user_id
    grant.taken_up_at = clock.now()
    session.commit()
    return grant


def add_delivery(session: Session, member: Membership, state: str, reason: str) -> None:
    column = LineItem(
        context_id=member.context_id,
        tag=f"module:{state}",
        label="Expectations",
        score_maximum=10,
        created_at=clock.now(),
    )
    session.add(column)
    session.flush()
    session.add(
        Delivery(
            registration_id=member.context.deployment.registration_id,
            line_item_id=column.id,
            user_id=member.user_id,
            score_given=8,
            score_maximum=10,
            activity_progress="Completed",
            grading_progress="FullyGraded",
            submitted_at=clock.now(),
            created_at=clock.now(),
            next_try_at=clock.now(),
            state=state,
            reason=reason,
        )
    )
    session.flush()


def test_a_code_opens_the_page(app: Flask, session: Session, helena: Membership) -> None:
    _, code = make_grant(session, institution_of(helena), "Career office", clock.now(), days=7)
    visit = enter(app, session, helena, CourseRole.INSTRUCTOR)
    assert visit.client.get(visit.url("/institution")).status_code == 403
    assert visit.client.get(visit.url("/staff-code")).status_code == 200
    typed = code.lower().replace("-", " ")
    answer = visit.client.post(visit.url("/staff-code"), data=visit.form(code=typed))
    assert answer.status_code == 303
    assert answer.location == visit.url("/institution")
    page = visit.client.get(answer.location)
    assert page.status_code == 200
    assert "Riverbend University" in page.text
    assert "Career office" in page.text


@pytest.mark.parametrize("why", ["wrong", "used", "late", "revoked", "elsewhere", "empty", "long"])
def test_codes_that_are_worth_nothing(
    app: Flask, session: Session, helena: Membership, elsewhere: Membership, why: str
) -> None:
    owner = elsewhere if why == "elsewhere" else helena
    made = clock.now() - timedelta(days=8 if why == "late" else 0)
    grant, code = make_grant(session, institution_of(owner), "Career office", made, days=7)
    if why == "used":
        grant.user_id, grant.taken_up_at = elsewhere.user_id, clock.now()
    if why == "revoked":
        revoke_grant(session, grant, clock.now())
    typed = {"wrong": "AAAA-BBBB-CCCC-DDDD", "empty": "", "long": "A" * 500}.get(why, code)
    visit = enter(app, session, helena, CourseRole.INSTRUCTOR)
    answer = visit.client.post(visit.url("/staff-code"), data=visit.form(code=typed))
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert visit.client.get(visit.url("/institution")).status_code == 403


def test_who_may_enter_a_code(app: Flask, session: Session, helena: Membership) -> None:
    outsider = enter(app, session, helena, CourseRole.NONE)
    assert outsider.client.get(outsider.url("/staff-code")).status_code == 403
    administrator = enter(app, session, helena, CourseRole.NONE, is_institution_administrator=True)
    assert administrator.client.get(administrator.url("/staff-code")).status_code == 200
    weak = enter(app, session, helena, CourseRole.LEARNER, strong=False)
    assert weak.client.get(weak.url("/staff-code")).status_code == 403


def test_nobody_takes_up_a_grant_in_another_s_name(app: Flask, session: Session, helena: Membership) -> None:
    _, code = make_grant(session, institution_of(helena), "Career office", clock.now(), days=7)
    visit = enter(app, session, helena, CourseRole.INSTRUCTOR, is_masquerade=True)
    assert visit.client.post(visit.url("/staff-code"), data=visit.form(code=code)).status_code == 403
    assert session.scalars(select(StaffGrant)).one().taken_up_at is None


def test_the_page_ends_at_the_institution(
    app: Flask, session: Session, helena: Membership, elsewhere: Membership
) -> None:
    grant_to(session, helena)
    grant_to(session, elsewhere).label = "Hill careers"
    add_delivery(session, helena, "parked", "course_concluded")
    add_delivery(session, helena, "delivered", "")
    add_delivery(session, elsewhere, "pending", "")
    visit = enter(app, session, helena, CourseRole.INSTRUCTOR)
    page = visit.client.get(visit.url("/institution")).text
    assert "Riverbend LMS" in page
    assert "Needs somebody" in page
    assert "Arrived" in page
    assert "Hill" not in page
    assert "client-2" not in page
    assert "Waiting" not in page


def test_held_deployments_of_the_own_institution_only(
    app: Flask, session: Session, helena: Membership, elsewhere: Membership
) -> None:
    grant_to(session, helena)
    mine, theirs = (
        record_deployment(session, session.get_one(Registration, registration_id), "held-1", clock.now(), hold=True)
        for registration_id in (
            helena.context.deployment.registration_id,
            elsewhere.context.deployment.registration_id,
        )
    )
    visit = enter(app, session, helena, CourseRole.INSTRUCTOR)
    assert "Accept held-1" in visit.client.get(visit.url("/institution")).text

    def accept(deployment: Deployment) -> int:
        url = visit.url(f"/institution/deployments/{deployment.id}/accept")
        return visit.client.post(url, data=visit.form()).status_code

    assert accept(mine) == 303
    assert accept(theirs) == 404
    session.expire_all()
    assert (mine.state, theirs.state) == ("accepted", "held")


def test_a_revoked_grant_ends_at_once(app: Flask, session: Session, helena: Membership) -> None:
    grant = grant_to(session, helena)
    visit = enter(app, session, helena, CourseRole.INSTRUCTOR)
    assert visit.client.get(visit.url("/institution")).status_code == 200
    revoke_grant(session, grant, clock.now())
    revoke_grant(session, grant, clock.now() + timedelta(days=1))
    session.commit()
    assert visit.client.get(visit.url("/institution")).status_code == 403


def test_a_weak_visit_does_not_reach_it(app: Flask, session: Session, helena: Membership) -> None:
    grant_to(session, helena)
    visit = enter(app, session, helena, CourseRole.LEARNER, strong=False)
    assert visit.client.get(visit.url("/institution")).status_code == 403


def test_the_office_leads_on(app: Flask, session: Session, helena: Membership) -> None:
    visit = enter(app, session, helena, CourseRole.INSTRUCTOR)
    assert visit.client.get(visit.url("/office")).location == visit.url("/staff-code")
    grant_to(session, helena)
    assert visit.client.get(visit.url("/office")).location == visit.url("/institution")
