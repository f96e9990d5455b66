"""Work that is judged, on the page where it is written: save it, look at the advice, give a file."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from lti_tool import clock
from lti_tool.artefacts.catalog import Refused
from lti_tool.assessment.forms import AnswerForm, blame_two_texts, fill_form, read_form, shows_as_date, written_form
from lti_tool.assessment.models import Draft, Upload
from lti_tool.assessment.queries import find_draft
from lti_tool.assessment.rules import POSTING_FIELD, WorkState, WorkStep
from lti_tool.assessment.service import TwoTexts, list_findings, save_quietly, save_written, stamp_of
from lti_tool.assessment.session import catalogue
from lti_tool.assessment.views.modules import read_part
from lti_tool.assessment.views.shared import (
    READERS,
    answer_quietly,
    blueprint,
    draft_key,
    get_learner,
    go,
    is_background,
    is_preview,
    note_place,
)
from lti_tool.assessment.views.uploads import (
    compare_again,
    find_given_file,
    read_given_file,
    refusal_status,
    refusal_words,
    render_file,
    take_file,
)
from lti_tool.assessment.views.work_frame import MADE_FROM, find_file, get_artefact, read_work, render_work
from lti_tool.content.catalog import Artefact, Module, group_fields
from lti_tool.content.rules import TextFinding, check_text
from lti_tool.web.guard import allow
from lti_tool.web.limits import takes_file
from lti_tool.web.session import db


@blueprint.get("/modules/<slug>/own-work")
@allow(*READERS)
def show_work(slug: str) -> Response:
    """Where the work stands, and the page for the next step."""
    module, artefact = get_artefact(slug)
    note_place(module, read_part(module, artefact.id))
    state = read_work(module)
    if state.step in (WorkStep.WRITE, WorkStep.REVISE) or request.args.get("edit") == "1":
        return _show_writing(module, artefact, state)
    return render_work("work_state.html", module, artefact, state)


@blueprint.post("/modules/<slug>/own-work")
@allow(*READERS)
@takes_file
def save_work(slug: str) -> BaseResponse:
    """Keep what was written, then the file if there is one; a file that is refused takes no text with it.

    “Check” also says what could be better, “Go on” leads to the rating; a new file leads to what a machine reads in it.
    """
    module, artefact = get_artefact(slug)
    form = read_form(written_form(artefact), request.form)
    if is_preview():
        return _preview(module, artefact, form)
    if is_background():
        return _save_quietly(module, artefact.id, form)
    is_checked = "save" not in request.form
    made_from = request.form.get(MADE_FROM, "")
    saved = save_written(
        db(), get_learner(), module, artefact.id, form.answers, clock.now(), made_from=made_from, is_checked=is_checked
    )
    # Before the file is read, which may take seconds: the texts are safe, and nothing is locked meanwhile.
    db().commit()
    draft = saved.draft if isinstance(saved, TwoTexts) else saved
    outcome = _take_file(module, artefact, draft)
    if isinstance(saved, TwoTexts) or isinstance(outcome, Refused):
        return _show_again(module, artefact, draft, saved if isinstance(saved, TwoTexts) else None, outcome)
    if outcome is not None:
        return go("assessment.show_file", slug=slug, said="file_read")
    if is_checked:
        compare_again(module, artefact, draft.answers.get(POSTING_FIELD, ""))
    if "next" in request.form:
        return go("assessment.show_rating", slug=slug)
    anchor = "advice" if is_checked else None
    return go("assessment.show_work", slug=slug, edit="1", said=None if is_checked else "draft_saved", anchor=anchor)


def _take_file(module: Module, artefact: Artefact, draft: Draft) -> Upload | Refused | None:
    given = find_given_file(artefact)
    return take_file(module, artefact, given, draft.answers.get(POSTING_FIELD, "")) if given is not None else None


def _show_again(
    module: Module, artefact: Artefact, draft: Draft, two: TwoTexts | None, outcome: Upload | Refused | None
) -> Response:
    """The form once more: with both texts where two windows wrote, with the reason where the file was refused."""
    form = fill_form(written_form(artefact), two.shown if two is not None else draft.answers)
    if two is not None:
        blame_two_texts(form, artefact.text_fields, two.others)
    if isinstance(outcome, Refused):
        form.blame_file(refusal_words(outcome))
    page = _show_writing(module, artefact, read_work(module), form=form, two=two)
    page.status_code = refusal_status(outcome) if isinstance(outcome, Refused) else 200
    return page


def _preview(module: Module, artefact: Artefact, form: AnswerForm) -> Response:
    """What a student would see; nothing of it is kept."""
    given, posting = find_given_file(artefact), form.answers.get(POSTING_FIELD, "")
    if given is None:
        return _show_writing(module, artefact, read_work(module), form=form, is_checked=True)
    db().rollback()
    read = read_given_file(artefact, given, posting)
    if not isinstance(read, Refused):
        return render_file(module, artefact, read, posting)
    form.blame_file(refusal_words(read))
    page = _show_writing(module, artefact, read_work(module), form=form, is_checked=True)
    page.status_code = refusal_status(read)
    return page


def _save_quietly(module: Module, part_id: str, form: AnswerForm) -> Response:
    made_from = request.form.get(MADE_FROM, "")
    draft = save_quietly(db(), get_learner(), module, part_id, form.answers, clock.now(), made_from=made_from)
    db().commit()
    return answer_quietly(draft)


def _show_writing(
    module: Module,
    artefact: Artefact,
    state: WorkState,
    *,
    form: AnswerForm | None = None,
    is_checked: bool | None = None,
    two: TwoTexts | None = None,
) -> Response:
    draft = None if is_preview() else find_draft(db(), get_learner(), module.id, artefact.id)
    form = form or fill_form(written_form(artefact), draft.answers if draft else {})
    checked = is_checked if is_checked is not None else draft is not None and draft.is_checked
    file = find_file(module, artefact)
    found = list_findings(db(), get_learner(), module.id, file) if file is not None else ()
    return render_work(
        "work_write.html",
        module,
        artefact,
        state,
        form=form,
        advice=_advise(artefact, form.answers) if checked else {},
        is_checked=checked,
        draft=draft,
        file=file,
        open_findings=[it for it in found if it.reason is None],
        stamp_name=MADE_FROM,
        stamp=stamp_of(draft),
        others=two.others if two else {},
        others_at=two.saved_at if two else None,
        draft_key=draft_key(module, artefact.id),
        groups=_group(artefact, form, {} if two is None else two.others, has_file=file is not None),
        shows_as_date=shows_as_date,
    )


def _group(artefact: Artefact, form: AnswerForm, others: Mapping[str, str], *, has_file: bool) -> list[dict[str, Any]]:
    """The fields under their headings; a group that nobody must fill stays folded until something stands in it."""
    file = artefact.file_field
    written = {*form.answers, *others, *((file.id,) if file is not None and has_file else ())}
    return [
        {
            "title": title,
            "fields": fields,
            "is_optional": bool(title) and not any(it.is_required for it in fields),
            "is_used": any(it.id in written for it in fields),
        }
        for title, fields in group_fields(artefact.fields)
    ]


def _advise(artefact: Artefact, answers: Mapping[str, str]) -> dict[str, tuple[TextFinding, ...]]:
    return {it.id: check_text(answers.get(it.id, ""), it.checks, catalogue().wording) for it in artefact.text_fields}
