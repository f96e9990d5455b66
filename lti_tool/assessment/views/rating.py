"""The student's own rating of her work, and handing it in."""

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from lti_tool import clock
from lti_tool.assessment.forms import AnswerForm, fill_form, rating_form, read_form
from lti_tool.assessment.queries import find_draft
from lti_tool.assessment.rules import Missing, keep_findings, list_missing, read_rating
from lti_tool.assessment.service import Work, hand_in_work, list_findings, save_draft, save_quietly, stamp_of
from lti_tool.assessment.session import get_rubric
from lti_tool.assessment.views.shared import (
    READERS,
    answer_quietly,
    blueprint,
    draft_key,
    get_learner,
    go,
    is_background,
    is_preview,
)
from lti_tool.assessment.views.work_frame import (
    MADE_FROM,
    find_file,
    get_artefact,
    rating_part,
    read_answers,
    read_work,
    render_work,
)
from lti_tool.content.catalog import Artefact, Module
from lti_tool.web.guard import allow
from lti_tool.web.language import say
from lti_tool.web.phrases import Phrase
from lti_tool.web.session import db

_AFTER = "after"


@blueprint.get("/modules/<slug>/own-work/rating")
@allow(*READERS)
def show_rating(slug: str) -> Response:
    """The rubric in the student's hands: she rates her own work before anybody else does."""
    module, artefact = get_artefact(slug)
    draft = None if is_preview() else find_draft(db(), get_learner(), module.id, rating_part(artefact))
    form = fill_form(rating_form(get_rubric(artefact.rubric)), draft.answers if draft else {})
    return _show(module, artefact, form, stamp=stamp_of(draft))


@blueprint.post("/modules/<slug>/own-work/rating")
@allow(*READERS)
def submit_work(slug: str) -> BaseResponse:
    """Keep the rating and hand the work in; with something missing both stay, and the page says what."""
    module, artefact = get_artefact(slug)
    rubric = get_rubric(artefact.rubric)
    form = read_form(rating_form(rubric), request.form)
    if is_preview():
        return _show(module, artefact, form)
    now, learner = clock.now(), get_learner()
    if is_background():
        made_from = request.form.get(MADE_FROM, "")
        draft = save_quietly(db(), learner, module, rating_part(artefact), form.answers, now, made_from=made_from)
        db().commit()
        return answer_quietly(draft)
    rated = save_draft(db(), learner, module, rating_part(artefact), form.answers, now)
    file = find_file(module, artefact)
    work = Work(
        answers=read_answers(module, artefact),
        upload_id=file.id if file is not None else None,
        findings=keep_findings(list_findings(db(), learner, module.id, file)) if file is not None else [],
        own_rating=read_rating(form.answers),
        after=_read_after(),
    )
    outcome = hand_in_work(db(), learner, module, artefact, rubric, work, now)
    db().commit()
    if isinstance(outcome, Missing):
        return _show(module, artefact, form, is_tried=True, stamp=stamp_of(rated))
    return go("assessment.show_work", slug=slug, said="handed_in")


def _show(module: Module, artefact: Artefact, form: AnswerForm, *, is_tried: bool = False, stamp: str = "") -> Response:
    rubric, work = get_rubric(artefact.rubric), read_work(module)
    missing = list_missing(
        artefact,
        read_answers(module, artefact),
        has_file=find_file(module, artefact) is not None,
        criteria=[it.id for it in rubric.criteria],
        own_rating=read_rating(form.answers),
    )
    if is_tried:
        for name in missing.criteria:
            form.blame(name, say(Phrase("Choose the level that fits best.")))
    return render_work(
        "work_rating.html",
        module,
        artefact,
        work,
        form=form,
        rubric=rubric,
        missing=missing,
        is_tried=is_tried,
        stamp_name=MADE_FROM,
        stamp=stamp,
        draft_key=draft_key(module, rating_part(artefact)),
        after_name=_AFTER,
        after=work.latest.number if work.latest else 0,
    )


def _read_after() -> int:
    text = request.form.get(_AFTER, "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
