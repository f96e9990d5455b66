"""The senders of one process: scores are claimed, so many at once sent to each platform, none waits for another's."""

import logging
import random
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from lti_tool.db import SessionFactory
from lti_tool.outbound import PlatformSession
from lti_tool.passback.catalog import DeliveryReport
from lti_tool.passback.rules import in_flight, wait_before_try
from lti_tool.passback.service.claiming import (
    LEASE,
    Job,
    claim_jobs,
    is_served_elsewhere,
    list_due_registrations,
    lock_registration,
    pause_registration,
    release_jobs,
    renew_leases,
)
from lti_tool.passback.service.columns import Columns
from lti_tool.passback.service.endings import Arrived, Ending, Failed, KeptTheirs, Later, Parked
from lti_tool.passback.service.outbox import Outbox
from lti_tool.passback.service.sending import Sender
from lti_tool.registration.catalog import ProductFamily
from lti_tool.registration.keys import Secret, SigningKey, get_signing_key

logger = logging.getLogger("lti_tool.passback")

_THREADS = 64
# Seconds between two looks for registrations with something to send, while others are being served.
_LOOK_EVERY = 0.25
# Claimed rows per score in flight: fewer transactions, and few rows to hand back.
_AHEAD = 4
# So many failures to reach a platform in a row, and the rest of its scores wait.
_OUTAGE = 4
_LONGEST_OUTAGE_PAUSE = timedelta(seconds=60)


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


@dataclass
class _Lane:
    """One registration: what is claimed for it and how much of that is being sent."""

    registration_id: int
    family: str
    jobs: deque[tuple[Job, SigningKey]] = field(default_factory=deque)
    running: int = 0
    # The last claim found nothing more.
    is_dry: bool = False
    outages: int = 0

    @property
    def room(self) -> int:
        """How many more to claim."""
        return in_flight(self.family) * _AHEAD - len(self.jobs) - self.running

    @property
    def wants_jobs(self) -> bool:
        return not self.is_dry and len(self.jobs) < in_flight(self.family)


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
        self._sender = Sender(
            self._outbox,
            Columns(self._outbox, launch_url),
            platform_session,
            launch_url,
            self._worker,
            now_fn,
            jitter,
        )
        self._lanes: dict[int, _Lane] = {}
        self._running: dict[Future[Ending | None], _Lane] = {}
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
        with ThreadPoolExecutor(_THREADS, "sender") as pool, self._alive():
            try:
                while not stop.is_set():
                    taken += self._refill(limit - taken if limit is not None else None)
                    self._submit(pool)
                    if self._running:
                        self._collect(report)
                    elif self._has_news and (limit is None or taken < limit):
                        # What has just ended may have made something else due.
                        self._looked_at = 0.0
                    else:
                        break
                    if on_report and time.monotonic() - reported_at >= report_every:
                        on_report(report)
                        report, reported_at = DeliveryReport(), time.monotonic()
            finally:
                self._release_all()
                while self._running:
                    self._collect(report)
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
            for registration_id, family in due:
                lane = self._lanes.setdefault(registration_id, _Lane(registration_id, family))
                lane.is_dry = False
        taken = 0
        for lane in self._lanes.values():
            if lane.wants_jobs and (left is None or taken < left):
                taken += self._claim(lane, None if left is None else left - taken)
        return taken

    def _claim(self, lane: _Lane, left: int | None) -> int:
        room = lane.room if left is None else min(lane.room, left)
        if room <= 0:
            return 0
        # Dry until the next look, unless the claim was filled.
        lane.is_dry = True
        now = self._now()
        with self._outbox.writing() as session:
            if not lock_registration(session, lane.registration_id):
                return 0
            # Canvas's limit is one for all workers, so one of them serves it.
            is_canvas = lane.family == ProductFamily.CANVAS
            if is_canvas and is_served_elsewhere(session, lane.registration_id, self._worker, now):
                return 0
            jobs = claim_jobs(session, lane.registration_id, self._worker, room, now)
            if not jobs:
                return 0
            key = get_signing_key(session, self._secret_key, now)
        lane.is_dry = len(jobs) < room
        lane.jobs.extend((job, key) for job in jobs)
        return len(jobs)

    def _submit(self, pool: ThreadPoolExecutor) -> None:
        for lane in self._lanes.values():
            while lane.jobs and lane.running < in_flight(lane.family):
                job, key = lane.jobs.popleft()
                self._running[pool.submit(self._sender.deliver, job, key)] = lane
                lane.running += 1

    def _collect(self, report: DeliveryReport) -> None:
        """Wait for at least one ending, or for the next look."""
        done, _ = wait(self._running, timeout=_LOOK_EVERY, return_when=FIRST_COMPLETED)
        self._has_news = self._has_news or bool(done)
        for future in done:
            lane = self._running.pop(future)
            lane.running -= 1
            _count(report, future.result())
            self._heed(lane, future.result())

    def _heed(self, lane: _Lane, ending: Ending | None) -> None:
        """Pause the registration where the platform asks for it, or seems to be away."""
        if not isinstance(ending, Failed):
            lane.outages = 0
            return
        until = ending.at if ending.pauses else None
        lane.outages = lane.outages + 1 if ending.is_outage else 0
        if lane.outages >= _OUTAGE:
            pause = wait_before_try(lane.outages - _OUTAGE + 1, jitter=self._jitter())
            until = self._now() + min(pause, _LONGEST_OUTAGE_PAUSE)
        if until is not None:
            held = [job.delivery.id for job, _ in lane.jobs]
            lane.jobs.clear()
            lane.is_dry = True
            with self._outbox.writing() as session:
                release_jobs(session, self._worker, held, until)
                pause_registration(session, lane.registration_id, until)

    def _release_all(self) -> None:
        for lane in self._lanes.values():
            held = [job.delivery.id for job, _ in lane.jobs]
            lane.jobs.clear()
            if held:
                with self._outbox.writing() as session:
                    release_jobs(session, self._worker, held, self._now())
        self._lanes = {lane.registration_id: lane for lane in self._running.values()}

    @contextmanager
    def _alive(self) -> Iterator[None]:
        """Renew the holds while something is being sent."""
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(LEASE.total_seconds() / 3):
                try:
                    with self._outbox.writing() as session:
                        renew_leases(session, self._worker, self._now())
                except SQLAlchemyError as error:
                    # The next beat may reach it; else the scores are sent again with the same stamps.
                    logger.warning("holds not renewed", extra={"error": type(error).__name__})

        thread = threading.Thread(target=beat, name="holds", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def _count(report: DeliveryReport, ending: Ending | None) -> None:
    match ending:
        case Arrived():
            report.delivered += 1
        case KeptTheirs():
            report.kept_theirs += 1
        case Parked():
            report.parked += 1
        case Failed():
            report.retried += 1
        case Later() | None:
            report.waiting += 1
