"""Written parts: the project scope and short forms. Every post saves; “Check” also says what is missing."""

from collections.abc import Mapping
from datetime import datetime

from flask import Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from lti_tool import clock
from lti_tool.assessment.forms import AnswerForm, blame_two_texts, fill_form, read_form, shows_as_date, written_form
from lti_tool.assessment.models import Draft
from lti_tool.assessment.queries import find_draft
from lti_tool.assessment.rules import WrittenPart, check_written, find_neighbours
from lti_tool.assessment.service import TwoTexts, accept_part, save_quietly, save_written, stamp_of
from lti_tool.assessment.session import catalogue
from lti_tool.assessment.views.modules import read_part
from lti_tool.assessment.views.shared import (
    READERS,
    answer_quietly,
    blueprint,
    draft_key,
    get_learner,
    get_module,
    is_background,
    is_preview,
    note_place,
    part_url,
    render,
)
from lti_tool.content.catalog import Module, ScopeTemplate
from lti_tool.content.rules import TextFinding, check_text
from lti_tool.errors import NotFound
from lti_tool.web.guard import allow
from lti_tool.web.language import say
from lti_tool.web.session import db

# The hidden field with the stamp of the draft that a form was made from.
_MADE_FROM = "made_from"


@blueprint.get("/modules/<slug>/scope")
@allow(*READERS)
def show_scope(slug: str) -> Response:
    """The project scope."""
    module = get_module(slug)
    scope = _get_scope(module)
    note_place(module, read_part(module, scope.id))
    return show_written(module, scope)


@blueprint.post("/modules/<slug>/scope")
@allow(*READERS)
def post_scope(slug: str) -> BaseResponse:
    """Save the project scope, and check it if asked."""
    module = get_module(slug)
    return post_written(module, _get_scope(module))


def show_written(module: Module, part: WrittenPart) -> Response:
    """The form with the last draft; after a check with its findings; once accepted, the accepted text."""
    draft = None if is_preview() else find_draft(db(), get_learner(), module.id, part.id)
    form = fill_form(written_form(part), draft.answers if draft else {})
    return _show(module, part, form, draft=draft, is_checked=draft is not None and draft.is_checked)


def post_written(module: Module, part: WrittenPart) -> BaseResponse:
    """Save what was typed, whatever it is; accept it if the check was asked for and finds nothing."""
    form = read_form(written_form(part), request.form)
    checks = "check" in request.form
    if is_preview():
        return _show(module, part, form, draft=None, is_checked=checks)
    now, made_from = clock.now(), request.form.get(_MADE_FROM, "")
    if is_background():
        quiet = save_quietly(db(), get_learner(), module, part.id, form.answers, now, made_from=made_from)
        db().commit()
        return answer_quietly(quiet)
    saved = save_written(
        db(),
        get_learner(),
        module,
        part.id,
        form.answers,
        now,
        made_from=made_from,
        is_checked=checks,
    )
    if isinstance(saved, TwoTexts):
        db().commit()
        return _show_two(module, part, saved)
    if checks and not check_written(part, saved.answers):
        accept_part(db(), get_learner(), module, saved, catalogue(), now)
    db().commit()
    page = next(part_url(module, it) for it in module.parts if it.id == part.id)
    return redirect(page if checks else f"{page}?said=saved&edit=1", 303)


def _show_two(module: Module, part: WrittenPart, saved: TwoTexts) -> Response:
    """Both versions side by side; saving once more, with the new stamp, decides."""
    form = fill_form(written_form(part), saved.shown)
    blame_two_texts(form, part.fields, saved.others)
    return _show(module, part, form, draft=saved.draft, is_checked=False, others=saved.others, others_at=saved.saved_at)


def _show(
    module: Module,
    part: WrittenPart,
    form: AnswerForm,
    *,
    draft: Draft | None,
    is_checked: bool,
    others: Mapping[str, str] | None = None,
    others_at: datetime | None = None,
) -> Response:
    findings = {it.field: it for it in check_written(part, form.answers)} if is_checked else {}
    for finding in findings.values():
        form.blame(finding.field, f"{say(finding.says)} {say(finding.do)}")
    accepted = draft.accepted if draft is not None else None
    before, after = find_neighbours(module, part.id)
    is_editing = request.args.get("edit") == "1" or accepted is None or bool(findings) or bool(others)
    return render(
        "written.html",
        module=module,
        part=part,
        is_scope=isinstance(part, ScopeTemplate),
        form=form,
        findings=findings,
        advice=_advise(part, form.answers) if is_checked else {},
        passes=is_checked and not findings,
        accepted=accepted,
        draft=draft,
        stamp_name=_MADE_FROM,
        stamp=stamp_of(draft),
        others=others or {},
        others_at=others_at,
        is_editing=is_editing,
        draft_key=draft_key(module, part.id),
        shows_as_date=shows_as_date,
        state=read_part(module, part.id),
        before=before,
        after=after,
    )


def _advise(part: WrittenPart, answers: Mapping[str, str]) -> dict[str, tuple[TextFinding, ...]]:
    """What the checks of each field say; it keeps nobody from handing in."""
    return {it.id: check_text(answers.get(it.id, ""), it.checks, catalogue().wording) for it in part.fields}


def _get_scope(module: Module) -> ScopeTemplate:
    if module.scope is None:
        raise NotFound("part_unknown")
    return module.scope
