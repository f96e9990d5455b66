"""Routes of the shell: carry a visit into a new window, and the privacy notice."""

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lti_tool import clock
from lti_tool.errors import NotFound, VisitEnded
from lti_tool.web.cookies import drop_frame_cookie, read_cookie, set_browser_key, set_frame_cookie, take_browser_key
from lti_tool.web.guard import EVERYONE, allow, current_visit, public
from lti_tool.web.rules import CODE_LIFETIME, decide_accent, hash_secret
from lti_tool.web.service import issue_code, redeem_code
from lti_tool.web.session import db, settings, writing_db

blueprint = Blueprint("web", __name__, template_folder="templates")

_WINDOW = "window"


@blueprint.post("/v/<visit>/window")
@allow(*EVERYONE, masquerade=True, skips_browser_check=True)
def open_in_window() -> BaseResponse:
    """Answer the form with `target=_blank`: set the first-party cookie, then lead to the code."""
    code = issue_code(db(), current_visit().id, path=request.form.get("path", ""), now=clock.now())
    key = take_browser_key(db())
    db().commit()
    response = redirect(url_for("web.enter_window", code=code), 303)
    set_browser_key(response, key)
    set_frame_cookie(response, _WINDOW, hash_secret(code), int(CODE_LIFETIME.total_seconds()))
    return response


@blueprint.get("/window/<code>")
@public
def enter_window(code: str) -> BaseResponse:
    """Spend the code in the new window; strong if the cookie that was just set came back."""
    # A code that somebody sends to another person would open the sender's visit in that person's browser.
    site = request.headers.get("Sec-Fetch-Site")
    if site != "same-origin" and (site is not None or read_cookie(_WINDOW) != hash_secret(code)):
        raise VisitEnded("window_code_foreign")
    session = writing_db()
    _visit, token, path = redeem_code(session, code, browser_key=read_cookie("browser"), now=clock.now())
    session.commit()
    g.visit_token = token
    home = url_for("assessment.show_home")
    # Only addresses inside the same visit: the path comes from a form.
    inside = path if path.startswith("/") and not path.startswith("//") and "\\" not in path else "/"
    response = redirect(home.rstrip("/") + inside, 303)
    drop_frame_cookie(response, _WINDOW)
    return response


@blueprint.get("/accent.css")
@public
def show_accent() -> Response:
    """The institution's color as a style sheet; its address changes with the color, so browsers keep it."""
    color = settings().accent_color
    if not color:
        raise NotFound("not_found")
    page = render_template(
        "accent.css", light=decide_accent(color, is_dark=False), dark=decide_accent(color, is_dark=True)
    )
    response = make_response(page)
    response.mimetype = "text/css"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@blueprint.get("/privacy")
@public
def show_privacy() -> Response:
    """What is kept, why and for how long, in plain words."""
    return make_response(render_template("privacy.html"))
