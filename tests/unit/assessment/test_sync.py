"""Where a score is on its way."""

import pytest

from lti_tool.assessment.rules import Sent, Sync, decide_sync
from lti_tool.passback.catalog import DeliveryState, ReasonCode
from tests.builders import NOW


def sent(state: str, reason: str = "") -> Sent:
    return Sent(7, state, reason, "", NOW, NOW, NOW, 1)


@pytest.mark.parametrize(
    ("state", "reason", "sync", "badge"),
    [
        (DeliveryState.PENDING, "", Sync.ON_ITS_WAY, "sending"),
        (DeliveryState.SENDING, ReasonCode.RATE_LIMITED, Sync.ON_ITS_WAY, "sending"),
        (DeliveryState.DELIVERED, "", Sync.SENT, "sent"),
        (DeliveryState.KEPT_THEIRS, ReasonCode.CHANGED_IN_GRADEBOOK, Sync.CHANGED, "changed"),
        (DeliveryState.PARKED, ReasonCode.COURSE_CONCLUDED, Sync.STUCK, "problem"),
        (DeliveryState.PARKED, ReasonCode.NO_GRADEBOOK_SERVICE, Sync.NOT_CONNECTED, "info"),
    ],
)
def test_a_delivery_is_said_in_one_state(state: str, reason: str, sync: Sync, badge: str) -> None:
    line = decide_sync(sent(state, reason), counts=True)
    assert line.sync is sync and line.badge == badge and line.delivery_id == 7


def test_a_reason_comes_with_words() -> None:
    words = decide_sync(sent(DeliveryState.PARKED, ReasonCode.COURSE_CONCLUDED), counts=True).words
    assert words is not None and words.title == "The course has ended"
    assert decide_sync(sent(DeliveryState.PENDING), counts=True).words is None


def test_a_score_without_a_delivery_waits_for_a_gradebook() -> None:
    assert decide_sync(None, counts=True).sync is Sync.NOT_CONNECTED


def test_the_score_of_a_test_user_never_leaves() -> None:
    assert decide_sync(sent(DeliveryState.DELIVERED), counts=False).sync is Sync.NOT_SENT
