"""The launch POST, its second half after the platform's storage, and where a launch leads."""

from typing import cast

from flask import Response, current_app, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lti_tool import clock
from lti_tool.assessment.session import catalogue
from lti_tool.errors import LaunchRefused
from lti_tool.launch.messages import MESSAGES
from lti_tool.launch.oidc import KeyRing
from lti_tool.launch.service import (
    Opened,
    Posted,
    Trace,
    Waiting,
    note_platform_error,
)
from lti_tool.launch.service import (
    bind_launch as bind_pending,
)
from lti_tool.launch.service import (
    receive_launch as receive_posted,
)
from lti_tool.launch.views.shared import (
    blueprint,
    cookie_of,
    frame_before_visit,
    note,
    show_refusal,
    storage_key_of,
)
from lti_tool.lti.messages import MessageType
from lti_tool.lti.roles import STAFF_ROLES, CourseRole
from lti_tool.outbound import make_platform_session
from lti_tool.web.cookies import (
    drop_frame_cookie,
    has_cookie_of_ours,
    read_cookie,
    set_browser_key,
    take_browser_key,
)
from lti_tool.web.guard import EVERYONE, allow, current_visit, public
from lti_tool.web.headers import frame_for
from lti_tool.web.language import speak
from lti_tool.web.limits import Limit, limited
from lti_tool.web.session import db, late_db, settings

_KEYS = "lti_tool_launch_keys"


@blueprint.get("/lti/launch")
@public
def explain_launch() -> Response:
    """Somebody opened the redirect URI by hand: a launch is a POST (OAuth 2.0 form_post)."""
    response = show_refusal(LaunchRefused("launch_by_get", status=405), Trace())
    response.headers["Allow"] = "POST"
    return response


@blueprint.post("/lti/launch")
@public
@limited(Limit.LAUNCHES)
def receive_launch() -> BaseResponse:
    """The platform's message: open a visit, ask its storage first, or say why not."""
    trace = Trace()
    form = request.form
    state = form.get("state", "")
    if form.get("error"):
        note_platform_error(db(), state, clock.now(), trace)
        db().commit()
        return show_refusal(LaunchRefused("platform_error", form["error"]), trace)
    cookie = cookie_of(state)
    posted = Posted(
        state=state,
        id_token=form.get("id_token", ""),
        login_cookie=read_cookie(cookie),
        has_any_cookie=has_cookie_of_ours(),
        origin=request.headers.get("Origin"),
        browser_key=read_cookie("browser"),
    )
    try:
        result = receive_posted(
            late_db(),
            posted,
            keys=_keys(),
            settings=settings(),
            now=clock.now(),
            trace=trace,
        )
    except LaunchRefused as refusal:
        # The login that a genuine token has spent stays spent; nothing else has been written.
        db().commit()
        return show_refusal(refusal, trace)
    db().commit()
    if isinstance(result, Waiting):
        return _ask_storage(result, storage_key_of(cookie))
    response = _enter(result, trace, is_own_request=False)
    if posted.login_cookie is not None:
        drop_frame_cookie(response, cookie)
    return response


@blueprint.post("/lti/launch/bind")
@public
def bind_launch() -> BaseResponse:
    """Our own page brings the secret that the platform's storage kept, or nothing if it was silent."""
    trace = Trace()
    try:
        result = _bind(trace)
    except LaunchRefused as refusal:
        db().commit()
        return show_refusal(refusal, trace)
    db().commit()
    return _enter(result, trace, is_own_request=True)


@blueprint.get("/v/<visit>/unopened")
@allow(*EVERYONE)
def show_unopened() -> Response:
    """A review of somebody who has never been here: nothing is wrong, there is only nothing to see."""
    message = MESSAGES["person_unopened"]
    visit = current_visit()
    page = render_template(
        "message.html",
        title=message.title,
        what_happened=message.what,
        steps=message.steps,
        tone="info",
        return_url=visit.return_url,
    )
    return make_response(page)


def _bind(trace: Trace) -> Opened:
    # Anybody may hold a pending launch of their own and make another browser post it: only our own page may.
    site = request.headers.get("Sec-Fetch-Site")
    is_own = site == "same-origin" if site is not None else request.headers.get("Origin") == settings().base_url
    if not is_own:
        raise LaunchRefused("browser_unbound")
    # A browser that shows our cookie now keeps cookies after all; the secret has shown that it is the right one.
    has_key = read_cookie("browser") is not None
    return bind_pending(
        db(),
        request.form.get("pending", ""),
        request.form.get("value", ""),
        has_any_cookie=has_cookie_of_ours(),
        browser_key=take_browser_key(db()) if has_key else None,
        settings=settings(),
        now=clock.now(),
        trace=trace,
    )


def _ask_storage(waiting: Waiting, key: str) -> Response:
    frame_before_visit(waiting.registration_id)
    page = render_template(
        "storage.html",
        mode="get",
        target=waiting.target,
        origin=waiting.origin,
        key=key,
        action=url_for("launch.bind_launch"),
        value_field="value",
        fields={"pending": waiting.token},
        posts_silence=True,
        return_url=waiting.return_url,
    )
    return make_response(page)


def _enter(opened: Opened, trace: Trace, *, is_own_request: bool) -> BaseResponse:
    """Lead into the visit: 303 where the browser proves itself by its cookie, else by a page of ours.

    The GET that follows a cross-site POST is still cross-site to the browser; a weak visit would refuse it.
    """
    g.visit_token = opened.token
    speak(opened.launch.locale)
    url = _first_page(opened)
    response: BaseResponse
    if opened.browser_key is not None or is_own_request:
        response = redirect(url, 303)
    else:
        if opened.frame_origins is not None:
            frame_for(opened.frame_origins)
        response = make_response(render_template("enter.html", url=url))
    if opened.browser_key is not None:
        set_browser_key(response, opened.browser_key)
    note(trace, "launched", response.status_code)
    return response


def _first_page(opened: Opened) -> str:
    launch = opened.launch
    if launch.message_type is MessageType.DEEP_LINKING:
        return url_for("deep_linking.pick_content")
    if launch.message_type is MessageType.DATA_PRIVACY:
        return url_for("deep_linking.show_data_privacy")
    # Moodle signs a review of anybody for a student who asks: a student gets the own page.
    is_review = launch.message_type is MessageType.SUBMISSION_REVIEW or bool(launch.for_user)
    if is_review and launch.role in STAFF_ROLES:
        if opened.person_id is None:
            return url_for("launch.show_unopened")
        return url_for("assessment.show_person", user_id=opened.person_id)
    module = catalogue().find_module(launch.module_id) if launch.activity else None
    # Whoever teaches wants the class first; the link's module is one step away under "What students see".
    # An observer, or somebody without a role, is told there why there is nothing to see.
    if module is None or launch.role is not CourseRole.LEARNER:
        return url_for("assessment.show_home")
    return url_for("assessment.show_module", slug=module.slug)


def _keys() -> KeyRing:
    """The key ring of this app, made at its first launch."""
    extensions = current_app.extensions
    if _KEYS not in extensions:
        extensions.setdefault(_KEYS, KeyRing(make_platform_session(settings())))
    return cast(KeyRing, extensions[_KEYS])
