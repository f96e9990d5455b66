"""What changed between two versions of a text, word by word."""

import difflib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

_PIECE = re.compile(r"\s+|\w+(?:['’\-]\w+)*|[^\w\s]", re.UNICODE)
# Islands of unchanged words shorter than this, between two changes, make a difference harder to read.
_SHORTEST_ISLAND = 2
# Characters up to which two pieces are compared word by word: the time grows with the square.
_LONGEST_BY_WORD = 6000
# Pairs of equal pieces that are looked at, which bounds the time: a few words said over and over have millions, each
# looked at a thousand times. Two versions of a page with a hundred changes have some millions in all.
_MOST_PAIRS = 12_000_000
# More unchanged lines than these are shortened to the first and the last.
_MOST_SAME_LINES = 3


class Change(StrEnum):
    """What became of a run of words; the values are names of HTML elements."""

    SAME = "span"
    REMOVED = "del"
    ADDED = "ins"


@dataclass(frozen=True, slots=True)
class Run:
    """Words that share their fate."""

    change: Change
    text: str


class _Matcher(difflib.SequenceMatcher[str]):
    """Finds what is the same in two texts, as far as the bound of time allows; the rest counts as changed."""

    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        super().__init__(None, before, after, autojunk=False)
        times = Counter(after)
        self._pairs = [0, *accumulate(1 + times[it] for it in before)]
        self._left = _MOST_PAIRS

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> difflib.Match:
        """As the class above does, and nothing once the bound is reached."""
        self._left -= self._pairs[-1 if ahi is None else ahi] - self._pairs[alo]
        if self._left < 0:
            return difflib.Match(alo, blo, 0)
        return super().find_longest_match(alo, ahi, blo, bhi)


def list_changes(old: str, new: str) -> tuple[Run, ...]:
    """The way from the old text to the new one; the removed words of a place stand before the added ones."""
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    matcher = _Matcher(before, after)
    runs: list[Run] = []
    removed = added = ""
    for tag, b_from, b_to, a_from, a_to in matcher.get_opcodes():
        gone, come = "".join(before[b_from:b_to]), "".join(after[a_from:a_to])
        if tag != "equal" or (_is_island(gone) and (removed or added) and a_to < len(after)):
            removed, added = removed + gone, added + come
            continue
        runs += _flush(removed, added)
        removed = added = ""
        runs.append(Run(Change.SAME, gone))
    return (*runs, *_flush(removed, added))


def list_line_changes(old: Sequence[str], new: Sequence[str]) -> tuple[Run, ...]:
    """The same for texts of many lines: lines first, and words only within lines that took each other's place.

    Between two changes only the line before and the line after are kept: the rest of a page is known.
    """
    runs: list[Run] = []
    for tag, o_from, o_to, n_from, n_to in _Matcher(old, new).get_opcodes():
        gone, come = _paragraph(old[o_from:o_to]), _paragraph(new[n_from:n_to])
        if tag == "equal":
            runs.append(Run(Change.SAME, _shorten(old[o_from:o_to])))
        elif len(gone) + len(come) <= _LONGEST_BY_WORD:
            runs += list_changes(gone, come)
        else:
            runs += _flush(gone, come)
    return tuple(runs)


def _paragraph(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _shorten(lines: Sequence[str]) -> str:
    if len(lines) <= _MOST_SAME_LINES:
        return _paragraph(lines)
    return _paragraph([lines[0], "…", lines[-1]])


def _is_island(text: str) -> bool:
    return len(text.split()) < _SHORTEST_ISLAND and "\n" not in text


def _flush(removed: str, added: str) -> list[Run]:
    if removed == added:
        return [Run(Change.SAME, removed)] if removed else []
    return [Run(change, text) for change, text in ((Change.REMOVED, removed), (Change.ADDED, added)) if text]
