"""The third-party login (Security Framework 1.0 §5.1.1)."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lti_tool import clock
from lti_tool.errors import LaunchRefused
from lti_tool.launch.oidc import make_authorisation_url
from lti_tool.launch.rules import LoginRequest
from lti_tool.launch.service import BegunLogin, LoginContext, OfferedWindow, Trace, begin_login
from lti_tool.launch.views.shared import blueprint, cookie_of, frame_before_visit, show_refusal, storage_key_of
from lti_tool.registration.rules import origin_of
from lti_tool.web.cookies import has_cookie_of_ours, set_frame_cookie
from lti_tool.web.guard import public
from lti_tool.web.limits import Limit, limited
from lti_tool.web.session import late_db, settings

_COOKIE_SECONDS = 600
# Carried unused from the frame to a window; `lti_storage_target` names a frame beside this one, so it stays here.
_CARRIED = ("iss", "login_hint", "target_link_uri", "client_id", "lti_deployment_id", "lti_message_hint")


@blueprint.route("/lti/login", methods=["GET", "POST"])
@public
@limited(Limit.LOGINS)
def start_login() -> BaseResponse:
    """Begin a login and send the browser on to the platform, or offer a window first."""
    wanted = _read_request()
    chosen = _param("window") or _param("here") or ""
    trace = Trace()
    # Two statements that stand alone: one reads, one writes.
    session = late_db()
    context = LoginContext(
        own_origin=settings().base_url,
        secret_key=settings().secret_key,
        has_cookie=has_cookie_of_ours(),
        has_chosen=bool(chosen),
    )
    try:
        begun = begin_login(session, wanted, context, clock.now())
    except LaunchRefused as refusal:
        session.rollback()
        return show_refusal(refusal, trace)
    if isinstance(begun, OfferedWindow):
        return _offer_window(begun, wanted)
    return _go_on(begun, wanted, has_chosen=bool(chosen))


def _go_on(begun: BegunLogin, wanted: LoginRequest, *, has_chosen: bool) -> BaseResponse:
    url = make_authorisation_url(
        auth_url=begun.auth_url,
        client_id=begun.client_id,
        redirect_uri=settings().launch_url,
        login_hint=wanted.login_hint,
        message_hint=wanted.message_hint,
        state=begun.state,
        nonce=begun.nonce,
    )
    cookie = cookie_of(begun.state)
    response: BaseResponse
    if begun.storage is not None:
        frame_before_visit(begun.registration_id)
        page = render_template(
            "storage.html",
            mode="put",
            target=wanted.storage_target,
            origin=origin_of(begun.auth_url) or "",
            key=storage_key_of(cookie),
            value=begun.storage,
            next_url=url,
        )
        response = make_response(page)
    elif has_chosen:
        # Not a redirect: our page's `form-action` would have to name every host that the platform redirects through.
        frame_before_visit(begun.registration_id)
        response = make_response(render_template("enter.html", url=url))
    else:
        response = redirect(url, 302)
    set_frame_cookie(response, cookie, begun.cookie, _COOKIE_SECONDS)
    return response


def _offer_window(offered: OfferedWindow, wanted: LoginRequest) -> Response:
    frame_before_visit(offered.registration_id)
    values = {
        "iss": wanted.issuer,
        "login_hint": wanted.login_hint,
        "target_link_uri": wanted.target_link_uri,
        "client_id": wanted.client_id,
        "lti_deployment_id": wanted.deployment_id,
        "lti_message_hint": wanted.message_hint or "",
    }
    fields = {name: values[name] for name in _CARRIED if values[name]}
    here = {**fields, "here": "1"}
    if wanted.storage_target:
        here["lti_storage_target"] = wanted.storage_target
    page = render_template(
        "launch/window.html",
        url=url_for("launch.start_login"),
        window_fields={**fields, "window": "1"},
        here_fields=here,
    )
    return make_response(page)


def _read_request() -> LoginRequest:
    return LoginRequest(
        issuer=_param("iss") or "",
        login_hint=_param("login_hint") or "",
        target_link_uri=_param("target_link_uri") or "",
        client_id=_param("client_id") or "",
        deployment_id=_param("lti_deployment_id") or "",
        message_hint=_param("lti_message_hint"),
        storage_target=_param("lti_storage_target") or "",
    )


def _param(name: str) -> str | None:
    """A parameter from the form, else from the query."""
    value = request.form.get(name)
    return request.args.get(name) if value is None else value
