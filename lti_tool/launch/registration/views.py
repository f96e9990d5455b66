"""Routes of dynamic registration. The platform opens the link in a frame of its administration page, often without
cookies: GET shows what will happen and changes nothing, the button does it.
"""

import logging
from pathlib import Path

from flask import Blueprint, Response, make_response, render_template, request, send_file

from lti_tool import clock
from lti_tool.errors import ToolError
from lti_tool.launch.registration.catalog import RegistrationFailed
from lti_tool.launch.registration.forms import RegisterForm
from lti_tool.launch.registration.rules import check_configuration_url, is_canvas_cloud_origin
from lti_tool.launch.registration.service import ask_platform, get_open_invite, keep_registration
from lti_tool.outbound import make_platform_session
from lti_tool.registration.models import Institution
from lti_tool.registration.rules import origin_of
from lti_tool.web.guard import public
from lti_tool.web.headers import frame_for
from lti_tool.web.limits import Limit, limited
from lti_tool.web.session import db, settings

log = logging.getLogger("lti_tool.registration")

blueprint = Blueprint("registration", __name__, template_folder="templates")

_ICON = Path(__file__).parents[2] / "web" / "static" / "img" / "icon.svg"
_DAY = 24 * 3600


def icon_url() -> str:
    """Our icon at an address that stays the same in all releases: platforms keep it."""
    return settings().base_url + "/lti/icon.svg"


@blueprint.get("/lti/icon.svg")
@public
def show_icon() -> Response:
    """The icon that platforms show beside the tool's name."""
    return send_file(_ICON, mimetype="image/svg+xml", max_age=_DAY)


@blueprint.get("/lti/register", defaults={"code": ""})
@blueprint.get("/lti/register/<code>")
@public
@limited(Limit.REGISTRATIONS)
def show_register(code: str) -> Response:
    """What will be registered, with a button; without a platform's parameters, how to use the link."""
    code = code or request.args.get("invite", "")
    form = RegisterForm(request.args)
    try:
        invite = get_open_invite(db(), code, clock.now())
        host = _frame(form) if form.openid_configuration.data else ""
    except RegistrationFailed as failure:
        return _show_failure(failure)
    page = render_template(
        "registration/confirm.html",
        form=form,
        code=code,
        platform_host=host,
        institution=db().get_one(Institution, invite.institution_id).name,
        link=f"{settings().base_url}/lti/register/{code}",
    )
    return make_response(page)


@blueprint.post("/lti/register")
@public
@limited(Limit.REGISTRATIONS)
def register() -> Response:
    """Register at the platform and keep its answer; the invitation is spent only when both worked."""
    code = request.form.get("invite", "")
    form = RegisterForm(request.form)
    try:
        if not form.validate():
            raise RegistrationFailed(
                "form_too_long", "What the platform sent is too long.", "Start again from your platform."
            )
        get_open_invite(db(), code, clock.now())
        # Let go of the database while the platform answers.
        db().rollback()
        _frame(form)
        url, token = form.openid_configuration.data or "", form.registration_token.data or ""
        with make_platform_session(settings()) as platform:
            configuration, answer = ask_platform(platform, url, token, settings(), icon_url())
        kept = keep_registration(db(), code, configuration, answer, clock.now(), settings=settings())
        db().commit()
    except ToolError as failure:
        db().rollback()
        return _show_failure(failure)
    facts = {"event": "registration", "verdict": "accepted", "registration_id": kept.registration.id}
    log.info("registration", extra=facts | {"updated": kept.updated})
    page = render_template(
        "registration/done.html",
        product_family=kept.registration.product_family,
        client_id=kept.registration.client_id,
        platform_name=kept.registration.name,
        deployment_id=kept.deployment_id,
        updated=kept.updated,
        disabled_id=None if kept.registration.is_active else kept.registration.id,
        is_second=kept.is_second,
    )
    return make_response(page)


def _frame(form: RegisterForm) -> str:
    """Let only the platform's own pages frame this one; returns the platform's host.

    Canvas cloud frames from the school's own host name, which nobody has told us yet.
    """
    origin = check_configuration_url(form.openid_configuration.data or "", settings())
    if not is_canvas_cloud_origin(origin):
        frame_for([origin])
    return origin.split("//", 1)[1]


def _show_failure(failure: ToolError) -> Response:
    facts = {"event": "registration", "verdict": "refused", "reason": failure.reason, "status": failure.status}
    # No address and no words of the platform: they may hold its token.
    log.info("registration", extra=facts)
    advice = failure.advice if isinstance(failure, RegistrationFailed) else ()
    url = request.values.get("openid_configuration", "")
    page = render_template(
        "registration/failed.html",
        what=failure.message,
        steps=advice,
        reason=failure.reason,
        platform_host=(origin_of(url) or "").rpartition("/")[2],
    )
    return make_response(page, failure.status)
