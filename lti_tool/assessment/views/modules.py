"""A module's overview, its lessons and its images."""

from flask import Response, redirect, send_file
from werkzeug.wrappers import Response as BaseResponse

from lti_tool import clock
from lti_tool.assessment.rules import PartState, find_neighbours
from lti_tool.assessment.service import ModuleLine, finish_part, show_module_line
from lti_tool.assessment.session import catalogue
from lti_tool.assessment.views.shared import (
    READERS,
    blueprint,
    get_learner,
    get_module,
    go,
    is_preview,
    note_place,
    part_url,
    read_due_dates,
    render,
)
from lti_tool.content.catalog import Lesson, Module
from lti_tool.errors import NotFound
from lti_tool.web.guard import allow
from lti_tool.web.session import db


def read_line(module: Module) -> ModuleLine:
    """Where the person stands in a module; nowhere in a preview."""
    return show_module_line(db(), module, None if is_preview() else get_learner())


def read_part(module: Module, part_id: str) -> PartState:
    """Where the person stands in one part; raises NotFound."""
    found = read_line(module).state.find_part(part_id)
    if found is None:
        raise NotFound("part_unknown")
    return found


@blueprint.get("/modules/<slug>")
@allow(*READERS)
def show_module(slug: str) -> Response:
    """What the module is for, its parts with their state, and the next step."""
    module = get_module(slug)
    return render("module.html", module=module, line=read_line(module), due={} if is_preview() else read_due_dates())


@blueprint.get("/modules/<slug>/lessons/<lesson_id>")
@allow(*READERS)
def show_lesson(slug: str, lesson_id: str) -> Response:
    """A page to read, with the way back and on."""
    module = get_module(slug)
    lesson = _get_lesson(module, lesson_id)
    before, after = find_neighbours(module, lesson.id)
    state = read_part(module, lesson.id)
    note_place(module, state)
    return render(
        "lesson.html",
        module=module,
        lesson=lesson,
        number=module.lessons.index(lesson) + 1,
        state=state,
        sources=[source for source in module.sources if source.id in lesson.sources],
        outcomes=[outcome for outcome in module.outcomes if outcome.id in lesson.outcomes],
        before=before,
        after=after,
    )


@blueprint.post("/modules/<slug>/lessons/<lesson_id>")
@allow(*READERS)
def finish_lesson(slug: str, lesson_id: str) -> BaseResponse:
    """Mark a lesson as read and lead to the next part."""
    module = get_module(slug)
    lesson = _get_lesson(module, lesson_id)
    if not is_preview():
        finish_part(db(), get_learner(), module, lesson.id, catalogue(), clock.now())
        db().commit()
    _, after = find_neighbours(module, lesson.id)
    if after is None:
        return go("assessment.show_module", slug=slug)
    return redirect(part_url(module, after), 303)


@blueprint.get("/modules/<slug>/assets/<path:name>")
@allow(*READERS)
def show_asset(slug: str, name: str) -> Response:
    """An image of the module, by the name that the content files use."""
    path = get_module(slug).assets.get(name)
    if path is None:
        raise NotFound("part_unknown")
    response = send_file(path)
    # An SVG that is opened alone is a document of our origin: it may draw, and do nothing else.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def _get_lesson(module: Module, lesson_id: str) -> Lesson:
    lesson = module.find_lesson(lesson_id)
    if lesson is None:
        raise NotFound("part_unknown")
    return lesson
