"""Work that is judged, on a real session: every version kept, a press counts once, an approval finishes the part."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool.assessment.catalog import Learner
from lti_tool.assessment.models import Decision, RubricText, Submission, Upload
from lti_tool.assessment.queries import (
    find_latest_upload,
    find_progress,
    find_rubric_text,
    find_upload,
    find_version,
    list_ignored,
    list_versions,
    list_versions_of_all_modules,
    list_waiting,
)
from lti_tool.assessment.rules import Missing, Verdict, quote_digest
from lti_tool.assessment.service import (
    Work,
    acknowledge,
    decide_work,
    hand_in_work,
    ignore_finding,
    keep_upload,
)
from lti_tool.content.catalog import Catalogue
from lti_tool.gradebook.queries import find_result
from lti_tool.lti.roles import CourseRole
from lti_tool.roster.models import Membership
from tests.builders import NOW, make_member
from tests.unit.assessment.content import ARTEFACT, RUBRIC, WORK_MODULE

CATALOGUE = Catalogue((WORK_MODULE,))
LATER = NOW + timedelta(days=5)
RATING = {"clear": 3, "kind": 4}
ANSWERS = {"subject": "Two times to talk", "body": "Hello Ms. Okoro", "strange": "left out"}


def make_learner(session: Session, name: str = "Zoë Núñez-Øster") -> Learner:
    member = make_member(session, name)
    return Learner(member.context_id, member.user_id)


def give_file(session: Session, learner: Learner, name: str = "resume.pdf") -> Upload:
    upload = Upload(
        name=name, kind="pdf", size=3, sha256="0" * 64, storage_key=name + str(learner.user_id), uploaded_at=NOW
    )
    return keep_upload(session, learner, WORK_MODULE, upload)


def press(session: Session, learner: Learner, *, after: int = 0, **changes: object) -> Submission | Missing:
    upload = find_latest_upload(session, learner, WORK_MODULE.id) or give_file(session, learner)
    values = {
        "answers": ANSWERS,
        "upload_id": upload.id,
        "findings": [{"rule": "R01"}],
        "own_rating": RATING,
        **changes,
    }
    work = Work(after=after, **values)  # type: ignore[arg-type]
    return hand_in_work(session, learner, WORK_MODULE, ARTEFACT, RUBRIC, work, NOW)


def hand_in(session: Session, learner: Learner, *, after: int = 0) -> Submission:
    submission = press(session, learner, after=after)
    assert isinstance(submission, Submission)
    return submission


def find_teacher(session: Session) -> int:
    found = session.scalars(select(Membership).where(Membership.role == CourseRole.INSTRUCTOR)).first()
    return (found or make_member(session, "Helena Marsh", role=CourseRole.INSTRUCTOR)).user_id


def decide(session: Session, submission: Submission, verdict: Verdict, note: str = "Well done.") -> Decision:
    by = find_teacher(session)
    return decide_work(
        session, submission, WORK_MODULE, CATALOGUE, verdict=verdict, note=note, decided_by_id=by, now=LATER
    )


def test_a_version_is_kept_as_it_was_with_the_words_of_its_rubric(session: Session) -> None:
    zoe = make_learner(session)
    submission = hand_in(session, zoe)
    assert (submission.number, submission.submitted_at, submission.version) == (1, NOW, WORK_MODULE.version)
    assert submission.answers == {"subject": "Two times to talk", "body": "Hello Ms. Okoro", "more": ""}
    assert (submission.own_rating, submission.findings) == (RATING, [{"rule": "R01"}])
    kept = find_rubric_text(session, submission.rubric_digest)
    assert kept is not None
    assert kept.content["criteria"][0]["levels"][2] == "three"
    assert find_progress(session, zoe, WORK_MODULE.id)["note"].done_at is None


def test_a_second_press_hands_in_nothing_more(session: Session) -> None:
    zoe = make_learner(session)
    assert hand_in(session, zoe).id == hand_in(session, zoe).id
    second = hand_in(session, zoe, after=1)
    assert second.number == 2
    assert session.scalar(select(func.count()).select_from(Submission)) == 2
    assert session.scalar(select(func.count()).select_from(RubricText)) == 1


def test_unfinished_work_stays_here(session: Session) -> None:
    missing = press(session, make_learner(session), own_rating={}, upload_id=None)
    assert isinstance(missing, Missing)
    assert (missing.criteria, [it.id for it in missing.fields]) == (("clear", "kind"), ["file"])
    assert session.scalar(select(func.count()).select_from(Submission)) == 0


def test_nobody_hands_in_another_students_file(session: Session) -> None:
    zoe, amara = make_learner(session), make_learner(session, "Amara Okafor")
    theirs = give_file(session, amara, "amara.pdf")
    assert find_upload(session, zoe, WORK_MODULE.id, theirs.id) is None
    assert isinstance(press(session, zoe, upload_id=theirs.id), Missing)


def test_an_approval_counts_from_when_the_work_was_handed_in(session: Session) -> None:
    zoe = make_learner(session)
    submission = hand_in(session, zoe)
    first = decide(session, submission, Verdict.APPROVED)
    assert find_progress(session, zoe, WORK_MODULE.id)["note"].done_at == NOW
    result = find_result(session, zoe.context_id, zoe.user_id, "module:letters")
    assert result is not None
    assert (result.score_given, result.score_maximum, result.submitted_at) == (4, 4, NOW)
    assert list_versions(session, zoe, "letters")[0].decision is first


def test_a_later_decision_stands_and_the_first_is_kept(session: Session) -> None:
    zoe = make_learner(session)
    submission = hand_in(session, zoe)
    decide(session, submission, Verdict.RETURNED, "One more step.")
    decide(session, submission, Verdict.APPROVED)
    assert session.scalar(select(func.count()).select_from(Decision)) == 2
    kept = find_version(session, zoe, "letters", 1)
    assert kept is not None
    assert kept.version.decided is not None
    assert kept.version.decided.verdict is Verdict.APPROVED
    assert find_version(session, zoe, "letters", 2) is None
    assert [it.version.number for it in list_versions_of_all_modules(session, zoe)["letters"]] == [1]


def test_the_same_decision_twice_is_one(session: Session) -> None:
    submission = hand_in(session, make_learner(session))
    teacher = find_teacher(session)
    made = [
        decide_work(
            session, submission, WORK_MODULE, CATALOGUE,
            verdict=Verdict.RETURNED, note="Almost.", decided_by_id=teacher, now=LATER,
        ).id
        for _ in range(2)
    ]  # fmt: skip
    assert made[0] == made[1]


def test_feedback_is_acknowledged_once(session: Session) -> None:
    zoe = make_learner(session)
    assert not acknowledge(session, zoe, WORK_MODULE, 1, LATER)
    decide(session, hand_in(session, zoe), Verdict.RETURNED)
    assert acknowledge(session, zoe, WORK_MODULE, 1, LATER)
    assert acknowledge(session, zoe, WORK_MODULE, 1, LATER + timedelta(days=1))
    decision = list_versions(session, zoe, "letters")[0].decision
    assert decision is not None
    assert decision.acknowledged_at == LATER


def test_only_the_newest_undecided_versions_wait(session: Session) -> None:
    zoe = make_learner(session)
    hand_in(session, zoe)
    second = hand_in(session, zoe, after=1)
    waiting = list_waiting(session, zoe.context_id, limit=10)
    assert [(it.submission.id, it.user.id) for it in waiting] == [(second.id, zoe.user_id)]
    assert list_waiting(session, zoe.context_id, limit=10, after_id=second.id) == []
    decide(session, second, Verdict.RETURNED)
    assert list_waiting(session, zoe.context_id, limit=10) == []


def test_a_finding_is_left_with_a_reason(session: Session) -> None:
    zoe = make_learner(session)
    for reason in ("It is the name of the club.", "It is its official name."):
        ignore_finding(session, zoe, WORK_MODULE, rule="R08", quote="Helping  Hands", reason=reason, now=NOW)
    (ignored,) = list_ignored(session, zoe, "letters").items()
    assert ignored[0] == ("R08", quote_digest("Helping Hands"))
    assert ignored[1].reason == "It is its official name."
