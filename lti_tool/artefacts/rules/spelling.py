# ruff: noqa: SIM905 - long lists of words read better as text
"""R20: words that look like slips. Guesses only: a word is named when one small change makes a common word of it."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from spellchecker import SpellChecker

from lti_tool.artefacts.catalog import Finding
from lti_tool.artefacts.rules.accepted import ACCEPTED, CONFUSED, PREFIXES
from lti_tool.artefacts.rules.contact import EMAIL, URL
from lti_tool.artefacts.rules.outline import Outline
from lti_tool.artefacts.rules.texts import find
from lti_tool.artefacts.rules.verbs import BASES, PAST, THIRD

WORD = re.compile(r"(?<![\w'’@#./&+-])[a-z]+(?![\w'’@#/&+-]|\.\w)")
MIN_LETTERS = 5
VERY_COMMON = 1000
LONG = 9
SOUNDED = 7
FREQUENT = 5000  # a slip of one of these is likelier than a new compound
COMMON = 300  # times in the list of subtitles that the words come from
MANY_TIMES = 3
MOST = 12
MOST_TRIED = 80  # each try costs some milliseconds
# British ending or letters → American ones, which the list has.
BRITISH = (
    ("isation", "ization"), ("ise", "ize"), ("ising", "izing"), ("yse", "yze"), ("ysing", "yzing"), ("our", "or"),
    ("lled", "led"), ("lling", "ling"), ("ller", "ler"), ("ogue", "og"), ("tre", "ter"), ("ence", "ense"),
    ("amme", "am"), ("ae", "e"), ("oe", "e"), ("lment", "llment"), ("que", "ck"),
    ("isable", "izable"),
)  # fmt: skip
# Sounds like the second half of a compound, but is a doubled letter gone wrong ("marketting").
NO_HALF = frozenset("ting ning ring ming sing ling ping full ness ment able ally".split())


@lru_cache(maxsize=1)
def _speller() -> SpellChecker:
    return SpellChecker(language="en", distance=1)


def check_spelling(outline: Outline, posting: str) -> Iterable[Finding]:
    """R20: candidates only; capitalised words, words of the posting and words used often are taken as meant."""
    meant = {word.casefold() for word in re.findall(r"[^\W\d_]+", posting)}
    before = ["", *(spot.text for spot in outline.spots)]
    lines = [
        (spot, _words(_without_rest(previous, spot.text)))
        for previous, spot in zip(before, outline.spots, strict=False)
    ]
    often = Counter(word for _, words in lines for word in words)
    named = 0
    seen: set[str] = set()
    for spot, words in lines:
        unknown = [word for word in words if not is_known(word)]
        if len(unknown) * 3 > len(words) and len(words) > 3:
            continue  # another language
        for word in words:
            if (
                word in seen
                or word in meant
                or often[word] >= MANY_TIMES
                or (word not in unknown and word not in CONFUSED)
            ):
                continue
            seen.add(word)
            better = suggest(word) if len(seen) <= MOST_TRIED and named < MOST else None
            if better:
                named += 1
                yield find("R20", "spelling", spot, word, f"{word} → {better}")


def _without_rest(previous: str, text: str) -> str:
    """Without the second half of a word that was divided at the end of the line before."""
    return text.partition(" ")[2] if previous.endswith("-") else text


def _words(text: str) -> list[str]:
    plain = EMAIL.sub(" ", URL.sub(" ", text))
    return [match.group() for match in WORD.finditer(plain)]


@lru_cache(maxsize=4096)
def is_known(word: str) -> bool:
    """Whether a word stands in a list, is a British form, or is put together from known words."""
    if len(word) < MIN_LETTERS or is_listed(word) or (word.endswith("s") and is_listed(word[:-1])):
        return True
    if any(old in word and is_listed(word.replace(old, new)) for old, new in BRITISH):
        return True
    if any(
        word.startswith(prefix) and is_listed(word.removeprefix(prefix))
        for prefix in PREFIXES
        if len(word) > len(prefix) + 3
    ):
        return True
    halves = ((word[:cut], word[cut:]) for cut in range(4, len(word) - 3))
    is_compound = any(_common(first) and _common(second) and second not in NO_HALF for first, second in halves)
    return is_compound and not _is_nearly_common(word)  # "wellcome" is not made of well and come


def is_listed(word: str) -> bool:
    """Whether a word stands in one of the lists, just as it is."""
    return word in ACCEPTED or word in BASES or word in PAST or word in THIRD or word in _speller().word_frequency


def times_seen(word: str) -> int:
    """How often a word stands in the list of subtitles; a word of our own list counts as a common one."""
    return max(int(_speller()[word]), COMMON if word in ACCEPTED else 0)


def _common(word: str) -> bool:
    return _speller()[word] >= COMMON or word in ACCEPTED


@lru_cache(maxsize=4096)
def _is_nearly_common(word: str) -> bool:
    return any(near[0] == word[0] for near in _frequent().intersection(_speller().edit_distance_1(word)))


@lru_cache(maxsize=4096)
def suggest(word: str) -> str | None:
    """The common word that one small change makes of it; None if there is none."""
    if word in CONFUSED:
        return CONFUSED[word]
    near = [near for near in _speller().edit_distance_1(word) if _speller()[near] >= COMMON and near[0] == word[0]]
    if not near and len(word) >= SOUNDED:
        skeleton = _skeleton(word)
        near = [
            near
            for near, sound in _very_common().get(word[:2], ())
            if (len(word) >= LONG or skeleton == sound) and _are_two_apart(word, near)
        ]
    return max(near, key=lambda candidate: _speller()[candidate]) if near else None


@lru_cache(maxsize=1)
def _very_common() -> dict[str, tuple[tuple[str, str], ...]]:
    """First two letters → the very common words that begin with them, each with its skeleton."""
    found: dict[str, list[tuple[str, str]]] = {}
    for word, times in _speller().word_frequency.dictionary.items():
        if times >= VERY_COMMON:
            found.setdefault(word[:2], []).append((word, _skeleton(word)))
    return {start: tuple(words) for start, words in found.items()}


@lru_cache(maxsize=1)
def _frequent() -> frozenset[str]:
    return frozenset(word for word, times in _speller().word_frequency.dictionary.items() if times >= FREQUENT)


def _skeleton(word: str) -> str:
    """What is heard of its consonants: "schedual" and "schedule" have the same."""
    alike = word.translate(str.maketrans("cz", "ss", "aeiouhwy"))
    return re.sub(r"(.)\1+", r"\1", alike)


def _are_two_apart(word: str, other: str) -> bool:
    """Whether two letters more, less or different make one word of the other."""
    if abs(len(word) - len(other)) > 2:
        return False
    before = list(range(len(other) + 1))
    for row, letter in enumerate(word, 1):
        now = [row]
        for column, opposite in enumerate(other, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (letter != opposite)))
        before = now
    return before[-1] <= 2
