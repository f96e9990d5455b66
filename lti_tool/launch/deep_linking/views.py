"""Routes of deep linking, and of the data privacy launch.

Nothing here shows a student's data, and the answer must leave from the platform's own frame: so staff may use these
pages in a weak visit too, where a new window would be of no use.
"""

from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from lti_tool import clock
from lti_tool.assessment.session import catalogue
from lti_tool.launch.deep_linking import messages as _messages  # noqa: F401 - registers the words
from lti_tool.launch.deep_linking.forms import EmptyForm, PickManyForm, PickOneForm, list_picked, make_pick_form
from lti_tool.launch.deep_linking.rules import Choice, can_take_columns, can_take_links, list_choices
from lti_tool.launch.deep_linking.service import answer_platform, get_settings
from lti_tool.lti.roles import CourseRole
from lti_tool.registration.rules import origin_of
from lti_tool.web.guard import EVERYONE, STAFF, allow, current_visit
from lti_tool.web.headers import allow_form_to
from lti_tool.web.session import db, settings

blueprint = Blueprint("deep_linking", __name__, url_prefix="/v/<visit>", template_folder="templates")

# Deep Linking 2.0 §4.4.9: roles are optional. Who may add something is the platform's decision.
_PICKERS = (*STAFF, CourseRole.NONE)


@blueprint.get("/pick")
@allow(*_PICKERS, weak_staff=True)
def pick_content() -> Response:
    """What can be added, or why nothing can."""
    wanted = get_settings(db(), current_visit())
    if not can_take_links(wanted):
        page = render_template("deep_linking/nothing.html", form=EmptyForm(), accept_types=wanted.accept_types)
        return make_response(page)
    choices = list_choices(catalogue(), settings().tool_name)
    form = make_pick_form(MultiDict(), choices, many=wanted.accept_multiple)
    form.with_columns.data = True
    return _show_form(form, choices, can_take_columns(wanted), 200)


@blueprint.post("/pick")
@allow(*_PICKERS, weak_staff=True)
def send_content() -> Response:
    """Sign what was picked; the page shows it once more with the button that sends it to the platform."""
    wanted = get_settings(db(), current_visit())
    choices = list_choices(catalogue(), settings().tool_name)
    form = make_pick_form(request.form, choices, many=wanted.accept_multiple)
    picked: list[Choice] = []
    if can_take_links(wanted) and "cancel" not in request.form:
        if not form.validate():
            return _show_form(form, choices, can_take_columns(wanted), 422)
        picked = list_picked(form, choices)
    with_columns = bool(form.with_columns.data) and can_take_columns(wanted)
    answer = answer_platform(db(), current_visit(), picked, clock.now(), tool=settings(), with_columns=with_columns)
    db().commit()
    allow_form_to(origin_of(answer.return_url) or "")
    page = render_template("deep_linking/send.html", answer=answer, picked=picked, with_columns=with_columns)
    return make_response(page)


@blueprint.get("/data-privacy")
@allow(*EVERYONE, weak_staff=True)
def show_data_privacy() -> Response:
    """Answer the data privacy launch: who we are, what is kept of this platform, whom to ask."""
    page = render_template(
        "deep_linking/data_privacy.html",
        registration=current_visit().registration,
        notice_url=settings().privacy_url or url_for("web.show_privacy"),
    )
    return make_response(page)


def _show_form(form: PickOneForm | PickManyForm, choices: list[Choice], columns: bool, status: int) -> Response:
    hints = {choice.key: _hint(choice) for choice in choices}
    page = render_template("deep_linking/pick.html", form=form, hints=hints, columns=columns)
    return make_response(page, status)


def _hint(choice: Choice) -> str:
    points = "1 point" if choice.points == 1 else f"{choice.points} points"
    return f"{choice.text} ({points})"
