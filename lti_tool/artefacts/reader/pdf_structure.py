"""What is in a PDF beside its pages: scripts, actions that start programs, files inside."""

import io
import logging

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject

from lti_tool.artefacts.reader.limits import MAX_LINKS, MAX_OBJECTS, Refusal

ACTIVE_KEYS = {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMedia", "/Launch"}
ACTIVE_ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/RichMediaExecute", "/Movie"}
MAX_DEPTH = 30


def check_structure(data: bytes) -> tuple[str, ...]:
    """The addresses that the PDF links to; raises Refusal for encryption, active content and too many objects."""
    logging.disable(logging.CRITICAL)  # the parser would tell standard error about every fault of a file
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise Refusal("encrypted")
        numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
        numbers |= {(number, 0) for number in reader.xref_objStm}
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError) as error:
        raise Refusal("damaged") from error
    finally:
        logging.disable(logging.NOTSET)
    if len(numbers) > MAX_OBJECTS:
        raise Refusal("too_complex")
    links: dict[str, None] = {}
    _look_into(reader.trailer, links)
    for number, generation in sorted(numbers):
        _look_into(_resolve(reader, number, generation), links)
    return tuple(links)[:MAX_LINKS]


def _resolve(reader: PdfReader, number: int, generation: int) -> PdfObject | None:
    logging.disable(logging.CRITICAL)
    try:
        return reader.get_object(IndirectObject(number, generation, reader))
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError):
        return None  # a viewer cannot reach this object either
    finally:
        logging.disable(logging.NOTSET)


def _look_into(start: PdfObject | None, links: dict[str, None]) -> None:
    """Walk direct values only: each indirect object is visited by its own number."""
    waiting: list[tuple[PdfObject | None, int]] = [(start, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise Refusal("too_complex")
        if isinstance(value, DictionaryObject):
            _judge(value)
            address = value.raw_get("/URI") if "/URI" in value else None
            if isinstance(address, str | bytes) and len(links) < MAX_LINKS:
                links[address.decode("latin-1") if isinstance(address, bytes) else str(address)[:500]] = None
            waiting.extend((value.raw_get(key), depth + 1) for key in value)
        elif isinstance(value, ArrayObject):
            waiting.extend((item, depth + 1) for item in list.__iter__(value))


def _judge(value: DictionaryObject) -> None:
    action = value.raw_get("/S") if "/S" in value else None
    kind = value.raw_get("/Type") if "/Type" in value else None
    if ACTIVE_KEYS & set(value) or action in ACTIVE_ACTIONS or kind == "/EmbeddedFile":
        raise Refusal("active_content")
