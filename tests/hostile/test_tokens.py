"""20,000 mutated id_tokens through the whole tool, half of them on each database.

Each has a login that the tool knows, so that none is refused for its state alone. No answer may be an error of ours,
nothing may be stored for what is refused, and all of it has to end in bounded time.
"""

import time

import pytest

from tests.certification.bench import Bench, count_rows
from tests.certification.browser import Browser
from tests.certification.flow import LoginStarted, entrance_of, post_token, start_login
from tests.hostile.mutations import Mutator, is_same_token

# The same lines run thousands of times: tracing them would cost more than running them, and other tests cover them.
pytestmark = pytest.mark.no_cover

# Chunks that run in parallel: ten times a thousand on each of two databases.
SEEDS = range(10)
SPOILED = 940
BENT = 60
# Rows are counted after so many; a failure names the seed and the numbers since the last count.
COUNTED = 50
# Generous: they take two to four seconds.
SECONDS_AT_MOST = 60
OPENED = 10


class Fuzz:
    """Posts tokens, and checks what came of them."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.browser: Browser = bench.browser()
        self.login: LoginStarted = start_login(self.browser, bench.platform)
        self.rows = count_rows(bench.app)
        self.accepted = 0

    def post(self, number: int, kind: str, token: str) -> str:
        """Post one; returns the reason code."""
        bench, mark = self.bench, len(self.bench.log.records)
        answer = post_token(self.browser, bench.platform, self.login, token)
        where = f"number {number}, {kind}: {answer.status}"
        # Before the status: it says where an error was.
        new = bench.log.records[mark:]
        assert [record for record in new if getattr(record, "event", "") == "bug"] == [], (where, bench.log.bugs())
        assert answer.status in (303, 400, 401, 403), where
        records = bench.log.launches(mark)
        assert len(records) == 1, where
        reason = str(vars(records[0])["reason"])
        assert (reason == "launched") == (answer.status == 303), where
        if answer.status == 303:
            self._check_accepted(where, entrance_of(answer))
        if answer.status != 401:
            # Genuine, so the login is spent.
            self.login = start_login(self.browser, bench.platform)
        return reason

    def check_rows(self, where: str) -> None:
        """Nothing but what accepted launches may leave has been stored since the last look."""
        now = count_rows(self.bench.app)
        assert now["visit"] == self.rows["visit"] + self.accepted, where
        if not self.accepted:
            assert now == self.rows, where
        self.rows, self.accepted = now, 0

    def _check_accepted(self, where: str, entrance: str | None) -> None:
        self.accepted += 1
        assert entrance is not None, where
        if self.accepted % OPENED == 1:
            page = self.browser.get(entrance)
            assert page.status in (200, 303, 403, 404), (where, page.status)


@pytest.mark.parametrize("seed", SEEDS)
def test_tokens_that_are_not_genuine_are_refused(bench: Bench, seed: int) -> None:
    mutator, fuzz, reasons = Mutator(seed), Fuzz(bench), set()
    started = time.monotonic()
    claims = bench.platform.claims(fuzz.login.nonce)
    for number in range(SPOILED):
        if claims["nonce"] != fuzz.login.nonce:
            claims = bench.platform.claims(fuzz.login.nonce)
        kind, token = mutator.spoil(claims)
        reason = fuzz.post(number, kind, token)
        if reason == "launched":
            # Only spare bits of the last character were flipped: it is the genuine token.
            assert is_same_token(token, mutator.right(claims)), (number, kind)
        reasons.add(reason)
        if number % COUNTED == COUNTED - 1:
            fuzz.check_rows(f"up to number {number}")
    assert time.monotonic() - started < SECONDS_AT_MOST
    # They came as far as they could: past the form, to the keys, to the signature.
    assert {"token_malformed", "algorithm_refused", "kid_unknown", "signature_wrong"} <= reasons


@pytest.mark.parametrize("seed", SEEDS)
def test_hostile_claims_with_a_right_signature(bench: Bench, seed: int) -> None:
    mutator, fuzz, reasons = Mutator(1000 + seed), Fuzz(bench), set()
    started = time.monotonic()
    for number in range(BENT):
        kind, token = mutator.bend(bench.platform.claims(fuzz.login.nonce))
        before = fuzz.accepted
        reasons.add(fuzz.post(number, kind, token))
        if fuzz.accepted == before and not fuzz.accepted:
            continue
        fuzz.check_rows(f"up to number {number}, {kind}")
    fuzz.check_rows("the end")
    assert time.monotonic() - started < SECONDS_AT_MOST
    assert "launched" in reasons and len(reasons) >= 6, reasons
