"""Teachers decide about work: approve it, or send it back with a note."""

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from lti_tool import clock
from lti_tool.assessment.catalog import Learner
from lti_tool.assessment.forms import DecisionForm
from lti_tool.assessment.models import Upload
from lti_tool.assessment.queries import KeptVersion, find_rubric_text, find_upload, list_versions, list_waiting
from lti_tool.assessment.rules import Verdict
from lti_tool.assessment.service import decide_work, show_handed_in_file
from lti_tool.assessment.session import catalogue, get_rubric
from lti_tool.assessment.views.people import get_member
from lti_tool.assessment.views.shared import TEACHERS, blueprint, get_context_id, go, render
from lti_tool.assessment.views.uploads import send_upload
from lti_tool.content.catalog import Module
from lti_tool.errors import NotFound
from lti_tool.roster.models import Membership
from lti_tool.rubrics.service import rubric_from
from lti_tool.web.guard import allow, current_visit
from lti_tool.web.session import db

_PAGE = 50


@blueprint.get("/waiting")
@allow(*TEACHERS, strong=True)
def show_waiting() -> Response:
    """The work of this course that waits for somebody, oldest first."""
    after = request.args.get("after", "0")
    after_id = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
    found = list_waiting(db(), get_context_id(), limit=_PAGE + 1, after_id=after_id)
    return render(
        "waiting.html",
        waiting=found[:_PAGE],
        titles={it.id: it.title for it in catalogue().modules},
        slugs={it.id: it.slug for it in catalogue().modules},
        next_after=found[_PAGE - 1].submission.id if len(found) > _PAGE else None,
    )


@blueprint.get("/people/<int(max=2147483647):user_id>/versions/<slug>/<int(max=2147483647):number>")
@allow(*TEACHERS, strong=True)
def show_person_work(user_id: int, slug: str, number: int) -> Response:
    """A version beside its rubric, and the decision about it."""
    member, module, kept, versions = _find(user_id, slug, number)
    return _show(member, module, kept, versions, DecisionForm(None))


@blueprint.post("/people/<int(max=2147483647):user_id>/versions/<slug>/<int(max=2147483647):number>")
@allow(*TEACHERS, strong=True)
def decide_person_work(user_id: int, slug: str, number: int) -> BaseResponse:
    """Approve a version, or send it back; sent back it needs a note, since the student must know what to change."""
    member, module, kept, versions = _find(user_id, slug, number)
    form = DecisionForm(request.form)
    if not form.validate():
        return _show(member, module, kept, versions, form)
    decide_work(
        db(),
        kept.submission,
        module,
        catalogue(),
        verdict=Verdict(form.verdict.data),
        note=form.note.data or "",
        decided_by_id=current_visit().user_id,
        now=clock.now(),
    )
    db().commit()
    return go("assessment.show_person_work", user_id=user_id, slug=slug, number=number, said="decided")


@blueprint.get("/people/<int(max=2147483647):user_id>/versions/<slug>/<int(max=2147483647):number>/file")
@allow(*TEACHERS, strong=True)
def download_person_file(user_id: int, slug: str, number: int) -> Response:
    """The file of a version that was handed in. Files of drafts are the student's own."""
    member, module, kept, _ = _find(user_id, slug, number)
    upload = _find_file(member, module, kept, with_reading=False)
    if upload is None:
        raise NotFound("file_unknown")
    return send_upload(upload)


def _find_file(member: Membership, module: Module, kept: KeptVersion, *, with_reading: bool) -> Upload | None:
    learner = Learner(member.context_id, member.user_id)
    return find_upload(db(), learner, module.id, kept.submission.upload_id, with_reading=with_reading)


def _find(user_id: int, slug: str, number: int) -> tuple[Membership, Module, KeptVersion, list[KeptVersion]]:
    member = get_member(user_id)
    module = catalogue().find_module_by_slug(slug)
    if module is None or module.artefact is None:
        raise NotFound("module_unknown")
    versions = list_versions(db(), Learner(member.context_id, member.user_id), module.id)
    kept = next((it for it in versions if it.submission.number == number), None)
    if kept is None:
        raise NotFound("version_unknown")
    return member, module, kept, versions


def _show(
    member: Membership, module: Module, kept: KeptVersion, versions: list[KeptVersion], form: DecisionForm
) -> Response:
    artefact = module.artefact
    if artefact is None:
        raise NotFound("part_unknown")
    text = find_rubric_text(db(), kept.submission.rubric_digest)
    upload = _find_file(member, module, kept, with_reading=True)
    return render(
        "person_work.html",
        of_module=module,
        artefact=artefact,
        file=show_handed_in_file(upload, kept.submission.findings) if upload is not None else None,
        member=member,
        kept=kept,
        versions=versions,
        is_latest=kept is versions[-1],
        form=form,
        rubric=rubric_from(text.content) if text is not None else get_rubric(artefact.rubric),
    )
