"""Routes of career staff: take up a grant; platforms, deployments and grade sync of the own institution."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lti_tool import clock
from lti_tool.admin.forms import ButtonForm, StaffCodeForm
from lti_tool.admin.queries import SyncCount, count_sync, get_deployment, get_institution, list_grants
from lti_tool.admin.service import take_up_grant
from lti_tool.errors import Forbidden
from lti_tool.lti.roles import CourseRole
from lti_tool.passback.catalog import DeliveryState, get_reason
from lti_tool.registration.queries import list_registrations
from lti_tool.registration.service import accept_deployment
from lti_tool.web.guard import EVERYONE, allow, current_visit
from lti_tool.web.limits import Limit, spend
from lti_tool.web.queries import find_grant
from lti_tool.web.session import db

blueprint = Blueprint("admin", __name__, url_prefix="/v/<visit>", template_folder="templates")

_STATES = {
    DeliveryState.PENDING: "Waiting",
    DeliveryState.SENDING: "Being sent",
    DeliveryState.DELIVERED: "Arrived",
    DeliveryState.SUPERSEDED: "Replaced by a newer score",
    DeliveryState.KEPT_THEIRS: "Changed in the gradebook, left alone",
    DeliveryState.PARKED: "Needs somebody",
}


@blueprint.get("/office")
@allow(*EVERYONE, strong=True)
def show_office() -> BaseResponse:
    """Where “Career office” leads: the institution's page with a grant, the field for a code without."""
    granted = find_grant(db(), current_visit().user_id) is not None
    return redirect(url_for("admin.show_institution" if granted else "admin.enter_staff_code"), 303)


@blueprint.get("/staff-code")
@allow(*EVERYONE, strong=True)
def enter_staff_code() -> Response:
    """The field for a staff code."""
    _check_person()
    return _show_code_form(StaffCodeForm(), 200)


@blueprint.post("/staff-code")
@allow(*EVERYONE, strong=True)
def take_up_staff_code() -> BaseResponse:
    """Take the grant up and lead to the institution's page."""
    _check_person()
    form = StaffCodeForm(request.form)
    if not form.validate():
        return _show_code_form(form, 422)
    # Before the code is looked at: beyond the limit, a right guess is not one.
    spend(Limit.CODES, str(current_visit().user_id))
    if take_up_grant(db(), current_visit(), form.code.data or "", clock.now()) is None:
        form.code.errors = ["This code is not known here, was used, or is too old. Ask for a new one."]
        return _show_code_form(form, 422)
    db().commit()
    return redirect(url_for("admin.show_institution"), 303)


@blueprint.get("/institution")
@allow(grant=True)
def show_institution() -> Response:
    """Platforms, deployments, grade sync and grants of the institution."""
    institution_id = _institution_id()
    page = render_template(
        "admin/institution.html",
        form=ButtonForm(),
        institution=get_institution(db(), institution_id),
        registrations=list_registrations(db(), institution_id),
        sync=[_words(row) for row in count_sync(db(), institution_id)],
        grants=list_grants(db(), institution_id),
        now=clock.now(),
    )
    return make_response(page)


@blueprint.post("/institution/deployments/<int(max=2147483647):deployment_row_id>/accept")
@allow(grant=True)
def accept_held_deployment(deployment_row_id: int) -> BaseResponse:
    """Let a held deployment of the own institution launch."""
    accept_deployment(db(), get_deployment(db(), _institution_id(), deployment_row_id))
    db().commit()
    return redirect(url_for("admin.show_institution"), 303)


def _check_person() -> None:
    visit = current_visit()
    if visit.is_test_user or (visit.course_role is CourseRole.NONE and not visit.is_institution_administrator):
        raise Forbidden("role_not_allowed")


def _institution_id() -> int:
    grant = find_grant(db(), current_visit().user_id)
    if grant is None:
        raise Forbidden("no_staff_grant")
    return grant.institution_id


def _words(row: SyncCount) -> tuple[str, str, str, int]:
    if not row.reason:
        return row.platform, _STATES[DeliveryState(row.state)], "", row.count
    reason = get_reason(row.reason)
    state = "Kept here, nothing to do" if reason.is_quiet else _STATES[DeliveryState(row.state)]
    return row.platform, state, reason.title, row.count


def _show_code_form(form: StaffCodeForm, status: int) -> Response:
    return make_response(render_template("admin/staff_code.html", form=form), status)
