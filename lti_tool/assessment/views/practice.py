"""Practice: sort statements, find problems in a brief. Explained at once, repeatable, never graded."""

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from lti_tool import clock
from lti_tool.assessment.forms import AnswerForm, fill_form, mark_form, read_form, sort_form
from lti_tool.assessment.queries import find_draft
from lti_tool.assessment.rules import find_neighbours
from lti_tool.assessment.service import finish_part, save_draft
from lti_tool.assessment.session import catalogue
from lti_tool.assessment.views.modules import read_state
from lti_tool.assessment.views.shared import (
    READERS,
    blueprint,
    draft_key,
    get_learner,
    get_module,
    go,
    is_preview,
    render,
)
from lti_tool.assessment.views.written import post_written, show_written
from lti_tool.content.catalog import Activity, FormActivity, MarkActivity, Module, SortActivity
from lti_tool.content.rules import BriefResult, SortResult, mark_brief, mark_sorting
from lti_tool.errors import NotFound
from lti_tool.web.guard import allow
from lti_tool.web.session import db


@blueprint.get("/modules/<slug>/practice/<activity_id>")
@allow(*READERS)
def show_activity(slug: str, activity_id: str) -> Response:
    """A practice activity with what was answered before, explained; or a short form."""
    module = get_module(slug)
    activity = _get_activity(module, activity_id)
    if isinstance(activity, FormActivity):
        return show_written(module, activity)
    draft = None if is_preview() else find_draft(db(), get_learner(), module.id, activity.id)
    form = fill_form(_form_of(activity), draft.answers if draft else {})
    return _show(module, activity, form, is_checked=draft is not None and draft.is_checked, draft=draft)


@blueprint.post("/modules/<slug>/practice/<activity_id>")
@allow(*READERS)
def answer_activity(slug: str, activity_id: str) -> BaseResponse:
    """Keep the answers and explain them on the same page."""
    module = get_module(slug)
    activity = _get_activity(module, activity_id)
    if isinstance(activity, FormActivity):
        return post_written(module, activity)
    form = read_form(_form_of(activity), request.form)
    clears = "clear" in request.form
    if is_preview():
        if clears:
            return go("assessment.show_activity", slug=slug, activity_id=activity.id)
        return _show(module, activity, form, is_checked=True, draft=None)
    now = clock.now()
    answers = {} if clears else form.answers
    save_draft(db(), get_learner(), module, activity.id, answers, now, is_checked=not clears)
    if not clears and _is_answered(activity, answers):
        finish_part(db(), get_learner(), module, activity.id, catalogue(), now)
    db().commit()
    if clears:
        return go("assessment.show_activity", slug=slug, activity_id=activity.id, said="cleared")
    return go("assessment.show_activity", slug=slug, activity_id=activity.id, anchor="result")


def _show(
    module: Module, activity: SortActivity | MarkActivity, form: AnswerForm, *, is_checked: bool, draft: object
) -> Response:
    before, after = find_neighbours(module, activity.id)
    return render(
        "practice_sort.html" if isinstance(activity, SortActivity) else "practice_mark.html",
        module=module,
        activity=activity,
        form=form,
        result=_mark(activity, form.answers) if is_checked else None,
        draft=draft,
        draft_key=draft_key(module, activity.id),
        state=read_state(module).find_part(activity.id),
        before=before,
        after=after,
    )


def _form_of(activity: SortActivity | MarkActivity) -> type[AnswerForm]:
    return sort_form(activity) if isinstance(activity, SortActivity) else mark_form(activity)


def _mark(activity: SortActivity | MarkActivity, answers: dict[str, str]) -> SortResult | BriefResult:
    if isinstance(activity, SortActivity):
        return mark_sorting(activity, answers)
    return mark_brief(activity, answers.keys())


def _is_answered(activity: SortActivity | MarkActivity, answers: dict[str, str]) -> bool:
    if isinstance(activity, SortActivity):
        return mark_sorting(activity, answers).is_complete
    return bool(answers)


def _get_activity(module: Module, activity_id: str) -> Activity:
    activity = module.find_activity(activity_id)
    if activity is None:
        raise NotFound("part_unknown")
    return activity
