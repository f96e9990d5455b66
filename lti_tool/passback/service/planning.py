"""What can be known of scores before their turn: which need a read of their cell, and which of those can share one."""

import math
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from lti_tool.passback.ags import PlatformGradebook
from lti_tool.passback.catalog import Points, Results, Standing
from lti_tool.passback.rules import decide_standing, must_read_back, shares_reads
from lti_tool.passback.service.endings import Arrived, Ending, KeptTheirs
from lti_tool.passback.service.jobs import Job, Sent

# Fewer waiting scores of a column are read back one by one.
_SHARED = 4
# One read serves at most so many, lest it be old before the last is sent.
_MOST_SHARED = 64
# One page of results for so many scores is still cheaper than a read of each.
_SCORES_PER_PAGE = 8
# Seconds after which what was read says no more who wrote last.
_FRESH = 2.0
# Seconds for which a column whose container tells too little, or is too large, is not read as a whole.
_SHUNNED = 600.0


@dataclass(frozen=True)
class Cell:
    """One person's cell in one column, and what of ours has ever been sent there."""

    url: str
    # This delivery was sent before; nobody knows whether it arrived.
    was_sent: bool
    earlier: tuple[Sent, ...]
    last_stamp: datetime | None

    @classmethod
    def of(cls, job: Job, url: str) -> "Cell":
        """The cell that a delivery is for, in the column of this address."""
        return cls(
            url=url,
            was_sent=job.delivery.sent_to == url,
            earlier=tuple(sent for sent in job.earlier if sent.sent_to == url),
            last_stamp=max((sent.stamp for sent in job.earlier), default=None),
        )

    @property
    def attempted(self) -> list[Points]:
        """All values that other deliveries sent here."""
        return [sent.points for sent in self.earlier if sent.points is not None]

    @property
    def is_first(self) -> bool:
        """Whether no other value of ours was ever sent here."""
        return not self.attempted

    @property
    def submissions(self) -> set[datetime]:
        """The work that has been handed over."""
        return {sent.submitted_at for sent in self.earlier}

    @property
    def comments(self) -> set[str]:
        """The comments that have been sent."""
        return {sent.comment for sent in self.earlier}


@dataclass(slots=True)
class Plan:
    """A job before its turn."""

    job: Job
    gradebook: PlatformGradebook
    # Set where nothing but the stamp is missing; else the sender asks for column and cell itself.
    cell: Cell | None = None
    # When reading began (monotonic seconds); None where nothing has to be read.
    read_at: float | None = None

    @property
    def is_ready(self) -> bool:
        """Whether the score may go out on what is known."""
        return self.cell is not None and (self.read_at is None or time.monotonic() - self.read_at <= _FRESH)


@dataclass(slots=True)
class Read:
    """Scores of one column that one look at its results can decide."""

    url: str
    plans: list[Plan]


class Planner:
    """Sorts claimed scores; remembers which columns are not worth a common read."""

    def __init__(self) -> None:
        self._shunned: dict[str, float] = {}
        self._lock = threading.Lock()

    def sort(
        self, jobs: Iterable[Job], gradebook_of: Callable[[Job], PlatformGradebook]
    ) -> tuple[list[Plan], list[Read]]:
        """What may be sent, or tried one by one, and what a common read comes before."""
        plans: list[Plan] = []
        columns: dict[str, list[Plan]] = {}
        for job in jobs:
            plan = Plan(job, gradebook_of(job))
            if self._waits_for_read(plan) and plan.cell is not None:
                columns.setdefault(plan.cell.url, []).append(plan)
            else:
                plans.append(plan)
        reads = []
        for url, waiting in columns.items():
            if len(waiting) < _SHARED or self._is_shunned(url):
                plans += map(alone, waiting)
            else:
                parts = range(0, len(waiting), _MOST_SHARED)
                reads += [Read(url, waiting[start : start + _MOST_SHARED]) for start in parts]
        return plans, reads

    def look(self, read: Read) -> tuple[list[Plan], list[tuple[Job, Ending]]]:
        """Read a column's results once: what is to be sent, and what has ended by that. Raises `PlatformRefused`."""
        started = time.monotonic()
        pages = max(1, math.ceil(len(read.plans) / _SCORES_PER_PAGE))
        wanted = {plan.job.sub for plan in read.plans}
        results = read.plans[0].gradebook.read_results(read.url, wanted, most_pages=pages)
        plans: list[Plan] = []
        ended: list[tuple[Job, Ending]] = []
        unknown = 0
        for plan in read.plans:
            standing = _standing(plan, results)
            if standing is None:
                unknown += 1
                plans.append(alone(plan))
            elif standing is Standing.SEND:
                plan.read_at = started
                plans.append(plan)
            else:
                ended.append((plan.job, Arrived() if standing is Standing.ALREADY_THERE else KeptTheirs()))
        if unknown * 2 > len(read.plans):
            self.shun(read.url)
        return plans, ended

    def give_up(self, read: Read) -> list[Plan]:
        """The same scores, to be read back one by one."""
        self.shun(read.url)
        return [alone(plan) for plan in read.plans]

    def shun(self, url: str) -> None:
        """Read this column's cells one by one for a while."""
        with self._lock:
            now = time.monotonic()
            self._shunned = {one: until for one, until in self._shunned.items() if until > now}
            self._shunned[url] = now + _SHUNNED

    def _is_shunned(self, url: str) -> bool:
        with self._lock:
            return self._shunned.get(url, 0.0) > time.monotonic()

    def _waits_for_read(self, plan: Plan) -> bool:
        """Note the cell where all but the stamp is known; whether it has to be read first, and others' with it."""
        job, gradebook, url = plan.job, plan.gradebook, plan.job.line_item.url
        if url is None or not job.is_sent_for or not gradebook.may_send_scores or job.delivery.is_overruling:
            return False
        cell = Cell.of(job, url)
        if not must_read(job, cell, gradebook):
            plan.cell = cell
            return False
        if shares_reads(job.registration.product_family):
            plan.cell = cell
            return True
        return False


def must_read(job: Job, cell: Cell, gradebook: PlatformGradebook) -> bool:
    """Whether the cell is looked at before this score is sent."""
    family, has_score = job.registration.product_family, job.points is not None
    reads = must_read_back(family, has_score=has_score, is_first=cell.is_first, was_sent=cell.was_sent)
    return reads and gradebook.may_read_results


def alone(plan: Plan) -> Plan:
    """A score whose column and cell its sender asks for itself."""
    plan.cell = plan.read_at = None
    return plan


def _standing(plan: Plan, results: Results) -> Standing | None:
    """Whose grade stands in the cell; None where the results do not tell."""
    job, cell = plan.job, plan.cell
    found = results.by_sub.get(job.sub)
    if cell is None or job.points is None or (found is None and not results.is_whole):
        return None
    return decide_standing(found, job.points, attempted=cell.attempted, is_overruling=job.delivery.is_overruling)
