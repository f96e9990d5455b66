"""TXT: decode, one line each, form feeds as pages."""

import re

from lti_tool.artefacts.catalog import Line, Page, Reading
from lti_tool.artefacts.marks import bullet_length
from lti_tool.artefacts.reader.limits import MAX_PAGES, Refusal

ROW_CHARACTERS = 100  # what fits on a line of a page at 11 points


def read(data: bytes) -> Reading:
    """The reading of a text file in UTF-8, UTF-16 with a mark, or the Windows code page."""
    parts = [part for part in _decode(data).replace("\r\n", "\n").replace("\r", "\n").split("\f") if part.strip()]
    if not parts:
        raise Refusal("empty")
    if len(parts) > MAX_PAGES:
        raise Refusal("too_many_pages")
    pages = tuple(Page(number, 0, 0, _lines(part)) for number, part in enumerate(parts, 1))
    return Reading("txt", pages, page_count=len(pages) if len(pages) > 1 else None)


def _decode(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _lines(part: str) -> tuple[Line, ...]:
    lines = []
    blank = False
    for raw in part.split("\n"):
        if not raw.strip():
            blank = True
            continue
        expanded = raw.expandtabs(4).rstrip()
        indent = len(expanded) - len(expanded.lstrip())
        text = re.sub(r"\t+| {3,}", "\t", raw.strip())
        mark = bullet_length(text)
        lines.append(
            Line(
                text=text,
                bullet=mark > 0,
                indent=float(indent + mark),
                rows=-(-len(text) // ROW_CHARACTERS),
                space_before=blank,
            )
        )
        blank = False
    return tuple(lines)
