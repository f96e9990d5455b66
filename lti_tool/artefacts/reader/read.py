"""One file: its kind, then the reader of that kind, then plain values."""

from typing import Any

from lti_tool.artefacts.catalog import Line, Page, Reading
from lti_tool.artefacts.reader import docx, pdf, text
from lti_tool.artefacts.reader.kinds import decide_kind
from lti_tool.artefacts.reader.limits import MAX_CHARACTERS, MAX_LINE_CHARACTERS, MAX_LINES, Refusal

READERS = {"pdf": pdf.read, "docx": docx.read, "txt": text.read}


def read_bytes(data: bytes, ending: str) -> dict[str, Any]:
    """A reading as plain values, or {"refused": reason}; never raises for a bad file."""
    try:
        kind = decide_kind(data, ending)
        return _keep_within_bounds(READERS[kind](data)).as_json()
    except Refusal as refusal:
        return {"refused": refusal.reason}
    except MemoryError:
        return {"refused": "too_complex"}
    except Exception:
        # The parsers raise a hundred kinds of errors on broken files; all mean the same to a student.
        return {"refused": "damaged"}


def _keep_within_bounds(reading: Reading) -> Reading:
    """The same reading, cut where the file holds more than a résumé could."""
    lines_left, characters_left, cut = MAX_LINES, MAX_CHARACTERS, False
    pages: list[Page] = []
    for page in reading.pages:
        kept: list[Line] = []
        for line in page.lines:
            size = len(line.text)
            if lines_left <= 0 or characters_left < size or size > MAX_LINE_CHARACTERS:
                cut = True
                continue
            lines_left -= 1
            characters_left -= size
            kept.append(line)
        pages.append(Page(page.number, page.width, page.height, tuple(kept), page.pictures, page.across[:MAX_LINES]))
    if not cut:
        return reading
    # Places of notices count lines, which may have moved.
    return Reading(
        reading.kind,
        tuple(pages),
        tuple(notice for notice in reading.notices if notice.line is None),
        reading.links,
        reading.page_count,
        truncated=True,
    )
