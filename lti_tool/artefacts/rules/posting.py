"""Which needs of a posting a résumé answers: skills and tools by name, and the words that carry the task."""

import re
from collections import Counter
from dataclasses import replace

from lti_tool.artefacts.catalog import Evidence, Need, PostingMatch, Reading, Where
from lti_tool.artefacts.rules.skills import SKILLS, STOP

MAX_NEEDS = 30
MAX_EVIDENCE = 5
TOKEN = re.compile(r"[^\W_]+(?:[+#]+|(?:[.'’-][^\W_]+)*)")
NEED_LINE = re.compile(
    r"^\s*[-•*–]|\b(?:you will|you'll|must|should|need|needs|require[sd]?|requirements?|experience|familiar|knowledge|"
    r"ability|able to|skills?|looking for|comfortable|fluen\w+|proficien\w+|deliver\w*|task|tools?|bonus|plus|"
    r"prefer\w*|"
    r"know how|understand\w*)\b",
    re.IGNORECASE,
)
SUFFIXES = (
    "ization",
    "isation",
    "ations",
    "ation",
    "ments",
    "ment",
    "ings",
    "ing",
    "ers",
    "ies",
    "ied",
    "ed",
    "er",
    "es",
    "s",
    "e",
    "y",
)


def compare_posting(reading: Reading, posting: str) -> PostingMatch:
    """The needs of a posting, each with the lines of the résumé that answer it; never a share or a count."""
    lines = [
        (Evidence(line.text, Where(page.number, number)), _stems(line.text))
        for page in reading.pages
        for number, line in enumerate(page.lines, 1)
    ]
    answered: list[Need] = []
    unanswered: list[Need] = []
    for need, forms in _list_needs(posting):
        evidence = [place for place, stems in lines if any(_holds(stems, form) for form in forms)]
        if evidence:
            answered.append(replace(need, answered_by=tuple(evidence[:MAX_EVIDENCE])))
        else:
            unanswered.append(need)
    return PostingMatch(tuple(answered), tuple(unanswered))


Stems = tuple[str, ...]


def _list_needs(posting: str) -> list[tuple[Need, list[Stems]]]:
    """Needs in the order of the posting, skills first, each with the forms in which it may be written."""
    sentences = [part.strip() for part in re.split(r"(?<=[.!?;])\s+|\n", posting) if part.strip()]
    stems = [_stems(sentence) for sentence in sentences]
    needs: list[tuple[Need, list[Stems]]] = []
    taken: set[str] = set()
    for term, aliases in SKILLS.items():
        forms = [_stems(form) for form in (term, *aliases)]
        asked = next(
            (s for s, found in zip(sentences, stems, strict=True) if any(_holds(found, f) for f in forms)), None
        )
        if asked is not None:
            needs.append((Need(term, "skill", asked), forms))
            taken.update(stem for form in forms for stem in form)
    needs.sort(key=lambda item: sentences.index(item[0].asked))
    return (needs + _list_words(sentences, taken))[:MAX_NEEDS]


def _list_words(sentences: list[str], taken: set[str]) -> list[tuple[Need, list[Stems]]]:
    """Words that are said twice, or once in a line that names a need."""
    times: Counter[str] = Counter()
    first: dict[str, tuple[str, str]] = {}
    for sentence in sentences:
        is_need = NEED_LINE.search(sentence) is not None
        for index, word in enumerate(TOKEN.findall(sentence)):
            stem = _stem(word)
            is_name = index > 0 and word[:1].isupper()
            if len(word) < 4 or word.casefold() in STOP or stem in taken or is_name or any(c.isdigit() for c in word):
                continue
            times[stem] += 2 if is_need else 1
            first.setdefault(stem, (word.casefold(), sentence))
    chosen = [stem for stem in first if times[stem] >= 2]
    return [(Need(first[stem][0], "word", first[stem][1]), [(stem,)]) for stem in chosen]


def _stems(text: str) -> Stems:
    return tuple(_stem(word) for word in TOKEN.findall(text))


def _stem(word: str) -> str:
    """A rough stem, so that "translated" answers "translating"."""
    plain = word.casefold().replace("’", "'").removesuffix("'s")
    for suffix in SUFFIXES:
        if plain.endswith(suffix) and len(plain) - len(suffix) >= 4:
            plain = plain.removesuffix(suffix)
            break
    # "planned" and "plan", "designing" and "design"
    if len(plain) > 4 and plain[-1] == plain[-2] and plain[-1] not in "sl":
        plain = plain[:-1]
    return plain


def _holds(stems: Stems, form: Stems) -> bool:
    size = len(form)
    return any(stems[start : start + size] == form for start in range(len(stems) - size + 1))
