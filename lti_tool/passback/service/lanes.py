"""What one process holds of one platform, and what it does for it next."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from lti_tool.passback.rules import in_flight, wait_before_try
from lti_tool.passback.service.endings import Ending, Failed, Later
from lti_tool.passback.service.planning import Plan, Read

# Claimed rows per score in flight: fewer transactions and shared reads, yet few rows to hand back.
_AHEAD = 8
# So many failures of a platform in a row, and the rest of its scores wait.
OUTAGE = 4
_LONGEST_OUTAGE_PAUSE = timedelta(seconds=60)
_LONGEST_WHEN_OUT = timedelta(minutes=5)


@dataclass
class Lane:
    """One registration: what is claimed for it and how much of that is under way."""

    registration_id: int
    family: str
    # Columns to look at, and scores to send.
    reads: deque[Read] = field(default_factory=deque)
    ready: deque[Plan] = field(default_factory=deque)
    # Threads at work, and the scores that wait for those who read.
    running: int = 0
    being_read: int = 0
    # The last claim found nothing more.
    is_dry: bool = False
    # Failures of the platform itself in a row; those of requests that were under way together count as one.
    outages: int = 0
    # How many such failures there ever were: work that began before the latest tells nothing new.
    failures: int = 0
    # What one worker gives to each of the platforms that it serves just now.
    share: int = 64
    # Set where the platform is to be left alone; nothing more is begun.
    pause_until: datetime | None = None
    is_pause_told: bool = False

    @property
    def most(self) -> int:
        """How many requests the platform gets at once: fewer after each failure, all again after an answer."""
        return max(1, min(in_flight(self.family) >> self.outages, self.share)) if not self.is_out else 1

    @property
    def is_out(self) -> bool:
        """Whether the platform seems to be away: then one score at a time asks whether it is back."""
        return self.outages >= OUTAGE

    @property
    def waiting(self) -> int:
        """Claimed scores whose turn has not come."""
        return len(self.ready) + sum(len(read.plans) for read in self.reads) + self.being_read

    @property
    def room(self) -> int:
        """How many more to claim."""
        return self.most * _AHEAD - self.waiting

    @property
    def wants_jobs(self) -> bool:
        """Whether it is time to claim, before the threads run out of work."""
        return not self.is_dry and self.waiting <= self.most * _AHEAD // 2

    def pause(self, until: datetime) -> None:
        """Begin nothing before then."""
        if self.pause_until is None or until > self.pause_until:
            self.pause_until = until
            self.is_pause_told = False

    def heed_time(self, now: datetime) -> None:
        """Something is due: look for it, unless the platform is to be left alone for a while."""
        if self.pause_until is not None and self.pause_until <= now:
            self.pause_until = None
        self.is_dry = self.pause_until is not None

    def heed(self, ending: Ending | None, known: int, now: datetime, jitter: Callable[[], float]) -> Ending | None:
        """Pause where the platform asks for it, or seems to be away; the ending to store.

        `known`: `failures` when the work began. While the platform is away the pause is what spares it, so a score
        that asked in vain need not wait for long once it is back.
        """
        if ending is None or isinstance(ending, Later):
            # The platform need not have been asked: no sign that it is there.
            return ending
        if not isinstance(ending, Failed):
            self.outages = 0
            return ending
        until = ending.at if ending.pauses else None
        if not ending.is_outage:
            self.outages = 0
        elif known == self.failures:
            self.failures += 1
            self.outages += 1
            if self.is_out:
                until = now + min(wait_before_try(self.outages - OUTAGE + 1, jitter=jitter()), _LONGEST_OUTAGE_PAUSE)
        if self.is_out:
            ending = replace(ending, at=min(ending.at, now + _LONGEST_WHEN_OUT))
        if until is not None:
            self.pause(until)
        return ending

    def put_back(self, work: Plan | Read) -> list[int]:
        """What was taken and is not begun after all."""
        self.running -= 1
        if isinstance(work, Plan):
            return [work.job.delivery.id]
        self.being_read -= len(work.plans)
        return [plan.job.delivery.id for plan in work.plans]

    def take(self) -> Iterator[Plan | Read]:
        """What to begin now, as far as the platform may be asked; reads only as far ahead as they stay fresh."""
        while self.pause_until is None and self.running < self.most:
            if self.reads and len(self.ready) + self.being_read < 2 * self.most:
                read = self.reads.popleft()
                self.being_read += len(read.plans)
                self.running += 1
                yield read
            elif self.ready:
                self.running += 1
                yield self.ready.popleft()
            else:
                return

    def hand_back(self) -> list[int]:
        """Everything whose turn has not come, no longer held here."""
        plans = [*self.ready, *(plan for read in self.reads for plan in read.plans)]
        self.ready.clear()
        self.reads.clear()
        return [plan.job.delivery.id for plan in plans]
