# ruff: noqa: E501 - bytes of files, as they stand
"""Files that nobody should send, made in memory."""

import io
import struct
import zipfile
import zlib

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, PdfObject, TextStringObject

from tests.artefacts.score import CORPUS

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'


def good_pdf() -> bytes:
    return (CORPUS / "known" / "045.pdf").read_bytes()


def good_docx() -> bytes:
    return (CORPUS / "known" / "021.docx").read_bytes()


def _write(writer: PdfWriter) -> bytes:
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _copy() -> PdfWriter:
    return PdfWriter(clone_from=PdfReader(io.BytesIO(good_pdf())))


def _with_action(values: dict[str, PdfObject]) -> bytes:
    writer = _copy()
    action = DictionaryObject({NameObject(key): value for key, value in values.items()})
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)
    return _write(writer)


def encrypted_pdf() -> bytes:
    writer = _copy()
    writer.encrypt("secret", algorithm="AES-256")
    return _write(writer)


def restricted_pdf() -> bytes:
    writer = _copy()
    writer.encrypt("", "owner", algorithm="AES-128")
    return _write(writer)


def script_pdf() -> bytes:
    return _with_action({"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert('hello')")})


def packed_script_pdf() -> bytes:
    """The action stands inside a compressed object stream, its name spelled with an escape."""
    packed = b"3 0 << /S /#4aavaScript /J#53 (app.alert) >>"
    stream = zlib.compress(packed)
    out = io.BytesIO(b"%PDF-1.5\n")
    out.seek(0, 2)
    offsets = {}

    def put(number: int, body: bytes) -> None:
        offsets[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    put(1, b"<< /Type /Catalog /Pages 2 0 R /OpenAction 3 0 R >>")
    put(2, b"<< /Type /Pages /Kids [5 0 R] /Count 1 >>")
    put(
        4,
        b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
        % (len(stream), stream),
    )
    put(5, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>")
    start = out.tell()
    rows = [
        (0, 0, 65535),
        (1, offsets[1], 0),
        (1, offsets[2], 0),
        (2, 4, 0),
        (1, offsets[4], 0),
        (1, offsets[5], 0),
        (1, start, 0),
    ]
    table = zlib.compress(b"".join(struct.pack(">BIH", *row) for row in rows))
    out.write(
        b"6 0 obj\n<< /Type /XRef /Size 7 /W [1 4 2] /Root 1 0 R /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\n"
        b"endobj\nstartxref\n%d\n%%%%EOF" % (len(table), table, start)
    )
    return out.getvalue()


def launch_pdf() -> bytes:
    return _with_action({"/S": NameObject("/Launch"), "/F": TextStringObject("calc.exe")})


def attachment_pdf() -> bytes:
    writer = _copy()
    writer.add_attachment("invoice.exe", b"MZ")
    return _write(writer)


def endless_pdf(pages: int = 10_000) -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(3, pages + 3))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, kids)]
    objects += [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>"] * pages
    return plain_pdf(objects)


def plain_pdf(objects: list[bytes]) -> bytes:
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, 2)
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return out.getvalue()


def _page_with(content: bytes, resources: bytes = b"") -> bytes:
    return plain_pdf([
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 << /Type /Font "
        b"/Subtype /Type1 /BaseFont /Helvetica >> >> " + resources + b" >> >>",
        content,
    ])  # fmt: skip


def flate_bomb_pdf() -> bytes:
    """4 MB that unpack to about 4 GB of content, packed twice."""
    once = zlib.compressobj(9)
    packed = b"".join(once.compress(b"0 0 m 9 9 l S\n" * 80_000) for _ in range(600)) + once.flush()
    twice = zlib.compress(packed, 9)
    return _page_with(
        b"<< /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n%s\nendstream" % (len(twice), twice)
    )


def text_flood_pdf() -> bytes:
    content = zlib.compress(b"BT /F1 4 Tf " + b"1 0 0 1 10 10 Tm (flood of letters) Tj " * 400_000 + b"ET", 9)
    return _page_with(b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(content), content))


def loop_pdf() -> bytes:
    """A page tree that contains itself, and a form that draws itself."""
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 4 0 R >> >> /Length 5 >>"
    return plain_pdf([
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 2 /Kids [3 0 R 2 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /XObject << /X 4 0 R >> >> >>",
        form + b"\nstream\n/X Do\nendstream",
    ])  # fmt: skip


def deep_pdf() -> bytes:
    return plain_pdf([
        b"<< /Type /Catalog /Pages 2 0 R /Deep " + b"[" * 50_000 + b"]" * 50_000 + b" >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>",
    ])  # fmt: skip


def crowd_pdf() -> bytes:
    return plain_pdf([
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>",
        *[b"<< /A 1 >>"] * 60_000,
    ])  # fmt: skip


def docx(parts: dict[str, bytes], types: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", TYPES.format(types))
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def document(body: str, before: str = "") -> bytes:
    return f'<?xml version="1.0"?>{before}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'.encode()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def macro_docx() -> bytes:
    return docx({"word/document.xml": document(paragraph("Zoë")), "word/vbaProject.bin": b"\xd0\xcf"})


def macro_type_docx() -> bytes:
    kind = (
        '<Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
    )
    return docx({"word/document.xml": document(paragraph("Zoë"))}, kind)


def object_docx() -> bytes:
    return docx({"word/document.xml": document(paragraph("Zoë")), "word/embeddings/oleObject1.bin": b"\xd0\xcf"})


def dde_docx() -> bytes:
    code = '<w:p><w:r><w:instrText>DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"</w:instrText></w:r></w:p>'
    return docx({"word/document.xml": document(code)})


def laughs_docx() -> bytes:
    entities = (
        '<!ENTITY a "'
        + "ha" * 50
        + '">'
        + "".join(
            f'<!ENTITY {after} "{f"&{before};" * 20}">' for before, after in zip("abcdefgh", "bcdefghi", strict=True)
        )
    )
    return docx({"word/document.xml": document(paragraph("&i;"), f"<!DOCTYPE w [{entities}]>")})


def outside_docx() -> bytes:
    before = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return docx({"word/document.xml": document(paragraph("&x;"), before)})


def bomb_docx() -> bytes:
    return docx({"word/document.xml": document(paragraph("0" * 60_000_000))})


def many_bombs_docx() -> bytes:
    return docx(
        {"word/document.xml": document(paragraph("Zoë"))} | {f"word/media/{n}.bin": b"0" * 999_000 for n in range(120)}
    )


def lying_bomb_docx() -> bytes:
    """The entry says that it unpacks to 1,000 bytes; it unpacks to 40 MB."""
    data = bytearray(docx({"word/document.xml": document(paragraph("0" * 40_000_000))}))
    real = len(document(paragraph("0" * 40_000_000)))
    return bytes(data).replace(struct.pack("<I", real), struct.pack("<I", 1000))


def crowd_docx() -> bytes:
    return docx(
        {"word/document.xml": document(paragraph("Zoë"))} | {f"word/media/{number}": b"" for number in range(5000)}
    )


def deep_docx() -> bytes:
    return docx({"word/document.xml": document("<w:tbl><w:tr><w:tc>" * 5000 + "</w:tc></w:tr></w:tbl>" * 5000)})


def nested_docx() -> bytes:
    """Tables in tables, as deep as the XML reader lets them."""
    inner = paragraph("Zoë") * 20
    for _ in range(60):
        inner = f"<w:tbl><w:tr><w:tc>{inner}{paragraph('cell')}</w:tc></w:tr></w:tbl>"
    return docx({"word/document.xml": document(inner * 20)})


def long_docx() -> bytes:
    body = "".join(paragraph(f"line {number} of very many") for number in range(60_000))
    return docx({"word/document.xml": document(body)})


def page_break_docx() -> bytes:
    return docx({"word/document.xml": document((paragraph("x") + '<w:p><w:r><w:br w:type="page"/></w:r></w:p>') * 500)})


def zipped_docx() -> bytes:
    """Every entry protected by a password."""
    data = bytearray(good_docx())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(sign)
        while start >= 0:
            data[start + at] |= 1
            start = data.find(sign, start + 4)
    return bytes(data)


def archive(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return buffer.getvalue()
