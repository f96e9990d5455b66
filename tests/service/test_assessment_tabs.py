"""Two windows that save at the same moment: what each of them wrote is kept."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from lti_tool.assessment.queries import find_attempt, find_draft
from lti_tool.assessment.service import TwoTexts, save_try, save_written, start_try
from lti_tool.db import make_engine, make_session_factory
from tests.builders import NOW
from tests.service.test_assessment import answers, make_learner
from tests.unit.assessment.content import CHECK, MODULE


@pytest.mark.parametrize(("second", "clashes"), [({"deliverable": "A poster"}, 0), ({"task": "Draw a poster"}, 1)])
def test_texts_that_are_saved_at_once_are_both_kept(database_url: str, second: dict[str, str], clashes: int) -> None:
    engine = make_engine(database_url)
    factory = make_session_factory(engine)
    with factory.begin() as session:
        learner = make_learner(session)
    barrier = Barrier(2)

    def save(given: dict[str, str]) -> dict[str, str]:
        with factory.begin() as session:
            barrier.wait()
            saved = save_written(session, learner, MODULE, "scope", given, NOW, made_from="")
            return saved.others if isinstance(saved, TwoTexts) else {}

    texts = [{"task": "Build a script"}, second]
    with ThreadPoolExecutor(2) as pool:
        others = [future.result() for future in [pool.submit(save, given) for given in texts]]
    with factory() as session:
        draft = find_draft(session, learner, MODULE.id, "scope")
        assert draft is not None
    assert sum(map(bool, others)) == clashes
    # Each text is stored, or its window was told of the other one.
    for given, other in zip(texts, others, strict=True):
        assert other or given.items() <= draft.answers.items()
    engine.dispose()


def test_answers_that_are_saved_at_once_are_both_kept(database_url: str) -> None:
    engine = make_engine(database_url)
    factory = make_session_factory(engine)
    with factory.begin() as session:
        learner = make_learner(session)
        start_try(session, learner, MODULE, CHECK, NOW)
        given = dict(answers(session, learner, 1))
    barrier = Barrier(2)

    def save(question: str) -> None:
        with factory.begin() as session:
            barrier.wait()
            save_try(session, learner, MODULE, 1, {question: given[question]}, NOW)

    questions = list(given)[:2]
    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(save, question) for question in questions]:
            future.result()
    with factory() as session:
        attempt = find_attempt(session, learner, MODULE.id, 1)
        assert attempt is not None and attempt.answers == {it: given[it] for it in questions}
    engine.dispose()
