"""A story in which each choice leads on: one button a choice, the way so far above it."""

from collections.abc import Mapping

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from lti_tool import clock
from lti_tool.assessment.forms import StoryForm
from lti_tool.assessment.queries import find_draft
from lti_tool.assessment.rules import find_neighbours
from lti_tool.assessment.service import finish_part, save_draft
from lti_tool.assessment.session import catalogue
from lti_tool.assessment.views.modules import read_part
from lti_tool.assessment.views.shared import get_learner, go, is_preview, render
from lti_tool.content.catalog import Module, ScenarioActivity
from lti_tool.content.rules import Walk, walk_scenario
from lti_tool.web.session import db

# A story may lead back to an earlier scene; nobody walks longer than this.
_LONGEST_WAY = 40
_BETWEEN = " "


def show_story(module: Module, activity: ScenarioActivity) -> Response:
    """The scene where the student stands; in a preview always the first."""
    draft = None if is_preview() else find_draft(db(), get_learner(), module.id, activity.id)
    return _show(module, activity, walk_scenario(activity, _path(draft.answers if draft else {})))


def post_story(module: Module, activity: ScenarioActivity) -> BaseResponse:
    """Take one choice, one step back, or begin again.

    The form says where it stood, so that an old page or a double press goes on from what it showed.
    """
    said = walk_scenario(activity, _path(request.form))
    walk = _next(activity, said)
    if is_preview():
        return _show(module, activity, walk)
    now = clock.now()
    save_draft(db(), get_learner(), module, activity.id, {"way": _BETWEEN.join(walk.path)}, now, is_checked=True)
    if walk.is_over:
        finish_part(db(), get_learner(), module, activity.id, catalogue(), now)
    db().commit()
    return go(
        "assessment.show_activity", slug=module.slug, activity_id=activity.id, anchor="scene" if walk.path else None
    )


def _next(activity: ScenarioActivity, walk: Walk) -> Walk:
    if "again" in request.form:
        return walk_scenario(activity, ())
    if "back" in request.form:
        return walk_scenario(activity, walk.path[:-1])
    return walk_scenario(activity, (*walk.path, request.form.get("choice", ""))[:_LONGEST_WAY])


def _path(answers: Mapping[str, str]) -> list[str]:
    return answers.get("way", "").split(_BETWEEN)[:_LONGEST_WAY]


def _show(module: Module, activity: ScenarioActivity, walk: Walk) -> Response:
    before, after = find_neighbours(module, activity.id)
    return render(
        "practice_story.html",
        module=module,
        activity=activity,
        form=StoryForm(),
        walk=walk,
        way=_BETWEEN.join(walk.path),
        state=read_part(module, activity.id),
        before=before,
        after=after,
    )
