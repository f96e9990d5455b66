"""How hard a text is to read: the Flesch-Kincaid grade of its sentences.

Grade = 0.39 x words per sentence + 11.8 x syllables per word - 15.59; 9 is what a ninth-grader reads with ease. From
Kincaid, Fishburne, Rogers and Chissom, "Derivation of new readability formulas (Automated Readability Index, Fog
Count and Flesch Reading Ease formula) for Navy enlisted personnel", Research Branch Report 8-75, 1975. Syllables are
counted by groups of vowels, which a few words miss by one. The formula is made for English and says nothing of others.
"""

import html
import re
from dataclasses import dataclass

# Drawings and tables are no sentences; headings are not counted either.
_NO_PROSE = re.compile(r"<(svg|table|h[1-6]|figcaption)\b.*?</\1>", re.DOTALL)
_BLOCK_END = re.compile(r"</(?:p|li|blockquote)>")
_TAG = re.compile(r"<[^>]+>")
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
# A full stop inside these ends no sentence.
_ABBREVIATION = re.compile(r"\b(?:mr|mrs|ms|dr|prof|st|no|vs|etc|e\.g|i\.e|a\.m|p\.m|u\.s)\.", re.IGNORECASE)
_END = re.compile(r"[.!?…]+[\"”’)]*(?:\s|$)|\n")
_SILENT = re.compile(r"(?:[^laeiouy]e|[aeiouy]le|[^aeiouytd]ed|[^aeiouysxzcg]es)$")
_VOWELS = re.compile(r"[aeiouyáéèêíóöúü]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """The grade of a text (0 for one without sentences), and its longest sentence with the number of its words."""

    grade: float
    words: int
    longest: str
    longest_words: int


def read_prose(page: str) -> str:
    """The sentences of an HTML page, each block on a line of its own."""
    text = _BLOCK_END.sub("\n", _NO_PROSE.sub("", page).replace("\n", " "))
    return "\n".join(" ".join(html.unescape(_TAG.sub("", line)).split()) for line in text.split("\n"))


def rate_reading(text: str) -> Reading:
    """How hard the text is: its lines and full stops end sentences."""
    plain = _ABBREVIATION.sub(lambda found: found.group().replace(".", ""), text)
    pieces = [piece.strip() for piece in _END.split(plain)]
    sentences = [(piece, _WORD.findall(piece)) for piece in pieces if _WORD.search(piece)]
    if not sentences:
        return Reading(0.0, 0, "", 0)
    words = [word for _, found in sentences for word in found]
    longest, its_words = max(sentences, key=lambda it: len(it[1]))
    syllables = sum(map(count_syllables, words)) / len(words)
    grade = 0.39 * len(words) / len(sentences) + 11.8 * syllables - 15.59
    return Reading(max(grade, 0.0), len(words), longest, len(its_words))


def count_syllables(word: str) -> int:
    """Groups of vowels, without a silent ending; one at least."""
    plain = word.lower().replace("’", "'").removesuffix("'s")
    return max(1, len(_VOWELS.findall(_SILENT.sub(lambda found: found.group()[0], plain))))
