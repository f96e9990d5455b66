"""Forgetting old scores changes no later decision."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lti_tool.passback.catalog import DeliveryState, GradingProgress
from lti_tool.passback.rules.forgetting import Trace, list_forgettable

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
OLD = NOW - timedelta(days=1)


def trace(delivery_id: int, **values: object) -> Trace:
    base: dict[str, object] = {
        "id": delivery_id,
        "state": DeliveryState.DELIVERED,
        "score_given": 8.0,
        "score_maximum": 10.0,
        "grading_progress": GradingProgress.FULLY_GRADED,
        "stamp": NOW - timedelta(days=100 - delivery_id),
        "sent_to": "https://lms.example/1",
        "submitted_at": NOW - timedelta(days=101),
        "comment": "",
        "finished_at": NOW - timedelta(days=90),
    }
    return Trace(**(base | values))  # type: ignore[arg-type]


def test_what_a_later_score_says_again_is_forgotten() -> None:
    assert list_forgettable([trace(1), trace(2), trace(3)], NOW) == [1, 2]


def test_the_only_score_stays() -> None:
    assert list_forgettable([trace(1)], NOW) == []


def test_what_no_later_score_says_stays() -> None:
    for only_here in (
        {"score_given": 7.0},
        {"comment": "Well begun."},
        {"submitted_at": NOW - timedelta(days=120)},
        {"sent_to": "https://lms.example/2"},
        {"stamp": NOW},
    ):
        assert list_forgettable([trace(1, **only_here), trace(2)], NOW) == []


def test_what_was_never_sent_says_nothing() -> None:
    superseded = trace(1, state=DeliveryState.SUPERSEDED, stamp=None, sent_to=None, score_given=3.0, comment="x")
    assert list_forgettable([superseded, trace(2)], NOW) == [1]


def test_progress_says_when_and_not_what() -> None:
    progress = trace(1, score_given=None, score_maximum=None, grading_progress=GradingProgress.PENDING_MANUAL)
    assert list_forgettable([progress, trace(2)], NOW) == [1]


def test_what_is_recent_or_open_stays() -> None:
    assert list_forgettable([trace(1, finished_at=NOW + timedelta(days=1)), trace(2)], NOW) == []
    assert list_forgettable([trace(1, finished_at=None), trace(2)], NOW) == []
    assert list_forgettable([trace(1, state=DeliveryState.PARKED), trace(2)], NOW) == []


def test_the_newest_that_arrived_stays() -> None:
    assert list_forgettable([trace(1), trace(2), trace(3, state=DeliveryState.KEPT_THEIRS)], NOW) == [1]


_STATES = st.sampled_from(list(DeliveryState))
_MOMENTS = st.integers(0, 4).map(lambda days: OLD - timedelta(days=days))


@st.composite
def cells(draw: st.DrawFn) -> list[Trace]:
    ids = draw(st.lists(st.integers(1, 50), min_size=1, max_size=8, unique=True))
    return [
        Trace(
            id=one,
            state=draw(_STATES),
            score_given=draw(st.sampled_from([None, 7.0, 8.0])),
            score_maximum=10.0,
            grading_progress=draw(st.sampled_from(list(GradingProgress)[:2])),
            stamp=draw(st.none() | _MOMENTS),
            sent_to=draw(st.sampled_from([None, "https://lms.example/1", "https://lms.example/2"])),
            submitted_at=draw(_MOMENTS),
            comment=draw(st.sampled_from(["", "Good."])),
            finished_at=draw(st.none() | _MOMENTS | st.just(NOW + timedelta(days=1))),
        )
        for one in ids
    ]


def what_sending_asks(traces: list[Trace]) -> tuple[object, ...]:
    """All that any later send reads of earlier ones: per address what is ours, handed in and said; the last stamp."""
    sent = [one for one in traces if one.stamp is not None]
    values = {
        (one.sent_to, one.score_given, one.score_maximum)
        for one in sent
        if one.grading_progress == GradingProgress.FULLY_GRADED and one.score_given is not None
    }
    submissions = {(one.sent_to, one.submitted_at) for one in sent}
    comments = {(one.sent_to, one.comment) for one in sent if one.comment}
    return values, submissions, comments, max((one.stamp for one in sent if one.stamp), default=None)


@given(cells(), st.data())
def test_no_later_decision_changes(traces: list[Trace], data: st.DataObject) -> None:
    forgettable = list_forgettable(traces, NOW)
    # A purge that is stopped in the middle is as safe.
    some = data.draw(st.sets(st.sampled_from(forgettable))) if forgettable else set()
    for gone in (set(forgettable), some):
        left = [one for one in traces if one.id not in gone]
        assert what_sending_asks(left) == what_sending_asks(traces)
        assert max(one.id for one in left) == max(one.id for one in traces)
        arrived = [one.id for one in traces if one.state == DeliveryState.DELIVERED]
        assert max(arrived, default=0) == max((one.id for one in left if one.id in arrived), default=0)
    again = [one for one in traces if one.id not in forgettable]
    assert list_forgettable(again, NOW) == []
