"""Checks of a student's words: what is met, what is not, and which words gave it away."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from lti_tool.content.catalog import CheckKind, TextCheck, Wording

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*", re.UNICODE)
_DIGIT = re.compile(r"\d")
# 3/14, 14.3., 2026-03-14, 5 p.m., 17:30, 5pm
_DATE = re.compile(r"\b\d{1,4}[/.\-]\d{1,2}\b|\b\d{1,2}(?::\d{2})? ?[ap]\.?m\b|\b\d{1,2}:\d{2}\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…]+(?=[\s\"”’)]|$)")
_LINE_START = re.compile(r"^[\s•·‣▪\-–—*>\d.)]+")
# A closing stands near the end, above a name and what goes with it.
_CLOSING_LINES = 5
# An abbreviation's full stop ends no sentence.
_ABBREVIATION = re.compile(r"\b(?:mr|mrs|ms|dr|prof|st|no|vs|etc|e\.g|i\.e|a\.m|p\.m|u\.s)\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TextFinding:
    """One check's answer: its words, and the places in the text that it is about, as they stand there."""

    check: TextCheck
    is_met: bool
    quotes: tuple[str, ...]

    @property
    def says(self) -> str:
        """What the student reads."""
        return self.check.ok if self.is_met else self.check.fix


def check_text(text: str, checks: Iterable[TextCheck], wording: Wording) -> tuple[TextFinding, ...]:
    """The findings in the order of the checks; a blank text has none."""
    if not text.strip():
        return ()
    return tuple(_check(text, check, wording) for check in checks)


def count_words(text: str) -> int:
    """Words and numbers, as a person would count them."""
    return len(text.split())


def count_sentences(text: str) -> int:
    """Sentences by their full stops; a last one without counts too."""
    plain = _ABBREVIATION.sub(lambda found: found.group().replace(".", ""), text.strip())
    ends = _SENTENCE_END.findall(plain)
    rest = _SENTENCE_END.split(plain)[-1].strip(' \n\t"”’)')
    return len(ends) + bool(rest)


def find_phrases(text: str, phrases: Iterable[str]) -> tuple[str, ...]:
    """Those of the phrases that stand in the text as whole words, quoted as they stand there, each once.

    A phrase that ends in `*` also matches longer words.
    """
    found: dict[str, str] = {}
    for phrase in phrases:
        stem = phrase.removesuffix("*")
        words = r"\s+".join(re.escape(word) for word in stem.replace("’", "'").split())
        words = words.replace("'", "['’]")
        end = r"\w*" if phrase.endswith("*") else ""
        match = re.search(rf"(?<!\w){words}{end}(?!\w)", text, re.IGNORECASE)
        if match is not None:
            found.setdefault(match.group().casefold(), match.group())
    return tuple(found.values())


def _check(text: str, check: TextCheck, wording: Wording) -> TextFinding:
    is_met, quotes = _RULES[check.kind](text, check, wording)
    return TextFinding(check, is_met, quotes)


_Met = tuple[bool, tuple[str, ...]]


def _starts_with_verb(text: str, _check: TextCheck, wording: Wording) -> _Met:
    first = _WORD.match(_LINE_START.sub("", text))
    if first is None:
        return False, ()
    word = first.group()
    # A regular past tense is a verb, whether the list has it or not.
    is_verb = word.casefold() in wording.verbs or (len(word) > 4 and word.casefold().endswith("ed"))
    return is_verb, () if is_verb else (word,)


def _has_number(text: str, _check: TextCheck, wording: Wording) -> _Met:
    return bool(_DIGIT.search(text)) or any(word in wording.numbers for word in _words(text)), ()


def _has_date(text: str, _check: TextCheck, wording: Wording) -> _Met:
    return bool(_DATE.search(text)) or any(word in wording.dates for word in _words(text)), ()


def _has_question(text: str, _check: TextCheck, _wording: Wording) -> _Met:
    return "?" in text, ()


def _has_greeting(text: str, _check: TextCheck, wording: Wording) -> _Met:
    return _begins_with(text, wording.greetings), ()


def _has_closing(text: str, _check: TextCheck, wording: Wording) -> _Met:
    last = [line for line in text.splitlines() if line.strip()][-_CLOSING_LINES:]
    return any(_begins_with(line, wording.closings) for line in last), ()


def _first_person(text: str, _check: TextCheck, wording: Wording) -> _Met:
    said = {match.group() for match in _WORD.finditer(text) if match.group().casefold() in wording.first_person}
    return not said, tuple(sorted(said, key=text.index))


def _if_then(text: str, _check: TextCheck, wording: Wording) -> _Met:
    plain = f" {' '.join(_words(text))} "
    begins = [plain.index(f" {word} ") for word in wording.if_words if f" {word} " in plain]
    return bool(begins) and any(f" {word} " in plain[min(begins) + 1 :] for word in wording.then_words), ()


def _avoids(text: str, check: TextCheck, _wording: Wording) -> _Met:
    found = find_phrases(text, check.phrases)
    return not found, found


def _mentions_any(text: str, check: TextCheck, _wording: Wording) -> _Met:
    found = find_phrases(text, check.phrases)
    return bool(found), found


def _mentions_all(text: str, check: TextCheck, _wording: Wording) -> _Met:
    return all(find_phrases(text, (phrase,)) for phrase in check.phrases), find_phrases(text, check.phrases)


def _counts_words(text: str, check: TextCheck, _wording: Wording) -> _Met:
    return _is_within(count_words(text), check), ()


def _counts_sentences(text: str, check: TextCheck, _wording: Wording) -> _Met:
    return _is_within(count_sentences(text), check), ()


def _begins_with(text: str, phrases: Iterable[str]) -> bool:
    begin = text.strip().casefold()
    return any(re.match(rf"{re.escape(phrase)}(?!\w)", begin) for phrase in phrases)


def _is_within(count: int, check: TextCheck) -> bool:
    return check.low <= count and (not check.high or count <= check.high)


def _words(text: str) -> list[str]:
    return [match.group().casefold().replace("’", "'") for match in _WORD.finditer(text)]


_RULES: Mapping[CheckKind, Callable[[str, TextCheck, Wording], _Met]] = {
    CheckKind.STARTS_WITH_VERB: _starts_with_verb,
    CheckKind.HAS_NUMBER: _has_number,
    CheckKind.HAS_DATE: _has_date,
    CheckKind.HAS_QUESTION: _has_question,
    CheckKind.HAS_GREETING: _has_greeting,
    CheckKind.HAS_CLOSING: _has_closing,
    CheckKind.FIRST_PERSON: _first_person,
    CheckKind.IF_THEN: _if_then,
    CheckKind.AVOIDS: _avoids,
    CheckKind.MENTIONS_ANY: _mentions_any,
    CheckKind.MENTIONS_ALL: _mentions_all,
    CheckKind.WORDS: _counts_words,
    CheckKind.SENTENCES: _counts_sentences,
}
