"""Which scores of the outbox may be forgotten without anything else being decided differently later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lti_tool.passback.catalog import DeliveryState, GradingProgress

_OVER = (DeliveryState.DELIVERED, DeliveryState.SUPERSEDED, DeliveryState.KEPT_THEIRS)


@dataclass(frozen=True)
class Trace:
    """What one delivery of a cell leaves behind; `stamp` is None where it was never sent."""

    id: int
    state: str
    score_given: float | None
    score_maximum: float | None
    grading_progress: str
    stamp: datetime | None
    sent_to: str | None
    submitted_at: datetime
    comment: str
    finished_at: datetime | None


def list_forgettable(traces: Sequence[Trace], before: datetime) -> list[int]:
    """Of all deliveries of one cell (a person in a column), those that nothing asks for any more.

    Over since `before`; not the newest, nor the newest that arrived; and each fact that sending looks up in earlier
    sends (values that are ours, handed-in times, comments, the latest stamp) stands in a later one as well. Forgetting
    them all at once is therefore safe, and so is forgetting some: the newest bearer of a fact always stays.
    """
    ordered = sorted(traces, key=lambda trace: trace.id, reverse=True)
    told: set[object] = set()
    latest: datetime | None = None
    forgettable = []
    arrived = False
    for index, trace in enumerate(ordered):
        is_first_arrived = trace.state == DeliveryState.DELIVERED and not arrived
        arrived = arrived or is_first_arrived
        facts = set(_facts(trace))
        says_nothing = facts <= told and (trace.stamp is None or (latest is not None and trace.stamp <= latest))
        if index > 0 and not is_first_arrived and says_nothing and _is_over(trace, before):
            forgettable.append(trace.id)
        told |= facts
        if trace.stamp is not None:
            latest = max(latest or trace.stamp, trace.stamp)
    return sorted(forgettable)


def _is_over(trace: Trace, before: datetime) -> bool:
    return trace.state in _OVER and trace.finished_at is not None and trace.finished_at < before


def _facts(trace: Trace) -> Iterable[object]:
    if trace.stamp is None:
        return
    yield "submitted", trace.sent_to, trace.submitted_at
    if trace.comment:
        yield "comment", trace.sent_to, trace.comment
    graded = trace.grading_progress == GradingProgress.FULLY_GRADED
    if graded and trace.score_given is not None and trace.score_maximum is not None:
        yield "value", trace.sent_to, trace.score_given, trace.score_maximum
