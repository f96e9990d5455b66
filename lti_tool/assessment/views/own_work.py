"""“My work”: everything that a student wrote and got back in this course, as one file to keep."""

import contextlib
import io
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from flask import Response, render_template, stream_with_context

from lti_tool import clock
from lti_tool.artefacts.service import has_bytes, read_bytes
from lti_tool.assessment.models import Upload
from lti_tool.assessment.rules import read_snapshot, score_try
from lti_tool.assessment.service import OwnModule, gather_own_work
from lti_tool.assessment.session import catalogue
from lti_tool.assessment.views.shared import blueprint, get_learner
from lti_tool.lti.roles import CourseRole
from lti_tool.outbound.turns import give_up_turn
from lti_tool.web.guard import allow, current_visit
from lti_tool.web.session import db, settings

_FOLDER = "my-work"
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9]+")


class _Outlet(io.RawIOBase):
    """Takes what the archive writes, to be sent on piece by piece."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        """It can be written to, and not be sought in."""
        return True

    def write(self, data: object) -> int:
        """Hold the bytes until they are taken."""
        piece = bytes(data)  # type: ignore[call-overload]
        self._held += piece
        return len(piece)

    def take(self) -> bytes:
        """What came since the last time."""
        piece, self._held = bytes(self._held), bytearray()
        return piece


@blueprint.get("/my-work")
@allow(CourseRole.LEARNER)
def show_own_work() -> Response:
    """A zip of readable pages, one a module, and of the files that were given, made while it is sent.

    Of this course and this person alone.
    """
    give_up_turn()
    now = clock.now()
    modules = gather_own_work(db(), catalogue(), get_learner())
    course = current_visit().context
    title = course.title if course is not None else ""
    name = "-".join(filter(None, (_FOLDER, _NOT_IN_A_NAME.sub("-", title).strip("-"), f"{now:%Y-%m-%d}")))
    response = Response(
        stream_with_context(_stream(modules, now, settings().upload_folder)), mimetype="application/zip"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    return response


def _stream(modules: tuple[OwnModule, ...], now: datetime, folder: Path) -> Iterator[bytes]:
    outlet = _Outlet()
    stamp = now.timetuple()[:6]
    with ZipFile(outlet, "w", ZIP_DEFLATED) as archive:
        named = {it.module.id: _name_files(it, folder) for it in modules}
        for name, page in _list_pages(modules, now, named):
            entry = ZipInfo(f"{_FOLDER}/{name}", stamp)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, page)
            yield outlet.take()
        for own in modules:
            for upload in own.files:
                place = named[own.module.id].get(upload.id)
                if place is not None:
                    # PDF and DOCX are packed already.
                    entry = ZipInfo(f"{_FOLDER}/{place}", stamp)
                    entry.compress_type = ZIP_STORED
                    # It may be taken out in another window meanwhile.
                    with contextlib.suppress(FileNotFoundError):
                        archive.writestr(entry, read_bytes(folder, upload.storage_key))
                    yield outlet.take()
    yield outlet.take()


def _name_files(own: OwnModule, folder: Path) -> dict[int, str]:
    """Where each file stands in the archive, by the id of its row; those that are gone from the disk have no place."""
    return {
        it.id: f"files/{own.module.slug}-{number}-{_file_name(it)}"
        for number, it in enumerate(own.files, start=1)
        if has_bytes(folder, it.storage_key)
    }


def _file_name(upload: Upload) -> str:
    return upload.name.replace("/", "_")


def _list_pages(
    modules: tuple[OwnModule, ...], now: datetime, named: dict[str, dict[int, str]]
) -> Iterator[tuple[str, str]]:
    names = [f"{number:02}-{it.module.slug}.html" for number, it in enumerate(modules, start=1)]
    pages = list(zip(names, modules, strict=True))
    yield "index.html", render_template("assessment/own_work.html", pages=pages, now=now)
    for name, own in pages:
        yield (
            name,
            render_template(
                "assessment/own_work_module.html",
                own=own,
                now=now,
                read_snapshot=read_snapshot,
                score_try=score_try,
                named=named[own.module.id],
            ),
        )
