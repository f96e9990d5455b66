"""An LMS that is down for a night, with a class's scores waiting: nobody hammers it, and all arrive in the morning."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session

from lti_tool.db import make_session_factory
from lti_tool.lti.roles import CourseRole
from lti_tool.outbound import PlatformSession
from lti_tool.passback.models import Delivery, PlatformPause
from lti_tool.passback.service import Dispatcher, queue_score
from lti_tool.roster.models import Membership, User
from lti_tool.sandbox import Fault, SandboxServer
from tests.faults.ledger import Ledger
from tests.faults.storm import Time
from tests.journeys.passback_class import LABEL, SECRET, TAG, SandboxClass, connect

# The same lines run thousands of times: tracing them would cost more than running them, and other tests cover them.
pytestmark = pytest.mark.no_cover

WAITING = 2_000
# Two hours of it: the others are the same.
NIGHT = timedelta(hours=2)
# Requests of a worker that asks once or twice a minute whether the LMS is back, and of what was in flight when it went.
POLITE = 2 * 120 + 40
RATE = 60


@pytest.mark.parametrize(
    ("database_url", "lms", "fault"),
    [("sqlite", "moodle", Fault("away")), ("postgresql", "canvas", Fault("errors", amount=503))],
    indirect=["database_url", "lms"],
    ids=["sqlite-moodle-away", "postgresql-canvas-503"],
)
def test_two_thousand_scores_wait_for_the_morning(
    session: Session, lms: SandboxServer, keys_url: str, fault: Fault
) -> None:
    time, ledger = Time(), Ledger()
    lms.sandbox.now_fn = time.now
    course = connect(session, lms, keys_url)
    course.launch()
    _hand_in(course, ledger, time)
    worker = _Worker(session, course, time)

    lms.sandbox.set_faults(fault)
    dawn = time.now() + NIGHT
    while time.now() < dawn:
        worker.work_until_due(dawn)
    asked = len(lms.sandbox.list_arrivals())
    assert 0 < asked <= POLITE, f"{asked} requests in the night"
    assert worker.count("pending") == WAITING

    lms.sandbox.set_faults(Fault("budget", amount=RATE))
    morning = time.now()
    while worker.count("delivered") < WAITING:
        assert time.now() - morning < timedelta(minutes=20), f"{worker.count('delivered')} delivered"
        worker.work_until_due(time.now() + timedelta(minutes=5))
    arrivals = lms.sandbox.list_arrivals()[asked:]
    limited = sum(one.fault == "budget" for one in arrivals)
    # A read before each first score where the LMS is Moodle; a few more for tokens and the column.
    needed = (2 if lms.sandbox.moodle else 1) * WAITING
    assert len(arrivals) - limited <= needed + 200
    assert limited <= needed / 10, f"{limited} requests were too many for the LMS"
    assert ledger.judge(lms.sandbox, LABEL) == []


class _Worker:
    """A process that looks for due scores all the time; simulated time leaps over the waits between."""

    def __init__(self, session: Session, course: SandboxClass, time: Time) -> None:
        engine = session.get_bind()
        assert isinstance(engine, Engine)
        self._factory, self._time = make_session_factory(engine), time
        self._dispatcher = Dispatcher(
            self._factory,
            PlatformSession(timeout=5, allow_private=True),
            SECRET,
            launch_url=course.launch_url,
            now_fn=time.now,
        )

    def work_until_due(self, latest: datetime) -> None:
        """Deliver what is due, then leap to when something else is."""
        self._dispatcher.run()
        with self._factory() as session:
            due = session.scalar(select(func.min(Delivery.next_try_at)).where(Delivery.state == "pending"))
            paused = session.scalar(select(func.max(PlatformPause.until)))
        if due is None:
            return
        due = max(due, paused) if paused else due
        self._time.jump(max(min(due, latest) - self._time.now(), timedelta()) + timedelta(milliseconds=20))

    def count(self, state: str) -> int:
        with self._factory() as session:
            return session.scalar(select(func.count()).select_from(Delivery).where(Delivery.state == state)) or 0


def _hand_in(course: SandboxClass, ledger: Ledger, time: Time) -> None:
    """Everybody hands in on the evening before."""
    people, now, session = course.lms.add_students(WAITING), time.now(), course.session
    rows = [
        {"registration_id": course.registration.id, "sub": course.lms.sub_of(one), "name": "", "created_at": now}
        for one in people
    ]
    session.execute(insert(User), rows)
    users = {row.sub: row.id for row in session.execute(select(User.sub, User.id))}
    members = [
        {"context_id": course.context.id, "user_id": user_id, "role": CourseRole.LEARNER, "created_at": now}
        for user_id in users.values()
    ]
    session.execute(insert(Membership), members)
    for number, person in enumerate(people):
        given = number % 40 / 4
        ledger.made[person["username"]].append(given)
        queue_score(
            session,
            context_id=course.context.id,
            user_id=users[course.lms.sub_of(person)],
            tag=TAG,
            label=LABEL,
            score_given=given,
            score_maximum=10,
            comment="",
            submitted_at=now,
            now=now,
        )
    session.commit()
