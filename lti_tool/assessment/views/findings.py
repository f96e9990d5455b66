"""What a student says about a finding: that she leaves it as it is, and why; or that she takes it up again."""

from flask import request
from werkzeug.wrappers import Response as BaseResponse

from lti_tool import clock
from lti_tool.assessment.rules import POSTING_FIELD
from lti_tool.assessment.service import heed_finding, ignore_finding, list_findings
from lti_tool.assessment.views.shared import READERS, blueprint, get_learner, go, is_preview
from lti_tool.assessment.views.uploads import render_file
from lti_tool.assessment.views.work_frame import find_file, get_artefact, read_answers
from lti_tool.web.guard import allow
from lti_tool.web.session import db

_FINDING, _REASON = "finding", "reason"
_LONGEST_REASON = 500
# "ok" is no reason that a reviewer could read.
_SHORTEST_REASON = 3


@blueprint.post("/modules/<slug>/own-work/file/ignore")
@allow(*READERS)
def ignore_in_file(slug: str) -> BaseResponse:
    """Leave a finding as it is, with a reason, which the reviewer sees."""
    module, artefact = get_artefact(slug)
    name, reason = request.form.get(_FINDING, ""), request.form.get(_REASON, "").replace("\x00", "").strip()
    upload = find_file(module, artefact, with_reading=True)
    if is_preview() or upload is None:
        return go("assessment.show_file", slug=slug)
    found = next((it for it in list_findings(db(), get_learner(), module.id, upload) if it.name == name), None)
    if found is None:
        return go("assessment.show_file", slug=slug, said="finding_gone")
    if not _SHORTEST_REASON <= len(reason) <= _LONGEST_REASON:
        posting = read_answers(module, artefact).get(POSTING_FIELD, "")
        return render_file(module, artefact, upload, posting, refused_reason=(name, reason))
    ignore_finding(
        db(),
        get_learner(),
        module,
        rule=found.finding.rule,
        quote=found.finding.key,
        reason=reason,
        now=clock.now(),
    )
    db().commit()
    return go("assessment.show_file", slug=slug, said="finding_ignored", anchor="findings")


@blueprint.post("/modules/<slug>/own-work/file/heed")
@allow(*READERS)
def heed_in_file(slug: str) -> BaseResponse:
    """Take up again a finding that was ignored."""
    module, _ = get_artefact(slug)
    if not is_preview():
        heed_finding(db(), get_learner(), module, request.form.get(_FINDING, "").replace("\x00", ""))
        db().commit()
    return go("assessment.show_file", slug=slug, said="finding_heeded", anchor="findings")
