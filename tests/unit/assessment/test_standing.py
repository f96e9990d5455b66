"""Where a student is among all modules, and the one thing to turn to."""

from datetime import UTC, datetime, timedelta

import pytest

from lti_tool.assessment.rules import (
    Decided,
    Progress,
    Stand,
    Standing,
    Verdict,
    Version,
    WorkState,
    choose_next,
    decide_module_state,
    decide_standing,
    decide_work_state,
    next_action,
)
from lti_tool.content.catalog import Module
from tests.unit.assessment.content import SHIPPED

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
ETIQUETTE = next(it for it in SHIPPED.modules if it.id == "etiquette")
GOALS = next(it for it in SHIPPED.modules if it.id == "goals")
assert ETIQUETTE.artefact is not None and GOALS.artefact is not None
LESSONS = [it.id for it in ETIQUETTE.lessons]


def done(day: int = 0) -> Progress:
    return Progress(NOW + timedelta(days=day), NOW + timedelta(days=day))


def begun(day: int = 0, *, saved: int | None = None) -> Progress:
    return Progress(NOW + timedelta(days=day), None, saved_at=NOW + timedelta(days=saved) if saved else None)


def all_but_work(module: Module) -> dict[str, Progress]:
    assert module.artefact is not None
    return {part.id: done() for part in module.parts if part.id != module.artefact.id}


def work(*decided: Decided | None) -> WorkState:
    return decide_work_state([Version(number, NOW, one) for number, one in enumerate(decided, start=1)])


def stand(
    module: Module, progress: dict[str, Progress], found: WorkState | None = None, *, locked: bool = False
) -> Standing:
    return decide_standing(decide_module_state(module, progress), found, is_check_locked=locked)


def returned(*, is_read: bool, day: int = 1) -> Decided:
    return Decided(Verdict.RETURNED, NOW + timedelta(days=day), is_read)


def test_a_new_module_begins_with_its_first_lesson() -> None:
    standing = stand(ETIQUETTE, {})
    assert (standing.stand, standing.place and standing.place.id) == (Stand.TODO, LESSONS[0])
    assert standing.touched_at is None and standing.minutes_left == sum(it.part.minutes for it in standing.state.steps)
    assert next_action(standing) == "Start"


@pytest.mark.parametrize(
    ("progress", "place"),
    [
        ({LESSONS[0]: done()}, LESSONS[1]),
        ({LESSONS[0]: begun(), LESSONS[2]: begun(1)}, LESSONS[2]),
        # Typed later than the other was opened.
        ({LESSONS[2]: begun(1), ETIQUETTE.artefact.id: begun(0, saved=2)}, ETIQUETTE.artefact.id),
        ({LESSONS[2]: begun(1), ETIQUETTE.activities[0].id: begun(2)}, ETIQUETTE.activities[0].id),
        ({LESSONS[2]: begun(1), ETIQUETTE.activities[0].id: done(2)}, LESSONS[0]),
        ({LESSONS[2]: done(1)}, LESSONS[0]),
    ],
)
def test_who_comes_back_is_where_she_was(progress: dict[str, Progress], place: str) -> None:
    standing = stand(ETIQUETTE, progress)
    assert (standing.stand, standing.place and standing.place.id) == (Stand.IN_PROGRESS, place)
    assert standing.place and next_action(standing) == f"Continue: {standing.place.title}"


def test_handed_in_work_leaves_nothing_to_do_but_wait() -> None:
    standing = stand(ETIQUETTE, all_but_work(ETIQUETTE), work(None))
    assert (standing.stand, standing.place, standing.minutes_left) == (Stand.WAITING, None, 0)
    assert next_action(standing) == "Look at it again"


def test_work_that_waits_keeps_nobody_from_the_lessons() -> None:
    standing = stand(ETIQUETTE, {LESSONS[0]: done()}, work(None))
    assert (standing.stand, standing.place and standing.place.id) == (Stand.IN_PROGRESS, LESSONS[1])


def test_feedback_is_read_before_anything_else() -> None:
    standing = stand(ETIQUETTE, all_but_work(ETIQUETTE), work(returned(is_read=False)))
    assert standing.stand is Stand.FEEDBACK and next_action(standing) == "Read the feedback"


def test_read_feedback_calls_for_the_next_version() -> None:
    standing = stand(ETIQUETTE, {**all_but_work(ETIQUETTE), LESSONS[0]: begun()}, work(returned(is_read=True)))
    assert standing.place is not None and standing.place.id == ETIQUETTE.artefact.id  # type: ignore[union-attr]
    assert next_action(standing) == "Write version 2"


def test_a_check_without_tries_is_locked() -> None:
    assert ETIQUETTE.check is not None
    parts = {part.id: done() for part in ETIQUETTE.parts if part.id != ETIQUETTE.check.id}
    standing = stand(ETIQUETTE, {**parts, ETIQUETTE.check.id: begun(3)}, locked=True)
    assert (standing.stand, standing.place) == (Stand.LOCKED, None)


def test_a_finished_module_is_done() -> None:
    standing = stand(ETIQUETTE, {part.id: done() for part in ETIQUETTE.parts})
    assert (standing.stand, standing.place) == (Stand.DONE, None)


def test_one_thing_comes_next() -> None:
    new, old = stand(GOALS, {}), stand(ETIQUETTE, {LESSONS[0]: done()})
    assert choose_next([new, old]) is old
    assert choose_next([new]) is new
    newer = stand(GOALS, {GOALS.lessons[0].id: done(5)})
    assert choose_next([old, newer]) is newer
    late = stand(GOALS, {}, work(returned(is_read=False, day=4)))
    early = stand(ETIQUETTE, {}, work(returned(is_read=False, day=2)))
    assert choose_next([newer, late, early]) is early
    waits = stand(ETIQUETTE, all_but_work(ETIQUETTE), work(None))
    assert choose_next([waits]) is None and choose_next([]) is None
