"""The senders of one process: scores are claimed, so many at once sent to each platform, none waits for another's."""

import random
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from queue import Empty, SimpleQueue

from sqlalchemy.orm import Session

from lti_tool.db import SessionFactory
from lti_tool.outbound import PlatformSession
from lti_tool.passback.ags import PlatformGradebook
from lti_tool.passback.catalog import DeliveryReport
from lti_tool.passback.service.claiming import (
    claim_jobs,
    find_switched_off,
    is_served_elsewhere,
    list_due_registrations,
    list_pauses,
    lock_registration,
    pause_registration,
    release_jobs,
)
from lti_tool.passback.service.columns import Columns
from lti_tool.passback.service.endings import Ending, count_ending
from lti_tool.passback.service.holding import keep_holds
from lti_tool.passback.service.jobs import Job
from lti_tool.passback.service.lanes import Lane
from lti_tool.passback.service.outbox import Outbox
from lti_tool.passback.service.planning import Cell, Plan, Planner, Read
from lti_tool.passback.service.sending import Outcome, Sender
from lti_tool.passback.service.storing import stamp_jobs, store_endings
from lti_tool.registration.catalog import ProductFamily
from lti_tool.registration.keys import Secret, SigningKey, get_signing_key

# Shared evenly by the platforms that are being served; each has one at least, so that a platform that hangs keeps none
# of the others waiting.
_THREADS = 64
# Threads are started when they are needed: more platforms than this would have to hang at once.
_MOST_THREADS = 1_024
# Seconds between two looks for registrations with something to send, while others are being served.
_LOOK_EVERY = 0.25
# Seconds for which answers gather, so that one commit stores many.
_GATHER = 0.001


@dataclass(slots=True)
class _Done:
    """What a thread has done for a lane."""

    lane: Lane
    # Scores that waited for what it read.
    count: int
    # The lane's failures when it began.
    known: int
    outcome: Outcome | BaseException


Done = SimpleQueue[_Done]


def deliver_due(
    session_factory: SessionFactory,
    platform_session: PlatformSession,
    secret_key: Secret,
    *,
    launch_url: str,
    now_fn: Callable[[], datetime],
    limit: int | None = None,
    jitter: Callable[[], float] = random.random,
) -> DeliveryReport:
    """Deliver everything that is due (at most `limit` scores) and return how it ended."""
    dispatcher = Dispatcher(
        session_factory, platform_session, secret_key, launch_url=launch_url, now_fn=now_fn, jitter=jitter
    )
    return dispatcher.run(limit=limit)


class Dispatcher:
    """Claims, sends and counts, until nothing is due or it is told to stop."""

    def __init__(
        self,
        session_factory: SessionFactory,
        platform_session: PlatformSession,
        secret_key: Secret,
        *,
        launch_url: str,
        now_fn: Callable[[], datetime],
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._outbox = Outbox(session_factory)
        self._secret_key = secret_key
        self._now = now_fn
        self._jitter = jitter
        self._worker = secrets.token_hex(8)
        self._planner = Planner()
        self._sender = Sender(
            self._outbox,
            Columns(self._outbox, launch_url),
            self._planner,
            platform_session,
            launch_url,
            self._worker,
            now_fn,
            jitter,
        )
        self._lanes: dict[int, Lane] = {}
        self._done: Done = SimpleQueue()
        self._running = 0
        self._looked_at = 0.0
        # Something has ended since the last look.
        self._has_news = False

    def run(
        self,
        *,
        limit: int | None = None,
        stop: threading.Event | None = None,
        on_report: Callable[[DeliveryReport], None] | None = None,
        report_every: float = 5.0,
    ) -> DeliveryReport:
        """Deliver until nothing is due and nothing is in flight, `limit` is reached or `stop` is set.

        `on_report` gets the counts of the last seconds while a long run goes on; the rest is returned.
        """
        stop = stop or threading.Event()
        report, taken, reported_at = DeliveryReport(), 0, time.monotonic()
        self._looked_at = 0.0
        holds = keep_holds(self._outbox, self._worker, self._now)
        with ThreadPoolExecutor(_MOST_THREADS, "sender") as pool, holds:
            try:
                while not stop.is_set():
                    taken += self._refill(limit - taken if limit is not None else None)
                    self._turn(report, pool)
                    if not self._running:
                        if not self._has_news or (limit is not None and taken >= limit):
                            break
                        # What has just ended may have made something else due.
                        self._looked_at = 0.0
                    if on_report and time.monotonic() - reported_at >= report_every:
                        on_report(report)
                        report, reported_at = DeliveryReport(), time.monotonic()
                self._end(report)
            except BaseException:
                # What is held falls due by itself, and what was sent is recognised by its stamp.
                self._lanes, self._running, self._done = {}, 0, SimpleQueue()
                raise
        return report

    def _refill(self, left: int | None) -> int:
        """Claim for every lane that runs low; how many were claimed."""
        if left is not None and left <= 0:
            return 0
        if time.monotonic() - self._looked_at >= _LOOK_EVERY:
            self._looked_at = time.monotonic()
            self._has_news = False
            with self._outbox.reading() as session:
                due = list_due_registrations(session, self._now())
                pauses = list_pauses(session, self._now())
            for registration_id, family in due:
                lane = self._lanes.setdefault(registration_id, Lane(registration_id, family))
                lane.heed_time(self._now())
            for registration_id, until in pauses:
                if registration_id in self._lanes:
                    self._lanes[registration_id].pause(until)
        taken = 0
        for lane in self._lanes.values():
            if lane.wants_jobs and (left is None or taken < left):
                taken += self._claim(lane, None if left is None else left - taken)
        return taken

    def _claim(self, lane: Lane, left: int | None) -> int:
        room = lane.room if left is None else min(lane.room, left)
        if room <= 0:
            return 0
        # Dry until the next look, unless the claim was filled.
        lane.is_dry = True
        now = self._now()
        with self._outbox.writing() as session:
            if not lock_registration(session, lane.registration_id, now):
                return 0
            # Canvas's limit is one for all workers, so one of them serves it.
            is_canvas = lane.family == ProductFamily.CANVAS
            if is_canvas and is_served_elsewhere(session, lane.registration_id, self._worker, now):
                return 0
            jobs = claim_jobs(session, lane.registration_id, self._worker, room, now, newest_first=lane.is_out)
            if not jobs:
                return 0
            key = get_signing_key(session, self._secret_key, now)
        lane.is_dry = len(jobs) < room
        plans, reads = self._planner.sort(jobs, self._gradebooks(key))
        lane.ready.extend(plans)
        lane.reads.extend(reads)
        return len(jobs)

    def _gradebooks(self, key: SigningKey) -> Callable[[Job], PlatformGradebook]:
        """One gradebook for all jobs of a course, as it was at this claim."""
        known: dict[int, PlatformGradebook] = {}

        def gradebook_of(job: Job) -> PlatformGradebook:
            gradebook = known.get(job.context.id)
            if gradebook is None:
                gradebook = known[job.context.id] = self._sender.gradebook_of(job, key)
            return gradebook

        return gradebook_of

    def _turn(self, report: DeliveryReport, pool: ThreadPoolExecutor | None) -> None:
        """Take what has ended, store it, and begin what comes next (with a `pool`): one commit for all of it."""
        ended = self._collect()
        begun = self._take() if pool else []
        stamping: list[tuple[Job, Cell]] = []
        held: set[int] = set()
        if ended or begun:
            now = self._now()
            with self._outbox.writing() as session:
                begun = self._leave_alone(session, begun, now)
                stamping = [
                    (work.job, work.cell) for _, work in begun if isinstance(work, Plan) and work.is_ready and work.cell
                ]
                held, ahead = stamp_jobs(session, self._worker, stamping, now)
                endings = [*((job, ending) for job, ending in ended if ending is not None), *ahead]
                stored = store_endings(session, self._worker, endings, now)
            for job, ending in endings:
                count_ending(report, ending if job.delivery.id in stored else None)
            report.waiting += sum(ending is None for _, ending in ended)
        self._pause_lanes()
        stamped = {job.delivery.id for job, _ in stamping}
        for lane, work in begun:
            self._begin(pool, lane, work, held, stamped)

    def _take(self) -> list[tuple[Lane, Plan | Read]]:
        """What to begin now, with each platform's share of the threads."""
        busy = sum(bool(lane.running or lane.waiting) for lane in self._lanes.values())
        for lane in self._lanes.values():
            lane.share = max(1, _THREADS // max(1, busy))
        return [(lane, work) for lane in self._lanes.values() for work in lane.take()]

    def _leave_alone(
        self, session: Session, begun: list[tuple[Lane, Plan | Read]], now: datetime
    ) -> list[tuple[Lane, Plan | Read]]:
        """Hand back what is held for registrations that were switched off since the claim; the rest."""
        if not begun:
            return begun
        off = find_switched_off(session, {lane.registration_id for lane, _ in begun})
        refused = [(lane, work) for lane, work in begun if lane.registration_id in off]
        if refused:
            held = [delivery_id for lane, work in refused for delivery_id in lane.put_back(work)]
            for lane in {lane.registration_id: lane for lane, _ in refused}.values():
                lane.is_dry = True
                held += lane.hand_back()
            release_jobs(session, self._worker, held, now)
        return [(lane, work) for lane, work in begun if lane.registration_id not in off]

    def _begin(
        self, pool: ThreadPoolExecutor | None, lane: Lane, work: Plan | Read, held: set[int], stamped: set[int]
    ) -> None:
        if pool is None:
            return
        count = 0
        if isinstance(work, Read):
            count = len(work.plans)
            act: Callable[[], Outcome] = partial(self._sender.look, work)
        elif work.job.delivery.id not in stamped:
            act = partial(self._sender.deliver, work)
        elif work.job.delivery.id in held:
            act = partial(self._sender.send_stamped, work)
        else:
            # Another sender's by now, or its stamp lies ahead.
            lane.running -= 1
            return
        self._running += 1
        pool.submit(_do, self._done, lane, count, lane.failures, act)

    def _collect(self) -> list[tuple[Job, Ending | None]]:
        """Wait for at least one ending, or for the next look; raises what a thread has met."""
        found: list[_Done] = []
        if self._running:
            try:
                found.append(self._done.get(timeout=_LOOK_EVERY))
                if self._running > 1:
                    time.sleep(_GATHER)
                while True:
                    found.append(self._done.get_nowait())
            except Empty:
                self._has_news = self._has_news or bool(found)
        ended: list[tuple[Job, Ending | None]] = []
        errors = []
        for done in found:
            lane, outcome = done.lane, done.outcome
            self._running -= 1
            lane.running -= 1
            lane.being_read -= done.count
            if isinstance(outcome, BaseException):
                errors.append(outcome)
                continue
            lane.ready.extend(outcome.plans)
            now = self._now()
            ended += [(job, lane.heed(ending, done.known, now, self._jitter)) for job, ending in outcome.ended]
        if errors:
            raise errors[0]
        return ended

    def _pause_lanes(self) -> None:
        """Hand back what is held for platforms that are to be left alone, and keep other workers from it too."""
        for lane in self._lanes.values():
            if lane.pause_until is None or (lane.is_pause_told and not lane.waiting):
                continue
            lane.is_dry = lane.is_pause_told = True
            with self._outbox.writing() as session:
                release_jobs(session, self._worker, lane.hand_back(), lane.pause_until)
                pause_registration(session, lane.registration_id, lane.pause_until, is_outage=lane.is_out)

    def _end(self, report: DeliveryReport) -> None:
        """Hand back what has not begun, and let what has begun finish."""
        self._hand_back()
        while self._running:
            self._turn(report, None)
        # What was being read has come back as scores to send.
        self._hand_back()

    def _hand_back(self) -> None:
        for lane in self._lanes.values():
            held = lane.hand_back()
            if held:
                with self._outbox.writing() as session:
                    release_jobs(session, self._worker, held, self._now())


def _do(done: Done, lane: Lane, count: int, known: int, act: Callable[[], Outcome]) -> None:
    """In a thread. What comes after its run was given up goes where nobody looks, not into the next run."""
    outcome: Outcome | BaseException
    try:
        outcome = act()
    except BaseException as error:
        outcome = error
    done.put(_Done(lane, count, known, outcome))
