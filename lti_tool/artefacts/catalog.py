"""Pure types: the reading of a file, a refusal, a finding, a comparison with a posting."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

READING_VERSION = 1


@dataclass(frozen=True)
class Line:
    """One line as a machine reads it. A tab stands for a gap that a reader sees as "far to the right".

    Positions are points from the top left corner; None where the file has none (DOCX, TXT). `rows` is how many lines
    on paper it fills (an estimate for DOCX and TXT). `kind` is body, table, text_box, header or footer.
    """

    text: str
    x0: float | None = None
    top: float | None = None
    x1: float | None = None
    bottom: float | None = None
    size: float | None = None
    bold: bool = False
    kind: str = "body"
    bullet: bool = False
    indent: float | None = None
    rows: int = 1
    space_before: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture on a page, in points from the top left corner (positions are 0 in a DOCX)."""

    x0: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Page:
    """A page; `width` and `height` in points, 0 where unknown.

    A page in columns has its lines column by column; `across` then holds what a careless machine reads: straight
    across.
    """

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    pictures: tuple[Picture, ...] = ()
    across: tuple[str, ...] = ()


@dataclass(frozen=True)
class Notice:
    """Something about the layout that makes machines read wrongly.

    `code` is scanned, unmapped, columns, order, text_box, table, header, footer or picture. `line` counts from 1 in the
    page's lines; None stands for the whole page.
    """

    code: str
    page: int
    line: int | None = None
    quote: str = ""


@dataclass(frozen=True)
class Reading:
    """What a machine reads in a file, in the order in which it reads it.

    `page_count` is None where the file does not say (TXT). `truncated` says that the file held more than is kept here.
    """

    kind: str
    pages: tuple[Page, ...]
    notices: tuple[Notice, ...] = ()
    links: tuple[str, ...] = ()
    page_count: int | None = None
    truncated: bool = False
    version: int = READING_VERSION

    @property
    def text(self) -> str:
        """All of it, line by line."""
        return "\n".join(line.text for page in self.pages for line in page.lines)

    def as_json(self) -> dict[str, Any]:
        """Plain values that JSON can keep."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Reading":
        """The reverse of `as_json`; raises KeyError, TypeError or ValueError on other shapes."""
        if data["version"] != READING_VERSION:
            raise ValueError(f"reading of version {data['version']}")
        return cls(
            kind=str(data["kind"]),
            pages=tuple(
                Page(
                    int(page["number"]),
                    float(page["width"]),
                    float(page["height"]),
                    tuple(Line(**line) for line in page["lines"]),
                    tuple(Picture(**picture) for picture in page["pictures"]),
                    tuple(str(row) for row in page["across"]),
                )
                for page in data["pages"]
            ),
            notices=tuple(Notice(**notice) for notice in data["notices"]),
            links=tuple(str(link) for link in data["links"]),
            page_count=data["page_count"],
            truncated=bool(data["truncated"]),
        )


@dataclass(frozen=True)
class Refused:
    """A file that is not read: why (a stable code) and what the student can do next."""

    reason: str
    words: str


@dataclass(frozen=True)
class Where:
    """A place in a reading; both count from 1."""

    page: int
    line: int


@dataclass(frozen=True)
class Finding:
    """Something that an adviser would point at. Never a verdict: the student may ignore it with a reason.

    `quote` is an exact span of the reading (empty when something is missing); `detail` names the case ("phone").
    `why` and `fix` are fixed sentences, so that they can be translated by themselves.
    """

    rule: str
    title: str
    why: str
    fix: str
    quote: str = ""
    where: Where | None = None
    detail: str = ""
    severity: str = "advisory"

    @property
    def key(self) -> str:
        """Names this finding across readings of the same text, for "ignore with a reason"."""
        return "|".join((self.rule, self.detail, " ".join(self.quote.split()).casefold()))


@dataclass(frozen=True)
class Evidence:
    """A line of the résumé that answers a need."""

    quote: str
    where: Where


@dataclass(frozen=True)
class Need:
    """Something that a posting asks for: `kind` is skill (a tool, a method, a language) or word (a key term)."""

    term: str
    kind: str
    asked: str
    answered_by: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class PostingMatch:
    """Which needs of a posting a résumé answers, each with the lines; no count and no percentage on purpose."""

    answered: tuple[Need, ...]
    open: tuple[Need, ...]
