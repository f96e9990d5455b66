"""A student whose work is in every state at once: read, waited for, sent back, begun, not begun."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.artefacts.catalog import Reading
from lti_tool.artefacts.service import read_file
from lti_tool.assessment.catalog import Learner
from lti_tool.assessment.models import Decision, Submission, Upload
from lti_tool.assessment.rules import analyse_file, signature_version
from lti_tool.assessment.service import begin_part, finish_part, keep_rubric, keep_upload, save_draft
from lti_tool.content.catalog import Artefact, Catalogue, Module, PartKind
from lti_tool.content.service import default_content_dir, load_catalogue
from lti_tool.roster.models import Membership
from lti_tool.rubrics.rules import list_criteria
from lti_tool.rubrics.service import default_rubrics_dir, load_rubrics
from tests.browser.world import World

RUBRICS = load_rubrics([default_rubrics_dir()])
CATALOGUE: Catalogue = load_catalogue([default_content_dir()], criteria=list_criteria(RUBRICS))
# Words that the checks have something to say about.
WEAK = "Sorry!!! I was responsible for various things and I will maybe send you something soon, when I find time."
# Two columns by a design tool: findings, and a preview with a mark.
RESUME_FILE = Path(__file__).parent.parent / "artefacts" / "corpus" / "known" / "048.pdf"
NOTE = "You name the host’s problem in the first line. Say by which day you need the answer, and cut the last sentence."


def find_module(module_id: str) -> tuple[Module, Artefact]:
    """A shipped module with a piece of work."""
    module = CATALOGUE.find_module(module_id)
    assert module is not None and module.artefact is not None
    return module, module.artefact


def fill_desk(world: World) -> Learner:
    """Give the newest member work in every state."""
    with world.session() as session:
        member = session.scalars(select(Membership).order_by(Membership.id.desc()).limit(1)).one()
        learner, now = Learner(member.context_id, member.user_id), clock.now()
        _finish(session, learner, "expectations", now - timedelta(days=9))
        _finish(session, learner, "resume", now - timedelta(days=6))
        first = _hand_in(session, learner, "resume", 1, now - timedelta(days=5))
        _decide(session, first, "returned", now - timedelta(hours=3))
        _give_file(session, learner, now - timedelta(hours=2))
        _finish(session, learner, "linkedin", now - timedelta(days=4))
        _hand_in(session, learner, "linkedin", 1, now - timedelta(days=3))
        etiquette, emails = find_module("etiquette")
        begin_part(session, learner, etiquette, etiquette.lessons[0].id, now - timedelta(days=2))
        texts = {it.id: WEAK for it in emails.text_fields}
        save_draft(session, learner, etiquette, emails.id, texts, now - timedelta(hours=5), is_checked=True)
        for number in (1, 2):
            version = _hand_in(
                session, learner, "goals", number, now - timedelta(days=2 - number), extra=f" ({number})"
            )
            if number == 1:
                _decide(session, version, "returned", now - timedelta(hours=30), is_read=True)
        session.commit()
    return learner


def _finish(session: Session, learner: Learner, module_id: str, now: datetime) -> None:
    """All parts but the piece of work."""
    module = CATALOGUE.find_module(module_id)
    assert module is not None
    for part in module.parts:
        if module.artefact is None or part.id != module.artefact.id:
            statement = module.statement if part.kind is PartKind.STATEMENT else None
            version = signature_version(statement.version, statement.digest) if statement is not None else ""
            finish_part(session, learner, module, part.id, CATALOGUE, now, version=version)


def _give_file(session: Session, learner: Learner, now: datetime) -> None:
    """The file of the next version of the résumé; its bytes are nowhere, since no page shows them."""
    module, artefact = find_module("resume")
    data = RESUME_FILE.read_bytes()
    reading = read_file(data, RESUME_FILE.name)
    assert isinstance(reading, Reading)
    upload = Upload(
        name=RESUME_FILE.name,
        kind=reading.kind,
        size=len(data),
        sha256=sha256(data).hexdigest(),
        storage_key=token_hex(16),
        reading=reading.as_json(),
        analysis=analyse_file(artefact.kind, reading, name=RESUME_FILE.name, posting="", now=now),
        uploaded_at=now,
    )
    keep_upload(session, learner, module, upload)


def _hand_in(
    session: Session, learner: Learner, module_id: str, number: int, now: datetime, extra: str = ""
) -> Submission:
    module, artefact = find_module(module_id)
    rubric = RUBRICS[artefact.rubric]
    keep_rubric(session, rubric, now)
    begin_part(session, learner, module, artefact.id, now)
    texts: Mapping[str, str] = {**{it.id: WEAK for it in artefact.text_fields}, **dict(artefact.exemplars[0].texts)}
    submission = Submission(
        context_id=learner.context_id,
        user_id=learner.user_id,
        module_id=module_id,
        number=number,
        answers={it.id: texts[it.id] + extra for it in artefact.text_fields},
        upload_id=None,
        findings=[],
        own_rating={it.id: 3 for it in rubric.criteria},
        rubric_digest=rubric.digest,
        version=module.version,
        submitted_at=now,
    )
    session.add(submission)
    session.flush()
    return submission


def _decide(session: Session, submission: Submission, verdict: str, now: datetime, *, is_read: bool = False) -> None:
    decision = Decision(submission_id=submission.id, decided_by_id=submission.user_id, verdict=verdict, note=NOTE)
    decision.decided_at, decision.acknowledged_at = now, now if is_read else None
    session.add(decision)
    session.flush()
