# ruff: noqa: SIM905 - long lists of words read better as text
"""The rules run where the pages run: no text may keep them busy."""

import random
import string
import time
from itertools import product

import pytest

from lti_tool.artefacts.catalog import Reading
from lti_tool.artefacts.reader.read import read_bytes
from lti_tool.artefacts.rules import MOST_OF_A_RULE, check_resume, compare_posting
from tests.unit.artefacts.pages import NOW

SIZE = 115_000
LINE = 3900


def lines_of(piece: str, width: int = LINE) -> str:
    """As much of a piece as is kept, in lines as long as are kept."""
    line = (piece * (width // len(piece) + 1))[:width]
    return "\n".join([line] * (SIZE // (width + 1)))


def nonsense() -> str:
    rng = random.Random(7)
    words = ("".join(rng.choices(string.ascii_lowercase, k=rng.randint(5, 12))) for _ in range(9000))
    return "\n".join(f"led the team and saw the {word} of the day" for word in words)[:SIZE]


HALVES = (
    "work ship book ball game fish bird tree wood wind rain snow fire hand foot head door room town land side time "
    "line ware yard path road port lamp desk note list"
).split()
TEXTS = {
    "dots": lines_of("a."),
    "digits": lines_of("1 "),
    "dashes": lines_of("1-"),
    "brackets": lines_of("(1"),
    "ats": lines_of("a@"),
    "hosts": lines_of("www."),
    "schemes": lines_of("http:/"),
    "letters": lines_of("A "),
    "words": lines_of("Ab "),
    "streets": lines_of("12 Aa Bb Cc Dd "),
    "months": lines_of("May "),
    "dates": lines_of("May 2024 - "),
    "years": lines_of("2024 "),
    "quotes": lines_of('"'),
    "people": lines_of("I "),
    "tabs": lines_of("a\t"),
    "letter": lines_of("a"),
    "slashes": lines_of("linkedin/"),
    "duties": lines_of("wasly "),
    "and": lines_of("and & / "),
    "short": "\n".join(["Ab"] * 3000),
    "heads": lines_of("Ab c", 38),
    "bullets": "\n".join(["- I help the manger at 12 Oak St"] * 3000),
    "private": "\n".join(["SSN 123-45-6789"] * 3000),
    "nonsense": nonsense(),
    "odd bullets": "\n".join([f"- {'x' * 30} {n}" for n in range(2900)]),
    "commas": lines_of("medium, "),
    "visas": lines_of("visa "),
    "citizens": lines_of("Romanian citizen of "),
    "birth dates": "\n".join(["- " + "date of birth " * 270] * 29),
    "plans": "\n".join(["- " + "Plan and " * 430] * 29),
    "compounds": "\n".join(f"led {first}{second} to the town hall" for first, second in product(HALVES, HALVES)),
    "names": lines_of("xX"),
    "addresses": "\n".join(["a-b.c+d@e-f.g-h"] * 2900),
    "months in a row": lines_of("Jan-Feb-"),
    "blanks": lines_of("a          b"),
    "spaced": "\n".join(["A B C D E F G H"] * 2900),
}


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_keeps_the_rules_busy(name: str) -> None:
    reading = Reading.from_json(read_bytes(TEXTS[name].encode(), ".txt"))
    assert len(reading.text) > 5000
    began = time.process_time()
    found = check_resume(reading, name=TEXTS[name][:200], posting=TEXTS[name][:6000], now=NOW)
    compare_posting(reading, TEXTS[name][:6000])
    assert time.process_time() - began < 3
    assert len(found) <= MOST_OF_A_RULE * 22
