"""Conformance §2: valid launches of the certification suite (guide §6.1.2 and §6.1.3)."""

import pytest

from tests.certification.bench import Bench
from tests.certification.cases import VALID, Valid
from tests.certification.platform import ROLES, put


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.id)
def test_a_valid_payload_is_accepted(bench: Bench, case: Valid) -> None:
    attempt = bench.attempt(
        put(ROLES, list(case.roles)),
        *case.changes,
    )
    visit = attempt.assert_accepted(role=case.role)
    assert visit.user.sub == "person-39890"
    assert (visit.context is not None) == case.has_context
    assert attempt.new_rows["user_account"] == 1
    assert "result" not in attempt.new_rows


def test_all_valid_cases_of_the_suite_are_here() -> None:
    assert len(VALID) == 18


def test_a_second_launch_makes_a_visit_and_no_second_person(bench: Bench) -> None:
    browser = bench.browser()
    bench.attempt(browser=browser).assert_accepted()
    again = bench.attempt(put("name", "Amara Okafor-Lindqvist"), browser=browser)
    visit = again.assert_accepted()
    assert again.new_rows == {"visit": 1}
    assert visit.user.name == "Amara Okafor-Lindqvist"
