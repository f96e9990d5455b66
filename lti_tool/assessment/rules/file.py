"""A student's file: its name, what is said of it, how a machine reads it, how it answers a posting."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from lti_tool.artefacts.catalog import Evidence, Finding, Need, Notice, PostingMatch, Reading, Where
from lti_tool.artefacts.rules import check_resume, compare_posting
from lti_tool.artefacts.rules.skills import SKILLS
from lti_tool.content.catalog import ArtefactKind
from lti_tool.web.phrases import Phrase

# The field of a résumé's artefact whose text the file is compared with.
POSTING_FIELD = "posting"

_LONGEST_NAME = 120
# Characters of a posting that a file is compared with: more than any field takes when work is handed in, and a draft
# may hold half a million.
_LONGEST_POSTING = 10_000
_NAMELESS = "file"
# They turn the words around them: "fdp.exe" would be read as "exe.pdf".
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NOT_IN_A_NAME = frozenset('<>:"/\\|?*')
_UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was said of a file; `match` is None where there was no posting, or where the file is no résumé."""

    findings: tuple[Finding, ...] = ()
    match: PostingMatch | None = None
    # Of the posting that it was compared with.
    posting_digest: str = ""


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding, the name that forms call it by, and the reason why the student leaves it as it is, if she does."""

    finding: Finding
    name: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings that share the rule, why it matters, and how to mend it."""

    first: Finding
    findings: tuple[ShownFinding, ...]

    @property
    def is_open(self) -> bool:
        """Whether one of them is not ignored."""
        return any(it.reason is None for it in self.findings)


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """A line as a machine reads it; `marks` are codes of what is odd about it."""

    number: int
    text: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """A page as a machine reads it; `across` is what a careless one reads instead."""

    number: int
    lines: tuple[PreviewLine, ...]
    notices: tuple[Notice, ...]
    across: tuple[str, ...]


class Answer(StrEnum):
    """What a word of a posting finds in the résumé."""

    PLAIN = "plain"
    ANSWERED = "answered"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class PostingRun:
    """Words of a posting that share their answer."""

    answer: Answer
    text: str


def clean_name(given: str) -> str:
    """The name that a device gave a file, without folders and without what hides or turns its letters."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    kept = "".join(
        "_" if char in _NOT_IN_A_NAME else char
        for char in name
        if char not in _TURNING and unicodedata.category(char) not in _UNSEEN
    )
    plain = " ".join(kept.split()).strip(". ") or _NAMELESS
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        return plain[:_LONGEST_NAME]
    return f"{stem[:_LONGEST_NAME]}.{ending[:12]}"


def name_with_ending(name: str, kind: str) -> str:
    """The name with the ending that fits the content, so that it opens wherever it is saved."""
    return name if name.casefold().endswith(f".{kind}") else f"{name}.{kind}"


def digest_posting(posting: str) -> str:
    """What a posting is known by, whatever the space between its words; "" for none."""
    words = " ".join(posting.split())
    return hashlib.sha256(words.encode()).hexdigest() if words else ""


def quote_digest(quote: str) -> str:
    """What an ignored finding is known by: the words that it was about, whatever the space between them."""
    return hashlib.sha256(" ".join(quote.split()).encode()).hexdigest()


def analyse_file(kind: ArtefactKind, reading: Reading, *, name: str, posting: str, now: datetime) -> dict[str, Any]:
    """Check a file and compare it with the posting: plain values to keep. Only résumés are checked."""
    if kind is not ArtefactKind.RESUME:
        return {"findings": [], "match": None, "posting_digest": ""}
    compared = posting[:_LONGEST_POSTING]
    match = compare_posting(reading, compared) if compared.strip() else None
    return {
        "findings": [asdict(it) for it in check_resume(reading, name=name, posting=compared, now=now)],
        "match": asdict(match) if match is not None else None,
        "posting_digest": digest_posting(posting),
    }


def read_analysis(kept: Mapping[str, Any] | None) -> Analysis:
    """The analysis that was kept."""
    if not kept:
        return Analysis()
    match = kept["match"]
    return Analysis(
        findings=tuple(_finding(it) for it in kept["findings"]),
        match=PostingMatch(_needs(match["answered"]), _needs(match["open"])) if match else None,
        posting_digest=kept["posting_digest"],
    )


def read_reading(kept: Mapping[str, Any] | None) -> Reading | None:
    """The reading that was kept; None where it is of an older kind."""
    try:
        return Reading.from_json(kept) if kept else None
    except (KeyError, TypeError, ValueError):
        return None


def show_findings(findings: Iterable[Finding], ignored: Mapping[str, str]) -> tuple[ShownFinding, ...]:
    """Findings with the reasons of those that are ignored; `ignored` is their names to reasons."""
    names = ((it, quote_digest(it.key)) for it in findings)
    return tuple(ShownFinding(it, name, ignored.get(name)) for it, name in names)


def keep_findings(shown: Iterable[ShownFinding]) -> list[dict[str, Any]]:
    """Plain values, to be kept with a version."""
    return [{**asdict(it.finding), "ignored": it.reason} for it in shown]


def read_findings(kept: Iterable[Mapping[str, Any]]) -> tuple[ShownFinding, ...]:
    """What was kept with a version."""
    return tuple(ShownFinding(_finding(it), "", it.get("ignored")) for it in kept)


def group_findings(shown: Iterable[ShownFinding]) -> tuple[FindingGroup, ...]:
    """Findings of one kind together, in the order of the rules; those with nothing open come last."""

    def same(it: ShownFinding) -> tuple[str, str, str, str]:
        return it.finding.rule, it.finding.title, it.finding.why, it.finding.fix

    groups = [list(some) for _, some in groupby(sorted(shown, key=same), key=same)]
    found = [FindingGroup(some[0].finding, tuple(some)) for some in groups]
    return tuple(sorted(found, key=lambda it: not it.is_open))


def lay_out_preview(reading: Reading) -> tuple[PreviewPage, ...]:
    """The lines of each page in reading order, each with what is odd about it."""
    pages = []
    for page in reading.pages:
        here = [it for it in reading.notices if it.page == page.number]
        by_line: dict[int, list[str]] = {}
        for notice in here:
            if notice.line is not None:
                by_line.setdefault(notice.line, []).append(notice.code)
        lines = tuple(
            PreviewLine(number, line.text, _marks(line.kind, by_line.get(number, ())))
            for number, line in enumerate(page.lines, 1)
        )
        whole = tuple({it.code: it for it in here}.values())
        pages.append(PreviewPage(page.number, lines, whole, page.across))
    return tuple(pages)


def mark_posting(posting: str, match: PostingMatch) -> tuple[PostingRun, ...]:
    """The posting with the words marked that the résumé answers, and those that it does not."""
    answers: dict[str, Answer] = {}
    for needs, answer in ((match.answered, Answer.ANSWERED), (match.open, Answer.OPEN)):
        for need in needs:
            for form in (need.term, *SKILLS.get(need.term, ())):
                answers.setdefault(form.casefold(), answer)
    if not answers:
        return (PostingRun(Answer.PLAIN, posting),)
    forms = "|".join(re.escape(it) for it in sorted(answers, key=len, reverse=True))
    runs, at = [], 0
    for found in re.finditer(rf"(?<![^\W_])(?:{forms})(?![^\W_])", posting, re.IGNORECASE):
        runs.append(PostingRun(Answer.PLAIN, posting[at : found.start()]))
        runs.append(PostingRun(answers.get(found[0].casefold(), Answer.PLAIN), found[0]))
        at = found.end()
    runs.append(PostingRun(Answer.PLAIN, posting[at:]))
    return tuple(it for it in runs if it.text)


def _marks(kind: str, codes: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(() if kind == "body" else (kind,)), *codes)))


def _finding(kept: Mapping[str, Any]) -> Finding:
    where = kept.get("where")
    return Finding(
        rule=str(kept["rule"]),
        # Kept in English, and said to whoever reads it.
        title=Phrase(str(kept.get("title", ""))),
        why=Phrase(str(kept.get("why", ""))),
        fix=Phrase(str(kept.get("fix", ""))),
        quote=str(kept.get("quote", "")),
        where=Where(int(where["page"]), int(where["line"])) if where else None,
        detail=str(kept.get("detail", "")),
        severity=str(kept.get("severity", "advisory")),
    )


def _needs(kept: Iterable[Mapping[str, Any]]) -> tuple[Need, ...]:
    return tuple(
        Need(
            term=it["term"],
            kind=it["kind"],
            asked=it["asked"],
            answered_by=tuple(Evidence(one["quote"], Where(**one["where"])) for one in it["answered_by"]),
        )
        for it in kept
    )
