"""Files that nobody should send get a plain refusal, soon, and the page that asked lives on."""

import random
import resource
import subprocess
import time
from collections.abc import Callable
from typing import Any

import pytest

from lti_tool.artefacts.catalog import Reading, Refused
from lti_tool.artefacts.reader.limits import MAX_BYTES
from lti_tool.artefacts.service import WALL_SECONDS, read_file
from lti_tool.artefacts.service import reading as service
from lti_tool.artefacts.words import REFUSALS
from tests.artefacts import hostile

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
REFUSED: list[tuple[str, Callable[[], bytes], str]] = [
    ("locked.pdf", hostile.encrypted_pdf, "encrypted"),
    ("restricted.pdf", hostile.restricted_pdf, "encrypted"),
    ("script.pdf", hostile.script_pdf, "active_content"),
    ("packed.pdf", hostile.packed_script_pdf, "active_content"),
    ("launch.pdf", hostile.launch_pdf, "active_content"),
    ("attachment.pdf", hostile.attachment_pdf, "active_content"),
    ("endless.pdf", hostile.endless_pdf, "too_many_pages"),
    ("crowd.pdf", hostile.crowd_pdf, "too_complex"),
    ("cut.pdf", lambda: hostile.good_pdf()[:1200], "damaged"),
    ("head.pdf", lambda: b"%PDF-1.7\n", "damaged"),
    ("macro.docx", hostile.macro_docx, "macros"),
    ("macro.docm", hostile.macro_docx, "macros"),
    ("type.docx", hostile.macro_type_docx, "macros"),
    ("object.docx", hostile.object_docx, "active_content"),
    ("dde.docx", hostile.dde_docx, "active_content"),
    ("laughs.docx", hostile.laughs_docx, "damaged"),
    ("outside.docx", hostile.outside_docx, "active_content"),
    ("bomb.docx", hostile.bomb_docx, "bomb"),
    ("bombs.docx", hostile.many_bombs_docx, "bomb"),
    ("lying.docx", hostile.lying_bomb_docx, "damaged"),
    ("crowd.docx", hostile.crowd_docx, "bomb"),
    ("deep.docx", hostile.deep_docx, "damaged"),
    ("breaks.docx", hostile.page_break_docx, "too_many_pages"),
    ("zipped.docx", hostile.zipped_docx, "encrypted"),
    ("cut.docx", lambda: hostile.good_docx()[:9000], "damaged"),
    ("empty.docx", lambda: hostile.docx({"word/document.xml": b""}), "damaged"),
    ("empty.pdf", lambda: b"", "empty"),
    ("blank.txt", lambda: b" \n\t\n", "empty"),
    ("large.txt", lambda: b"a" * (MAX_BYTES + 1), "too_large"),
    ("locked.docx", lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ("old.doc", lambda: OLE, "old_word"),
    ("photo.pdf", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "picture"),
    ("photo.jpg", lambda: b"\xff\xd8\xff\xe0" + b"\0" * 50, "picture"),
    ("phone.heic", lambda: b"\0\0\0\x18ftypheic" + b"\0" * 50, "picture"),
    ("letter.rtf", lambda: b"{\\rtf1 Zo\\'eb}", "rich_text"),
    ("page.html", lambda: b"<!DOCTYPE html><p>Zo", "web_page"),
    ("open.odt", lambda: hostile.archive({"mimetype": b"application/vnd.oasis.opendocument.text"}), "open_document"),
    ("apple.pages", lambda: hostile.archive({"Index/Document.iwa": b"x"}), "pages"),
    ("table.xlsx", lambda: hostile.docx({"xl/workbook.xml": b"<x/>"}), "other_office"),
    ("files.zip", lambda: hostile.archive({"resume.pdf": b"x"}), "archive"),
    ("broken.zip", lambda: b"PK\x03\x04" + b"\0" * 80, "damaged"),
    ("program.exe", lambda: b"MZ\x90\0" + bytes(range(256)) * 4, "unknown_kind"),
    ("noise.pdf", lambda: random.Random(1).randbytes(20_000), "unknown_kind"),
    ("named.pdf", hostile.good_docx, "wrong_name"),
    ("named.docx", hostile.good_pdf, "wrong_name"),
    ("named.pdf", lambda: "Zoë Müller, Portland".encode(), "wrong_name"),
    ("named.exe", lambda: b"echo hello", "wrong_name"),
    ("half.txt", lambda: b"\xff\xfe\x00\xd8\x00", "unknown_kind"),
    ("pages.txt", lambda: b"page\f" * 40, "too_many_pages"),
]


@pytest.mark.parametrize(("name", "make", "reason"), REFUSED, ids=[f"{row[0]}-{row[2]}" for row in REFUSED])
def test_refused_with_words_that_say_what_to_do(name: str, make: Callable[[], bytes], reason: str) -> None:
    data = make()
    assert reason == "too_large" or len(data) <= MAX_BYTES
    began = time.monotonic()
    answer = read_file(data, name)
    assert isinstance(answer, Refused)
    assert (answer.reason, answer.words) == (reason, " ".join(REFUSALS[reason]))
    assert time.monotonic() - began < WALL_SECONDS + 2


HEAVY = [
    ("flate.pdf", hostile.flate_bomb_pdf),
    ("flood.pdf", hostile.text_flood_pdf),
    ("loop.pdf", hostile.loop_pdf),
    ("deep.pdf", hostile.deep_pdf),
    ("nested.docx", hostile.nested_docx),
    ("long.docx", hostile.long_docx),
]


@pytest.mark.parametrize(("name", "make"), HEAVY, ids=[row[0] for row in HEAVY])
def test_heavy_files_end_in_bounded_time_and_size(name: str, make: Callable[[], bytes]) -> None:
    data = make()
    assert len(data) <= MAX_BYTES
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    answer = read_file(data, name)
    assert time.monotonic() - began < WALL_SECONDS + 2
    if isinstance(answer, Reading):
        assert sum(len(page.lines) for page in answer.pages) <= 3001 and len(answer.text) < 200_000
    else:
        assert answer.reason in ("too_slow", "too_complex", "damaged", "bomb")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 100, f"the asking process grew by {grown:.0f} MB"
    assert isinstance(read_file(hostile.good_docx(), "Zoë.docx"), Reading)


def test_a_reader_out_of_time_is_stopped() -> None:
    began = time.monotonic()
    answer = read_file(hostile.good_pdf(), "a.pdf", seconds=0.01)
    assert isinstance(answer, Refused) and answer.reason == "too_slow"
    assert time.monotonic() - began < 3


def test_too_many_at_once_are_asked_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "WAIT_SECONDS", 0.05)
    for _ in range(service.READERS_AT_ONCE):
        assert service._READERS.acquire(timeout=5)
    try:
        answer = read_file(hostile.good_docx(), "a.docx")
    finally:
        for _ in range(service.READERS_AT_ONCE):
            service._READERS.release()
    assert isinstance(answer, Refused) and answer.reason == "busy"


def test_few_wait_for_a_reader_and_the_others_are_told_at_once() -> None:
    places = service.READERS_AT_ONCE + service.WAITERS
    for _ in range(places):
        assert service._PLACES.acquire(timeout=5)
    began = time.monotonic()
    try:
        answer = read_file(hostile.good_docx(), "a.docx")
    finally:
        for _ in range(places):
            service._PLACES.release()
    assert isinstance(answer, Refused) and answer.reason == "busy"
    assert time.monotonic() - began < service.WAIT_SECONDS
    assert isinstance(read_file(hostile.good_docx(), "Zoë.docx"), Reading)


def test_the_reader_sees_no_setting_of_the_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}
    popen = subprocess.Popen

    def watch(*args: Any, **options: Any) -> Any:
        seen.update(options)
        return popen(*args, **options)

    monkeypatch.setenv("LTI_TOOL_SECRET_KEY", "not-for-readers")
    monkeypatch.setattr(subprocess, "Popen", watch)
    assert isinstance(read_file(b"Zo\xc3\xab M\xc3\xbcller\n", "a.txt"), Reading)
    assert "not-for-readers" not in str(seen["env"])


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"refused": "??"}',
        b'{"version": 1}',
        b'{"version": 99}',
        b"x" * (4 * 1024 * 1024 + 1),
    ],
)
def test_a_strange_answer_is_a_refusal(answer: bytes) -> None:
    understood = service._understand(answer)
    assert isinstance(understood, Refused) and understood.reason in ("damaged", "too_complex")
