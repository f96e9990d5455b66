"""What one process holds of one platform, and what it does for it next."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from lti_tool.passback.rules import in_flight
from lti_tool.passback.service.planning import Plan, Read

# Claimed rows per score in flight: fewer transactions and shared reads, yet few rows to hand back.
_AHEAD = 8
# So many failures of a platform in a row, and the rest of its scores wait.
OUTAGE = 4


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
    # Failures of the platform itself in a row.
    outages: int = 0
    # Set where the platform is to be left alone; nothing more is begun.
    pause_until: datetime | None = None
    is_pause_told: bool = False

    @property
    def most(self) -> int:
        """How many requests the platform gets at once."""
        return 1 if self.is_out else in_flight(self.family)

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
