"""What each kind of file is read as; in this process, so without its limits."""

from typing import Any

import pytest

from lti_tool.artefacts.catalog import Line, Notice, Page, Reading
from lti_tool.artefacts.reader import docx, pdf, text
from lti_tool.artefacts.reader.layout import Segment, find_grid, find_gutter, find_inside, find_repeated_margins
from lti_tool.artefacts.reader.limits import MAX_CHARACTERS, MAX_LINES, Refusal
from lti_tool.artefacts.reader.read import read_bytes
from tests.artefacts import hostile
from tests.artefacts.score import CORPUS
from tests.artefacts.test_hostile import REFUSED

IN_PROCESS = [row for row in REFUSED if row[0] not in ("empty.pdf", "large.txt")]


@pytest.mark.parametrize(("name", "make", "reason"), IN_PROCESS, ids=[f"{row[0]}-{row[2]}" for row in IN_PROCESS])
def test_refusals_name_their_reason(name: str, make: Any, reason: str) -> None:
    assert read_bytes(make(), name[name.rindex(".") :]) == {"refused": reason}


def test_a_parser_out_of_memory_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    def burst(_: bytes) -> Reading:
        raise MemoryError

    monkeypatch.setattr("lti_tool.artefacts.reader.read.READERS", {"txt": burst})
    assert read_bytes(b"hello", ".txt") == {"refused": "too_complex"}


def test_text_is_decoded_as_it_was_saved() -> None:
    for coding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert text.read("Zoë Müller\r\nPortland".encode(coding)).text == "Zoë Müller\nPortland"


def test_text_keeps_gaps_bullets_and_pages() -> None:
    reading = text.read("Zoë\n\nBarista      May 2025\n  • Sold\n– Apr 2026\n\fSecond\n".encode())
    first = reading.pages[0].lines
    assert [line.text for line in first] == ["Zoë", "Barista\tMay 2025", "• Sold", "– Apr 2026"]
    assert [line.bullet for line in first] == [False, False, True, False]
    assert [line.space_before for line in first] == [False, True, False, False]
    assert reading.page_count == 2 and text.read(b"one").page_count is None


def test_more_than_a_resume_is_cut() -> None:
    long = Reading.from_json(read_bytes("\n".join(["word " * 30] * (MAX_LINES + 500)).encode(), ".txt"))
    assert long.truncated and len(long.text) <= MAX_CHARACTERS + MAX_LINES
    assert not Reading.from_json(read_bytes(b"short", "")).truncated


def test_a_reading_of_another_version_is_none() -> None:
    with pytest.raises(ValueError, match="version"):
        Reading.from_json({**text.read(b"x").as_json(), "version": 0})


def read_docx(body: str, **parts: bytes) -> Reading:
    named = {name.replace("__", "/") + ".xml": content for name, content in parts.items()}
    return docx.read(hostile.docx({"word/document.xml": hostile.document(body), **named}))


def styles(inside: str) -> bytes:
    return f'<w:styles xmlns:w="{hostile.W}">{inside}</w:styles>'.encode()


def test_docx_breaks_tabs_and_hyphens() -> None:
    runs = "<w:t>Barista</w:t><w:tab/><w:t>May 2025</w:t><w:br/><w:t>Blue Door</w:t><w:noBreakHyphen/><w:t>Café</w:t>"
    assert [line.text for line in read_docx(f"<w:p><w:r>{runs}</w:r></w:p>").pages[0].lines] == [
        "Barista\tMay 2025",
        "Blue Door-Café",
    ]


def test_docx_sizes_come_from_runs_styles_and_defaults() -> None:
    sheet = styles(
        '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:rPr><w:sz w:val="21"/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Small"><w:basedOn w:val="Tiny"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="Tiny"><w:basedOn w:val="Small"/><w:rPr><w:sz w:val="x"/><w:b/></w:rPr></w:style>'  # noqa: E501
        '<w:style w:type="paragraph" w:styleId="List"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    numbers = (
        f'<w:numbering xmlns:w="{hostile.W}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/>'  # noqa: E501
        '</w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="none"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"/></w:numbering>'
    ).encode()

    def line(style: str, run: str = "", number: str = "") -> str:
        return (
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{number}<w:ind w:left="720"/></w:pPr>'
            f"<w:r><w:rPr>{run}</w:rPr><w:t>words</w:t></w:r></w:p>"
        )

    level = '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>'
    body = (
        hostile.paragraph("plain") + line("Small") + line("Tiny", '<w:sz w:val="17"/><w:b w:val="0"/>') + line("List")
    )
    body += line("Normal", '<w:rStyle w:val="Tiny"/>') + line("Normal", number=level)
    found = read_docx(body, word__styles=sheet, word__numbering=numbers).pages[0].lines
    assert [entry.size for entry in found] == [10.5, 11, 8.5, 11, 10.5, 10.5]
    assert [entry.bold for entry in found] == [False, True, False, False, True, False]
    assert [entry.bullet for entry in found] == [False, False, False, True, False, False]


def test_docx_text_boxes_are_read_once() -> None:
    names = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )
    box = f"<wps:txbx><w:txbxContent>{hostile.paragraph('in a box')}</w:txbxContent></wps:txbx>"
    body = (
        f"<w:p><w:r><w:t>before</w:t></w:r><w:r><mc:AlternateContent {names}><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    reading = read_docx(body)
    assert [(line.text, line.kind) for line in reading.pages[0].lines] == [("before", "body"), ("in a box", "text_box")]
    assert reading.notices == (Notice("text_box", 1, 2, "in a box"),)


def cell(*lines: str) -> str:
    return "<w:tc>" + "".join(map(hostile.paragraph, lines)) + "</w:tc>"


def test_docx_tables_are_read_row_by_row_or_cell_by_cell() -> None:
    rows = f"<w:tr>{cell('Python')}{cell('two years')}</w:tr><w:tr>{cell('a', 'b', 'c')}{cell('d', 'e', 'f')}</w:tr>"
    reading = read_docx(f"<w:sdt><w:sdtContent><w:tbl>{rows}</w:tbl></w:sdtContent></w:sdt><w:tbl><w:tr/></w:tbl>")
    assert [line.text for line in reading.pages[0].lines] == ["Python\ttwo years", "a", "b", "c", "d", "e", "f"]
    assert [notice.code for notice in reading.notices] == ["table", "columns"]


def test_docx_columns_pages_margins_and_links() -> None:
    section = '<w:sectPr><w:pgSz w:w="12240"/><w:pgMar w:left="1000" w:right="1000"/><w:cols w:num="2"/></w:sectPr>'
    rendered = "<w:p><w:r><w:lastRenderedPageBreak/><w:t>" + "long words " * 12 + "</w:t></w:r></w:p>"
    header = f'<w:hdr xmlns:w="{hostile.W}">{hostile.paragraph("Zoë, 503-555-0142")}{hostile.paragraph("Page 1 of 2")}</w:hdr>'  # noqa: E501
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="a" Type="http://x/hyperlink" Target="https://zoe.dev"/>'
        '<Relationship Id="b" Type="http://x/image" Target="a.png"/></Relationships>'
    )
    app = '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Pages>{}</Pages></Properties>'
    named = {
        "word/document.xml": hostile.document(hostile.paragraph("Zoë") + rendered + section),
        "word/header1.xml": header.encode(),
        "word/_rels/document.xml.rels": links.encode(),
        "docProps/app.xml": app.format(3).encode(),
    }
    reading = docx.read(hostile.docx(named))
    assert [notice.code for notice in reading.notices] == ["columns", "header"]
    assert [line.text[:4] for line in reading.pages[1].lines] == ["long", "Zoë,"]
    assert reading.pages[1].lines[0].rows == 3
    assert (reading.links, reading.page_count) == (("https://zoe.dev",), 3)
    named["docProps/app.xml"] = app.format("many").encode()
    assert docx.read(hostile.docx(named)).page_count == 2


def test_docx_with_only_a_picture_is_a_scan() -> None:
    drawing = (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        '<wp:extent cx="1270000" cy="1270000"/><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"/>'
        "</wp:inline></w:drawing></w:r></w:p>"
    )
    reading = read_docx(drawing)
    assert [notice.code for notice in reading.notices] == ["scanned"]
    assert (reading.pages[0].pictures[0].width, reading.pages[0].pictures[0].height) == (100, 100)


def draw(content: str, font: str = "/BaseFont /Helvetica", more: str = "") -> bytes:
    stream = content.encode("latin-1")
    return hostile.plain_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R {more} /Resources << /Font << /F1 << /Type /Font "  # noqa: E501
            f"/Subtype /Type1 {font} >> >> >> >>".encode(),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        ]
    )


def show(text: str, x: float, y: float, size: float = 11) -> str:
    return f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n"


def test_pdf_sizes_include_the_scale_of_the_page() -> None:
    reading = pdf.read(draw("BT /F1 1 Tf 11 0 0 11 72 700 Tm (Scaled words) Tj ET\n" + show("Plain words", 72, 600, 9)))
    assert [(line.text, line.size) for line in reading.pages[0].lines] == [("Scaled words", 11), ("Plain words", 9)]


def test_pdf_title_and_date_are_one_line_with_a_tab() -> None:
    reading = pdf.read(draw(show("Barista", 72, 700) + show("May 2025", 500, 700) + show("next", 72, 680)))
    assert [line.text for line in reading.pages[0].lines] == ["Barista\tMay 2025", "next"]


def test_pdf_says_when_order_and_place_differ() -> None:
    reading = pdf.read(draw(show("Skills at the foot", 72, 200) + show("Name at the top", 72, 700)))
    assert [(notice.code, notice.line) for notice in reading.notices] == [("order", 2)]


def test_pdf_page_furniture_is_named() -> None:
    marked = (
        "/Artifact << /Type /Pagination >> BDC "
        + show("Zoe Muller, 503", 72, 760)
        + "EMC\n"
        + show("Body words", 72, 600)
    )
    marked += "/Artifact BMC " + show("Page 1 of 1", 72, 30) + "EMC\n"
    reading = pdf.read(draw(marked))
    assert [(line.text, line.kind) for line in reading.pages[0].lines] == [
        ("Zoe Muller, 503", "header"),
        ("Body words", "body"),
        ("Page 1 of 1", "footer"),
    ]
    assert [notice.code for notice in reading.notices] == ["header"]


def test_pdf_letters_without_meaning_are_named() -> None:
    names = " ".join(f"/g{number}" for number in range(26))
    odd = f"/BaseFont /Odd /Encoding << /Type /Encoding /Differences [97 {names}] >>"
    reading = pdf.read(draw(show("abcdefghijklmnopqrstuvwxyz", 72, 700), odd))
    assert reading.notices == () or reading.notices[0].code == "unmapped"


def test_pdf_tables_with_rules_are_named() -> None:
    rules = "".join(f"72 {y} m 500 {y} l S\n" for y in (700, 680, 660)) + "".join(
        f"{x} 660 m {x} 700 l S\n" for x in (72, 300, 500)
    )
    words = show("Python", 80, 685) + show("daily", 310, 685) + show("Excel", 80, 665) + show("weekly", 310, 665)
    assert [notice.code for notice in pdf.read(draw(words + rules)).notices] == ["table"]
    boxes = "".join(f"{x} {y} 200 20 re S\n" for x in (72, 272) for y in (660, 680))
    assert [notice.code for notice in pdf.read(draw(words + boxes)).notices] == ["table"]
    assert pdf.read(draw(show("a line", 72, 700) + "72 690 m 500 690 l S\n")).notices == ()


def test_pdf_links_are_listed() -> None:
    link = "/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://zoe.dev) >> >>]"
    assert pdf.read(draw(show("Zoe", 72, 700), more=link)).links == ("https://zoe.dev",)


def test_pdf_without_pages_is_damaged() -> None:
    with pytest.raises(Refusal):
        pdf.read(hostile.plain_pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 0 /Kids [] >>"]))


def test_a_scan_in_pdf_is_named() -> None:
    scans = [path for path in sorted((CORPUS / "known").glob("*.pdf")) if path.name >= "085"]
    reading = pdf.read(scans[0].read_bytes())
    assert [notice.code for notice in reading.notices][:1] == ["scanned"] and reading.text == ""


def segments(*rows: tuple[tuple[str, float], ...]) -> list[list[Segment]]:
    return [
        [
            Segment(words, x, 100 + 14 * number, x + 5 * len(words), 110 + 14 * number, base=110 + 14 * number)
            for words, x in row
        ]
        for number, row in enumerate(rows)
    ]


def test_dates_labels_and_lists_are_no_columns() -> None:
    dated = segments(*((("A job with a long title", 50), (f"May 202{number}", 480)) for number in range(8)))
    labelled = segments(
        *((("Since 2024" if n % 3 == 0 else "", 50), ("Sold cakes and packed them for guests", 180)) for n in range(12))
    )
    labels = [[segment for segment in row if segment.text] for row in labelled]
    named = segments(
        *(
            (("Tools" if n % 2 else "Office", 50), (f"Words that stand behind a label number {n}", 180))
            for n in range(9)
        )
    )
    tall = named + [
        [Segment("more words of the text", 180, 240 + 14 * n, 300, 250 + 14 * n, base=250 + 14 * n)] for n in range(9)
    ]
    lists = segments(*((("Python", 50), ("Team work", 250)) for _ in range(6)))
    for rows in (dated, labels, tall, lists, segments((("one", 50),))):
        assert find_gutter(rows, 612) is None


def test_two_blocks_of_text_are_columns() -> None:
    rows = segments(*((("Words of the left side", 50), ("and other words of the right side", 250)) for _ in range(9)))
    gutter = find_gutter(rows, 612)
    assert gutter is not None and gutter.edge == 250


def test_grids_need_columns_and_words() -> None:
    assert find_grid([(72, 0, 50)], [(0, 72, 500), (50, 72, 500)], []) is None
    assert find_inside([Line("outside", x0=10, top=400, bottom=410)], (72, 0, 500, 50)) is None
    assert find_inside([Line("a\tb", x0=80, top=10, bottom=20)], (72, 0, 500, 50)) == 0


def test_the_same_words_at_the_edge_of_two_pages_are_a_footer() -> None:
    foot = Line("Zoë Müller, 503-555-0142", x0=72, top=760, bottom=770)
    pages = [Page(number, 612, 792, (Line("Body", x0=72, top=300, bottom=310), foot)) for number in (1, 2)]
    assert find_repeated_margins(pages) == [Notice("footer", 1, 2, foot.text)]
    assert find_repeated_margins(pages[:1]) == []
