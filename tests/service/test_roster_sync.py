"""A course's roster on both databases: what is written, who has left, who reads it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from lti_tool.db import SessionFactory, make_session_factory, without_transactions
from lti_tool.lti.roles import CourseRole
from lti_tool.registration.service import disable_registration
from lti_tool.roster.catalog import RosterFailure, RosterMember, RosterReason, RosterReport
from lti_tool.roster.models import Context, Membership, RosterSync, User
from lti_tool.roster.nrps import RosterUnreadable
from lti_tool.roster.queries import list_learners, list_members
from lti_tool.roster.service import (
    Held,
    ask_for_roster,
    finish_reading,
    hold_roster,
    renew_hold,
    sync_roster,
    want_roster,
)
from tests.builders import NOW, make_context, make_member

LATER = NOW + timedelta(hours=2)
HALF_AN_HOUR = timedelta(minutes=30)
ZOE = RosterMember("sub-Zoë", CourseRole.LEARNER, name="Zoë Núñez", given_name="Zoë", family_name="Núñez")
AMARA = RosterMember("sub-Amara", CourseRole.LEARNER, name="Amara Okafor")
RIVERA = RosterMember("sub-Rivera", CourseRole.INSTRUCTOR, name="Prof. Rivera")


class Listed:
    """A platform's list as plain pages; it may break off after them."""

    def __init__(self, *pages: tuple[RosterMember, ...], breaks: RosterReason | None = None) -> None:
        self.pages = pages
        self.breaks = breaks

    def read_pages(self) -> Iterator[tuple[RosterMember, ...]]:
        yield from self.pages
        if self.breaks is not None:
            raise RosterUnreadable(self.breaks)


@pytest.fixture
def context(session: Session) -> Context:
    context = make_context(session)
    context.memberships_url = "http://127.0.0.1:9000/members"
    session.commit()
    return context


@pytest.fixture
def factory(session: Session) -> SessionFactory:
    bind = session.get_bind()
    assert isinstance(bind, Engine)
    return make_session_factory(bind)


def sync(
    session: Session, context: Context, *pages: tuple[RosterMember, ...], at: datetime = LATER, **more: RosterReason
) -> RosterReport:
    bind, course = session.get_bind(), (context.id, context.deployment.registration_id)
    assert isinstance(bind, Engine)
    # No lock of ours beside the reading.
    session.commit()
    report = sync_roster(
        make_session_factory(bind),
        Listed(*pages, **more),
        context_id=course[0],
        registration_id=course[1],
        now_fn=lambda: at,
    )
    session.expire_all()
    return report


def listen(engine: Engine) -> list[str]:
    """The statements from now on."""
    statements: list[str] = []
    for side in (engine, without_transactions(engine)):
        event.listen(side, "before_cursor_execute", lambda *args: statements.append(args[2]))
    return statements


def about_people(statements: list[str]) -> list[str]:
    """Without those of the fixtures and of transactions."""
    return [words for words in statements if "membership." in words or "user_account" in words]


def members_of(session: Session, context: Context) -> dict[str, Membership]:
    return {member.user.sub: member for member in list_members(session, context.id)}


def test_people_who_never_opened_the_tool_are_in_the_course(session: Session, context: Context) -> None:
    report = sync(session, context, (ZOE, RIVERA), (AMARA,))
    assert (report.members, report.added, report.changed, report.left, report.pages) == (3, 3, 0, 0, 2)
    found = members_of(session, context)
    assert found["sub-Zoë"].role == CourseRole.LEARNER
    assert found["sub-Rivera"].role == CourseRole.INSTRUCTOR
    assert found["sub-Zoë"].last_launch_at is None
    assert found["sub-Zoë"].user.family_name == "Núñez"
    assert [member.user.name for member in list_learners(session, context.id)] == ["Amara Okafor", "Zoë Núñez"]


def test_nothing_is_written_for_an_unchanged_course(session: Session, context: Context) -> None:
    page = tuple(RosterMember(f"s{number}", CourseRole.LEARNER, name=f"Student {number}") for number in range(700))
    assert sync(session, context, page, (ZOE,)).added == 701
    bind = session.get_bind()
    assert isinstance(bind, Engine)
    statements = listen(bind)
    again = sync(session, context, page, (ZOE,))
    assert (again.members, again.added, again.changed, again.left) == (701, 0, 0, 0)
    # One look for each batch of a page, and one for those who may have left.
    assert [words.split()[0] for words in about_people(statements)] == ["SELECT"] * 4


def test_a_page_takes_three_statements(session: Session, context: Context) -> None:
    sync(session, context, (ZOE,))
    bind = session.get_bind()
    assert isinstance(bind, Engine)
    statements = listen(bind)
    page = tuple(RosterMember(f"s{number}", CourseRole.LEARNER, name=f"Student {number}") for number in range(200))
    sync(session, context, (ZOE, *page), breaks=RosterReason.UNREACHABLE)
    assert [words.split()[0] for words in about_people(statements)] == ["SELECT", "INSERT", "INSERT"]


def test_departures_are_marked_and_undone(session: Session, context: Context) -> None:
    sync(session, context, (ZOE, AMARA))
    report = sync(session, context, (ZOE,), at=LATER + HALF_AN_HOUR)
    assert report.left == 1
    amara = members_of(session, context)["sub-Amara"]
    assert amara.has_left and amara.left_at == LATER + HALF_AN_HOUR
    assert [member.user.sub for member in list_learners(session, context.id)] == ["sub-Zoë"]
    assert sync(session, context, (ZOE,), at=LATER + 2 * HALF_AN_HOUR).left == 0
    back = sync(session, context, (ZOE, AMARA), at=LATER + 3 * HALF_AN_HOUR)
    assert (back.added, back.changed) == (0, 1)
    assert not members_of(session, context)["sub-Amara"].has_left


def test_suspended_people_have_left(session: Session, context: Context) -> None:
    sync(session, context, (ZOE, AMARA))
    suspended = RosterMember("sub-Amara", CourseRole.LEARNER, is_here=False)
    assert sync(session, context, (ZOE, suspended), at=LATER + HALF_AN_HOUR).left == 1


def test_a_launch_after_leaving_undoes_it(session: Session, context: Context) -> None:
    member = make_member(session, "Amara", context=context)
    sync(session, context, (ZOE,))
    assert members_of(session, context)["sub-Amara"].has_left
    member.last_launch_at = LATER + HALF_AN_HOUR
    session.commit()
    assert not members_of(session, context)["sub-Amara"].has_left
    assert [it.user.sub for it in list_learners(session, context.id)] == ["sub-Amara", "sub-Zoë"]


def test_nobody_leaves_by_an_incomplete_reading(session: Session, context: Context) -> None:
    sync(session, context, (ZOE, AMARA))
    report = sync(session, context, (ZOE, RIVERA), at=LATER + HALF_AN_HOUR, breaks=RosterReason.UNREACHABLE)
    assert report.failure == RosterFailure(RosterReason.UNREACHABLE)
    assert (report.left, report.added) == (0, 1)
    assert not members_of(session, context)["sub-Amara"].has_left


def test_an_empty_list_is_not_believed(session: Session, context: Context) -> None:
    sync(session, context, (ZOE,))
    report = sync(session, context, (), at=LATER + HALF_AN_HOUR)
    assert report.failure is not None
    assert report.failure.reason is RosterReason.EMPTY
    assert not members_of(session, context)["sub-Zoë"].has_left


def test_whoever_came_while_it_was_read_stays(session: Session, context: Context) -> None:
    sync(session, context, (ZOE,))
    late = make_member(session, "Amara", context=context)
    late.created_at = LATER + HALF_AN_HOUR
    zoe = members_of(session, context)["sub-Zoë"]
    zoe.last_launch_at = LATER + HALF_AN_HOUR
    assert sync(session, context, (RIVERA,), at=LATER + HALF_AN_HOUR).left == 0


def test_launches_outrank_the_roster(session: Session, context: Context) -> None:
    assistant = make_member(session, "Tomás", context=context, role=CourseRole.ASSISTANT)
    assistant.last_launch_at, assistant.has_been_staff = NOW, True
    pupil = make_member(session, "Zoë", context=context)
    pupil.last_launch_at = NOW
    # Moodle lists teachers without editing rights as students.
    listed = RosterMember("sub-Tomás", CourseRole.LEARNER, name="T. Herrera", family_name="Herrera")
    sync(session, context, (listed, RosterMember("sub-Zoë", CourseRole.INSTRUCTOR)))
    found = members_of(session, context)
    assert (found["sub-Tomás"].role, found["sub-Tomás"].has_been_staff) == (CourseRole.ASSISTANT, True)
    assert (found["sub-Tomás"].user.name, found["sub-Tomás"].user.family_name) == ("Tomás", "Herrera")
    assert found["sub-Zoë"].role == CourseRole.LEARNER


def test_somebody_known_from_another_course_is_one_person(session: Session, context: Context) -> None:
    other = make_context(session, registration=context.deployment.registration, lti_id="course-2")
    make_member(session, "Zoë", context=other)
    sync(session, context, (ZOE, AMARA))
    assert session.scalar(select(func.count()).select_from(User)) == 2
    assert len(list_members(session, other.id)) == 1
    assert not list_members(session, other.id)[0].has_left


def test_a_person_on_two_pages_is_counted_once(session: Session, context: Context) -> None:
    sync(session, context, (ZOE,))
    teaching = RosterMember("sub-Zoë", CourseRole.INSTRUCTOR)
    report = sync(session, context, (ZOE,), (teaching,), at=LATER + HALF_AN_HOUR)
    assert (report.changed, members_of(session, context)["sub-Zoë"].role) == (0, CourseRole.LEARNER)


def hold(session: Session, now: datetime, **more: int) -> Held:
    held = hold_roster(session, now, **more)
    assert held is not None
    session.commit()
    return held


def row(session: Session) -> RosterSync:
    session.expire_all()
    return session.scalars(select(RosterSync)).one()


def test_a_launch_asks_once_in_a_while(session: Session, context: Context) -> None:
    assert ask_for_roster(session, context, NOW, every=HALF_AN_HOUR)
    assert not ask_for_roster(session, context, NOW + timedelta(minutes=29), every=HALF_AN_HOUR)
    assert ask_for_roster(session, context, NOW + timedelta(minutes=31), every=HALF_AN_HOUR)
    assert row(session).due_at == NOW + timedelta(minutes=31)
    assert not ask_for_roster(session, context, LATER, every=timedelta())


def test_a_course_without_the_service_is_not_asked_for(session: Session, context: Context) -> None:
    context.memberships_url = None
    assert not ask_for_roster(session, context, NOW, every=HALF_AN_HOUR)
    assert hold_roster(session, NOW) is None


def test_two_workers_never_read_one_course(session: Session, context: Context) -> None:
    want_roster(session, context.id, NOW)
    held = hold(session, NOW)
    assert (held.context_id, held.members_url) == (context.id, context.memberships_url)
    assert hold_roster(session, NOW) is None
    assert hold_roster(session, NOW, context_id=context.id) is None
    taken_over = hold(session, NOW + timedelta(minutes=4))
    assert renew_hold(session, held, NOW + timedelta(minutes=4)) is None
    assert not finish_reading(session, held, RosterReport(context.id), LATER, jitter=0.5)
    until = renew_hold(session, taken_over, NOW + timedelta(minutes=5))
    assert until == NOW + timedelta(minutes=8)


def test_a_complete_reading_is_noted(session: Session, context: Context) -> None:
    want_roster(session, context.id, NOW)
    assert finish_reading(session, hold(session, NOW), RosterReport(context.id, members=25), LATER, jitter=0.5)
    sync = row(session)
    assert (sync.synced_at, sync.members, sync.due_at, sync.held_until, sync.tries) == (LATER, 25, None, None, 0)
    assert hold_roster(session, LATER) is None


def test_a_failure_is_tried_again_later_and_later(session: Session, context: Context) -> None:
    want_roster(session, context.id, NOW)
    away = RosterReport(context.id, failure=RosterFailure(RosterReason.UNREACHABLE, "nobody answers"))
    assert finish_reading(session, hold(session, NOW), away, NOW, jitter=0.5)
    assert row(session).due_at == NOW + timedelta(minutes=2)
    assert hold_roster(session, NOW) is None
    again = NOW + timedelta(minutes=2)
    assert finish_reading(session, hold(session, again), away, again, jitter=0.5)
    sync = row(session)
    assert (sync.tries, sync.reason, sync.detail) == (2, "unreachable", "nobody answers")
    assert sync.due_at == again + timedelta(minutes=4)


def test_what_a_person_has_to_mend_waits_for_a_launch_of_the_next_day(session: Session, context: Context) -> None:
    ask_for_roster(session, context, NOW, every=HALF_AN_HOUR)
    session.commit()
    refused = RosterReport(context.id, failure=RosterFailure(RosterReason.NOT_ALLOWED, "403"))
    assert finish_reading(session, hold(session, NOW), refused, NOW, jitter=0.5)
    assert row(session).due_at is None
    assert not ask_for_roster(session, context, LATER, every=HALF_AN_HOUR)
    assert ask_for_roster(session, context, NOW + timedelta(days=1, minutes=1), every=HALF_AN_HOUR)


def test_a_platform_that_is_switched_off_is_left_alone(session: Session, context: Context) -> None:
    want_roster(session, context.id, NOW)
    disable_registration(session, context.deployment.registration)
    assert hold_roster(session, NOW) is None


def test_somebody_on_two_pages_is_who_the_first_says(session: Session, context: Context) -> None:
    as_teacher = RosterMember("sub-Zoë", CourseRole.INSTRUCTOR, name="Z. Núñez")
    report = sync(session, context, (ZOE, RIVERA), (as_teacher, AMARA))
    assert (report.added, report.changed) == (3, 0)
    zoe = members_of(session, context)["sub-Zoë"]
    assert (zoe.role, zoe.user.name) == (CourseRole.LEARNER, "Zoë Núñez")
    again = sync(session, context, (ZOE, RIVERA), (as_teacher, AMARA), at=LATER + timedelta(hours=1))
    assert (again.added, again.changed, again.left) == (0, 0, 0)
