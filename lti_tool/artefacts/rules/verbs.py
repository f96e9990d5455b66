# ruff: noqa: SIM905 - long lists of words read better as text
"""Which word a bullet opens with, and in which tense."""

import re
from itertools import pairwise

from lti_tool.artefacts.rules.vocabulary import (
    ADJECTIVES_IN_LY,
    ADVERBS_TOO,
    COMPOUND_HEADS,
    DETERMINERS,
    IRREGULAR,
    MOSTLY_NOUNS,
    NOT_VERBS_IN_ED,
    NOUNS_TOO,
    OBJECT_OPENERS,
    ROLE_NOUNS,
    VERBS,
)

# A word, a number, or a mark that ends a phrase.
TOKEN = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|\d[\d.,]*|[,;:/&(–—]")
BASES = VERBS | MOSTLY_NOUNS | set(IRREGULAR)
AMBIGUOUS = NOUNS_TOO | MOSTLY_NOUNS
MOST_READ = 200  # characters: what a bullet opens with stands at its beginning
PREFIXES_OF_IRREGULAR = ("re", "over", "out", "under", "un", "mis", "fore")
AFTER_A_NOUN = frozenset("of on for in at by".split()) | {""}
AFTER_A_PLURAL = AFTER_A_NOUN | frozenset(
    "from between across during per under within among against including like as is are was were that which who "
    "when where , ; : / ( – —".split()
)
JOINTS = frozenset(("and", "or", "&", ",", "/"))


def _past(base: str) -> set[str]:
    if base in IRREGULAR:
        return {IRREGULAR[base]}
    if base.endswith("e"):
        return {base + "d"}
    if base.endswith("y") and base[-2] not in "aeiou":
        return {base[:-1] + "ied"}
    return {base + "ed", base + base[-1] + "ed"}


def _third(base: str) -> str:
    if base.endswith(("s", "sh", "ch", "x", "z", "o")):
        return base + "es"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ies"
    return base + "s"


PAST = {past: base for base in sorted(BASES) for past in _past(base)}
IRREGULAR_PASTS = set(IRREGULAR.values()) - BASES
THIRD = {_third(base): base for base in sorted(BASES)}


def opening(text: str) -> tuple[str, list[str]]:
    """The word that opens a bullet, adverbs skipped, and what comes after it (words, numbers, marks); in lower case."""
    tokens = [match.group().casefold().replace("’", "'") for match in TOKEN.finditer(text[:MOST_READ])]
    places = [place for place, token in enumerate(tokens) if token[0].isalpha()]
    for place, following in pairwise(places):
        word = tokens[place]
        is_adverb = _is_adverb(word) or word in ADVERBS_TOO
        if not is_adverb or (word in ADJECTIVES_IN_LY and _may_be_noun(tokens[following], tokens[following + 1 :])):
            return word, tokens[place + 1 :]
    return (tokens[places[-1]], tokens[places[-1] + 1 :]) if places else ("", [])


def tense(word: str, after: list[str]) -> str:
    """The tense of an opening word: past, present, both, or "" for a word that is no action verb there."""
    base = _without_prefix(word)
    if PAST.get(base) == base:
        return "" if base in NOUNS_TOO and after[:1] == ["of"] else "both"
    if base in PAST or (base.endswith("ed") and len(base) > 4 and base not in NOT_VERBS_IN_ED):
        return "past"
    if base in BASES:
        return "" if _is_singular_noun(base, after) else "present"
    if base in THIRD:
        return "" if _is_plural_noun(THIRD[base], after) else "present"
    return ""


def _is_singular_noun(base: str, after: list[str]) -> bool:
    """As in "Phone calls", "Report on soil" and "Research assistant", but not "Phone parents" and "Report hours"."""
    following = after[0] if after else ""
    if following in ("of", "skills") or base not in AMBIGUOUS:
        return following in ("of", "skills")
    if following in JOINTS:
        return not _goes_on_with_a_verb(after[1:])
    if base in MOSTLY_NOUNS:
        return not _is_object(after)
    return following in ROLE_NOUNS or following in AFTER_A_NOUN


def _is_plural_noun(base: str, after: list[str]) -> bool:
    """As in "Reports for the owner" and "Designs used by all", but not in "Fixes bikes": plurals seldom lead a noun."""
    following = after[0] if after else ""
    if base not in AMBIGUOUS:
        is_pair = following in ("and", "&") and bool(after[1:]) and not after[1].endswith(("s", "ly"))
        return is_pair or following in ("of", "for", "in")  # "Lights and sound", not "Lights and clears"
    if following in JOINTS and following != ",":
        return not _is_object(after[2:])
    if following in DETERMINERS:
        return False
    is_role = following in ROLE_NOUNS or following in COMPOUND_HEADS
    is_clause = following.endswith(("ing", "ed")) or (following in PAST and following not in BASES)
    return following in AFTER_A_PLURAL or is_role or is_clause or (base in MOSTLY_NOUNS and not _is_object(after))


def _goes_on_with_a_verb(after: list[str]) -> bool:
    """Whether "Plan and …" joins another verb."""
    rest = after[1:] if after[:1] and after[0] in JOINTS else after
    return bool(rest) and tense(rest[0], rest[1:]) in ("present", "both")


def _is_object(after: list[str]) -> bool:
    """Whether something follows that is done something to: "the …", "30 …", "parents"."""
    following = after[0] if after else ""
    if following in OBJECT_OPENERS or following in ("people", "children", "men", "women", "them"):
        return True
    if following[:1].isdigit():
        return len(after) > 1 and after[1][0].isalpha()
    is_plural = following.endswith("s") and not following.endswith(("ss", "us", "is", "'s"))
    return is_plural and following not in COMPOUND_HEADS


def _may_be_noun(word: str, after: list[str]) -> bool:
    """After an adjective ("weekly"): whether the word is rather a noun, as in "Weekly reports to the owner"."""
    base = THIRD.get(word, word)
    is_verb = bool(after) and (after[0] in OBJECT_OPENERS or after[0][0].isdigit())
    return base in AMBIGUOUS and not is_verb


def base_of(word: str) -> str:
    """The base form of a verb, the word itself if unknown."""
    return PAST.get(word) or THIRD.get(word) or word


def _is_adverb(word: str) -> bool:
    return (
        word.endswith("ly") and len(word) > 4 and word not in ("apply", "supply", "reply", "multiply", "rely", "family")
    )


def _without_prefix(word: str) -> str:
    for prefix in ("co-", "re-", "pre-", "self-", "cross-", "over-"):
        if word.startswith(prefix):
            return word.removeprefix(prefix)
    for prefix in PREFIXES_OF_IRREGULAR:
        rest = word.removeprefix(prefix)
        if word.startswith(prefix) and rest in IRREGULAR_PASTS:
            return rest
    return word
