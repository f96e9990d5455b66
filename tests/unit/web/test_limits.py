"""Limits: the pace, whose requests count together, and that memory is bounded."""

import io

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from lti_tool.web.limits import LARGEST_FILE, BoundedRequest, Counter
from lti_tool.web.rules import Pace, decide_pace, is_this_machine, network_of

LECTURE = Pace.of_minute(60)


def test_five_minutes_worth_may_come_at_once_and_no_more() -> None:
    counter = Counter(LECTURE)
    waits = [counter.spend("campus", 1000.0) for _ in range(301)]
    assert waits[:300] == [0.0] * 300
    assert waits[300] == pytest.approx(1.0)


def test_what_is_over_the_limit_is_not_counted() -> None:
    counter = Counter(Pace(1.0, 1))
    assert counter.spend("a", 10.0) == 0.0
    assert [counter.spend("a", 10.5) for _ in range(50)] == [pytest.approx(0.5)] * 50
    assert counter.spend("a", 11.0) == 0.0


def test_the_sustained_pace_is_kept_for_ever() -> None:
    counter = Counter(LECTURE)
    assert all(counter.spend("a", float(second)) == 0.0 for second in range(2000))


def test_one_address_takes_nothing_from_another() -> None:
    counter = Counter(Pace(60.0, 1))
    assert counter.spend("a", 5.0) == 0.0
    assert counter.spend("b", 5.0) == 0.0
    assert counter.spend("a", 5.0) > 0


def test_a_long_silence_saves_nothing_up() -> None:
    owed, wait = decide_pace(LECTURE, 0.0, 1_000_000.0)
    assert (owed, wait) == (1_000_001.0, 0.0)


def test_memory_is_bounded_and_the_quietest_is_forgotten() -> None:
    counter = Counter(Pace(60.0, 1), remembered=3)
    assert counter.spend("old", 1.0) == 0.0
    for number in range(2):
        counter.spend(f"new-{number}", 2.0)
    assert counter.spend("old", 3.0) > 0
    for number in range(1000):
        counter.spend(f"flood-{number}", 4.0)
    assert len(counter) == 3
    assert counter.spend("old", 5.0) == 0.0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:51000", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::ffff", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("unknown", "unknown"),
        ("x" * 5000, "x" * 64),
    ],
)
def test_whose_requests_count_together(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("address", "is_local"),
    [
        *((address, True) for address in ("127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "")),
        *((address, False) for address in ("192.0.2.7", "2001:db8::1", "10.0.0.1", "1270.0.0.1")),
    ],
)
def test_this_machine(address: str, is_local: bool) -> None:
    assert is_this_machine(address) is is_local


def test_many_files_take_no_more_memory_than_one() -> None:
    files = {f"file-{number}": FileStorage(io.BytesIO(b"0" * (4 << 20)), "x.pdf") for number in range(4)}
    boundary, body = encode_multipart(files)
    kind = f"multipart/form-data; boundary={boundary}"
    request = BoundedRequest.from_values(method="POST", input_stream=io.BytesIO(body), content_type=kind)
    sizes = [len(it.read()) for it in request.files.values()]
    assert sizes == [4 << 20, LARGEST_FILE + 1 - (4 << 20), 0, 0]
