"""The first page: a student's modules, a teacher's class, or a few kind words for everybody else."""

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lti_tool import clock
from lti_tool.assessment.service import StudentView, resend_class, show_class, show_student, untouched
from lti_tool.assessment.session import catalogue
from lti_tool.assessment.views.shared import (
    PREVIEWERS,
    TEACHERS,
    blueprint,
    get_context_id,
    get_learner,
    go,
    read_due_dates,
    render,
)
from lti_tool.lti.roles import CourseRole
from lti_tool.web.guard import EVERYONE, allow, current_visit
from lti_tool.web.session import db


@blueprint.get("/")
@allow(*EVERYONE)
def show_home() -> BaseResponse:
    """What this person does here, by role."""
    visit = current_visit()
    role = visit.course_role
    if role is CourseRole.NONE and visit.is_institution_administrator:
        return redirect(url_for("admin.show_office"), 303)
    if visit.context_id is None:
        return render("bystander.html", why="no_course")
    if role is CourseRole.LEARNER:
        return render("home.html", view=show_student(db(), catalogue(), get_learner()), due=read_due_dates())
    if role in TEACHERS:
        page = show_class(db(), catalogue(), visit.context_id, after=_user_id("after"), before=_user_id("before"))
        return render("class.html", page=page, modules=catalogue().modules)
    if role is CourseRole.DESIGNER:
        return render("designer.html", modules=catalogue().modules)
    return render("bystander.html", why=role.value)


@blueprint.post("/deliveries")
@allow(*TEACHERS, strong=True)
def resend_class_scores() -> BaseResponse:
    """Send all scores of the class again that are stuck."""
    count = resend_class(db(), get_context_id(), clock.now())
    db().commit()
    return go("assessment.show_home", said="resent_all" if count else "none_resent")


@blueprint.get("/preview")
@allow(*PREVIEWERS)
def show_preview() -> Response:
    """The student's first page as somebody sees it who has done nothing."""
    view = StudentView(tuple(untouched(module) for module in catalogue().modules))
    return render("home.html", view=view, due={}, notice="preview")


def _user_id(name: str) -> int | None:
    value = request.args.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
