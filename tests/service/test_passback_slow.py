"""Platforms that hang, a database that is slow, a registration that is switched off while its scores leave."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from lti_tool.outbound import PlatformSession
from lti_tool.passback.catalog import DeliveryState
from lti_tool.passback.models import LineItem, PlatformPause
from lti_tool.passback.service import Dispatcher, planning, queue_score, remember_endpoint
from lti_tool.passback.service.claiming import claim_jobs
from lti_tool.registration.models import Registration
from lti_tool.registration.service import disable_registration
from lti_tool.roster.models import Context
from tests.builders import make_context, make_member, make_registration
from tests.service.passback_course import LAUNCH, SECRET, TAG, Course, open_course
from tests.service.passback_platform import Platform

# Longer than any of this takes on a busy machine; reached only where something is wrong.
PATIENCE = 30.0


@pytest.fixture
def other_platform() -> Iterator[Platform]:
    platform = Platform("moodle")
    yield platform
    platform.stop()


@pytest.fixture
def course(session: Session, platform: Platform) -> Course:
    """A course whose column is bound."""
    course = open_course(session, platform)
    platform.add_column(TAG, 10)
    course.score(9)
    course.deliver()
    platform.calls.clear()
    course.http = PlatformSession(timeout=2 * PATIENCE, allow_private=True)
    return course


def make_dispatcher(course: Course) -> Dispatcher:
    return Dispatcher(course.factory, course.http, SECRET, launch_url=LAUNCH, now_fn=lambda: course.now)


class Running:
    """A worker in a thread of its own."""

    def __init__(self, course: Course) -> None:
        course.session.commit()
        self.stop = threading.Event()
        self.dispatcher = make_dispatcher(course)
        self.thread = threading.Thread(target=lambda: self.dispatcher.run(stop=self.stop), daemon=True)

    def __enter__(self) -> "Running":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()


def wait_until(is_so: Any) -> bool:
    until = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def count(course: Course, state: DeliveryState) -> int:
    """How many scores are in a state, while the worker goes on: an open transaction would keep it out."""
    found = course.states.count(state)
    course.session.commit()
    return found


def enrol_class(course: Course, registration: Registration, base: str, people: int) -> Context:
    """A course of another registration, with scores that wait."""
    context = make_context(
        course.session, registration=registration, lineitems_url=f"{base}/course/lineitems?type_id=3"
    )
    for number in range(people):
        person = make_member(course.session, f"{registration.client_id} {number}", context=context)
        queue_score(
            course.session,
            context_id=context.id,
            user_id=person.user_id,
            tag=TAG,
            label=TAG,
            score_given=5,
            score_maximum=10,
            comment="",
            submitted_at=course.now,
            now=course.now,
        )
    course.session.commit()
    return context


def test_platforms_that_hang_leave_room_for_the_others(course: Course, other_platform: Platform) -> None:
    hanging = course.platform
    hanging.shut = ("token", "lineitems", "results", "scores")
    for number in range(4):
        registration = make_registration(course.session, base=hanging.base, client_id=f"hanging-{number}")
        enrol_class(course, registration, hanging.base, 20)
    other_platform.add_column(TAG, 10)
    quick = make_registration(course.session, base=other_platform.base, client_id="quick")
    enrol_class(course, quick, other_platform.base, 3)
    with Running(course):
        assert wait_until(lambda: len(other_platform.scores) == 3)
        # None of the others has had an answer.
        assert not hanging.gate.is_set()
        assert hanging.scores == []
        hanging.gate.set()


def test_what_hangs_together_is_one_outage(course: Course) -> None:
    people = [make_member(course.session, f"Student {number}", context=course.context) for number in range(16)]
    for person in people:
        course.score(5, who=person)
    course.platform.fail("scores", status=503, times=16)
    course.platform.shut = ("scores",)
    with Running(course):
        for _ in range(16):
            assert course.platform.kept.acquire(timeout=PATIENCE)
        course.platform.gate.set()
        assert wait_until(lambda: count(course, DeliveryState.PENDING) == 16)
    # One failure is no outage: the platform is not left alone.
    course.session.commit()
    assert course.session.get(PlatformPause, course.registration.id) is None
    course.wait(seconds=5)
    assert course.deliver().delivered == 16


@pytest.mark.parametrize("kind", ["token", "lineitems"])
def test_a_class_behind_an_answer_that_does_not_come_asks_once(course: Course, kind: str) -> None:
    registration = make_registration(course.session, base=course.platform.base, client_id="another")
    enrol_class(course, registration, course.platform.base, 16)
    course.platform.fail(kind, status=503, times=9999)
    course.platform.shut = (kind,)
    with Running(course):
        assert course.platform.kept.acquire(timeout=PATIENCE)
        course.platform.gate.set()
        assert wait_until(lambda: count(course, DeliveryState.SENDING) == 0)
    assert len(course.platform.of_kind(kind)) <= 4


def test_nothing_leaves_for_a_registration_that_is_switched_off(course: Course) -> None:
    for number in range(60):
        course.score(5, who=make_member(course.session, f"Student {number}", context=course.context))
    course.platform.shut = ("scores",)
    with Running(course):
        for _ in range(16):
            assert course.platform.kept.acquire(timeout=PATIENCE)
        # Claimed ahead, while sixteen are on their way.
        assert count(course, DeliveryState.SENDING) == 60
        disable_registration(course.session, course.registration)
        course.session.commit()
        course.platform.gate.set()
        assert wait_until(lambda: count(course, DeliveryState.PENDING) == 44)
    assert len(course.platform.scores) == 16
    assert count(course, DeliveryState.DELIVERED) == 17
    assert {delivery.leased_by for delivery in course.deliveries()} == {None}


def test_scores_leave_though_storing_takes_longer_than_a_look_is_fresh(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "_FRESH", 0.25)
    for number in range(10):
        course.score(5, who=make_member(course.session, f"Student {number}", context=course.context))
    course.platform.set_by_teacher("sub-Student 3", 2)
    course.session.commit()
    engine = course.factory.kw["bind"]

    def store_slowly(_: object) -> None:
        time.sleep(0.3)

    event.listen(engine, "commit", store_slowly)
    try:
        report = make_dispatcher(course).run(limit=40)
    finally:
        event.remove(engine, "commit", store_slowly)
    assert (report.delivered, report.kept_theirs) == (9, 1)
    (kept,) = [one for one in course.deliveries() if one.state == DeliveryState.KEPT_THEIRS]
    # Never sent, so it is no value of ours.
    assert kept.sent_to is None


def bind_to(session: Session, course: Course, url: str) -> None:
    """What a launch says whose link has a column of its own."""
    remember_endpoint(
        session,
        session.get_one(Context, course.context.id),
        lineitems_url=course.context.lineitems_url,
        lineitem_url=url,
        scopes=course.context.ags_scopes,
        activity=TAG,
        now=course.now,
    )


def on_postgresql(course: Course) -> None:
    if course.session.get_bind().dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")


def test_a_column_that_a_sender_has_just_made_is_seen_by_the_launch_that_names_another(
    session: Session, platform: Platform
) -> None:
    course = open_course(session, platform)
    on_postgresql(course)
    course.score(9)
    course.session.commit()
    with course.factory.begin() as launch:
        # The launch has read the column, which has no address yet; meanwhile the worker makes it.
        line_item = launch.scalars(select(LineItem)).one()
        assert (line_item.url, course.deliver().delivered) == (None, 1)
        own = platform.add_column("", 10)
        bind_to(launch, course, own)
        assert line_item.url == own
    course.wait(seconds=2)
    assert course.deliver().delivered == 1
    assert course.states == ["delivered", "delivered"]
    assert {delivery.sent_to for delivery in course.deliveries()} == {column["id"] for column in platform.columns}


def test_a_score_that_is_being_claimed_follows_its_column(course: Course) -> None:
    on_postgresql(course)
    course.score(7, who=make_member(course.session, "Amara", context=course.context))
    course.session.commit()
    own = course.platform.add_column("", 10)

    def launch() -> None:
        with course.factory.begin() as session:
            bind_to(session, course, own)

    with course.factory.begin() as claiming:
        (job,) = claim_jobs(claiming, course.registration.id, "worker", 10, course.now)
        assert job.line_item.url != own
        thread = threading.Thread(target=launch)
        thread.start()
        waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        assert wait_until(lambda: not thread.is_alive() or course.session.scalar(waits))
    thread.join(PATIENCE)
    # It goes to the former column, and to the new one as well; so does Zoë's, which stands there.
    sent = [(one.user_id, one.state) for one in course.deliveries() if one.user_id == job.delivery.user_id]
    assert [state for _, state in sent] == [DeliveryState.SENDING, DeliveryState.PENDING]


def test_a_score_that_is_being_queued_goes_to_the_column_that_a_launch_names(course: Course) -> None:
    on_postgresql(course)
    own = course.platform.add_column("", 10)
    course.session.commit()

    def launch() -> None:
        with course.factory.begin() as session:
            bind_to(session, course, own)

    with course.factory.begin() as working:
        queue_score(
            working,
            context_id=course.context.id,
            user_id=course.zoe.user_id,
            tag=TAG,
            label="What a micro-internship is",
            score_given=10,
            score_maximum=10,
            comment="",
            submitted_at=course.now,
            now=course.now,
        )
        thread = threading.Thread(target=launch)
        thread.start()
        waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        assert wait_until(lambda: not thread.is_alive() or course.session.scalar(waits))
        # The launch cannot be over before the score is stored.
        assert thread.is_alive()
    thread.join(PATIENCE)
    course.wait(seconds=5)
    assert course.deliver().delivered == 1
    assert course.last.sent_to == own
