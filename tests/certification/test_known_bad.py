"""Conformance §1: known bad payloads of the certification suite (guide §6.1.1)."""

import pytest

from tests.certification.bench import Bench
from tests.certification.cases import KNOWN_BAD, Bad


@pytest.mark.parametrize("case", KNOWN_BAD, ids=lambda case: case.id)
def test_a_known_bad_payload_is_refused(bench: Bench, case: Bad) -> None:
    attempt = bench.attempt(*case.changes, token=case.token)
    attempt.assert_refused(case.reasons, case.status)


def test_the_words_for_a_missing_user_are_friendly(bench: Bench) -> None:
    """Core §5.3.6.1 allows anonymous launches, the suite counts them as bad: a page says what is needed."""
    attempt = bench.attempt(*next(case for case in KNOWN_BAD if case.id == "B12-no-user").changes)
    assert "who you are" in attempt.answer.soup.get_text(" ").lower()
