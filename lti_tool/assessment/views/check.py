"""The knowledge check: rules and tries, the questions, the explained result."""

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lti_tool import clock
from lti_tool.assessment.forms import AnswerForm, fill_form, read_form, try_form
from lti_tool.assessment.models import Attempt
from lti_tool.assessment.queries import find_attempt, list_grants, list_tries
from lti_tool.assessment.rules import (
    Asked,
    Tries,
    clean_answers,
    decide_tries,
    find_neighbours,
    list_unanswered,
    make_snapshot,
    read_snapshot,
    score_try,
)
from lti_tool.assessment.service import TryRefused, Unfinished, hand_in, save_try, start_try
from lti_tool.assessment.session import catalogue
from lti_tool.assessment.views.modules import read_line
from lti_tool.assessment.views.shared import (
    PREVIEWERS,
    READERS,
    blueprint,
    draft_key,
    get_learner,
    get_module,
    go,
    is_preview,
    render,
)
from lti_tool.content.catalog import Check, Module
from lti_tool.content.rules import draw_questions
from lti_tool.errors import NotFound
from lti_tool.lti.roles import CourseRole
from lti_tool.web.guard import allow
from lti_tool.web.language import quote_in, say
from lti_tool.web.phrases import Phrase
from lti_tool.web.session import db


@blueprint.get("/modules/<slug>/check")
@allow(*READERS)
def show_check(slug: str) -> Response:
    """What the check asks, how many tries are left, and the best so far."""
    module = get_module(slug)
    check = _get_check(module)
    known = [] if is_preview() else list_tries(db(), get_learner()).get(module.id, [])
    before, after = find_neighbours(module, check.id)
    return render(
        "check.html",
        module=module,
        check=check,
        line=read_line(module),
        known=known,
        tries=_read_tries(module, check),
        before=before,
        after=after,
    )


@blueprint.post("/modules/<slug>/check/start")
@allow(CourseRole.LEARNER)
def begin_check(slug: str) -> BaseResponse:
    """Begin a try, or go on with the open one."""
    module = get_module(slug)
    number = start_try(db(), get_learner(), module, _get_check(module), clock.now())
    db().commit()
    if isinstance(number, TryRefused):
        return go("assessment.show_check", slug=slug, said="no_tries")
    return go("assessment.show_try", slug=slug, number=number)


@blueprint.get("/modules/<slug>/check/tries/<int(max=2147483647):number>")
@allow(CourseRole.LEARNER)
def show_try(slug: str, number: int) -> Response:
    """The questions of an open try, or the explained result of one that was handed in."""
    module = get_module(slug)
    check = _get_check(module)
    attempt = find_attempt(db(), get_learner(), module.id, number)
    if attempt is None:
        raise NotFound("try_unknown")
    asked = read_snapshot(attempt.snapshot)
    if attempt.submitted_at is not None:
        return _show_result(module, asked, attempt, _read_tries(module, check))
    form = fill_form(try_form(asked), attempt.answers)
    if request.args.get("missing") == "1":
        _blame_missing(form, asked, attempt.answers)
    return _show_questions(module, asked, form, attempt)


@blueprint.post("/modules/<slug>/check/tries/<int(max=2147483647):number>")
@allow(CourseRole.LEARNER)
def answer_try(slug: str, number: int) -> BaseResponse:
    """Save the answers for later, or hand them in; either way nothing that was chosen is lost."""
    module = get_module(slug)
    attempt = find_attempt(db(), get_learner(), module.id, number)
    if attempt is None:
        raise NotFound("try_unknown")
    form = read_form(try_form(read_snapshot(attempt.snapshot)), request.form)
    now = clock.now()
    if "hand_in" not in request.form:
        save_try(db(), get_learner(), module, number, form.answers, now)
        db().commit()
        return go("assessment.show_module", slug=slug, said="saved")
    outcome = hand_in(db(), get_learner(), module, number, form.answers, catalogue(), now)
    db().commit()
    missing = "1" if isinstance(outcome, Unfinished) else None
    return redirect(url_for("assessment.show_try", slug=slug, number=number, missing=missing), 303)


@blueprint.get("/modules/<slug>/check/preview")
@allow(*PREVIEWERS)
def preview_check(slug: str) -> Response:
    """A drawn try for staff."""
    module = get_module(slug)
    asked = _draw_preview(module)
    return _show_questions(module, asked, fill_form(try_form(asked), {}), None)


@blueprint.post("/modules/<slug>/check/preview")
@allow(*PREVIEWERS)
def answer_preview(slug: str) -> BaseResponse:
    """The explained result of a staff member's answers, which are kept nowhere."""
    module = get_module(slug)
    asked = _draw_preview(module)
    form = read_form(try_form(asked), request.form)
    answers = clean_answers(asked, form.answers)
    if "hand_in" in request.form and not list_unanswered(asked, answers):
        score = score_try(asked, answers)
        return render("try_result.html", module=module, asked=asked, score=score, attempt=None, tries=None)
    _blame_missing(form, asked, answers)
    return _show_questions(module, asked, form, None)


def _show_questions(module: Module, asked: Asked, form: AnswerForm, attempt: Attempt | None) -> Response:
    quote_in(asked.language)
    return render(
        "try.html",
        module=module,
        asked=asked,
        form=form,
        attempt=attempt,
        draft_key=draft_key(module, f"{asked.check.id}/{attempt.number}") if attempt else None,
    )


def _show_result(module: Module, asked: Asked, attempt: Attempt, tries: Tries) -> Response:
    quote_in(asked.language)
    return render(
        "try_result.html",
        module=module,
        asked=asked,
        score=score_try(asked, attempt.answers),
        attempt=attempt,
        tries=tries,
        line=read_line(module),
        draft_key=draft_key(module, f"{asked.check.id}/{attempt.number}"),
    )


def _blame_missing(form: AnswerForm, asked: Asked, answers: dict[str, str]) -> None:
    for number, question in enumerate(asked.questions, start=1):
        if question.id not in answers:
            form.blame(question.id, say(Phrase("Question %(number)s: choose an answer.", number=number)))


def _read_tries(module: Module, check: Check) -> Tries:
    if is_preview():
        return decide_tries([], tries_allowed=check.tries, granted=())
    learner = get_learner()
    return decide_tries(
        list_tries(db(), learner).get(module.id, []),
        tries_allowed=check.tries,
        granted=list_grants(db(), learner).get(module.id, set()),
    )


def _draw_preview(module: Module) -> Asked:
    check = _get_check(module)
    # The same questions each time, so that a page and its answers belong together without keeping anything.
    return read_snapshot(make_snapshot(check, draw_questions(check, "preview"), module.language))


def _get_check(module: Module) -> Check:
    if module.check is None:
        raise NotFound("part_unknown")
    return module.check
