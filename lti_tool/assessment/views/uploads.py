"""A student's file: take it, show what a machine reads in it, hand it out again to whom it belongs."""

import hashlib
import io
import logging
from dataclasses import dataclass

from flask import Response, request, send_file
from werkzeug.wrappers import Response as BaseResponse

from lti_tool import clock
from lti_tool.artefacts.catalog import Refused
from lti_tool.artefacts.service import forget_bytes, has_bytes, keep_bytes, read_bytes, read_file
from lti_tool.artefacts.words import REFUSALS, refuse
from lti_tool.assessment.forms import FILE_FIELD
from lti_tool.assessment.models import Upload
from lti_tool.assessment.queries import find_latest_upload, find_upload
from lti_tool.assessment.rules import (
    POSTING_FIELD,
    analyse_file,
    clean_name,
    digest_posting,
    name_with_ending,
    read_analysis,
    read_reading,
)
from lti_tool.assessment.service import (
    FileShown,
    keep_analysis,
    keep_upload,
    remove_upload,
    show_unkept_file,
)
from lti_tool.assessment.service import (
    show_file as show_kept_file,
)
from lti_tool.assessment.views.shared import READERS, blueprint, get_learner, go, is_preview
from lti_tool.assessment.views.work_frame import find_file, get_artefact, read_answers, read_work, render_work
from lti_tool.content.catalog import Artefact, ArtefactKind, Module
from lti_tool.errors import NotFound, TooManyRequests
from lti_tool.lti.roles import CourseRole
from lti_tool.outbound.turns import give_up_turn
from lti_tool.web.guard import allow, current_visit
from lti_tool.web.language import say
from lti_tool.web.limits import Limit, spend
from lti_tool.web.session import db, settings, stores

log = logging.getLogger("lti_tool.uploads")

_UPLOAD = "upload"
_STATUS = {"too_large": 413, "too_many": 429, "busy": 503, "not_kept": 503}
_NOT_READABLE = 422


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file of a form: its name without what could mislead, and its bytes (of one that is too large, not all)."""

    name: str
    data: bytes


def find_given_file(artefact: Artefact) -> GivenFile | None:
    """The file that this request brings, if it does and the work takes one."""
    given = request.files.get(FILE_FIELD)
    if given is None or artefact.file_field is None:
        return None
    data = given.stream.read()
    # A file field that was left alone arrives without a name and without bytes.
    return GivenFile(clean_name(given.filename or ""), data) if given.filename or data else None


def read_given_file(artefact: Artefact, given: GivenFile, posting: str) -> Upload | Refused:
    """Read and check a file; the row is not kept yet. The caller's session must be outside of a transaction.

    Reading takes a process of its own and up to half a minute, so that the turn is given up.
    """
    try:
        spend(Limit.UPLOADS, str(current_visit().user_id))
    except TooManyRequests:
        return refuse("too_many")
    give_up_turn()
    reading = read_file(given.data, given.name)
    if isinstance(reading, Refused):
        return reading
    now = clock.now()
    return Upload(
        name=name_with_ending(given.name, reading.kind),
        kind=reading.kind,
        size=len(given.data),
        sha256=hashlib.sha256(given.data).hexdigest(),
        reading=reading.as_json(),
        analysis=analyse_file(artefact.kind, reading, name=given.name, posting=posting, now=now),
        uploaded_at=now,
    )


def take_file(module: Module, artefact: Artefact, given: GivenFile, posting: str) -> Upload | Refused:
    """Read a file and make it the one of the draft. Its bytes are on the disk before the row is committed."""
    learner = get_learner()
    read = read_given_file(artefact, given, posting)
    if isinstance(read, Refused):
        return read
    folder = settings().upload_folder
    try:
        read.storage_key = keep_bytes(folder, given.data)
    except OSError as error:
        log.error("file not kept", extra={"event": "upload_failed", "error": type(error).__name__})
        return refuse("not_kept")
    kept, key = keep_upload(db(), learner, module, read), read.storage_key
    is_spare = kept is not read and has_bytes(folder, kept.storage_key)
    if not is_spare:
        # The same file once more, because its bytes were lost: they are back.
        kept.storage_key = key
    db().commit()
    if is_spare:
        forget_bytes(folder, key)
    return kept


def compare_again(module: Module, artefact: Artefact, posting: str) -> None:
    """Check the file of the draft once more, if the posting is not the one that it was checked with."""
    if artefact.kind is not ArtefactKind.RESUME or artefact.file_field is None:
        return
    # A session that only reads: nothing is locked while the file is checked.
    with stores().reading() as session:
        upload = find_latest_upload(session, get_learner(), module.id, with_reading=True)
    if upload is None or read_analysis(upload.analysis).posting_digest == digest_posting(posting):
        return
    reading = read_reading(upload.reading)
    if reading is not None:
        found = analyse_file(artefact.kind, reading, name=upload.name, posting=posting, now=clock.now())
        keep_analysis(db(), upload.id, found)
        db().commit()


def refusal_status(refused: Refused) -> int:
    """The HTTP status of a page that says why a file was not taken."""
    return _STATUS.get(refused.reason, _NOT_READABLE)


def refusal_words(refused: Refused) -> str:
    """Why a file was not taken and what to do next, in the reader's language."""
    return " ".join(say(it) for it in REFUSALS[refused.reason])


@blueprint.get("/modules/<slug>/own-work/file")
@allow(*READERS)
def show_file(slug: str) -> BaseResponse:
    """What a machine reads in the file of the draft, and what may need another look."""
    module, artefact = get_artefact(slug)
    upload = find_file(module, artefact, with_reading=True)
    if upload is None:
        return go("assessment.show_work", slug=slug, edit="1")
    return render_file(module, artefact, upload, read_answers(module, artefact).get(POSTING_FIELD, ""))


@blueprint.post("/modules/<slug>/own-work/file/compare")
@allow(*READERS)
def compare_file(slug: str) -> BaseResponse:
    """Compare the file with the posting that stands in the draft now."""
    module, artefact = get_artefact(slug)
    posting = read_answers(module, artefact).get(POSTING_FIELD, "")
    db().rollback()
    if not is_preview():
        compare_again(module, artefact, posting)
    return go("assessment.show_file", slug=slug, anchor="posting")


@blueprint.post("/modules/<slug>/own-work/file/remove")
@allow(*READERS)
def remove_file(slug: str) -> BaseResponse:
    """Take the file out of the draft; versions that were handed in keep theirs."""
    module, _ = get_artefact(slug)
    upload_id = request.form.get(_UPLOAD, "")
    if not is_preview() and upload_id.isascii() and upload_id.isdigit() and len(upload_id) < 10:
        keys = remove_upload(db(), get_learner(), module, int(upload_id), clock.now())
        db().commit()
        for key in keys:
            forget_bytes(settings().upload_folder, key)
    return go("assessment.show_work", slug=slug, edit="1", said="file_removed")


@blueprint.get("/modules/<slug>/own-work/files/<int(max=2147483647):upload_id>")
@allow(CourseRole.LEARNER)
def download_own_file(slug: str, upload_id: int) -> Response:
    """A student's own file, as she gave it."""
    module, _ = get_artefact(slug)
    upload = find_upload(db(), get_learner(), module.id, upload_id)
    if upload is None:
        raise NotFound("file_unknown")
    return send_upload(upload)


def send_upload(upload: Upload) -> Response:
    """The bytes, to be saved and never shown by the browser: they are a stranger's."""
    try:
        data = read_bytes(settings().upload_folder, upload.storage_key)
    except FileNotFoundError:
        raise NotFound("file_gone") from None
    response = send_file(
        io.BytesIO(data), "application/octet-stream", as_attachment=True, download_name=upload.name, etag=False
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def render_file(
    module: Module,
    artefact: Artefact,
    upload: Upload,
    posting: str,
    *,
    refused_reason: tuple[str, str] | None = None,
) -> Response:
    """The page of a file; `refused_reason` names a finding and the words that were no reason to ignore it."""
    shown: FileShown
    if is_preview():
        shown = show_unkept_file(upload, posting)
    else:
        shown = show_kept_file(db(), get_learner(), module.id, upload, posting)
    return render_work(
        "work_file.html",
        module,
        artefact,
        read_work(module),
        file=shown,
        posting=posting,
        is_resume=artefact.kind is ArtefactKind.RESUME,
        refused_reason=refused_reason,
    )
