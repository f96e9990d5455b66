"""Judges a tool by what the LMS saw: every call that arrived, what was applied, and what stands in the end.

Nothing here asks the tool. Each student's score is a value that this student never had before, so a value names one
score, and a teacher's grades are values that no student ever makes.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from lti_tool.sandbox import Arrival, Sandbox

# What was in flight when the LMS asked to wait, and what each of those was in the middle of, still comes.
IN_FLIGHT = timedelta(seconds=1)


@dataclass
class Ledger:
    """What students did and teachers did; `judge` compares it with the LMS."""

    # By user name: the values that were handed in (and committed), oldest first.
    made: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    # By user name: what a teacher typed last.
    typed: dict[str, float] = field(default_factory=dict)

    def judge(self, lms: Sandbox, column: str) -> list[str]:
        """Everything that is wrong; empty for a tool that never loses a grade."""
        arrivals = lms.list_arrivals()
        return [
            *self._judge_end(lms, column),
            *self._judge_stamps(arrivals),
            *judge_waits(arrivals),
            *judge_tokens(arrivals),
        ]

    def _judge_end(self, lms: Sandbox, column: str) -> list[str]:
        faults = []
        standing: dict[str, float | None] = {}
        for score in lms.list_scores():
            if column in (score.column, score.tag):
                standing.setdefault(score.username, score.score)
        for username, values in sorted(self.made.items()):
            if not values:
                continue
            wanted, found = self.typed.get(username, values[-1]), standing.get(username)
            if found is None:
                faults.append(f"lost: {username} has nothing in place of {wanted}")
            elif found != wanted:
                faults.append(f"wrong last score: {username} has {found} in place of {wanted}")
        return faults

    def _judge_stamps(self, arrivals: Sequence[Arrival]) -> list[str]:
        stamps: dict[tuple[int | None, str], dict[float, set[str]]] = defaultdict(lambda: defaultdict(set))
        for one in arrivals:
            if one.stamp is not None and one.given is not None and one.applied:
                stamps[one.lineitem_id, one.username][one.given].add(one.stamp.isoformat())
        faults = []
        for (lineitem_id, username), by_value in stamps.items():
            order = self.made[username]
            for value, seen in by_value.items():
                if value not in order:
                    faults.append(f"never made: {value} of {username}")
                if len(seen) > 1:
                    faults.append(f"final sent as new: {value} of {username} in {lineitem_id} with {sorted(seen)}")
            in_order = [max(by_value[value]) for value in order if value in by_value]
            if any(later <= earlier for earlier, later in pairwise(in_order)):
                faults.append(f"stamps do not rise: {username} in {lineitem_id}: {in_order}")
        return faults


def judge_waits(arrivals: Sequence[Arrival]) -> list[str]:
    """Calls that came although the LMS had asked for a pause (`Retry-After`)."""
    faults = []
    for number, asked in enumerate(arrivals):
        if not asked.retry_after:
            continue
        begin, end = asked.at + IN_FLIGHT, asked.at + timedelta(seconds=asked.retry_after)
        early = [one for one in arrivals[number + 1 :] if begin < one.at < end]
        if early:
            waited = (early[0].at - asked.at).total_seconds()
            faults.append(
                f"Retry-After {asked.retry_after:.0f} ignored: {len(early)} calls, first after {waited:.1f} s"
            )
    return faults


def judge_tokens(arrivals: Sequence[Arrival], processes: int = 40) -> list[str]:
    """More tokens asked for than tokens that ended: one for each process and scope, one for each refusal."""
    asked = sum(one.service == "token" for one in arrivals)
    refused = sum(one.status == 401 for one in arrivals) + sum(
        one.service == "token" and one.status != 200 for one in arrivals
    )
    allowed = refused + processes
    return [f"{asked} tokens asked for, {allowed} had a cause"] if asked > allowed else []


def count(arrivals: Sequence[Arrival]) -> Mapping[str, int]:
    """For a human: how many calls met which fault."""
    counts: dict[str, int] = defaultdict(int)
    for one in arrivals:
        counts[one.fault or ("refused" if one.status >= 400 else "fine")] += 1
    return dict(counts)
