"""Which word a bullet opens with, and in which tense."""

import re

from lti_tool.artefacts.rules.vocabulary import (
    ADVERBS_TOO,
    DETERMINERS,
    IRREGULAR,
    NOT_VERBS_IN_ED,
    NOUNS_TOO,
    ROLE_NOUNS,
    VERBS,
)

WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
BASES = VERBS | set(IRREGULAR)


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
THIRD = {_third(base): base for base in sorted(BASES)}


def opening(text: str) -> tuple[str, list[str]]:
    """The word that opens a bullet, adverbs skipped, and the words after it; all in lower case."""
    words = [match.group().casefold().replace("’", "'") for match in WORD.finditer(text)]
    index = 0
    while index < len(words) - 1 and (_is_adverb(words[index]) or words[index] in ADVERBS_TOO):
        index += 1
    return (words[index], words[index + 1 :]) if words else ("", [])


def tense(word: str, after: list[str]) -> str:
    """The tense of an opening word: past, present, both, or "" for a word that is no action verb there."""
    base = _without_prefix(word)
    if base in PAST and base in BASES and PAST[base] == base:
        return "both"
    if base in PAST or (base.endswith("ed") and len(base) > 4 and base not in NOT_VERBS_IN_ED):
        return "past"
    following = after[0] if after else ""
    if base in BASES:
        is_noun = base in NOUNS_TOO and (
            following in ROLE_NOUNS or following in ("of", "on", "for", "in", "at", "by", "")
        )
        return "" if is_noun or following in ("of", "skills") else "present"
    if base in THIRD:
        is_verb = THIRD[base] not in NOUNS_TOO or following in DETERMINERS
        return "present" if is_verb and following not in ("of", "for", "in") else ""
    return ""


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
    return word
