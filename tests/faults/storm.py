"""A course in a storm: students make scores, workers deliver, are killed, and the LMS has every fault there is.

Time is simulated and told to both sides. A seed decides what happens; which of two threads is faster it cannot decide.
"""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.db import SessionFactory
from lti_tool.gradebook.service import record_result
from lti_tool.lti.scopes import LINE_ITEM, LINE_ITEM_READONLY, RESULT_READONLY, SCORE
from lti_tool.outbound import PlatformSession
from lti_tool.passback.catalog import REASONS, DeliveryReport, DeliveryState
from lti_tool.passback.models import Delivery
from lti_tool.passback.service import Dispatcher, remember_endpoint, retry_parked
from lti_tool.sandbox import Fault, SandboxServer
from lti_tool.sandbox.urls import lineitem_url
from tests.faults.ledger import Ledger
from tests.journeys.passback_class import COURSE, LABEL, SECRET, TAG, SandboxClass, connect

# What may be on at once, each with what it may be like.
WEATHER: tuple[Callable[[random.Random], Fault], ...] = (
    lambda chance: Fault("errors", share=chance.choice((0.1, 0.4)), amount=chance.choice((500, 502, 503, 504))),
    lambda chance: Fault("busy", share=0.15, amount=chance.choice((3, 20, 90))),
    lambda chance: Fault("lost", share=chance.choice((0.1, 0.4))),
    lambda chance: Fault("broken", share=0.2),
    lambda chance: Fault("revoked", share=0.2),
    lambda chance: Fault("slow", share=0.05, amount=0.5),
    lambda chance: Fault("budget", amount=200),
    lambda _: Fault("away"),
    lambda _: Fault("concluded"),
    lambda _: Fault("unpublished"),
    lambda _: Fault("locked"),
    lambda chance: Fault("gone", share=0.3),
    lambda chance: Fault("attempts", amount=2),
    lambda chance: Fault("clock", amount=chance.choice((-20, 45))),
)
JUMPS = tuple(timedelta(seconds=seconds) for seconds in (0.5, 2, 10, 31, 120, 900, 3600, 4 * 3600))
_UNDER_WAY = (DeliveryState.PENDING, DeliveryState.SENDING)


class Killed(BaseException):
    """The worker's process is gone, in the middle of whatever it did."""


class Time:
    """The clock of everybody: real time, and jumps ahead."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return clock.now() + self._ahead

    def jump(self, by: timedelta) -> None:
        self._ahead += by


class MortalSession(PlatformSession):
    """The way to platforms, whose process may die before or after any request."""

    def __init__(self, chance: random.Random, deadliness: float) -> None:
        super().__init__(timeout=0.4, allow_private=True)
        self._chance, self._deadliness = chance, deadliness
        self._lock = threading.Lock()

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        self._die()
        response = super().send(request, **kwargs)
        self._die()
        return response

    def _die(self) -> None:
        with self._lock:
            if self._chance.random() < self._deadliness:
                raise Killed


@dataclass
class Storm:
    """One course, its seed and its ledger."""

    course: SandboxClass
    context_id: int
    chance: random.Random
    time: Time
    ledger: Ledger
    # Of our side, by user name.
    user_ids: dict[str, int]

    # What happens

    def rage(self, rounds: int) -> None:
        """Everything at once, round after round."""
        for _ in range(rounds):
            self._change_weather()
            self._hand_in_some()
            self._type_some()
            if self.chance.random() < 0.15:
                with self._lms_down():
                    self._work()
            self._work()
            self._check_parked()
            self.time.jump(self.chance.choice(JUMPS))

    def settle(self) -> None:
        """All is well again, teachers press “Send again” once, and time moves on until nothing is under way."""
        self.course.lms.set_faults()
        for attempt in range(60):
            self._work(deadliness=0)
            self._check_parked()
            if not self._count(*_UNDER_WAY):
                with self.factory() as session:
                    again = retry_parked(session, context_id=self.context_id, now=self.time.now())
                    session.commit()
                if not again:
                    return
            self.time.jump(timedelta(minutes=3 * attempt + 1))
        raise AssertionError(f"{self._count(*_UNDER_WAY)} scores never came to an end")

    @property
    def factory(self) -> SessionFactory:
        return self.course.factory

    def _change_weather(self) -> None:
        faults = [make(self.chance) for make in self.chance.sample(WEATHER, self.chance.choice((0, 1, 1, 2, 3)))]
        self.course.lms.set_faults(*faults, seed=self.chance.randrange(1 << 30))

    def _hand_in_some(self) -> None:
        for student in self.chance.sample(list(self.user_ids), self.chance.randrange(2, 9)):
            for _ in range(self.chance.choice((1, 1, 1, 2, 3))):
                self.hand_in(student)

    def hand_in(self, username: str) -> None:
        """A score that this student never had; one in ten dies with the web process before it is committed."""
        values = self.ledger.made[username]
        value = self.chance.choice([one / 4 for one in range(40) if one / 4 not in values])
        now = self.time.now()
        with self.factory() as session:
            record_result(
                session,
                context_id=self.context_id,
                user_id=self.user_ids[username],
                activity=TAG,
                score_given=value,
                score_maximum=10,
                submitted_at=now,
                now=now,
                comment=f"Comment on {value}",
                label=LABEL,
            )
            if self.chance.random() < 0.1:
                session.rollback()
                return
            session.commit()
        values.append(value)

    def _type_some(self) -> None:
        """A teacher changes a grade by hand."""
        columns = self.course.lms.list_lineitems(COURSE)
        if not columns or self.chance.random() < 0.6:
            return
        student = self.chance.choice(list(self.user_ids))
        value = self.chance.randrange(10) + 0.6
        self.course.lms.set_grade(columns[0]["id"], student, value)
        self.ledger.typed[student] = value

    @contextmanager
    def _lms_down(self) -> Iterator[None]:
        self.course.server.go_away()
        yield
        self.course.server.come_back()

    def _work(self, deadliness: float | None = None) -> None:
        """One or two workers until nothing is due; each is a new process, and may be killed."""
        if deadliness is None:
            deadliness = self.chance.choice((0, 0, 0.02, 0.1))
        workers = [self._make_worker(deadliness) for _ in range(self.chance.choice((1, 1, 2)))]
        threads = [threading.Thread(target=work) for work in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _make_worker(self, deadliness: float) -> Callable[[], DeliveryReport | None]:
        dispatcher = Dispatcher(
            self.factory,
            MortalSession(random.Random(self.chance.random()), deadliness),
            SECRET,
            launch_url=self.course.launch_url,
            now_fn=self.time.now,
            jitter=random.Random(self.chance.random()).random,
        )

        def work() -> DeliveryReport | None:
            try:
                return dispatcher.run()
            except Killed:
                return None

        return work

    # What must be true at any time

    def _check_parked(self) -> None:
        with self.factory() as session:
            parked = select(Delivery.reason).where(Delivery.state == DeliveryState.PARKED).distinct()
            for code in session.scalars(parked):
                reason = REASONS[code]
                assert reason.title, code
                assert reason.explanation, code
                assert reason.fix, code

    def _count(self, *states: str) -> int:
        with self.factory() as session:
            found = session.scalar(select(func.count()).select_from(Delivery).where(Delivery.state.in_(states)))
        return found or 0


def make_storm(session: Session, server: SandboxServer, keys_url: str, seed: int) -> Storm:
    """A course of thirty whose tool is connected; in every other seed its link was placed by a teacher."""
    course = connect(session, server, keys_url)
    time, chance = Time(), random.Random(seed)
    server.sandbox.now_fn = time.now
    students = server.sandbox.list_people("student")
    user_ids = {student["username"]: course.member(student["username"]).user_id for student in students}
    lineitem = None
    if chance.random() < 0.5:
        server.sandbox.add_item(COURSE, course.client_id, LABEL, points=10)
        tool = server.sandbox.get_tool(course.client_id)
        lineitem = lineitem_url(server.sandbox, tool, server.sandbox.list_lineitems(COURSE)[0])
    remember_endpoint(
        session,
        course.context,
        lineitems_url=course.lineitems_url(server.sandbox.get_course(COURSE)["id"]),
        lineitem_url=lineitem,
        scopes=[LINE_ITEM, LINE_ITEM_READONLY, RESULT_READONLY, SCORE],
        activity=TAG,
        now=time.now(),
    )
    context_id = course.context.id
    session.commit()
    return Storm(course, context_id, chance, time, Ledger(), user_ids)
