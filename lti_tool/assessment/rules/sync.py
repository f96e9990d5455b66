"""Where a score is on its way to the gradebook, for students and for staff."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lti_tool.passback.catalog import DeliveryState, Reason, ReasonCode, get_reason


class Sync(StrEnum):
    """What a line about the gradebook says."""

    SENT = "sent"
    ON_ITS_WAY = "on_its_way"
    CHANGED = "changed"
    STUCK = "stuck"
    # The course offers no gradebook to us (yet); the score waits here.
    NOT_CONNECTED = "not_connected"
    # A test user, or somebody who has been staff in this course.
    NOT_SENT = "not_sent"


# How each is marked; the values are names of status badges.
BADGES = {
    Sync.SENT: "sent",
    Sync.ON_ITS_WAY: "sending",
    Sync.CHANGED: "changed",
    Sync.STUCK: "problem",
    Sync.NOT_CONNECTED: "info",
    Sync.NOT_SENT: "info",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What is stored of the latest delivery of a score."""

    id: int
    state: str
    reason: str
    detail: str
    created_at: datetime
    finished_at: datetime | None
    next_try_at: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class SyncLine:
    """The state of one score's delivery; `at` is when it arrived or was found changed."""

    sync: Sync
    at: datetime | None = None
    reason: str = ""
    delivery_id: int | None = None

    @property
    def badge(self) -> str:
        """The name of its status badge."""
        return BADGES[self.sync]

    @property
    def words(self) -> Reason | None:
        """What happened, why and what would help, where there is something to say."""
        return get_reason(self.reason) if self.reason else None


def decide_sync(sent: Sent | None, *, counts: bool) -> SyncLine:
    """Decide what to say of a score that has a Result; `counts` is false for whoever stays out of gradebooks."""
    if not counts:
        return SyncLine(Sync.NOT_SENT)
    if sent is None:
        return SyncLine(Sync.NOT_CONNECTED)
    if sent.state == DeliveryState.DELIVERED:
        return SyncLine(Sync.SENT, at=sent.finished_at, delivery_id=sent.id)
    if sent.state == DeliveryState.KEPT_THEIRS:
        return SyncLine(Sync.CHANGED, at=sent.finished_at, delivery_id=sent.id)
    if sent.reason == ReasonCode.NO_GRADEBOOK_SERVICE:
        return SyncLine(Sync.NOT_CONNECTED, reason=sent.reason, delivery_id=sent.id)
    if sent.state == DeliveryState.PARKED:
        return SyncLine(Sync.STUCK, at=sent.finished_at, reason=sent.reason, delivery_id=sent.id)
    return SyncLine(Sync.ON_ITS_WAY, reason=sent.reason, delivery_id=sent.id)
