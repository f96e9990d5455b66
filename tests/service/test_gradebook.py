"""The doorway for scores: what stands, what is remembered, what leaves for the LMS."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.gradebook.catalog import Keep
from lti_tool.gradebook.models import Result
from lti_tool.gradebook.queries import (
    find_fact,
    find_result,
    list_facts,
    list_history,
    list_results,
    list_results_of_context,
)
from lti_tool.gradebook.rules import counts_in_class
from lti_tool.gradebook.service import record_fact, record_programme, record_result
from lti_tool.lti.roles import CourseRole
from lti_tool.passback.catalog import DeliveryState, ReasonCode
from lti_tool.passback.models import Delivery
from lti_tool.roster.models import Membership
from tests.builders import make_context, make_member

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def zoe(session: Session) -> Membership:
    context = make_context(session, lineitems_url="http://127.0.0.1:9000/lineitems")
    return make_member(session, "Zoë Núñez-Øster", context=context)


def record(
    session: Session,
    member: Membership,
    given: float,
    *,
    keep: Keep = Keep.LATEST,
    maximum: float = 10,
    minutes: int = 0,
    activity: str = "module:expectations",
    sends: bool = True,
) -> Result:
    at = NOW + timedelta(minutes=minutes)
    return record_result(
        session,
        context_id=member.context_id,
        user_id=member.user_id,
        activity=activity,
        score_given=given,
        score_maximum=maximum,
        submitted_at=at,
        now=at,
        comment=f"{given} of {maximum}",
        version="v1",
        keep=keep,
        label="What a micro-internship is",
        sends=sends,
    )


def deliveries(session: Session) -> list[Delivery]:
    return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def test_a_score_and_its_delivery_are_one_transaction(session: Session, zoe: Membership) -> None:
    record(session, zoe, 8)
    assert [d.state for d in deliveries(session)] == [DeliveryState.PENDING]
    session.rollback()
    assert deliveries(session) == []
    assert session.scalars(select(Result)).all() == []


def test_best_keeps_the_higher_share_and_remembers_all(session: Session, zoe: Membership) -> None:
    record(session, zoe, 8, keep=Keep.BEST)
    record(session, zoe, 5, keep=Keep.BEST, minutes=1)
    standing = record(session, zoe, 9, keep=Keep.BEST, minutes=2, maximum=12)
    assert (standing.score_given, standing.score_maximum) == (8, 10)
    history = list_history(session, zoe.context_id, zoe.user_id, "module:expectations")
    assert [(row.score_given, row.became_result) for row in history] == [(8, True), (5, False), (9, False)]
    assert len(deliveries(session)) == 1


def test_latest_takes_a_lower_regrade(session: Session, zoe: Membership) -> None:
    record(session, zoe, 8)
    standing = record(session, zoe, 6, minutes=1)
    assert standing.score_given == 6
    assert [(d.score_given, d.state) for d in deliveries(session)] == [
        (8, DeliveryState.SUPERSEDED),
        (6, DeliveryState.PENDING),
    ]


def test_the_same_result_again_is_not_sent_again(session: Session, zoe: Membership) -> None:
    record(session, zoe, 8)
    record(session, zoe, 8)
    assert len(deliveries(session)) == 1
    assert len(list_history(session, zoe.context_id, zoe.user_id, "module:expectations")) == 2


def test_a_check_is_recorded_and_not_sent(session: Session, zoe: Membership) -> None:
    record(session, zoe, 8, activity="check:expectations", sends=False)
    assert find_result(session, zoe.context_id, zoe.user_id, "check:expectations") is not None
    assert deliveries(session) == []


@pytest.mark.parametrize(("given", "maximum"), [(-1.0, 10.0), (1.0, 0.0), (float("nan"), 10.0)])
def test_what_is_no_score_is_a_bug(session: Session, zoe: Membership, given: float, maximum: float) -> None:
    with pytest.raises(ValueError, match="not a score"):
        record(session, zoe, given, maximum=maximum)


@pytest.mark.parametrize("role", [CourseRole.INSTRUCTOR, CourseRole.ASSISTANT, CourseRole.OBSERVER, CourseRole.NONE])
def test_staff_and_observers_have_results_but_no_delivery(session: Session, zoe: Membership, role: CourseRole) -> None:
    person = make_member(session, "Ines Duarte", context=zoe.context, role=role)
    record(session, person, 8)
    assert len(list_results(session, person.context_id, person.user_id)) == 1
    assert deliveries(session) == []
    assert list_results_of_context(session, person.context_id) == []
    assert len(list_results_of_context(session, person.context_id, counting_only=False)) == 1


def test_test_users_and_former_staff_are_never_sent_or_counted(session: Session, zoe: Membership) -> None:
    student_view = make_member(session, "Test Student", context=zoe.context, is_test_user=True)
    former = make_member(session, "Priya Raman", context=zoe.context)
    former.has_been_staff = True
    for person in (student_view, former, zoe):
        record(session, person, 8)
    assert [d.user_id for d in deliveries(session)] == [zoe.user_id]
    counted = list_results_of_context(session, zoe.context_id, activity="module:expectations")
    assert [r.user_id for r in counted] == [zoe.user_id]


def test_the_programme_waits_for_a_launch_that_binds_it(session: Session, zoe: Membership) -> None:
    record_programme(
        session,
        context_id=zoe.context_id,
        user_id=zoe.user_id,
        completed=1,
        total=6,
        submitted_at=NOW,
        now=NOW,
        label="Micro-internship preparation",
    )
    (delivery,) = deliveries(session)
    assert (delivery.state, delivery.reason) == (DeliveryState.PARKED, ReasonCode.NO_COLUMN_YET)


@pytest.mark.parametrize(
    ("role", "staff", "test", "counts"),
    [
        (CourseRole.LEARNER, False, False, True),
        (CourseRole.LEARNER, True, False, False),
        (CourseRole.LEARNER, False, True, False),
        (CourseRole.OBSERVER, False, False, False),
    ],
)
def test_who_counts(role: CourseRole, staff: bool, test: bool, counts: bool) -> None:
    assert counts_in_class(role, has_been_staff=staff, is_test_user=test) is counts


def test_a_fact_is_recorded_once(session: Session, zoe: Membership) -> None:
    def sign(value: object = True, minutes: int = 0, version: str = "v1") -> datetime:
        return record_fact(
            session,
            user_id=zoe.user_id,
            context_id=zoe.context_id,
            kind="attestation",
            key="expectations",
            version=version,
            value=value,
            now=NOW + timedelta(minutes=minutes),
        ).at

    assert sign() == sign(minutes=1) == NOW
    assert sign(value={"name": "Zoë"}, minutes=2) == NOW + timedelta(minutes=2)
    sign(version="v2", minutes=3)
    facts = list_facts(session, user_id=zoe.user_id, context_id=zoe.context_id, kind="attestation")
    assert [fact.version for fact in facts] == ["v1", "v2"]
    newest = find_fact(session, user_id=zoe.user_id, context_id=zoe.context_id, kind="attestation", key="expectations")
    first = find_fact(
        session, user_id=zoe.user_id, context_id=zoe.context_id, kind="attestation", key="expectations", version="v1"
    )
    assert newest is not None
    assert newest.version == "v2"
    assert first is not None
    assert first.value == {"name": "Zoë"}
    assert len(list_facts(session, user_id=zoe.user_id)) == 2
