"""DOCX: paragraphs in the order of the file, tables cell by cell, text boxes where they are anchored."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from lti_tool.artefacts.catalog import Line, Notice, Page, Picture, Reading
from lti_tool.artefacts.marks import PAGE_WORDS, bullet_length
from lti_tool.artefacts.reader.limits import MAX_LINES, MAX_LINKS, MAX_PAGES, MAX_PICTURES, Refusal
from lti_tool.artefacts.reader.package import Package
from lti_tool.artefacts.reader.styles import Look, Numbering, Styles, W, look_of, number_of

DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
POINTS_PER_EMU = 1 / 12700
TWIPS = 20
CHARACTER_WIDTH = 0.47  # of the font size, over common text fonts


@dataclass
class _Gathered:
    pages: list[list[Line]] = field(default_factory=lambda: [[]])
    notices: list[Notice] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)

    def add(self, line: Line) -> None:
        if sum(map(len, self.pages)) <= MAX_LINES:
            self.pages[-1].append(line)

    def note(self, code: str, quote: str, line: int | None = None) -> None:
        self.notices.append(Notice(code, len(self.pages), line, quote))


class _Document:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.styles = Styles(package.parse("word/styles.xml"))
        self.numbering = Numbering(package.parse("word/numbering.xml"))
        self.width = 468.0
        self.found = _Gathered()

    def read_body(self, body: "etree._Element") -> None:
        """Blocks of the body, in order."""
        self._measure(body)
        for block in _blocks(body):
            if block.tag == f"{W}p":
                self._read_paragraph(block, "body")
            else:
                self._read_table(block)

    def read_margin(self, root: "etree._Element", kind: str) -> None:
        """The text of a header or footer; page numbers alone are no text."""
        for paragraph in root.iter(f"{W}p"):
            if not _is_inside(paragraph, FALLBACK):
                for line in self._lines(paragraph, kind):
                    if not PAGE_WORDS.match(line.text):
                        self.found.add(line)
                        self.found.note(kind, line.text, len(self.found.pages[-1]))

    def _measure(self, body: "etree._Element") -> None:
        section = body.find(f"{W}sectPr")
        size = None if section is None else section.find(f"{W}pgSz")
        margins = None if section is None else section.find(f"{W}pgMar")
        if size is not None and margins is not None:
            width = _number(size.get(f"{W}w")) - _number(margins.get(f"{W}left")) - _number(margins.get(f"{W}right"))
            self.width = width / TWIPS if width > 0 else self.width
        for columns in body.iter(f"{W}cols"):
            if _number(columns.get(f"{W}num")) >= 2:
                self.width /= _number(columns.get(f"{W}num"))
                self.found.note("columns", "")
                return

    def _read_paragraph(self, paragraph: "etree._Element", kind: str) -> None:
        for mark in paragraph.iter(f"{W}lastRenderedPageBreak", f"{W}br"):
            is_break = mark.tag != f"{W}br" or mark.get(f"{W}type") == "page"
            if is_break and self.found.pages[-1] and len(self.found.pages) < MAX_PAGES + 1:
                self.found.pages.append([])
        for line in self._lines(paragraph, kind):
            self.found.add(line)
        self._read_boxes(paragraph)
        self._read_pictures(paragraph)

    def _read_boxes(self, paragraph: "etree._Element") -> None:
        for box in paragraph.iter(f"{W}txbxContent"):
            if _is_inside(box, FALLBACK) or _is_inside(box, f"{W}txbxContent"):
                continue
            first = True
            for inner in box.iter(f"{W}p"):
                for line in self._lines(inner, "text_box"):
                    self.found.add(line)
                    if first:
                        self.found.note("text_box", line.text, len(self.found.pages[-1]))
                        first = False

    def _read_pictures(self, paragraph: "etree._Element") -> None:
        for extent in paragraph.iter(f"{DRAWING}extent"):
            container = extent.getparent()
            has_picture = any(isinstance(e.tag, str) and e.tag.endswith("}blip") for e in container.iter())
            if has_picture and not _is_inside(extent, FALLBACK) and len(self.found.pictures) < MAX_PICTURES:
                width = _number(extent.get("cx")) * POINTS_PER_EMU
                height = _number(extent.get("cy")) * POINTS_PER_EMU
                self.found.pictures.append(Picture(0, 0, width, height))

    def _read_table(self, table: "etree._Element") -> None:
        start = len(self.found.pages[-1])
        columns = 0
        tallest: Counter[int] = Counter()
        for row in table.iter(f"{W}tr"):
            if _closest(row, f"{W}tbl") is not table:
                continue
            cells = [self._cell(cell) for cell in row.iterchildren(f"{W}tc", f"{W}sdt")]
            filled = [cell for cell in cells if cell]
            columns = max(columns, len(filled))
            if len(filled) > 1 and all(len(cell) == 1 for cell in filled):
                joined = "\t".join(cell[0].text for cell in filled)
                self.found.add(replace(filled[0][0], text=joined))
                continue
            for index, cell in enumerate(cells):
                tallest[index] = max(tallest[index], len(cell))
                for line in cell:
                    self.found.add(line)
        lines = self.found.pages[-1][start:]
        if lines:
            self.found.note("table", lines[0].text, start + 1)
            if columns > 1 and sum(height >= 3 for height in tallest.values()) > 1:
                self.found.note("columns", lines[0].text, start + 1)

    def _cell(self, cell: "etree._Element") -> list[Line]:
        lines: list[Line] = []
        for paragraph in cell.iter(f"{W}p"):
            if not _is_inside(paragraph, FALLBACK) and not _is_inside(paragraph, f"{W}txbxContent"):
                lines.extend(self._lines(paragraph, "table"))
                self._read_boxes(paragraph)
                self._read_pictures(paragraph)
        return lines

    def _lines(self, paragraph: "etree._Element", kind: str) -> list[Line]:
        properties = paragraph.find(f"{W}pPr")
        style_mark = None if properties is None else properties.find(f"{W}pStyle")
        style = "" if style_mark is None else style_mark.get(f"{W}val", "")
        number = number_of(properties) or self.styles.number(style)
        pieces = [
            (_run_text(run), self._run_look(run, style))
            for run in paragraph.iter(f"{W}r")
            if _closest(run, f"{W}p") is paragraph and not _is_inside(run, FALLBACK)
        ]
        lines = []
        for index, parts in enumerate(_split_lines(pieces)):
            text = "".join(part for part, _ in parts)
            if text.strip():
                look = _main_look(parts)
                mark = 0 if self.numbering.is_bullet(number) and index == 0 else bullet_length(text)
                is_bullet = mark > 0 or (index == 0 and self.numbering.is_bullet(number))
                lines.append(
                    Line(
                        text=text.strip(),
                        size=look.size,
                        bold=bool(look.bold),
                        kind=kind,
                        bullet=is_bullet,
                        rows=self._rows(text, look.size or 11.0, properties, is_bullet),
                    )
                )
        return lines

    def _run_look(self, run: "etree._Element", paragraph_style: str) -> Look:
        properties = run.find(f"{W}rPr")
        style = None if properties is None else properties.find(f"{W}rStyle")
        return self.styles.look(paragraph_style, "" if style is None else style.get(f"{W}val", ""), look_of(properties))

    def _rows(self, text: str, size: float, properties: "etree._Element | None", is_bullet: bool) -> int:
        indent = None if properties is None else properties.find(f"{W}ind")
        left = 0.0 if indent is None else _number(indent.get(f"{W}left") or indent.get(f"{W}start")) / TWIPS
        room = max(self.width - max(left, 18.0 if is_bullet else 0.0), 60.0)
        return max(1, -(-int(len(text) * CHARACTER_WIDTH * size) // int(room)))


def read(data: bytes) -> Reading:
    """The reading of a DOCX. A page ends where the writer's program put a break; the count is the program's own."""
    package = Package(data)
    root = package.parse("word/document.xml")
    body = None if root is None else root.find(f"{W}body")
    if root is None or body is None:
        raise Refusal("damaged")
    for field_code in root.iter(f"{W}instrText"):
        if re.match(r"\s*DDE(AUTO)?\b", field_code.text or "", re.IGNORECASE):
            raise Refusal("active_content")
    document = _Document(package)
    document.read_body(body)
    while len(document.found.pages) > 1 and not document.found.pages[-1]:
        document.found.pages.pop()
    for name in sorted(package.names):
        match = re.fullmatch(r"word/(header|footer)\d*\.xml", name)
        margin = package.parse(name) if match else None
        if match and margin is not None:
            document.read_margin(margin, match.group(1))
    found = document.found
    count = max(_declared_pages(package), len(found.pages))
    if count > MAX_PAGES:
        raise Refusal("too_many_pages")
    pages = tuple(
        Page(number, 0, 0, tuple(lines), tuple(found.pictures) if number == 1 else ())
        for number, lines in enumerate(found.pages, 1)
    )
    notices = list(found.notices)
    if not any(line.kind != "header" for page in pages for line in page.lines) and found.pictures:
        notices.append(Notice("scanned", 1))
    return Reading("docx", pages, tuple(notices), _links(package), count)


def _blocks(body: "etree._Element") -> Iterator["etree._Element"]:
    """Paragraphs and outermost tables, also those inside content controls."""
    for element in body.iter(f"{W}p", f"{W}tbl"):
        outer = element.getparent()
        while outer is not None and outer is not body and outer.tag not in (f"{W}p", f"{W}tbl", f"{W}txbxContent"):
            outer = outer.getparent()
        if outer is body:
            yield element


def _closest(element: "etree._Element", tag: str) -> "etree._Element | None":
    parent = element.getparent()
    while parent is not None and parent.tag != tag:
        parent = parent.getparent()
    return parent


def _is_inside(element: "etree._Element", tag: str) -> bool:
    return _closest(element, tag) is not None


def _run_text(run: "etree._Element") -> str:
    pieces = []
    for child in run:
        if child.tag == f"{W}t":
            pieces.append(child.text or "")
        elif child.tag in (f"{W}tab", f"{W}ptab"):
            pieces.append("\t")
        elif child.tag in (f"{W}br", f"{W}cr"):
            pieces.append("\n")
        elif child.tag == f"{W}noBreakHyphen":
            pieces.append("-")
    return "".join(pieces)


def _split_lines(pieces: list[tuple[str, Look]]) -> list[list[tuple[str, Look]]]:
    lines: list[list[tuple[str, Look]]] = [[]]
    for text, look in pieces:
        for index, part in enumerate(text.split("\n")):
            if index:
                lines.append([])
            lines[-1].append((part, look))
    return lines


def _main_look(parts: list[tuple[str, Look]]) -> Look:
    """The look of most letters of a line."""
    sizes: Counter[float | None] = Counter()
    bold = 0
    for text, look in parts:
        letters = sum(character.isalnum() for character in text)
        sizes[look.size] += letters
        bold += letters if look.bold else 0
    return Look(sizes.most_common(1)[0][0], bold * 2 > sum(sizes.values()))


def _links(package: Package) -> tuple[str, ...]:
    relations = package.parse("word/_rels/document.xml.rels")
    targets = (
        []
        if relations is None
        else [relation.get("Target", "") for relation in relations if relation.get("Type", "").endswith("/hyperlink")]
    )
    return tuple(dict.fromkeys(target[:500] for target in targets if target))[:MAX_LINKS]


def _declared_pages(package: Package) -> int:
    root = package.parse("docProps/app.xml")
    for element in () if root is None else root:
        if isinstance(element.tag, str) and element.tag.endswith("}Pages"):
            return int(_number(element.text))
    return 0


def _number(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0
