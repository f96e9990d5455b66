"""Practice: sort, mark, rank, rewrite, build a scale, decide your way through a story.

Explained at once, repeatable, never graded.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from lti_tool import clock
from lti_tool.assessment.forms import (
    AnswerForm,
    fill_form,
    mark_form,
    rank_form,
    read_form,
    record_form,
    rewrite_form,
    scale_form,
    sort_form,
)
from lti_tool.assessment.queries import find_draft
from lti_tool.assessment.rules import find_neighbours
from lti_tool.assessment.service import finish_part, save_draft
from lti_tool.assessment.session import catalogue
from lti_tool.assessment.views.modules import read_part
from lti_tool.assessment.views.shared import (
    READERS,
    blueprint,
    draft_key,
    get_learner,
    get_module,
    go,
    is_preview,
    note_place,
    render,
)
from lti_tool.assessment.views.story import post_story, show_story
from lti_tool.assessment.views.written import post_written, show_written
from lti_tool.content.catalog import (
    Activity,
    FormActivity,
    MarkActivity,
    Module,
    PartKind,
    RankActivity,
    RecordActivity,
    RewriteActivity,
    ScaleActivity,
    ScenarioActivity,
    SortActivity,
)
from lti_tool.content.rules import check_scale, check_text, mark_brief, mark_ranking, mark_sorting, shuffle_items
from lti_tool.errors import NotFound
from lti_tool.web.guard import allow, current_visit
from lti_tool.web.headers import allow_recording
from lti_tool.web.session import db

Answers = Mapping[str, str]


@dataclass(frozen=True)
class _Kind:
    """How one kind of practice is asked, explained and finished."""

    template: str
    form: Callable[[Any], type[AnswerForm]]
    # What the template shows as `result` once the answers were checked.
    mark: Callable[[Any, Answers], Any]
    is_answered: Callable[[Any, Answers], bool]


_KINDS = {
    PartKind.SORT: _Kind(
        "practice_sort.html", sort_form, mark_sorting, lambda it, said: mark_sorting(it, said).is_complete
    ),
    PartKind.MARK: _Kind(
        "practice_mark.html", mark_form, lambda it, said: mark_brief(it, said.keys()), lambda _, said: bool(said)
    ),
    PartKind.RANK: _Kind(
        "practice_rank.html",
        lambda it: rank_form(it, shuffle_items(it, str(current_visit().user_id))),
        mark_ranking,
        lambda it, said: mark_ranking(it, said).is_complete,
    ),
    PartKind.REWRITE: _Kind(
        "practice_rewrite.html",
        rewrite_form,
        lambda it, said: check_text(said.get("text", ""), it.checks, catalogue().wording),
        lambda _, said: bool(said.get("text", "").strip()),
    ),
    PartKind.SCALE: _Kind(
        "practice_scale.html",
        scale_form,
        lambda it, said: check_scale(it, said.get("goal", ""), said),
        lambda it, said: not check_scale(it, said.get("goal", ""), said),
    ),
    # Nothing is marked: whoever listened has practised.
    PartKind.RECORD: _Kind("practice_record.html", record_form, lambda _, said: bool(said), lambda _, said: bool(said)),
}
_Practice = SortActivity | MarkActivity | RankActivity | RewriteActivity | ScaleActivity | RecordActivity


@blueprint.get("/modules/<slug>/practice/<activity_id>")
@allow(*READERS)
def show_activity(slug: str, activity_id: str) -> Response:
    """A practice activity with what was answered before, explained; or a short form."""
    module = get_module(slug)
    activity = _get_activity(module, activity_id)
    note_place(module, read_part(module, activity.id))
    if isinstance(activity, FormActivity):
        return show_written(module, activity)
    if isinstance(activity, RecordActivity):
        allow_recording()
    if isinstance(activity, ScenarioActivity):
        return show_story(module, activity)
    draft = None if is_preview() else find_draft(db(), get_learner(), module.id, activity.id)
    form = fill_form(_KINDS[activity.kind].form(activity), draft.answers if draft else {})
    return _show(module, activity, form, is_checked=draft is not None and draft.is_checked, draft=draft)


@blueprint.post("/modules/<slug>/practice/<activity_id>")
@allow(*READERS)
def answer_activity(slug: str, activity_id: str) -> BaseResponse:
    """Keep the answers and explain them on the same page."""
    module = get_module(slug)
    activity = _get_activity(module, activity_id)
    if isinstance(activity, FormActivity):
        return post_written(module, activity)
    if isinstance(activity, ScenarioActivity):
        return post_story(module, activity)
    kind = _KINDS[activity.kind]
    form = read_form(kind.form(activity), request.form)
    clears = "clear" in request.form
    if is_preview():
        if clears:
            return go("assessment.show_activity", slug=slug, activity_id=activity.id)
        return _show(module, activity, form, is_checked=True, draft=None)
    now = clock.now()
    answers = {} if clears else form.answers
    save_draft(db(), get_learner(), module, activity.id, answers, now, is_checked=not clears)
    if not clears and kind.is_answered(activity, answers):
        finish_part(db(), get_learner(), module, activity.id, catalogue(), now)
    db().commit()
    if clears:
        return go("assessment.show_activity", slug=slug, activity_id=activity.id, said="cleared")
    return go("assessment.show_activity", slug=slug, activity_id=activity.id, anchor="result")


def _show(module: Module, activity: _Practice, form: AnswerForm, *, is_checked: bool, draft: object) -> Response:
    kind = _KINDS[activity.kind]
    before, after = find_neighbours(module, activity.id)
    return render(
        kind.template,
        module=module,
        activity=activity,
        form=form,
        is_checked=is_checked,
        result=kind.mark(activity, form.answers) if is_checked else None,
        draft=draft,
        draft_key=draft_key(module, activity.id),
        state=read_part(module, activity.id),
        before=before,
        after=after,
    )


def _get_activity(module: Module, activity_id: str) -> Activity:
    activity = module.find_activity(activity_id)
    if activity is None:
        raise NotFound("part_unknown")
    return activity
