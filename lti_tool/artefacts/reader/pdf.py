"""PDF: characters in the order of the file, put together to lines, with places and sizes."""

import ctypes
import math

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from lti_tool.artefacts.catalog import Line, Notice, Page, Picture, Reading
from lti_tool.artefacts.marks import bullet_length
from lti_tool.artefacts.reader import layout
from lti_tool.artefacts.reader.layout import Segment
from lti_tool.artefacts.reader.limits import (
    MAX_CHARACTERS,
    MAX_PAGE_OBJECTS,
    MAX_PAGES,
    MAX_PICTURES,
    Refusal,
)
from lti_tool.artefacts.reader.pdf_structure import check_structure

GAP_IN_SIZES = 2.2  # a wider gap than this is a tab to a reader
HYPHENS = {"\x02", "\ufffe"}  # PDFium's sign for a hyphen at the end of a line
FEW_CHARACTERS = 25


def read(data: bytes) -> Reading:
    """The reading of a PDF; raises Refusal for protected, active, endless and broken files."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise Refusal(
            "encrypted" if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD else "damaged"
        ) from error
    count = len(document)
    if count > MAX_PAGES:
        raise Refusal("too_many_pages")
    if count == 0:
        raise Refusal("damaged")
    links = check_structure(data)
    pages: list[Page] = []
    notices: list[Notice] = []
    left = MAX_CHARACTERS
    for index in range(count):
        page, found, characters = _read_page(document, index, left)
        left -= characters
        pages.append(page)
        notices.extend(found)
    notices.extend(layout.find_repeated_margins(pages))
    return Reading("pdf", tuple(pages), tuple(notices), links, count, truncated=left <= 0)


def _read_page(document: pdfium.PdfDocument, index: int, most: int) -> tuple[Page, list[Notice], int]:
    page = document[index]
    width, height = page.get_size()
    drawn = _Drawn()
    drawn.read(page, height)
    text_page = page.get_textpage()
    count = text_page.count_chars()
    builder = _Builder(text_page.raw, page.raw, height)
    for position in range(min(count, most)):
        builder.add(position)
    rows = builder.finish()
    gutter = layout.find_gutter(layout.outside(rows, drawn.grid()), width)
    across = layout.read_across(rows) if gutter is not None else ()
    if gutter is not None:
        rows = layout.split_columns(rows, gutter)
    lines = [_line(row) for row in rows]
    lines = layout.mark_spaces(lines)
    number = index + 1
    notices = layout.describe_page(number, height, lines, gutter, drawn.grid())
    letters = sum(len(line.text) for line in lines)
    if letters < FEW_CHARACTERS and (drawn.pictures or drawn.shapes > 200):
        notices.insert(0, Notice("scanned", number))
    elif builder.unmapped * 5 > max(letters, 1):
        notices.insert(0, Notice("unmapped", number, 1, lines[0].text if lines else ""))
    notices += [Notice("picture", number) for p in drawn.pictures if p.width > 150 and p.height > 20][:1]
    return Page(number, width, height, tuple(lines), tuple(drawn.pictures), across), notices, count


class _Drawn:
    """Pictures and lines of a page."""

    def __init__(self) -> None:
        self.pictures: list[Picture] = []
        self.vertical: list[tuple[float, float, float]] = []  # x, top, bottom
        self.horizontal: list[tuple[float, float, float]] = []  # y, left, right
        self.boxes: list[tuple[float, float, float, float]] = []
        self.shapes = 0

    def read(self, page: pdfium.PdfPage, height: float) -> None:
        """Collect them, at most MAX_PAGE_OBJECTS objects deep."""
        for number, item in enumerate(page.get_objects(max_depth=4)):
            if number > MAX_PAGE_OBJECTS:
                raise Refusal("too_complex")
            if item.type not in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH):
                continue
            try:
                left, bottom, right, top = item.get_bounds()
            except pdfium.PdfiumError:
                continue
            if item.type == raw.FPDF_PAGEOBJ_IMAGE:
                if len(self.pictures) < MAX_PICTURES:
                    self.pictures.append(Picture(left, height - top, right - left, top - bottom))
            else:
                self._add_path(left, height - top, right, height - bottom)

    def grid(self) -> layout.Box | None:
        """The ruled grid of a table; None without one."""
        return layout.find_grid(self.vertical, self.horizontal, self.boxes)

    def _add_path(self, left: float, top: float, right: float, bottom: float) -> None:
        self.shapes += 1
        wide, tall = right - left, bottom - top
        if wide < 3 and tall > 8:
            self.vertical.append((left, top, bottom))
        elif tall < 3 and wide > 20:
            self.horizontal.append((top, left, right))
        elif wide > 20 and tall > 8:
            self.boxes.append((left, top, right, bottom))


class _Builder:
    """Puts characters together to rows of segments."""

    def __init__(self, text_page: object, page: object, height: float) -> None:
        self.text_page = text_page
        self.page = page
        self.height = height
        self.rows: list[list[Segment]] = []
        self.row: list[Segment] = []
        self.unmapped = 0
        self._objects: dict[int, bool] = {}
        self._box = raw.FS_RECTF()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._matrix = raw.FS_MATRIX()

    def add(self, position: int) -> None:
        """The next character of the file."""
        code = raw.FPDFText_GetUnicode(self.text_page, position)
        letter = "-" if chr(code) in HYPHENS else chr(code)
        if letter in "\r\n":
            self._end_row()
            return
        if ord(letter) < 32 and letter != "\t":
            self.unmapped += 1
            return
        if 0x7F <= code <= 0x9F or 0xE000 <= code <= 0xF8FF or code == 0xFFFD:
            self.unmapped += 1
        if raw.FPDFText_IsGenerated(self.text_page, position) == 1 or letter.isspace():
            if self.row and not self.row[-1].text.endswith(" "):
                self.row[-1].text += " "
            return
        self._place(position, letter)

    def finish(self) -> list[list[Segment]]:
        """All rows, each a list of segments."""
        self._end_row()
        return self.rows

    def _place(self, position: int, letter: str) -> None:
        raw.FPDFText_GetLooseCharBox(self.text_page, position, self._box)
        x0, x1 = self._box.left, self._box.right
        top, bottom = self.height - self._box.top, self.height - self._box.bottom
        size = self._size(position)
        raw.FPDFText_GetCharOrigin(self.text_page, position, self._x, self._y)
        base = self.height - self._y.value
        last = self.row[-1] if self.row else None
        # Half a size away is another line; less is a raised or lowered letter.
        if last is not None and abs(base - last.base) > 0.5 * size:
            self._end_row()
            last = None
        gap = 0.0 if last is None else max(x0 - last.x1, last.x0 - x1)
        if last is None or gap > GAP_IN_SIZES * size:
            bold = raw.FPDFText_GetFontWeight(self.text_page, position) >= 600 or self._is_bold_font(position)
            self.row.append(Segment("", x0, top, x1, bottom, {}, bold, self._is_artifact(position), [], base))
        self.row[-1].extend(letter, x0, top, x1, bottom, size)

    def _size(self, position: int) -> float:
        size = raw.FPDFText_GetFontSize(self.text_page, position)
        if raw.FPDFText_GetMatrix(self.text_page, position, self._matrix):
            # Some writers set every font at 1 point and enlarge the page instead.
            size *= math.hypot(self._matrix.c, self._matrix.d) or 1.0
        return round(float(size), 2) or 1.0

    def _is_bold_font(self, position: int) -> bool:
        buffer = ctypes.create_string_buffer(128)
        flags = ctypes.c_int()
        raw.FPDFText_GetFontInfo(self.text_page, position, buffer, 128, flags)
        name = buffer.value.decode("latin-1").lower()
        return "bold" in name or "black" in name or "cmbx" in name or "heavy" in name

    def _is_artifact(self, position: int) -> bool:
        """Whether the file itself calls this text page furniture (header, footer)."""
        item = raw.FPDFText_GetTextObject(self.text_page, position)
        if not item:
            return False
        address = ctypes.cast(item, ctypes.c_void_p).value or 0
        if address not in self._objects:
            self._objects[address] = self._has_artifact_mark(item)
        return self._objects[address]

    @staticmethod
    def _has_artifact_mark(item: object) -> bool:
        for index in range(min(max(raw.FPDFPageObj_CountMarks(item), 0), 10)):
            mark = raw.FPDFPageObj_GetMark(item, index)
            buffer = (ctypes.c_ushort * 32)()
            length = ctypes.c_ulong()
            raw.FPDFPageObjMark_GetName(mark, buffer, ctypes.sizeof(buffer), length)
            if bytes(buffer)[: max(length.value - 2, 0)].decode("utf-16-le", "replace") == "Artifact":
                return True
        return False

    def _end_row(self) -> None:
        row = [segment for segment in self.row if segment.text.strip()]
        if row:
            self._join_to_last(row)
        self.row = []

    def _join_to_last(self, row: list[Segment]) -> None:
        """A title and its date, at both ends of one line, are one line for a reader even if written as two."""
        last = self.rows[-1] if self.rows else None
        if last and layout.continues(last, row):
            last.extend(row)
        else:
            self.rows.append(row)


def _line(row: list[Segment]) -> Line:
    text = "\t".join(segment.text.strip() for segment in row)
    mark = bullet_length(text)
    sizes: dict[float, int] = {}
    for segment in row:
        for size, letters in segment.sizes.items():
            sizes[size] = sizes.get(size, 0) + letters
    top, bottom = min(s.top for s in row), max(s.bottom for s in row)
    kind = "body"
    if all(segment.artifact for segment in row):
        kind = "margin"
    indent = row[0].x0
    if mark:
        indent = row[1].x0 if len(row) > 1 and len(row[0].text.strip()) <= 2 else row[0].place(mark)
    return Line(
        text=text,
        x0=round(min(s.x0 for s in row), 1),
        top=round(top, 1),
        x1=round(max(s.x1 for s in row), 1),
        bottom=round(bottom, 1),
        size=max(sizes, key=lambda size: sizes[size]) if sizes else None,
        bold=sum(len(s.text) for s in row if s.bold) * 2 > len(text),
        kind=kind,
        bullet=mark > 0,
        indent=round(indent, 1),
    )
