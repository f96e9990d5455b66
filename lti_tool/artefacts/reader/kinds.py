"""The kind of a file by its content."""

import io
import zipfile

from lti_tool.artefacts.reader.limits import Refusal

# A name's ending → the kind that its content must have. Other endings promise nothing that we read.
PROMISES = {
    "pdf": "pdf",
    "docx": "docx",
    "txt": "txt",
    "text": "txt",
    "md": "txt",
    "doc": "doc",
    "rtf": "rtf",
    "odt": "odt",
    "jpg": "picture",
    "jpeg": "picture",
    "png": "picture",
    "heic": "picture",
    "gif": "picture",
    "webp": "picture",
    "tiff": "picture",
    "html": "html",
    "htm": "html",
    "pages": "pages",
    "zip": "zip",
    "xlsx": "office",
    "pptx": "office",
    "exe": "program",
    "js": "program",
    "bat": "program",
    "svg": "program",
}
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF87a", b"GIF89a", b"BM", b"II*\x00", b"MM\x00*")


def decide_kind(data: bytes, ending: str) -> str:
    """Pdf, docx or txt; raises Refusal for everything else and for a name that says something else."""
    kind = _kind(data)
    promise = PROMISES.get(ending.lower().lstrip("."))
    if promise is not None and promise != kind:
        raise Refusal("wrong_name")
    return kind


def _kind(data: bytes) -> str:
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if head.startswith(b"PK"):
        return _kind_of_archive(data)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise Refusal("encrypted" if "EncryptedPackage".encode("utf-16-le") in data else "old_word")
    if head.startswith(PICTURES) or data[4:12] in (b"ftypheic", b"ftypmif1", b"ftypheix") or data[8:12] == b"WEBP":
        raise Refusal("picture")
    if head.startswith(b"{\\rtf"):
        raise Refusal("rich_text")
    if head[:64].lower().startswith((b"<!doctype html", b"<html")):
        raise Refusal("web_page")
    if _is_text(data):
        return "txt"
    raise Refusal("unknown_kind")


def _kind_of_archive(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {info.filename for info in archive.infolist()[:3000]}
            mimetype = archive.open("mimetype").read(100) if "mimetype" in names else b""
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError) as error:
        raise Refusal("damaged") from error
    if "word/document.xml" in names:
        return "docx"
    if b"opendocument" in mimetype:
        raise Refusal("open_document")
    if any(name.startswith("Index/") or name == "Index.zip" for name in names):
        raise Refusal("pages")
    if "[Content_Types].xml" in names:
        raise Refusal("other_office")
    raise Refusal("archive")


def _is_text(data: bytes) -> bool:
    """Whether a person would see text: few control characters, and it decodes."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            data.decode("utf-16")
        except UnicodeDecodeError:
            return False
        return True
    if b"\x00" in data:
        return False
    control = sum(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in data[:65536])
    return control * 200 <= len(data[:65536])
