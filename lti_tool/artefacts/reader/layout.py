"""The layout of a page of a PDF: columns, order, tables, headers and footers. Plain values in and out."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from lti_tool.artefacts.catalog import Line, Notice, Page
from lti_tool.artefacts.marks import PAGE_WORDS

DATE_LIKE = re.compile(
    r"\b(19|20)\d\d\b|^\W*(present|current|now|expected)\b|^[A-Z][\w. ]+,\s*[A-Z]{2}$", re.IGNORECASE
)
MARGIN_POINTS = 60  # how far from the edge a header or footer may stand
SAME_LEFT = 4.0
SAME_BASE = 2.5
MIN_COLUMN_LINES = 5


@dataclass
class Segment:
    """Text without a wide gap, on one line."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    sizes: dict[float, int] = field(default_factory=dict)
    bold: bool = False
    artifact: bool = False
    starts: list[float] = field(default_factory=list)
    base: float = 0.0

    def extend(self, letter: str, x0: float, top: float, x1: float, bottom: float, size: float) -> None:
        """One more character."""
        while len(self.starts) < len(self.text):
            self.starts.append(x0)
        self.text += letter
        self.starts.append(x0)
        self.x0, self.x1 = min(self.x0, x0), max(self.x1, x1)
        self.top, self.bottom = min(self.top, top), max(self.bottom, bottom)
        self.sizes[size] = self.sizes.get(size, 0) + 1

    def place(self, index: int) -> float:
        """Where the character with this index begins."""
        return self.starts[index] if index < len(self.starts) else self.x0


def continues(last: Sequence[Segment], row: Sequence[Segment]) -> bool:
    """Whether a row stands on the same line as the row before it, to its right."""
    return abs(last[-1].base - row[0].base) < SAME_BASE and row[0].x0 > last[-1].x1 - 1


def mark_spaces(lines: Sequence[Line]) -> list[Line]:
    """The same lines, knowing whether more space than usual stands above them."""
    gaps = [
        after.top - before.bottom
        for before, after in pairwise(lines)
        if before.bottom is not None and after.top is not None and 0 < after.top - before.bottom < 40
    ]
    usual = sorted(gaps)[len(gaps) // 3] if gaps else 0.0
    marked = list(lines[:1])
    for before, line in pairwise(lines):
        gap = (line.top or 0) - (before.bottom or 0)
        marked.append(replace(line, space_before=gap < -20 or gap > usual + 0.35 * (line.size or 10)))
    return marked


def describe_page(
    number: int, height: float, lines: list[Line], gutter: "Gutter | None", grid: "Box | None"
) -> list[Notice]:
    """What a machine will stumble over on this page. Renames page furniture in `lines` to header or footer."""
    notices = []
    for index, line in enumerate(lines):
        if line.kind == "margin":
            kind = "header" if (line.top or 0) < height / 2 else "footer"
            lines[index] = replace(line, kind=kind)
            if not PAGE_WORDS.match(line.text):
                notices.append(Notice(kind, number, index + 1, line.text))
    inside = None if grid is None else find_inside(lines, grid)
    if gutter is not None:
        index = next((i for i, line in enumerate(lines) if gutter.begins(line)), 0)
        notices.append(Notice("columns", number, index + 1, lines[index].text))
    else:
        jump = find_jump(lines, height)
        if jump is not None:
            notices.append(Notice("order", number, jump + 1, lines[jump].text))
    if inside is not None:
        notices.append(Notice("table", number, inside + 1, lines[inside].text))
    return notices


@dataclass(frozen=True)
class Gutter:
    """The left edge of a second column, and where that column begins."""

    edge: float
    top: float

    def begins(self, line: Line) -> bool:
        """Whether a line belongs to the second column."""
        return (line.x0 or 0) >= self.edge - SAME_LEFT and (line.top or 0) >= self.top - 2


def read_across(rows: Sequence[Sequence[Segment]]) -> tuple[str, ...]:
    """The page as lines from the left edge to the right one, whatever column they belong to."""
    segments = sorted((s for row in rows for s in row), key=lambda s: s.base)
    lines: list[list[Segment]] = []
    for segment in segments:
        last = lines[-1][-1] if lines else None
        if last is not None and segment.base - last.base < SAME_BASE:
            lines[-1].append(segment)
        else:
            lines.append([segment])
    return tuple(" ".join(s.text.strip() for s in sorted(line, key=lambda s: s.x0)) for line in lines)


def split_columns(rows: Sequence[Sequence[Segment]], gutter: Gutter) -> list[list[Segment]]:
    """The same rows, the left column before the right one. Lines over both columns keep their height on the page."""
    left: list[list[Segment]] = []
    right: list[list[Segment]] = []
    above: list[list[Segment]] = []
    for row in rows:
        if max(segment.bottom for segment in row) < gutter.top + 1:
            above.append(list(row))
            continue
        first = [segment for segment in row if segment.x0 < gutter.edge - SAME_LEFT]
        second = [segment for segment in row if segment.x0 >= gutter.edge - SAME_LEFT]
        left.extend([first] if first else [])
        right.extend([second] if second else [])
    return [row for part in (above, left, right) for row in _in_rows(part)]


def _in_rows(rows: Sequence[list[Segment]]) -> list[list[Segment]]:
    """From top to bottom; parts of one line come together again."""
    ordered: list[list[Segment]] = []
    for row in sorted(rows, key=lambda row: (round(row[0].base), row[0].x0)):
        if ordered and continues(ordered[-1], row):
            ordered[-1].extend(row)
        else:
            ordered.append(row)
    return ordered


def find_gutter(rows: Sequence[Sequence[Segment]], width: float) -> Gutter | None:
    """Where a second column begins; None for a page that reads straight down.

    Dates and places at the right margin are no column: their left edges differ, or they look like dates. Short labels
    before a longer text (a date, "Skills") are none either: they stand on the lines that they label.
    """
    segments = [segment for row in rows for segment in row if len(segment.text.strip()) > 2]
    if len(segments) < 2 * MIN_COLUMN_LINES:
        return None
    lefts = Counter(round(segment.x0 / SAME_LEFT) for segment in segments)
    page_left = min(key for key, count in lefts.items() if count >= 2) * SAME_LEFT if max(lefts.values()) > 1 else 0
    # From the left: headings of a column stand left of its bullets.
    for key in sorted(key for key, _ in lefts.most_common(8)):
        edge = key * SAME_LEFT
        if edge - page_left < 0.15 * width:
            continue
        right = [segment for segment in segments if abs(segment.x0 - edge) <= SAME_LEFT]
        indented = [s for s in segments if edge + SAME_LEFT < s.x0 < edge + 30]
        if len(right) + len(indented) >= MIN_COLUMN_LINES and _is_second_column(edge, right + indented, segments):
            return _measure(edge, right, segments)
    return None


def _measure(edge: float, right: Sequence[Segment], segments: Sequence[Segment]) -> Gutter:
    """A name above both columns may begin at the same edge by chance: the column begins beside the left one."""
    left = [s for s in segments if s.x1 <= edge - 2]
    top = min(s.top for s in right)
    if left and not any(s.top < top + 20 for s in left):
        top = min((s.top for s in right if s.top > min(s.top for s in left) - 20), default=top)
    return Gutter(min(s.x0 for s in right), top)


def _is_second_column(edge: float, right: Sequence[Segment], segments: Sequence[Segment]) -> bool:
    prose = [s for s in right if not _is_date(s)]
    if len(prose) < MIN_COLUMN_LINES:
        return False
    top, bottom = min(s.top for s in prose), max(s.bottom for s in prose)
    beside = [s for s in segments if s.top < bottom and s.bottom > top]
    crossing = [s for s in beside if s.x0 < edge - 8 and s.x1 > edge - 2]
    left = [s for s in beside if s.x1 <= edge - 2]
    left_prose = [s for s in left if not _is_date(s)]
    if len(left_prose) < MIN_COLUMN_LINES or len(crossing) * 3 > len(left):
        return False
    # Labels: nearly each stands on the line of the text that it names, and that text goes on without it.
    exact = [r for r in right if abs(r.x0 - edge) <= SAME_LEFT]
    shared = sum(any(abs(s.base - r.base) < SAME_BASE for r in exact) for s in left_prose)
    is_labelled = shared >= 0.9 * len(left_prose) and all(len(s.text.split()) <= 5 for s in left_prose)
    return not (is_labelled and len(left_prose) <= 0.6 * len(prose)) and not _is_list_in_columns(left_prose, prose)


def _is_date(segment: Segment) -> bool:
    """A date or a place, as it stands at the right end of a line."""
    return len(segment.text.split()) <= 6 and DATE_LIKE.search(segment.text) is not None


def _is_list_in_columns(left: Sequence[Segment], right: Sequence[Segment]) -> bool:
    """A list of short words set side by side reads well enough line by line."""
    short = [s for s in (*left, *right) if len(s.text.split()) <= 3]
    return len(short) == len(left) + len(right) and len(short) <= 16


def find_jump(lines: Sequence[Line], height: float) -> int | None:
    """The first line that stands far above the line that the file gives before it; None if order and place agree.

    A header or footer that the file writes first is no jump.
    """
    body = [
        (index, line)
        for index, line in enumerate(lines)
        if line.kind == "body" and MARGIN_POINTS < (line.top or 0) < height - MARGIN_POINTS
    ]
    for (_, before), (index, line) in pairwise(body):
        if (line.top or 0) < (before.top or 0) - 40:
            return index
    return None


Box = tuple[float, float, float, float]


def find_inside(lines: Sequence[Line], grid: Box) -> int | None:
    """The first line inside a grid; None for an empty one."""
    left, top, right, bottom = grid
    inside = [
        index
        for index, line in enumerate(lines)
        if (line.top or 0) > top - 4 and (line.bottom or 0) < bottom + 4 and left - 4 < (line.x0 or 0) < right
    ]
    return inside[0] if len(inside) >= 2 or (inside and "\t" in lines[inside[0]].text) else None


def outside(rows: Sequence[Sequence[Segment]], grid: Box | None) -> Sequence[Sequence[Segment]]:
    """The rows that do not stand in a ruled table: its columns are no columns of the page."""
    if grid is None:
        return rows
    _, top, _, bottom = grid
    return [row for row in rows if not (row[0].top > top - 4 and row[0].bottom < bottom + 4)]


def find_grid(
    vertical: Sequence[tuple[float, float, float]],
    horizontal: Sequence[tuple[float, float, float]],
    boxes: Sequence[Box],
) -> Box | None:
    """A ruled grid of two columns or more; None without one."""
    return _grid_of_lines(vertical, horizontal) or _grid_of_boxes(boxes)


def _grid_of_lines(
    vertical: Sequence[tuple[float, float, float]], horizontal: Sequence[tuple[float, float, float]]
) -> Box | None:
    columns = {round(x / 3) for x, _, _ in vertical}
    rows = {round(y / 3) for y, _, _ in horizontal}
    if len(columns) < 3 or len(rows) < 2:
        return None
    return (
        min(x for x, _, _ in vertical),
        min(top for _, top, _ in vertical),
        max(x for x, _, _ in vertical),
        max(bottom for _, _, bottom in vertical),
    )


def _grid_of_boxes(boxes: Sequence[Box]) -> Box | None:
    by_row: dict[int, set[int]] = {}
    for left, top, _, _ in boxes:
        by_row.setdefault(round(top / 3), set()).add(round(left / 3))
    if sum(len(columns) >= 2 for columns in by_row.values()) < 2:
        return None
    return (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))


def find_repeated_margins(pages: Sequence[Page]) -> list[Notice]:
    """Headers and footers that the file does not call so: the same words at the same place of two pages."""
    seen: dict[tuple[str, int], list[tuple[Page, int, Line]]] = {}
    for page in pages:
        for index, line in enumerate(page.lines, 1):
            edge = min(line.top or 0, page.height - (line.bottom or 0))
            if line.kind == "body" and edge < MARGIN_POINTS and not PAGE_WORDS.match(line.text):
                words = re.sub(r"\d+", "#", line.text)
                seen.setdefault((words, round((line.top or 0) / 6)), []).append((page, index, line))
    notices = []
    for places in seen.values():
        if len({page.number for page, _, _ in places}) > 1:
            page, index, line = places[0]
            kind = "header" if (line.top or 0) < page.height / 2 else "footer"
            notices.append(Notice(kind, page.number, index, line.text))
    return notices
