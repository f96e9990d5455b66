"""Scores through every fault of an LMS, with workers that are killed: nothing is lost, wrong or sent as new."""

import pytest
from sqlalchemy.orm import Session

from lti_tool.sandbox import SandboxServer
from tests.faults.ledger import count
from tests.faults.storm import make_storm
from tests.journeys.passback_class import LABEL

# The same lines run thousands of times: tracing them would cost more than running them, and other tests cover them.
pytestmark = pytest.mark.no_cover

ROUNDS = 12


@pytest.mark.parametrize("seed", [12, 20], indirect=True)
def test_no_grade_is_lost(
    session: Session, lms: SandboxServer, keys_url: str, seed: int, request: pytest.FixtureRequest
) -> None:
    storm = make_storm(session, lms, keys_url, seed)
    storm.rage(ROUNDS)
    storm.settle()
    assert sum(map(len, storm.ledger.made.values())) > 3 * ROUNDS
    faults = storm.ledger.judge(lms.sandbox, LABEL)
    happened = count(lms.sandbox.list_arrivals())
    again = f"FAULTS_SEED={seed} python -m pytest '{request.node.nodeid}'"
    assert not faults, "\n".join([*faults, f"Calls: {happened}", f"Again: {again}"])
