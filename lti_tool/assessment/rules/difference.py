"""What changed between two versions of a text, word by word."""

import difflib
import re
from dataclasses import dataclass
from enum import StrEnum

_PIECE = re.compile(r"\s+|\w+(?:['’\-]\w+)*|[^\w\s]", re.UNICODE)
# Islands of unchanged words shorter than this, between two changes, make a difference harder to read.
_SHORTEST_ISLAND = 2


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


def list_changes(old: str, new: str) -> tuple[Run, ...]:
    """The way from the old text to the new one; the removed words of a place stand before the added ones."""
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
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


def _is_island(text: str) -> bool:
    return len(text.split()) < _SHORTEST_ISLAND and "\n" not in text


def _flush(removed: str, added: str) -> list[Run]:
    if removed == added:
        return [Run(Change.SAME, removed)] if removed else []
    return [Run(change, text) for change, text in ((Change.REMOVED, removed), (Change.ADDED, added)) if text]
