"""The class: who is in it, in which order, and at what cost."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from lti_tool.assessment.catalog import Learner
from lti_tool.assessment.queries import list_learners
from lti_tool.assessment.service import finish_part, show_class, show_student, sign_statement
from lti_tool.content.catalog import Catalogue
from lti_tool.gradebook.service import record_result
from lti_tool.lti.roles import CourseRole
from lti_tool.passback.catalog import DeliveryState
from lti_tool.passback.models import Delivery
from lti_tool.roster.models import Context
from tests.builders import NOW, make_context, make_member
from tests.unit.assessment.content import MODULE, STATEMENT

CATALOGUE = Catalogue((MODULE,))


@contextmanager
def counted_statements(session: Session) -> Iterator[list[str]]:
    """The SELECTs that run inside the block."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            seen.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def fill_class(session: Session, count: int) -> Context:
    context = make_context(session, lineitems_url="http://127.0.0.1:9000/lineitems")
    for number in range(count):
        member = make_member(session, f"Student {number:03}", context=context)
        learner = Learner(context.id, member.user_id)
        finish_part(session, learner, MODULE, "read", CATALOGUE, NOW)
        sign_statement(session, learner, MODULE, STATEMENT, CATALOGUE, NOW)
        record_result(
            session,
            context_id=context.id,
            user_id=member.user_id,
            activity="module:small",
            score_given=8,
            score_maximum=10,
            submitted_at=NOW,
            now=NOW,
            label=MODULE.title,
        )
    session.flush()
    session.expire_all()
    return context


def test_a_class_of_60_costs_as_many_statements_as_a_class_of_3(session: Session) -> None:
    costs = []
    for count in (3, 60):
        context_id = fill_class(session, count).id if count == 3 else _second_course(session, count)
        park_scores(session)
        session.expunge_all()
        with counted_statements(session) as seen:
            page = show_class(session, CATALOGUE, context_id)
            names = [row.member.user.display_name for row in page.rows]
        assert len(names) == page.total == count
        assert page.complete == {"small": count}
        assert all(row.lines[0].sync is not None for row in page.rows)
        assert [(reason.code, people) for reason, people in page.stuck] == [("course_concluded", count)]
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 8


def park_scores(session: Session) -> None:
    """As a platform does that takes no more scores."""
    session.execute(update(Delivery).values(state=DeliveryState.PARKED, reason="course_concluded"))


def _second_course(session: Session, count: int) -> int:
    context = make_context(session, lti_id="course-2")
    for number in range(count):
        member = make_member(session, f"Other {number:03}", context=context)
        record_result(
            session,
            context_id=context.id,
            user_id=member.user_id,
            activity="module:small",
            score_given=1,
            score_maximum=1,
            submitted_at=NOW,
            now=NOW,
        )
    session.flush()
    return context.id


def test_only_learners_of_this_course_are_in_the_class(session: Session) -> None:
    context = make_context(session)
    make_member(session, "Zoë Núñez-Øster", context=context)
    make_member(session, "Dr. Haddad", context=context, role=CourseRole.INSTRUCTOR)
    make_member(session, "Olly Observer", context=context, role=CourseRole.OBSERVER)
    make_member(session, "Test Student", context=context, is_test_user=True)
    former = make_member(session, "Once Staff", context=context)
    former.has_been_staff = True
    make_member(session, "Elsewhere", context=make_context(session, lti_id="other"))
    session.flush()
    page = show_class(session, CATALOGUE, context.id)
    assert [row.member.user.display_name for row in page.rows] == ["Zoë Núñez-Øster"]
    assert page.total == 1


def test_who_never_opened_the_tool_is_in_the_class_and_who_has_left_is_not(session: Session) -> None:
    context = make_context(session)
    make_member(session, "Zoë Núñez-Øster", context=context).last_launch_at = NOW
    make_member(session, "Amara Okafor", context=context)
    make_member(session, "Gone Away", context=context).left_at = NOW
    back = make_member(session, "Wei Chen", context=context)
    back.left_at, back.last_launch_at = NOW, NOW + timedelta(days=1)
    session.flush()
    page = show_class(session, CATALOGUE, context.id)
    assert [row.member.user.name for row in page.rows] == ["Amara Okafor", "Wei Chen", "Zoë Núñez-Øster"]
    assert (page.total, page.opened) == (3, 2)
    assert [line.state.state for line in page.rows[0].lines] == ["todo"]


def test_a_class_is_ordered_by_family_name_and_then_by_given_name(session: Session) -> None:
    context = make_context(session)
    for given, family in (("Zoë", "Abel"), ("Ana", "Moreno"), ("Amara", "Abel"), ("bo", "adams")):
        user = make_member(session, f"{given} {family}", context=context).user
        user.given_name, user.family_name = given, family
    session.flush()
    members = list_learners(session, context.id).members
    assert [it.user.display_name for it in members] == ["Amara Abel", "Zoë Abel", "bo adams", "Ana Moreno"]


@pytest.mark.parametrize("size", [5, 6, 7])
def test_pages_hold_everybody_once_forwards_and_backwards(session: Session, size: int) -> None:
    context = make_context(session)
    # Two of one name, and two without any.
    for number in range(size - 4):
        make_member(session, f"Person {number}", context=context)
    for sub in ("a", "b"):
        make_member(session, sub, context=context).user.name = "Wei Chen"
        make_member(session, sub + "-nameless", context=context).user.name = ""
    session.flush()
    seen: list[int] = []
    page = list_learners(session, context.id, limit=2)
    assert not page.has_previous
    while True:
        seen += [it.user_id for it in page.members]
        if not page.has_next:
            break
        page = list_learners(session, context.id, after=page.members[-1].user_id, limit=2)
        assert page.has_previous
    assert len(seen) == len(set(seen)) == size
    back = list_learners(session, context.id, before=seen[-1], limit=2)
    assert [it.user_id for it in back.members] == seen[-3:-1]
    assert back.has_next and back.has_previous
    first = list_learners(session, context.id, before=seen[1], limit=2)
    assert [it.user_id for it in first.members] == seen[:1] and not first.has_previous


def test_an_unknown_place_in_the_class_is_its_beginning(session: Session) -> None:
    context = make_context(session)
    make_member(session, "Zoë Núñez-Øster", context=context)
    page = list_learners(session, context.id, after=999)
    assert len(page.members) == 1 and not page.has_previous


def test_an_empty_class_is_empty(session: Session) -> None:
    page = show_class(session, CATALOGUE, make_context(session).id)
    assert page.rows == () and page.total == 0 and page.complete == {"small": 0}


def test_a_student_without_results_costs_one_statement(session: Session) -> None:
    member = make_member(session, "Zoë Núñez-Øster")
    session.flush()
    with counted_statements(session) as seen:
        view = show_student(session, CATALOGUE, Learner(member.context_id, member.user_id))
    assert view.complete == 0 and view.next_line is not None
    assert len(seen) == 1
