"""The bench itself: it must see what it is there to see."""

import logging

import pytest

from lti_tool import clock
from lti_tool.registration.models import Institution
from tests.certification.bench import Bench, count_rows
from tests.certification.logs import LogTap
from tests.certification.platform import put, stores_of


@pytest.mark.parametrize("extra", [{}, {"person": "amara.okafor@student.example.edu"}], ids=["in-words", "in-a-field"])
def test_personal_data_in_a_log_is_seen(extra: dict[str, str]) -> None:
    tap = LogTap()
    tap.keep_out("amara.okafor@student.example.edu")
    words = "a person" if extra else "amara.okafor@student.example.edu"
    record = logging.makeLogRecord({"name": "lti_tool.other", "msg": words, **extra})
    tap.emit(record)
    with pytest.raises(AssertionError, match="holds"):
        tap.assert_no_secrets()


def test_a_new_row_is_seen(bench: Bench) -> None:
    before = count_rows(bench.app)
    with stores_of(bench.app).writing.begin() as session:
        session.add(Institution(name="Lakeside College", created_at=clock.now()))
    after = count_rows(bench.app)
    assert after["institution"] == before["institution"] + 1
    assert {"visit", "user_account", "context", "membership", "resource_link", "result", "delivery"} <= set(after)


def test_an_accepted_launch_is_no_refusal_and_the_reverse(bench: Bench) -> None:
    accepted, refused = bench.attempt(), bench.attempt(put("aud", "somebody-else"))
    with pytest.raises(AssertionError):
        accepted.assert_refused("audience_wrong", 401)
    with pytest.raises(AssertionError):
        refused.assert_accepted()
    with pytest.raises(AssertionError):
        refused.assert_refused("issuer_wrong", 401)
