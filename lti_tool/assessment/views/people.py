"""One student's story, for the teachers of this course; nobody of another course is visible."""

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from lti_tool import clock
from lti_tool.assessment.catalog import Learner
from lti_tool.assessment.queries import find_member
from lti_tool.assessment.rules import read_snapshot, score_try
from lti_tool.assessment.service import NotLocked, resend, tell_story, unlock_try
from lti_tool.assessment.session import catalogue
from lti_tool.assessment.views.shared import TEACHERS, blueprint, get_context_id, go, render
from lti_tool.errors import BadRequest, NotFound
from lti_tool.roster.models import Membership
from lti_tool.web.guard import allow, current_visit
from lti_tool.web.session import db


@blueprint.get("/people/<int(max=2147483647):user_id>")
@allow(*TEACHERS, strong=True)
def show_person(user_id: int) -> Response:
    """Parts, tries with answers, texts, signature, scores and how they travel."""
    member = get_member(user_id)
    learner = Learner(member.context_id, member.user_id)
    return render(
        "person.html",
        member=member,
        story=tell_story(db(), catalogue(), learner),
        read_snapshot=read_snapshot,
        score_try=score_try,
    )


@blueprint.post("/people/<int(max=2147483647):user_id>/tries")
@allow(*TEACHERS, strong=True)
def unlock_person_try(user_id: int) -> BaseResponse:
    """Unlock one more try at a module's check."""
    member = get_member(user_id)
    module = catalogue().find_module(request.form.get("module", ""))
    if module is None or module.check is None:
        raise NotFound("module_unknown")
    number = unlock_try(
        db(),
        Learner(member.context_id, member.user_id),
        module,
        module.check,
        granted_by_id=current_visit().user_id,
        now=clock.now(),
    )
    db().commit()
    said = "not_locked" if isinstance(number, NotLocked) else "unlocked"
    return go("assessment.show_person", user_id=user_id, said=said)


@blueprint.post("/people/<int(max=2147483647):user_id>/deliveries")
@allow(*TEACHERS, strong=True)
def resend_person_score(user_id: int) -> BaseResponse:
    """Send a score again that the gradebook refused, or ours over one that was changed there."""
    member = get_member(user_id)
    delivery_id = request.form.get("delivery", "")
    if not delivery_id.isascii() or not delivery_id.isdigit() or len(delivery_id) > 9:
        raise BadRequest("delivery_unknown")
    learner = Learner(member.context_id, member.user_id)
    overrule = request.form.get("overrule") == "1"
    is_sent = resend(db(), learner, int(delivery_id), overrule=overrule, now=clock.now())
    db().commit()
    return go("assessment.show_person", user_id=user_id, said="resent" if is_sent else "not_resent")


def get_member(user_id: int) -> Membership:
    """A member of this course; raises NotFound."""
    member = find_member(db(), get_context_id(), user_id)
    if member is None:
        raise NotFound("person_unknown")
    return member
