"""Parts, tries and signatures on a real session: what is kept, what counts once, what reaches the outbox."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool.assessment.catalog import Learner
from lti_tool.assessment.models import Attempt, TryGrant
from lti_tool.assessment.queries import find_attempt, find_draft, find_progress, list_seen_questions
from lti_tool.assessment.service import (
    HandedIn,
    NotLocked,
    TryRefused,
    Unfinished,
    accept_part,
    begin_part,
    finish_part,
    hand_in,
    resend,
    save_draft,
    save_try,
    sign_statement,
    start_try,
    tell_story,
    unlock_try,
)
from lti_tool.content.catalog import Catalogue, Module
from lti_tool.db import make_engine, make_session_factory
from lti_tool.errors import NotFound
from lti_tool.gradebook.models import Result, ResultRecord
from lti_tool.gradebook.queries import find_fact, find_result
from lti_tool.lti.roles import CourseRole
from lti_tool.passback.catalog import DeliveryState
from lti_tool.passback.models import Delivery, LineItem
from lti_tool.roster.models import Membership
from tests.builders import NOW, make_context, make_member
from tests.unit.assessment.content import CHECK, MODULE, STATEMENT

CATALOGUE = Catalogue((MODULE,))
LATER = NOW + timedelta(hours=3)


def make_learner(session: Session, name: str = "Zoë Núñez-Øster") -> Learner:
    context = make_context(session, lineitems_url="http://127.0.0.1:9000/lineitems")
    member = make_member(session, name, context=context)
    return Learner(member.context_id, member.user_id)


def answers(session: Session, learner: Learner, number: int, *, wrong: int = 0) -> Mapping[str, str]:
    attempt = find_attempt(session, learner, MODULE.id, number)
    assert attempt is not None
    ids = [question["id"] for question in attempt.snapshot["questions"]]
    return {question_id: "no" if index < wrong else "yes" for index, question_id in enumerate(ids)}


def do_try(session: Session, learner: Learner, *, wrong: int = 0, module: Module = MODULE) -> int:
    number = start_try(session, learner, module, CHECK, NOW)
    assert isinstance(number, int)
    outcome = hand_in(
        session, learner, module, number, answers(session, learner, number, wrong=wrong), CATALOGUE, LATER
    )
    assert outcome == HandedIn(number)
    return number


def do_the_rest(session: Session, learner: Learner) -> None:
    for part_id in ("contacts", "scope"):
        draft = save_draft(session, learner, MODULE, part_id, {"a": "b"}, NOW, is_checked=True)
        accept_part(session, learner, MODULE, draft, CATALOGUE, NOW)
    sign_statement(session, learner, MODULE, STATEMENT, CATALOGUE, NOW)


def module_result(session: Session, learner: Learner) -> Result | None:
    return find_result(session, learner.context_id, learner.user_id, "module:small")


def deliveries(session: Session) -> list[Delivery]:
    return list(
        session.scalars(select(Delivery).join(LineItem).where(LineItem.tag == "module:small").order_by(Delivery.id))
    )


def test_a_part_is_begun_once_and_done_once(session: Session) -> None:
    learner = make_learner(session)
    begin_part(session, learner, MODULE, "read", NOW)
    begin_part(session, learner, MODULE, "read", LATER)
    finish_part(session, learner, MODULE, "read", CATALOGUE, LATER)
    finish_part(session, learner, MODULE, "read", CATALOGUE, LATER + timedelta(days=1))
    progress = find_progress(session, learner, MODULE.id)
    assert (progress["read"].started_at, progress["read"].done_at) == (NOW, LATER)


def test_a_draft_keeps_the_latest_text_and_the_accepted_one(session: Session) -> None:
    learner = make_learner(session)
    draft = save_draft(session, learner, MODULE, "scope", {"task": "Build"}, NOW, is_checked=True)
    accept_part(session, learner, MODULE, draft, CATALOGUE, NOW)
    save_draft(session, learner, MODULE, "scope", {"task": "Buil"}, LATER)
    stored = find_draft(session, learner, MODULE.id, "scope")
    assert stored is not None
    assert stored.answers == {"task": "Buil"} and stored.accepted == {"task": "Build"}
    assert (stored.saved_at, stored.accepted_at, stored.is_checked) == (LATER, NOW, False)
    assert find_progress(session, learner, MODULE.id)["scope"].done_at == NOW


def test_a_second_press_goes_on_with_the_same_try(session: Session) -> None:
    learner = make_learner(session)
    first = start_try(session, learner, MODULE, CHECK, NOW)
    assert start_try(session, learner, MODULE, CHECK, LATER) == first == 1
    assert session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_a_try_draws_questions_that_were_not_asked_before(session: Session) -> None:
    learner = make_learner(session)
    do_try(session, learner)
    assert len(list_seen_questions(session, learner, MODULE.id)) == 4
    do_try(session, learner)
    assert len(list_seen_questions(session, learner, MODULE.id)) == 8


def test_a_try_keeps_its_questions_when_the_content_changes(session: Session) -> None:
    learner = make_learner(session)
    start_try(session, learner, MODULE, CHECK, NOW)
    changed = replace(MODULE, check=replace(CHECK, questions=CHECK.questions[:1], points=4), version="new")
    outcome = hand_in(session, learner, changed, 1, answers(session, learner, 1), CATALOGUE, LATER)
    attempt = find_attempt(session, learner, MODULE.id, 1)
    assert outcome == HandedIn(1) and attempt is not None
    assert (attempt.right, attempt.asked, attempt.points, attempt.points_maximum) == (4, 4, 8.0, 8.0)
    assert attempt.version == MODULE.version


def test_open_questions_keep_a_try_open_and_its_answers(session: Session) -> None:
    learner = make_learner(session)
    start_try(session, learner, MODULE, CHECK, NOW)
    some = dict(list(answers(session, learner, 1).items())[:3])
    outcome = hand_in(session, learner, MODULE, 1, some, CATALOGUE, LATER)
    assert isinstance(outcome, Unfinished) and len(outcome.missing) == 1
    attempt = find_attempt(session, learner, MODULE.id, 1)
    assert attempt is not None and attempt.answers == some and attempt.submitted_at is None


def test_a_try_is_handed_in_once(session: Session) -> None:
    learner = make_learner(session)
    start_try(session, learner, MODULE, CHECK, NOW)
    hand_in(session, learner, MODULE, 1, answers(session, learner, 1, wrong=2), CATALOGUE, NOW)
    again = hand_in(session, learner, MODULE, 1, answers(session, learner, 1), CATALOGUE, LATER)
    assert again == HandedIn(1)
    save_try(session, learner, MODULE, 1, answers(session, learner, 1), LATER)
    attempt = find_attempt(session, learner, MODULE.id, 1)
    assert attempt is not None and (attempt.right, attempt.submitted_at) == (2, NOW)
    assert list(attempt.answers.values()).count("no") == 2
    assert session.scalar(select(func.count()).select_from(ResultRecord)) == 1


def test_somebody_elses_try_cannot_be_reached(session: Session) -> None:
    zoe = make_learner(session)
    amara = make_member(session, "Amara Okafor")
    start_try(session, zoe, MODULE, CHECK, NOW)
    with pytest.raises(NotFound):
        save_try(session, Learner(amara.context_id, amara.user_id), MODULE, 1, {}, NOW)


def test_after_three_tries_only_staff_can_unlock_one_more(session: Session) -> None:
    learner = make_learner(session)
    teacher = make_member(session, "Dr. Haddad", role=CourseRole.INSTRUCTOR)
    assert isinstance(unlock_try(session, learner, MODULE, CHECK, granted_by_id=teacher.user_id, now=NOW), NotLocked)
    for _ in range(3):
        do_try(session, learner, wrong=4)
    assert start_try(session, learner, MODULE, CHECK, NOW) == TryRefused()
    unlocked = unlock_try(session, learner, MODULE, CHECK, granted_by_id=teacher.user_id, now=NOW)
    second_press = unlock_try(session, learner, MODULE, CHECK, granted_by_id=teacher.user_id, now=NOW)
    assert unlocked == 4 and isinstance(second_press, NotLocked)
    assert session.scalar(select(func.count()).select_from(TryGrant)) == 1
    assert do_try(session, learner) == 4
    assert start_try(session, learner, MODULE, CHECK, NOW) == TryRefused()


def test_the_last_part_makes_the_result_and_puts_it_on_its_way(session: Session) -> None:
    learner = make_learner(session)
    do_the_rest(session, learner)
    assert module_result(session, learner) is None and deliveries(session) == []
    do_try(session, learner, wrong=1)
    result = module_result(session, learner)
    assert result is not None
    assert (result.score_given, result.score_maximum, result.submitted_at) == (8.0, 10.0, LATER)
    assert result.comment == "Check 3 of 4, scope template accepted, statement signed."
    assert result.version == MODULE.version
    (delivery,) = deliveries(session)
    assert (delivery.score_given, delivery.state) == (8.0, DeliveryState.PENDING)
    assert delivery.line_item.label == MODULE.title
    check = find_result(session, learner.context_id, learner.user_id, "check:small")
    assert check is not None and (check.score_given, check.score_maximum) == (6.0, 8.0)
    assert session.scalar(select(func.count()).select_from(LineItem).where(LineItem.tag == "check:small")) == 0
    programme = find_result(session, learner.context_id, learner.user_id, "programme")
    assert programme is not None and (programme.score_given, programme.score_maximum) == (1, 1)


def test_a_check_that_was_not_passed_does_not_complete_the_module(session: Session) -> None:
    learner = make_learner(session)
    do_the_rest(session, learner)
    do_try(session, learner, wrong=2)
    assert module_result(session, learner) is None
    do_try(session, learner, wrong=1)
    result = module_result(session, learner)
    assert result is not None and result.score_given == 8.0


def test_a_better_check_later_improves_the_result_and_a_worse_one_does_not(session: Session) -> None:
    learner = make_learner(session)
    do_try(session, learner, wrong=1)
    do_the_rest(session, learner)
    do_try(session, learner, wrong=4)
    result = module_result(session, learner)
    assert result is not None and result.score_given == 8.0
    assert len(deliveries(session)) == 1
    do_try(session, learner)
    result = module_result(session, learner)
    assert result is not None and result.score_given == 10.0
    assert [it.state for it in deliveries(session)] == [DeliveryState.SUPERSEDED, DeliveryState.PENDING]


def test_a_signature_is_a_fact_of_this_very_text(session: Session) -> None:
    learner = make_learner(session)
    sign_statement(session, learner, MODULE, STATEMENT, CATALOGUE, NOW)
    sign_statement(session, learner, MODULE, STATEMENT, CATALOGUE, LATER)
    fact = find_fact(
        session, user_id=learner.user_id, context_id=learner.context_id, kind="attestation", key="statement"
    )
    assert fact is not None and (fact.version, fact.at) == ("1:digest-1", NOW)
    new_text = replace(STATEMENT, version=2, digest="digest-2")
    sign_statement(session, learner, replace(MODULE, statement=new_text), new_text, CATALOGUE, LATER)
    assert find_progress(session, learner, MODULE.id)["statement"].version == "2:digest-2"
    old = find_fact(
        session,
        user_id=learner.user_id,
        context_id=learner.context_id,
        kind="attestation",
        key="statement",
        version="1:digest-1",
    )
    assert old is not None and old.at == NOW, "the older signature is kept"


@pytest.mark.parametrize("kind", ["test user", "former staff"])
def test_work_of_people_who_do_not_count_reaches_no_gradebook(session: Session, kind: str) -> None:
    context = make_context(session, lineitems_url="http://127.0.0.1:9000/lineitems")
    member: Membership = make_member(session, "Test Student", context=context, is_test_user=kind == "test user")
    member.has_been_staff = kind == "former staff"
    session.flush()
    learner = Learner(member.context_id, member.user_id)
    do_the_rest(session, learner)
    do_try(session, learner)
    assert module_result(session, learner) is not None
    assert deliveries(session) == []


def test_a_parked_score_is_sent_again_for_its_own_student_only(session: Session) -> None:
    learner = make_learner(session)
    do_the_rest(session, learner)
    do_try(session, learner)
    (delivery,) = deliveries(session)
    assert resend(session, learner, delivery.id, overrule=False, now=LATER) is False, "it is under way"
    delivery.state = DeliveryState.PARKED
    session.flush()
    other = make_member(session, "Amara Okafor")
    with pytest.raises(NotFound):
        resend(session, Learner(other.context_id, other.user_id), delivery.id, overrule=False, now=LATER)
    assert resend(session, learner, delivery.id, overrule=False, now=LATER) is True
    assert delivery.state == DeliveryState.PENDING


def test_the_story_holds_everything_of_one_student(session: Session) -> None:
    learner = make_learner(session)
    do_the_rest(session, learner)
    do_try(session, learner, wrong=3)
    start_try(session, learner, MODULE, CHECK, LATER)
    (story,) = tell_story(session, CATALOGUE, learner).modules
    assert [attempt.number for attempt in story.attempts] == [1, 2]
    assert (story.tries.used, story.tries.open_number) == (2, 2)
    assert set(story.drafts) == {"contacts", "scope"}
    assert story.line.result is None and story.line.state.required_done == 3


def test_two_tabs_that_finish_the_last_two_parts_at_once_complete_the_module(database_url: str) -> None:
    engine = make_engine(database_url)
    factory = make_session_factory(engine)
    with factory.begin() as session:
        learner = make_learner(session)
        for part_id in ("contacts", "scope"):
            draft = save_draft(session, learner, MODULE, part_id, {"a": "b"}, NOW)
            accept_part(session, learner, MODULE, draft, CATALOGUE, NOW)
        start_try(session, learner, MODULE, CHECK, NOW)
        given = answers(session, learner, 1)
    barrier = Barrier(2)

    def sign() -> None:
        with factory.begin() as session:
            barrier.wait()
            sign_statement(session, learner, MODULE, STATEMENT, CATALOGUE, NOW)

    def check() -> None:
        with factory.begin() as session:
            barrier.wait()
            hand_in(session, learner, MODULE, 1, given, CATALOGUE, NOW)

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(sign), pool.submit(check)]:
            future.result()
    with factory() as session:
        result = module_result(session, learner)
        assert result is not None and result.score_given == 10.0
    engine.dispose()


def test_a_double_click_begins_one_try(database_url: str) -> None:
    engine = make_engine(database_url)
    factory = make_session_factory(engine)
    with factory.begin() as session:
        learner = make_learner(session)
    barrier = Barrier(2)

    def click() -> int | TryRefused:
        with factory.begin() as session:
            barrier.wait()
            return start_try(session, learner, MODULE, CHECK, NOW)

    with ThreadPoolExecutor(2) as pool:
        numbers = [future.result() for future in [pool.submit(click), pool.submit(click)]]
    assert numbers == [1, 1]
    with factory() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 1
    engine.dispose()
