"""Simple checks of what a student wrote: advice, never a grade."""

from dataclasses import dataclass
from enum import StrEnum


class CheckKind(StrEnum):
    """What a check looks at."""

    STARTS_WITH_VERB = "starts_with_verb"
    HAS_NUMBER = "has_number"
    HAS_DATE = "has_date"
    HAS_QUESTION = "has_question"
    HAS_GREETING = "has_greeting"
    HAS_CLOSING = "has_closing"
    FIRST_PERSON = "first_person"
    IF_THEN = "if_then"
    AVOIDS = "avoids"
    MENTIONS_ANY = "mentions_any"
    MENTIONS_ALL = "mentions_all"
    WORDS = "words"
    SENTENCES = "sentences"


# Kinds that look for the phrases of the check, and kinds that count from `low` to `high`.
WITH_PHRASES = frozenset({CheckKind.AVOIDS, CheckKind.MENTIONS_ANY, CheckKind.MENTIONS_ALL})
WITH_RANGE = frozenset({CheckKind.WORDS, CheckKind.SENTENCES})


@dataclass(frozen=True, slots=True)
class TextCheck:
    """One check and its words: `ok` where it is met, `fix` where it is not."""

    id: str
    kind: CheckKind
    phrases: tuple[str, ...]
    # For counts; 0 means no limit at that end.
    low: int
    high: int
    ok: str
    fix: str


@dataclass(frozen=True, slots=True)
class Wording:
    """Words of one language that the checks know, in lower case."""

    verbs: frozenset[str]
    numbers: frozenset[str]
    dates: frozenset[str]
    greetings: tuple[str, ...]
    closings: tuple[str, ...]
    first_person: frozenset[str]
    if_words: tuple[str, ...]
    then_words: tuple[str, ...]


# Checks that know no words.
NO_WORDING = Wording(frozenset(), frozenset(), frozenset(), (), (), frozenset(), (), ())
