"""Work that is judged: write, look at the advice, rate yourself, hand in, read the feedback, revise."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from lti_tool import clock
from lti_tool.assessment.forms import (
    AnswerForm,
    blame_two_texts,
    fill_form,
    rating_form,
    read_form,
    shows_as_date,
    written_form,
)
from lti_tool.assessment.models import Draft
from lti_tool.assessment.queries import find_draft, find_rubric_text, find_version, list_versions
from lti_tool.assessment.rules import (
    Missing,
    WorkState,
    WorkStep,
    decide_work_state,
    find_neighbours,
    list_changes,
    list_missing,
    read_rating,
)
from lti_tool.assessment.service import (
    TwoTexts,
    Work,
    acknowledge,
    hand_in_work,
    save_draft,
    save_quietly,
    save_written,
    stamp_of,
)
from lti_tool.assessment.session import catalogue, get_rubric
from lti_tool.assessment.views.modules import read_part
from lti_tool.assessment.views.shared import (
    READERS,
    answer_quietly,
    blueprint,
    draft_key,
    get_learner,
    get_module,
    go,
    is_background,
    is_preview,
    note_place,
    render,
)
from lti_tool.content.catalog import Artefact, Module, group_fields
from lti_tool.content.rules import TextFinding, check_text
from lti_tool.errors import NotFound
from lti_tool.rubrics.service import rubric_from
from lti_tool.web.guard import allow
from lti_tool.web.session import db

# The hidden field with the stamp of the draft that a form was made from.
_MADE_FROM = "made_from"
_AFTER = "after"


@blueprint.get("/modules/<slug>/own-work")
@allow(*READERS)
def show_work(slug: str) -> Response:
    """Where the work stands, and the page for the next step."""
    module, artefact = _get_artefact(slug)
    note_place(module, read_part(module, artefact.id))
    state = _read_work(module)
    if state.step in (WorkStep.WRITE, WorkStep.REVISE) or request.args.get("edit") == "1":
        return _show_writing(module, artefact, state)
    return _render("work_state.html", module, artefact, state)


@blueprint.post("/modules/<slug>/own-work")
@allow(*READERS)
def save_work(slug: str) -> BaseResponse:
    """Keep what was written; “Check” also says what could be better, “Go on” leads to the rating."""
    module, artefact = _get_artefact(slug)
    form = read_form(written_form(artefact), request.form)
    is_checked = "save" not in request.form
    if is_preview():
        return _show_writing(module, artefact, _read_work(module), form=form, is_checked=True)
    if is_background():
        return _save_quietly(module, artefact.id, form)
    learner, now, made_from = get_learner(), clock.now(), request.form.get(_MADE_FROM, "")
    saved = save_written(
        db(), learner, module, artefact.id, form.answers, now, made_from=made_from, is_checked=is_checked
    )
    db().commit()
    if isinstance(saved, TwoTexts):
        both = fill_form(written_form(artefact), saved.shown)
        blame_two_texts(both, artefact.text_fields, saved.others)
        return _show_writing(module, artefact, _read_work(module), form=both, two=saved)
    anchor = "advice" if is_checked else None
    if "next" in request.form:
        return go("assessment.show_rating", slug=slug)
    return go("assessment.show_work", slug=slug, edit="1", said=None if is_checked else "draft_saved", anchor=anchor)


@blueprint.get("/modules/<slug>/own-work/rating")
@allow(*READERS)
def show_rating(slug: str) -> Response:
    """The rubric in the student's hands: she rates her own work before anybody else does."""
    module, artefact = _get_artefact(slug)
    draft = None if is_preview() else find_draft(db(), get_learner(), module.id, _rating_part(artefact))
    form = fill_form(rating_form(get_rubric(artefact.rubric)), draft.answers if draft else {})
    return _show_rating(module, artefact, form, stamp=stamp_of(draft))


@blueprint.post("/modules/<slug>/own-work/rating")
@allow(*READERS)
def submit_work(slug: str) -> BaseResponse:
    """Keep the rating and hand the work in; with something missing both stay, and the page says what."""
    module, artefact = _get_artefact(slug)
    rubric = get_rubric(artefact.rubric)
    form = read_form(rating_form(rubric), request.form)
    if is_preview():
        return _show_rating(module, artefact, form)
    if is_background():
        return _save_quietly(module, _rating_part(artefact), form)
    now, learner = clock.now(), get_learner()
    rated = save_draft(db(), learner, module, _rating_part(artefact), form.answers, now)
    answers = _read_answers(module, artefact)
    work = Work(
        answers=answers,
        upload_id=None,
        findings=[],
        own_rating=read_rating(form.answers),
        after=_read_after(),
    )
    outcome = hand_in_work(db(), learner, module, artefact, rubric, work, now)
    db().commit()
    if isinstance(outcome, Missing):
        return _show_rating(module, artefact, form, is_tried=True, stamp=stamp_of(rated))
    return go("assessment.show_work", slug=slug, said="handed_in")


@blueprint.get("/modules/<slug>/own-work/versions/<int(max=2147483647):number>")
@allow(*READERS)
def show_version(slug: str, number: int) -> Response:
    """A version as it was handed in, with what was said of it, and what changed since the one before."""
    module, artefact = _get_artefact(slug)
    kept = None if is_preview() else find_version(db(), get_learner(), module.id, number)
    if kept is None:
        raise NotFound("version_unknown")
    text = find_rubric_text(db(), kept.submission.rubric_digest)
    before = find_version(db(), get_learner(), module.id, number - 1) if number > 1 else None
    return _render(
        "work_version.html",
        module,
        artefact,
        _read_work(module),
        kept=kept,
        rubric=rubric_from(text.content) if text is not None else get_rubric(artefact.rubric),
        before=before,
        changes={
            it.id: list_changes(before.submission.answers.get(it.id, ""), kept.submission.answers.get(it.id, ""))
            for it in artefact.text_fields
        }
        if before is not None
        else {},
    )


@blueprint.post("/modules/<slug>/own-work/versions/<int(max=2147483647):number>/read")
@allow(*READERS)
def acknowledge_feedback(slug: str, number: int) -> BaseResponse:
    """Say that the feedback was read."""
    module, _ = _get_artefact(slug)
    if is_preview() or not acknowledge(db(), get_learner(), module, number, clock.now()):
        raise NotFound("version_unknown")
    db().commit()
    return go("assessment.show_work", slug=slug, said="feedback_read")


@blueprint.get("/modules/<slug>/own-work/exemplars")
@allow(*READERS)
def show_exemplars(slug: str) -> Response:
    """Finished work at three levels with notes, once a version of one's own is in: an own voice comes first."""
    module, artefact = _get_artefact(slug)
    state = _read_work(module)
    if not is_preview() and state.latest is None:
        return _render("work_exemplars.html", module, artefact, state, exemplars=(), rubric=get_rubric(artefact.rubric))
    return _render(
        "work_exemplars.html",
        module,
        artefact,
        state,
        exemplars=artefact.exemplars,
        rubric=get_rubric(artefact.rubric),
    )


def _save_quietly(module: Module, part_id: str, form: AnswerForm) -> Response:
    made_from = request.form.get(_MADE_FROM, "")
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
    return _render(
        "work_write.html",
        module,
        artefact,
        state,
        form=form,
        advice=_advise(artefact, form.answers) if checked else {},
        is_checked=checked,
        draft=draft,
        stamp_name=_MADE_FROM,
        stamp=stamp_of(draft),
        others=two.others if two else {},
        others_at=two.saved_at if two else None,
        draft_key=draft_key(module, artefact.id),
        groups=_group(artefact, form, {} if two is None else two.others),
        shows_as_date=shows_as_date,
    )


def _group(artefact: Artefact, form: AnswerForm, others: Mapping[str, str]) -> list[dict[str, Any]]:
    """The fields under their headings; a group that nobody must fill stays folded until something stands in it."""
    written = {*form.answers, *others}
    return [
        {
            "title": title,
            "fields": fields,
            "is_optional": bool(title) and not any(it.is_required for it in fields),
            "is_used": any(it.id in written for it in fields),
        }
        for title, fields in group_fields(artefact.text_fields)
    ]


def _show_rating(
    module: Module, artefact: Artefact, form: AnswerForm, *, is_tried: bool = False, stamp: str = ""
) -> Response:
    rubric, state = get_rubric(artefact.rubric), _read_work(module)
    missing = list_missing(
        artefact,
        {} if is_preview() else _read_answers(module, artefact),
        has_file=False,
        criteria=[it.id for it in rubric.criteria],
        own_rating=read_rating(form.answers),
    )
    if is_tried:
        for name in missing.criteria:
            form.blame(name, "Choose the level that fits best.")
    return _render(
        "work_rating.html",
        module,
        artefact,
        state,
        form=form,
        rubric=rubric,
        missing=missing,
        is_tried=is_tried,
        stamp_name=_MADE_FROM,
        stamp=stamp,
        draft_key=draft_key(module, _rating_part(artefact)),
        after_name=_AFTER,
        after=state.latest.number if state.latest else 0,
    )


def _render(template: str, module: Module, artefact: Artefact, state: WorkState, **values: Any) -> Response:
    before, after = find_neighbours(module, artefact.id)
    return render(
        template,
        module=module,
        artefact=artefact,
        work=state,
        state=read_part(module, artefact.id),
        before_part=before,
        after_part=after,
        **values,
    )


def _advise(artefact: Artefact, answers: Mapping[str, str]) -> dict[str, tuple[TextFinding, ...]]:
    return {it.id: check_text(answers.get(it.id, ""), it.checks, catalogue().wording) for it in artefact.text_fields}


def _read_work(module: Module) -> WorkState:
    versions = [] if is_preview() else list_versions(db(), get_learner(), module.id)
    return decide_work_state([it.version for it in versions])


def _read_answers(module: Module, artefact: Artefact) -> dict[str, str]:
    draft: Draft | None = find_draft(db(), get_learner(), module.id, artefact.id)
    return dict(draft.answers) if draft is not None else {}


def _read_after() -> int:
    text = request.form.get(_AFTER, "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _rating_part(artefact: Artefact) -> str:
    return f"{artefact.id}.rating"


def _get_artefact(slug: str) -> tuple[Module, Artefact]:
    module = get_module(slug)
    if module.artefact is None:
        raise NotFound("part_unknown")
    return module, module.artefact
