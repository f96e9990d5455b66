# ruff: noqa: C901, E501 - a page is drawn line by line, with the words of each maker
"""The makers of the corpus: plain text, python-docx, ReportLab, fpdf2, LaTeX, LibreOffice, a scanner."""

import io
import shutil
import subprocess
import tempfile
import unicodedata
import zipfile
from datetime import UTC
from pathlib import Path
from typing import Any

Doc = dict[str, Any]
DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSans{}.ttf"
SECOND_PAGE = [
    "Additional Information",
    "Read widely about cities, trains and the history of work",
    "Visited nine state parks with a hiking group and kept notes on each",
    "References are available",
]


def latin(text: str) -> str:
    """Only what fonts of Western Europe can draw."""
    kept = "".join(c for c in text if ord(c) < 0x590 or 0x1E00 <= ord(c) < 0x1F00 or c in "–—“”’•·").strip()
    return kept.replace("()", "").strip(" ()") if kept != text else text


def western(text: str) -> str:
    """Without the accents that Latin-1 lacks."""
    out = []
    for character in latin(text):
        if ord(character) < 256 or character in "–—“”’•":
            out.append(character)
        else:
            out.append(
                "".join(
                    c
                    for c in unicodedata.normalize("NFKD", character.replace("ł", "l").replace("Ł", "L"))
                    if ord(c) < 256
                )
            )
    return "".join(out)


def lines_of(doc: Doc) -> list[tuple[str, str, str]]:
    """(kind, left, right): name, contact, heading, entry, text, bullet."""
    found = [("name", doc["name"], "")] + [("contact", line, "") for line in doc["contact"]]
    for title, entries in doc["sections"]:
        found.append(("heading", title, ""))
        for entry in entries:
            if entry["left"]:
                found.append(("entry", entry["left"], entry["right"]))
            found += [("text", line, "") for line in entry["lines"]]
            found += [("bullet", line, "") for line in entry["bullets"]]
    return found


def txt_file(path: Path, doc: Doc) -> None:
    out: list[str] = []
    mark = "-" if len(doc["name"]) % 2 else "•"
    for kind, left, right in lines_of(doc):
        if kind == "heading":
            out += ["", left]
        elif kind == "entry":
            out.append(f"{left}    {right}".rstrip())
        elif kind == "bullet":
            out.append(f"{mark} {left}")
        else:
            out.append(left)
    if "R02" in doc["options"]:
        out += ["\f" + SECOND_PAGE[0], *SECOND_PAGE[1:]]
    path.write_text("\n".join(out) + "\n", encoding="utf-8")


# --- DOCX ---------------------------------------------------------------------------------------------------------


def docx_file(path: Path, doc: Doc) -> None:
    buffer = io.BytesIO()
    make_docx(doc).save(buffer)
    _slim(buffer.getvalue(), path)


def make_docx(doc: Doc) -> Any:
    from docx import Document
    from docx.enum.text import WD_BREAK
    from docx.shared import Inches, Pt

    options = doc["options"]
    document = Document()
    document.styles["Normal"].font.size = Pt(10.5)
    document.styles["Normal"].font.name = "Liberation Sans"
    for section in document.sections:
        section.left_margin = section.right_margin = Inches(0.8)
        section.top_margin = section.bottom_margin = Inches(0.7)
    target: Any = document
    second: Any = None
    if "R15-table" in options:
        table = document.add_table(rows=1, cols=2)
        target, second = table.rows[0].cells[0], table.rows[0].cells[1]
    sections = 0
    for kind, left, right in lines_of(doc):
        if kind == "heading":
            sections += 1
            if second is not None and sections == 2:
                target = second
        if kind == "contact" and "R16-box" in options:
            _text_box(document, left)
        elif kind == "contact" and "R17-header" in options and "R16-box" not in options:
            document.sections[0].header.paragraphs[0].text += left + "  "
        elif kind == "text" and "R16-table" in options:
            _row(document, left, borders="R16-grid" in options)
        elif kind == "text" and "R16-grid" in options:
            _row(document, left, borders=True)
        else:
            _paragraph(target, kind, left, right, 8.5 if "R18" in options and kind in ("text", "bullet") else None)
    if "R17-header" in options and "R16-box" in options:
        document.sections[0].header.paragraphs[0].text = "Seeking a project in the summer"
    if "R17-footer" in options:
        document.sections[0].footer.paragraphs[0].text = "Available from May to August, 20 hours a week"
    if "R15-cols" in options:
        _columns(document)
    if "R19-photo" in options:
        document.add_picture(io.BytesIO(_face()), width=Inches(1.2))
    if "R02" in options:
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        for index, line in enumerate(SECOND_PAGE):
            _paragraph(document, "heading" if index == 0 else "text", line, "", None)
    return document


def _paragraph(target: Any, kind: str, left: str, right: str, size: float | None) -> None:
    from docx.shared import Pt

    text = f"{left}\t{right}" if right else left
    paragraph = target.add_paragraph(style="List Bullet" if kind == "bullet" else None)
    paragraph.paragraph_format.space_after = Pt(1)
    run = paragraph.add_run(text)
    if size:
        run.font.size = Pt(size)
    if kind == "name":
        run.bold, run.font.size = True, Pt(17)
    elif kind == "heading":
        run.bold, run.font.size = True, Pt(12.5)
        paragraph.paragraph_format.space_before = Pt(7)
    elif kind == "entry":
        run.bold = True


def _row(document: Any, text: str, borders: bool) -> None:
    table = document.add_table(rows=2, cols=2, style="Table Grid" if borders else None)
    left, _, right = text.partition(":")
    table.rows[0].cells[0].text = left
    table.rows[0].cells[1].text = right.strip() or "yes"
    table.rows[1].cells[0].text = "Level"
    table.rows[1].cells[1].text = "used every week"


def _columns(document: Any) -> None:
    from docx.oxml.ns import qn

    columns = document.sections[0]._sectPr.find(qn("w:cols"))
    columns.set(qn("w:num"), "2")


def _text_box(document: Any, text: str) -> None:
    from docx.oxml import parse_xml

    names = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'
    )
    safe = text.replace("&", "&amp;")
    paragraph = document.add_paragraph()
    paragraph._p.append(parse_xml(
        f'<w:r {names}><w:pict><v:shape style="width:300pt;height:20pt"><v:textbox><w:txbxContent><w:p><w:r><w:t>{safe}'
        f"</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    ))  # fmt: skip


def _slim(data: bytes, path: Path) -> None:
    """Without the preview picture of the template, packed as tightly as it goes."""
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out,
    ):
        for item in source.infolist():
            content = source.read(item)
            if item.filename == "docProps/thumbnail.jpeg":
                continue
            if item.filename == "_rels/.rels":
                content = content.replace(
                    b'<Relationship Id="rId4" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail" Target="docProps/thumbnail.jpeg"/>',
                    b"",
                )
            out.writestr(zipfile.ZipInfo(item.filename, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED, 9)


def _face() -> bytes:
    """A grey oval on white, in the shape of a passport photo."""
    import zlib

    width, height = 60, 75
    rows = b"".join(
        b"\0" + bytes(120 if ((x - 30) / 22) ** 2 + ((y - 36) / 28) ** 2 < 1 else 240 for x in range(width))
        for y in range(height)
    )

    def chunk(kind: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\0\0\0\0"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


# --- ReportLab ----------------------------------------------------------------------------------------------------


def reportlab_file(path: Path, doc: Doc) -> None:
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen import canvas

    options = doc["options"]
    everything = "".join(left + right for _, left, right in lines_of(doc))
    plain, bold = "Helvetica", "Helvetica-Bold"
    if len(doc["file"]) % 3 == 0:
        plain, bold = "Times-Roman", "Times-Bold"
    if western(everything) != latin(everything):
        for name, suffix in (("DejaVu", ""), ("DejaVu-Bold", "-Bold")):
            pdfmetrics.registerFont(TTFont(name, DEJAVU.format(suffix)))
        plain, bold = "DejaVu", "DejaVu-Bold"
    page = canvas.Canvas(str(path), pagesize=(612, 792), invariant=1)
    body = 8.5 if "R18" in options else 10.5 if plain != "DejaVu" else 10
    painter = _Painter(page, plain, bold, body)
    lines = lines_of(doc)
    if "R15-row" in options or "R15-col" in options:
        side, main = _sides(lines)
        left, right = painter.layout(side, 40, 150), painter.layout(main, 215, 350)
        placed = sorted(left + right, key=lambda item: -item[1]) if "R15-row" in options else left + right
    else:
        placed = painter.layout(lines, 54, 504, grid="R16-grid" in options)
    painter.draw(placed)
    if "R19-photo" in options:
        page.drawImage(ImageReader(io.BytesIO(_face())), 490, 690, 70, 88)
    if "R02" in options or "R17-repeat" in options:
        if "R17-repeat" in options:
            page.setFont(plain, 10)
            page.drawString(54, 24, "Portfolio and references on request: call after five")
        page.showPage()
        if "R17-repeat" in options:
            page.setFont(plain, 10)
            page.drawString(54, 24, "Portfolio and references on request: call after five")
        second = [("heading" if i == 0 else "text", text, "") for i, text in enumerate(SECOND_PAGE)]
        painter.draw(painter.layout(second, 54, 504))
    page.save()


def _sides(lines: list[tuple[str, str, str]]) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
    """Contact, education and skills at the left; name and work at the right."""
    side: list[tuple[str, str, str]] = []
    main: list[tuple[str, str, str]] = []
    current = main
    for kind, left, right in lines:
        if kind == "heading":
            is_main = any(word in left.casefold() for word in ("experience", "project", "history", "employment"))
            current = main if is_main or len(side) > 14 else side
        if kind == "contact":
            side += [("text", part.strip(), "") for part in left.replace("•", "|").replace("·", "|").split("|")]
        elif kind == "entry" and current is side:
            side += [(kind, left, ""), ("text", right, "")]
        else:
            current.append((kind, left, right))
    return side, main


class _Painter:
    def __init__(self, page: Any, plain: str, bold: str, body: float) -> None:
        self.page, self.plain, self.bold, self.body = page, plain, bold, body

    def layout(
        self, lines: list[tuple[str, str, str]], x: float, width: float, grid: bool = False
    ) -> list[tuple[float, float, str, str, float]]:
        """(x, y, text, font, size) of every line, wrapped."""
        y, placed = 742.0, []
        for kind, left, right in lines:
            font = self.bold if kind in ("name", "heading", "entry") else self.plain
            size = {"name": 18, "heading": 12.5, "entry": 10.5}.get(
                kind, self.body if kind in ("bullet", "text") else 10.5
            )
            y -= 8 if kind == "heading" else 3 if kind == "entry" else 0
            start = x + 12 if kind == "bullet" else x
            if kind == "bullet":
                placed.append((x + 2, y, "•", self.plain, size))
            if kind == "text" and grid:
                self._cells(x, y, width)
            for part in self._wrap(latin(left), font, size, width - (start - x) - (130 if right else 0)):
                placed.append((start, y, part, font, size))
                y -= size * 1.25
            if right:
                wide = self.page.stringWidth(right, self.plain, 10.5)
                placed.append((x + width - wide, y + size * 1.25, right, self.plain, 10.5))
        return placed

    def _cells(self, x: float, y: float, width: float) -> None:
        for step in range(2):
            for at in (x - 3, x + width / 2):
                self.page.rect(at, y - 4 - 14 * step, width / 2, 14)

    def _wrap(self, text: str, font: str, size: float, width: float) -> list[str]:
        rows, row = [], ""
        for word in text.split():
            longer = f"{row} {word}".strip()
            if row and self.page.stringWidth(longer, font, size) > width:
                rows.append(row)
                row = word
            else:
                row = longer
        return [*rows, row]

    def draw(self, placed: list[tuple[float, float, str, str, float]]) -> None:
        for x, y, text, font, size in placed:
            self.page.setFont(font, size)
            self.page.drawString(x, y, text)


# --- fpdf2 --------------------------------------------------------------------------------------------------------


def fpdf_file(path: Path, doc: Doc) -> None:
    from datetime import datetime

    from fpdf import FPDF

    options = doc["options"]

    class Paper(FPDF):  # type: ignore[misc]
        def footer(self) -> None:
            if "R17-repeat" in options:
                self.set_y(-30)
                self.set_font("D", "", 10)
                self.cell(0, 10, "Letters of reference from two teachers on request")

    pdf = Paper(unit="pt", format="letter")
    pdf.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))
    pdf.set_margin(50)
    pdf.add_font("D", "", DEJAVU.format("Condensed"))
    pdf.add_font("D", "B", DEJAVU.format("Condensed-Bold"))
    pdf.add_page()
    body = 9 if "R18" in options else 10
    for kind, left, right in lines_of(doc):
        bold = "B" if kind in ("name", "heading", "entry") else ""
        size = {"name": 18, "heading": 12, "entry": 10.5, "contact": 10}.get(kind, body)
        pdf.set_font("D", bold, size)
        if kind == "heading":
            pdf.ln(6)
        if kind == "bullet":
            pdf.cell(14, size * 1.3, "•")
            pdf.multi_cell(0, size * 1.3, latin(left), align="L", new_x="LMARGIN", new_y="NEXT")
        elif right:
            pdf.cell(340, size * 1.3, latin(left)[:62])
            pdf.set_font("D", "", 10)
            pdf.cell(0, size * 1.3, right, align="R", new_x="LMARGIN", new_y="NEXT")
        elif kind == "text" and "R16-grid" in options:
            pdf.cell(200, size * 1.6, latin(left)[:34], border=1)
            pdf.cell(200, size * 1.6, "used weekly", border=1, new_x="LMARGIN", new_y="NEXT")
            pdf.cell(200, size * 1.6, "level", border=1)
            pdf.cell(200, size * 1.6, "good", border=1, new_x="LMARGIN", new_y="NEXT")
        else:
            pdf.multi_cell(0, size * 1.3, latin(left), align="L", new_x="LMARGIN", new_y="NEXT")
    if "R02" in options or "R17-repeat" in options:
        pdf.add_page()
        for line in SECOND_PAGE:
            pdf.multi_cell(0, 14, line, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.output(str(path))


# --- LaTeX --------------------------------------------------------------------------------------------------------

ESCAPES = {"&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}", "\\": r"\textbackslash{}",
           "~": r"\textasciitilde{}", "–": "--", "—": "---", "“": "``", "”": "''", "’": "'", "•": r"\textbullet{}",
           "·": r"\textperiodcentered{}"}  # fmt: skip


def tex(text: str) -> str:
    return "".join(ESCAPES.get(character, character) for character in western(text))


def latex_file(path: Path, doc: Doc) -> None:
    options = doc["options"]
    size = r"\footnotesize" if "R18" in options else ""
    out = [
        r"\documentclass[11pt]{article}\usepackage[margin=0.8in]{geometry}\usepackage[T1]{fontenc}",
        r"\usepackage[utf8]{inputenc}\usepackage{times}\usepackage{textcomp}\pagestyle{empty}\parindent0pt\raggedright",
        r"\renewcommand\labelitemi{\textbullet}\pdfinfoomitdate1\pdftrailerid{}\pdfsuppressptexinfo15",
        r"\begin{document}",
        rf"\begin{{center}}{{\LARGE\bfseries {tex(doc['name'])}}}\\[2pt] {tex(' | '.join(doc['contact']))}\end{{center}}",
    ]
    is_split = "R15-minipage" in options
    for index, (title, entries) in enumerate(doc["sections"]):
        if is_split and index == 1:
            out.append(
                r"\subsection*{Strengths} patient\\ exact with numbers\\ calm on the phone\\ good at faces\\ early riser\\ "
            )
        if is_split and index in (0, 1):
            out.append(
                r"\begin{minipage}[t]{0.3\textwidth}"
                if index == 0
                else r"\end{minipage}\hfill\begin{minipage}[t]{0.64\textwidth}"
            )
        out.append(rf"\subsection*{{{tex(title)}}}")
        for entry in entries:
            if entry["left"]:
                joint = r"\\" if is_split and index == 0 else r"\hfill"
                out.append(rf"\textbf{{{tex(entry['left'])}}} {joint} {tex(entry['right'])}\par")
            out += [size + " " + tex(line) + r"\par" for line in entry["lines"]]
            if entry["bullets"]:
                out.append(rf"\begin{{itemize}}\itemsep0pt\parskip0pt {size}")
                out += [r"\item " + tex(line) for line in entry["bullets"]]
                out.append(r"\end{itemize}")
    if is_split:
        out.append(r"\end{minipage}")
    if "R02" in options:
        out.append(r"\newpage\subsection*{Additional Information} " + r"\par ".join(SECOND_PAGE[1:]))
    out.append(r"\end{document}")
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch, "a.tex").write_text("\n".join(out), encoding="utf-8")
        subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "a.tex"], cwd=scratch, stdout=subprocess.DEVNULL, check=True
        )
        shutil.copy(Path(scratch, "a.pdf"), path)


# --- LibreOffice --------------------------------------------------------------------------------------------------


def libreoffice_files(later: list[tuple[Path, Doc]], scratch: Path) -> None:
    for path, doc in later:
        make_docx(doc).save(str(scratch / f"{path.stem}.docx"))
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{scratch}/profile", "--convert-to", "pdf", "--outdir",
         str(scratch), *[str(scratch / f"{path.stem}.docx") for path, _ in later]],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    for path, _ in later:
        shutil.copy(scratch / f"{path.stem}.pdf", path)


# --- a scanner ----------------------------------------------------------------------------------------------------


def scan_file(path: Path, doc: Doc, index: int) -> None:
    """A page as a picture: by PDF, or by a DOCX that holds nothing but the picture."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen import canvas

    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch, "a.pdf")
        reportlab_file(source, {**doc, "options": {}})
        subprocess.run(
            [
                "pdftoppm",
                "-r",
                "50",
                "-gray",
                "-jpeg",
                "-jpegopt",
                "quality=25",
                "-singlefile",
                source,
                Path(scratch, "a"),
            ],
            check=True,
        )
        picture = Path(scratch, "a.jpg").read_bytes()
    page = canvas.Canvas(str(path), pagesize=(612, 792), invariant=1)
    margin = 30 * (index % 3)
    page.drawImage(ImageReader(io.BytesIO(picture)), margin, margin, 612 - 2 * margin, 792 - 2 * margin)
    page.save()
