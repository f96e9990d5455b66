"""Use cases of work that is judged: hand in a version, decide about it, read the feedback."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lti_tool.assessment.catalog import Learner
from lti_tool.assessment.models import Decision, RubricText, Submission
from lti_tool.assessment.queries import find_upload, list_versions
from lti_tool.assessment.rules import Missing, Verdict, decide_work_state, list_missing
from lti_tool.assessment.service.completion import lock_learner
from lti_tool.assessment.service.parts import begin_part, finish_part
from lti_tool.content.catalog import Artefact, Catalogue, Module
from lti_tool.db import insert_or_ignore
from lti_tool.rubrics.catalog import Rubric


@dataclass(frozen=True, slots=True)
class Work:
    """What a student hands in. `after` is the number of the version that the form was made after, 0 for none."""

    answers: Mapping[str, str]
    upload_id: int | None
    findings: Sequence[Mapping[str, Any]]
    own_rating: Mapping[str, int]
    after: int


def hand_in_work(
    session: Session, learner: Learner, module: Module, artefact: Artefact, rubric: Rubric, work: Work, now: datetime
) -> Submission | Missing:
    """Keep a version for good and wait for a person; what is missing comes back and nothing is handed in.

    A second press of the same form finds the version that the first one made.
    """
    lock_learner(session, learner)
    versions = list_versions(session, learner, module.id)
    for one in versions:
        if one.submission.number > work.after:
            return one.submission
    upload = find_upload(session, learner, module.id, work.upload_id)
    missing = list_missing(
        artefact,
        work.answers,
        has_file=upload is not None,
        criteria=[it.id for it in rubric.criteria],
        own_rating=work.own_rating,
    )
    if not missing.is_nothing:
        return missing
    keep_rubric(session, rubric, now)
    begin_part(session, learner, module, artefact.id, now)
    submission = Submission(
        context_id=learner.context_id,
        user_id=learner.user_id,
        module_id=module.id,
        number=decide_work_state([it.version for it in versions]).next_number,
        answers={it.id: work.answers.get(it.id, "") for it in artefact.text_fields},
        upload_id=upload.id if upload is not None else None,
        findings=[dict(it) for it in work.findings],
        own_rating=dict(work.own_rating),
        rubric_digest=rubric.digest,
        version=module.version,
        submitted_at=now,
    )
    session.add(submission)
    session.flush()
    return submission


def keep_rubric(session: Session, rubric: Rubric, now: datetime) -> None:
    """Keep the words of a rubric under their digest, once."""
    values = {"digest": rubric.digest, "rubric_id": rubric.id, "content": asdict(rubric), "first_used_at": now}
    insert_or_ignore(session, RubricText, values, key=("digest",))


def decide_work(
    session: Session,
    submission: Submission,
    module: Module,
    catalogue: Catalogue,
    *,
    verdict: Verdict,
    note: str,
    decided_by_id: int,
    now: datetime,
) -> Decision:
    """Approve a version or send it back. An approval finishes the part as of the moment when the work was handed in.

    The same decision by the same person with the same words, pressed twice, is one.
    """
    learner = Learner(submission.context_id, submission.user_id)
    lock_learner(session, learner)
    standing = next(
        it.decision for it in list_versions(session, learner, module.id) if it.submission.id == submission.id
    )
    if standing is not None and (standing.verdict, standing.note, standing.decided_by_id) == (
        verdict, note, decided_by_id,
    ):  # fmt: skip
        return standing
    decision = Decision(
        submission_id=submission.id, decided_by_id=decided_by_id, verdict=verdict, note=note, decided_at=now
    )
    session.add(decision)
    session.flush()
    if verdict is Verdict.APPROVED and module.artefact is not None:
        finish_part(session, learner, module, module.artefact.id, catalogue, now, done_at=submission.submitted_at)
    return decision


def acknowledge(session: Session, learner: Learner, module: Module, number: int, now: datetime) -> bool:
    """Note that the student has read what was decided; whether there was something to read."""
    for one in list_versions(session, learner, module.id):
        if one.submission.number == number and one.decision is not None:
            if one.decision.acknowledged_at is None:
                one.decision.acknowledged_at = now
                session.flush()
            return True
    return False
