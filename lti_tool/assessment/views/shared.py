"""What the views of this package share: the blueprint, whose work it is, addresses of parts, the page frame."""

import hashlib
from datetime import datetime
from typing import cast

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from lti_tool import clock
from lti_tool.assessment.catalog import Learner, module_activity
from lti_tool.assessment.messages import NOTICES
from lti_tool.assessment.models import Draft
from lti_tool.assessment.queries import list_due_dates
from lti_tool.assessment.rules import PartState, Standing, State, next_action
from lti_tool.assessment.service import begin_part, stamp_of
from lti_tool.assessment.session import catalogue
from lti_tool.content.catalog import Module, Part, PartKind
from lti_tool.content.rules import place_links
from lti_tool.errors import NotFound
from lti_tool.lti.roles import CourseRole
from lti_tool.registration.catalog import ProductFamily
from lti_tool.web.guard import current_visit
from lti_tool.web.language import current_language, quote_in, quoted
from lti_tool.web.phrases import Phrase
from lti_tool.web.session import db, stores

blueprint = Blueprint("assessment", __name__, url_prefix="/v/<visit>", template_folder="../templates")
blueprint.add_app_template_global(next_action)

# Course designers see the modules, but no students.
PREVIEWERS = (CourseRole.INSTRUCTOR, CourseRole.ASSISTANT, CourseRole.DESIGNER)
TEACHERS = (CourseRole.INSTRUCTOR, CourseRole.ASSISTANT)
READERS = (CourseRole.LEARNER, *PREVIEWERS)
# English words too, though nobody reads them in English.
_NOT_TRANSLATED = ("info", Phrase("This module has not been translated yet, so its texts are in English."))
_BLOCKS = ("<p", "<h", "<ul", "<ol", "<table", "<blockquote", "<pre", "<figure", "<svg", "<div")


def get_context_id() -> int:
    """The course of this visit; raises NotFound outside of one."""
    context_id = current_visit().context_id
    if context_id is None:
        raise NotFound("no_course")
    return context_id


def get_learner() -> Learner:
    """The person of this visit in this course."""
    return Learner(get_context_id(), current_visit().user_id)


def is_preview() -> bool:
    """Whether the person looks on as staff: nothing is recorded."""
    return current_visit().course_role is not CourseRole.LEARNER


def get_module(slug: str) -> Module:
    """The module at that address; raises NotFound."""
    get_context_id()
    module = catalogue().find_module_by_slug(slug)
    if module is None:
        raise NotFound("module_unknown")
    quote_in(module.language)
    return module


@blueprint.app_template_global()
def part_url(module: Module, part: Part) -> str:
    """The page of a part."""
    if part.kind is PartKind.LESSON:
        return url_for("assessment.show_lesson", slug=module.slug, lesson_id=part.id)
    if part.kind is PartKind.CHECK:
        return url_for("assessment.show_check", slug=module.slug)
    if part.kind is PartKind.SCOPE:
        return url_for("assessment.show_scope", slug=module.slug)
    if part.kind is PartKind.ARTEFACT:
        return url_for("assessment.show_work", slug=module.slug)
    if part.kind is PartKind.STATEMENT:
        return url_for("assessment.show_statement", slug=module.slug)
    return url_for("assessment.show_activity", slug=module.slug, activity_id=part.id)


@blueprint.app_template_global()
def next_url(standing: Standing) -> str:
    """Where the button of that action leads."""
    module = standing.state.module
    if standing.has_feedback and standing.work is not None and standing.work.latest is not None:
        return url_for("assessment.show_version", slug=module.slug, number=standing.work.latest.number)
    if standing.place is None:
        return url_for("assessment.show_module", slug=module.slug)
    return part_url(module, standing.place)


def place(html: Markup, module: Module) -> Markup:
    """Content with its lesson and image links made into addresses of this visit."""
    # A wide table scrolls sideways on a phone, so the keyboard must reach it (WCAG 2.1.1).
    reachable = Markup(html.replace("<table", '<table tabindex="0"'))  # noqa: S704 - only an attribute is added
    placed = place_links(
        reachable,
        lambda lesson_id: url_for("assessment.show_lesson", slug=module.slug, lesson_id=lesson_id),
        lambda name: url_for("assessment.show_asset", slug=module.slug, name=name),
    )
    return Markup(quoted(placed, block=placed.startswith(_BLOCKS)))  # noqa: S704 - it is Markup with an element around


def draft_key(module: Module, part_id: str) -> str | None:
    """An opaque name for what is typed into a part's form, different for each person and course."""
    if is_preview():
        return None
    learner = get_learner()
    words = f"{current_visit().registration_id}:{learner.context_id}:{learner.user_id}:{module.id}:{part_id}"
    return hashlib.sha256(words.encode()).hexdigest()[:24]


def render(template: str, *, notice: str = "", **values: object) -> Response:
    """A page of this package; a notice comes with the page or from the code in the address."""
    said = NOTICES.get(notice or request.args.get("said", ""))
    messages = [said] if said else []
    if is_preview() and values.get("module") is not None and not said:
        messages.append(NOTICES["preview"])
    elif template == "module.html" and cast(Module, values["module"]).language != current_language():
        messages.append(_NOT_TRANSLATED)
    page = render_template(
        f"assessment/{template}",
        messages=messages,
        nav_items=_nav_items(),
        is_preview=is_preview(),
        place=place,
        **values,
    )
    return make_response(page)


def is_background() -> bool:
    """Whether a script sends the form while somebody goes on writing."""
    return request.headers.get("Accept") == "application/json"


def answer_quietly(draft: Draft | None) -> Response:
    """What the script reads: the new stamp, or 409 where another window has saved other words."""
    if draft is None:
        return make_response(jsonify(other_window=True), 409)
    return jsonify(stamp=stamp_of(draft))


def note_place(module: Module, part: PartState) -> None:
    """Remember at the first look that a part was begun, so that whoever leaves comes back to it on any device."""
    if is_preview() or current_visit().is_masquerade or part.state is not State.TODO:
        return
    # Reading stays reading: a short transaction of its own.
    with stores().writing.begin() as session:
        begin_part(session, get_learner(), module, part.part.id, clock.now())


def read_due_dates() -> dict[str, datetime]:
    """When this student's modules are due, by module id; nothing is asked where the platform sends no dates."""
    visit = current_visit()
    if visit.due_at is None and visit.registration.product_family != ProductFamily.CANVAS:
        return {}
    dates = list_due_dates(db(), get_learner())
    return {
        module.id: dates[module_activity(module.id)]
        for module in catalogue().modules
        if module_activity(module.id) in dates
    }


def go(endpoint: str, *, said: str | None = None, anchor: str | None = None, **values: object) -> BaseResponse:
    """Lead on after a form (303), with a notice if there is something to say."""
    return redirect(url_for(endpoint, said=said, _anchor=anchor, **values), 303)  # type: ignore[arg-type]


_OF_THE_CLASS = frozenset(
    f"assessment.{name}"
    for name in ("show_home", "show_person", "show_waiting", "show_person_work", "decide_person_work")
)


def _nav_items() -> list[tuple[str, str, bool]]:
    """The main navigation: staff go between the class, the students' pages and the office's."""
    visit = current_visit()
    office = (url_for("admin.show_office"), "Career office", False)
    if visit.course_role not in PREVIEWERS:
        return (
            [(url_for("assessment.show_home"), "Overview", True), office] if visit.is_institution_administrator else []
        )
    is_class = request.endpoint in _OF_THE_CLASS
    return [
        (url_for("assessment.show_home"), "Overview", is_class),
        (url_for("assessment.show_preview"), "What students see", not is_class),
        office,
    ]
