"""The expectations statement: read, tick, sign. Signing needs a strong visit."""

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from lti_tool import clock
from lti_tool.assessment.forms import SignForm
from lti_tool.assessment.rules import find_neighbours
from lti_tool.assessment.service import sign_statement
from lti_tool.assessment.session import catalogue
from lti_tool.assessment.views.modules import read_line
from lti_tool.assessment.views.shared import READERS, blueprint, get_learner, get_module, go, is_preview, render
from lti_tool.content.catalog import Module, Statement
from lti_tool.errors import NotFound
from lti_tool.lti.roles import CourseRole
from lti_tool.web.guard import allow, current_visit
from lti_tool.web.language import say
from lti_tool.web.phrases import Phrase
from lti_tool.web.session import db

_NOT_TICKED = Phrase("Tick the box to sign. If you do not agree, talk to your teacher first.")


@blueprint.get("/modules/<slug>/statement")
@allow(*READERS)
def show_statement(slug: str) -> Response:
    """The text, and whether and when it was signed."""
    module = get_module(slug)
    form = SignForm()
    form.agree.label.text = _get_statement(module).agree_label
    if request.args.get("missing") == "1":
        form.agree.errors = [say(_NOT_TICKED)]
    return _show(module, form)


@blueprint.post("/modules/<slug>/statement")
@allow(CourseRole.LEARNER, strong=True)
def post_statement(slug: str) -> BaseResponse:
    """Sign this very text."""
    module = get_module(slug)
    statement = _get_statement(module)
    form = SignForm(request.form)
    if not form.agree.data:
        return go("assessment.show_statement", slug=slug, missing="1")
    if request.form.get("digest") != statement.digest:
        return go("assessment.show_statement", slug=slug, said="text_changed")
    sign_statement(db(), get_learner(), module, statement, catalogue(), clock.now())
    db().commit()
    return go("assessment.show_statement", slug=slug, said="signed")


def _show(module: Module, form: SignForm) -> Response:
    statement = _get_statement(module)
    line = read_line(module)
    before, after = find_neighbours(module, statement.id)
    return render(
        "statement.html",
        module=module,
        statement=statement,
        form=form,
        line=line,
        state=line.state.find_part(statement.id),
        needs_window=not is_preview() and not current_visit().is_strong,
        window_path=f"/modules/{module.slug}/statement",
        before=before,
        after=after,
    )


def _get_statement(module: Module) -> Statement:
    if module.statement is None:
        raise NotFound("part_unknown")
    return module.statement
