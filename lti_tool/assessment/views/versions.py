"""Versions that were handed in: as they were, what was said of them, and finished examples to compare them with."""

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from lti_tool import clock
from lti_tool.assessment.models import Submission, Upload
from lti_tool.assessment.queries import KeptVersion, find_rubric_text, find_upload, find_version
from lti_tool.assessment.rules import Run, list_changes, list_line_changes
from lti_tool.assessment.service import FileShown, acknowledge, show_handed_in_file
from lti_tool.assessment.session import get_rubric
from lti_tool.assessment.views.shared import READERS, blueprint, get_learner, go, is_preview
from lti_tool.assessment.views.work_frame import get_artefact, read_work, render_work
from lti_tool.content.catalog import Artefact, Module
from lti_tool.errors import NotFound
from lti_tool.rubrics.service import rubric_from
from lti_tool.web.guard import allow
from lti_tool.web.session import db


@blueprint.get("/modules/<slug>/own-work/versions/<int(max=2147483647):number>")
@allow(*READERS)
def show_version(slug: str, number: int) -> Response:
    """A version as it was handed in, with what was said of it, and what changed since the one before."""
    module, artefact = get_artefact(slug)
    kept = None if is_preview() else find_version(db(), get_learner(), module.id, number)
    if kept is None:
        raise NotFound("version_unknown")
    text = find_rubric_text(db(), kept.submission.rubric_digest)
    before = find_version(db(), get_learner(), module.id, number - 1) if number > 1 else None
    file, file_before = _show_file(module, kept.submission), _show_file(module, before.submission if before else None)
    return render_work(
        "work_version.html",
        module,
        artefact,
        read_work(module),
        kept=kept,
        rubric=rubric_from(text.content) if text is not None else get_rubric(artefact.rubric),
        before=before,
        changes=_compare(artefact, before, kept),
        file=file,
        file_changes=_compare_files(file_before, file),
        file_before=file_before,
    )


@blueprint.post("/modules/<slug>/own-work/versions/<int(max=2147483647):number>/read")
@allow(*READERS)
def acknowledge_feedback(slug: str, number: int) -> BaseResponse:
    """Say that the feedback was read."""
    module, _ = get_artefact(slug)
    if is_preview() or not acknowledge(db(), get_learner(), module, number, clock.now()):
        raise NotFound("version_unknown")
    db().commit()
    return go("assessment.show_work", slug=slug, said="feedback_read")


@blueprint.get("/modules/<slug>/own-work/exemplars")
@allow(*READERS)
def show_exemplars(slug: str) -> Response:
    """Finished work at three levels with notes, once a version of one's own is in: an own voice comes first."""
    module, artefact = get_artefact(slug)
    state = read_work(module)
    is_open = is_preview() or state.latest is not None
    return render_work(
        "work_exemplars.html",
        module,
        artefact,
        state,
        exemplars=artefact.exemplars if is_open else (),
        rubric=get_rubric(artefact.rubric),
    )


def _show_file(module: Module, submission: Submission | None) -> FileShown | None:
    if submission is None:
        return None
    upload: Upload | None = find_upload(db(), get_learner(), module.id, submission.upload_id, with_reading=True)
    return show_handed_in_file(upload, submission.findings) if upload is not None else None


def _compare(artefact: Artefact, before: KeptVersion | None, kept: KeptVersion) -> dict[str, tuple[Run, ...]]:
    if before is None:
        return {}
    old, new = before.submission.answers, kept.submission.answers
    return {it.id: list_changes(old.get(it.id, ""), new.get(it.id, "")) for it in artefact.text_fields}


def _compare_files(before: FileShown | None, file: FileShown | None) -> tuple[Run, ...]:
    """What changed in the words that a machine reads; nothing where one of the two was not read."""
    if before is None or file is None or before.upload.id == file.upload.id:
        return ()
    return list_line_changes(before.lines, file.lines) if before.lines and file.lines else ()
