"""A student's file, on a real session: one press makes one file, what is over is forgotten, nothing else."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from lti_tool import clock
from lti_tool.artefacts.catalog import Line, Notice, Page, Reading
from lti_tool.artefacts.service import check_folder, forget_bytes, keep_bytes, read_bytes
from lti_tool.assessment.catalog import Learner
from lti_tool.assessment.models import Submission, Upload
from lti_tool.assessment.queries import find_latest_upload, find_upload, list_uploads
from lti_tool.assessment.rules import analyse_file
from lti_tool.assessment.service import (
    Work,
    hand_in_work,
    heed_finding,
    ignore_finding,
    keep_upload,
    list_findings,
    remove_upload,
    show_file,
    show_handed_in_file,
)
from lti_tool.cli.housekeeping import purge_all
from lti_tool.config import Settings
from lti_tool.content.catalog import ArtefactKind
from tests.builders import NOW, make_member
from tests.unit.assessment.content import ARTEFACT, RUBRIC, WORK_MODULE

READING = Reading(
    "txt",
    (Page(1, 0, 0, (Line("Zoë Núñez-Øster"), Line("Responsible for phones", kind="text_box"))),),
    (Notice("text_box", 1, 2, "Responsible for phones"),),
)


@pytest.fixture
def zoe(session: Session) -> Learner:
    member = make_member(session, "Zoë Núñez-Øster")
    return Learner(member.context_id, member.user_id)


def make_file(name: str = "resume.txt", *, sha256: str = "0" * 64, key: str = "", posting: str = "") -> Upload:
    return Upload(
        name=name,
        kind="txt",
        size=3,
        sha256=sha256,
        storage_key=key or name,
        reading=READING.as_json(),
        analysis=analyse_file(ArtefactKind.RESUME, READING, name=name, posting=posting, now=NOW),
        uploaded_at=NOW,
    )


def hand_in(session: Session, learner: Learner, upload: Upload, *, after: int = 0) -> Submission:
    work = Work({"subject": "Two times", "body": "Hello"}, upload.id, [], {"clear": 3, "kind": 3}, after)
    made = hand_in_work(session, learner, WORK_MODULE, ARTEFACT, RUBRIC, work, NOW)
    assert isinstance(made, Submission)
    return made


def test_the_same_file_again_is_the_first_one(session: Session, zoe: Learner) -> None:
    first = keep_upload(session, zoe, WORK_MODULE, make_file(key="a"))
    assert keep_upload(session, zoe, WORK_MODULE, make_file(key="b")) is first
    other = keep_upload(session, zoe, WORK_MODULE, make_file(sha256="1" * 64, key="c"))
    # An older file once more is a new one: the last one given counts.
    again = keep_upload(session, zoe, WORK_MODULE, make_file(key="d"))
    assert len({first.id, other.id, again.id}) == 3
    assert find_latest_upload(session, zoe, WORK_MODULE.id) is again


def test_what_is_read_and_said_is_kept_with_the_file(session: Session, zoe: Learner) -> None:
    keep_upload(session, zoe, WORK_MODULE, make_file(posting="Spanish is needed."))
    session.commit()
    session.expunge_all()
    upload = find_latest_upload(session, zoe, WORK_MODULE.id, with_reading=True)
    assert upload is not None
    shown = show_file(session, zoe, WORK_MODULE.id, upload, "Spanish  is needed.")
    assert shown.lines == ["Zoë Núñez-Øster", "Responsible for phones"]
    assert shown.pages is not None and shown.pages[0].lines[1].marks == ("text_box",)
    assert shown.match is not None and [it.term for it in shown.match.open][:1] == ["Spanish"]
    found = next(it for it in shown.findings if it.finding.rule == "R08")
    assert shown.line_of(found.finding) == ("", "phones")
    assert show_file(session, zoe, WORK_MODULE.id, upload, "French is needed.").is_posting_newer
    upload.reading = {"version": 0}
    assert show_file(session, zoe, WORK_MODULE.id, upload, "").pages is None


def test_a_reason_stands_with_its_finding_also_in_a_newer_file(session: Session, zoe: Learner) -> None:
    upload = keep_upload(session, zoe, WORK_MODULE, make_file())
    found = next(it for it in list_findings(session, zoe, WORK_MODULE.id, upload) if it.finding.rule == "R08")
    ignore_finding(session, zoe, WORK_MODULE, rule="R08", quote=found.finding.key, reason="The host says so.", now=NOW)
    newer = keep_upload(session, zoe, WORK_MODULE, make_file("newer.txt"))
    reasons = {it.finding.rule: it.reason for it in list_findings(session, zoe, WORK_MODULE.id, newer)}
    assert reasons["R08"] == "The host says so."
    assert [rule for rule, reason in reasons.items() if reason] == ["R08"]
    heed_finding(session, zoe, WORK_MODULE, found.name)
    assert not any(it.reason for it in list_findings(session, zoe, WORK_MODULE.id, newer))
    assert list_findings(session, zoe, WORK_MODULE.id, None) == ()


def test_taking_a_file_out_leaves_what_was_handed_in(session: Session, zoe: Learner) -> None:
    first = keep_upload(session, zoe, WORK_MODULE, make_file("one.txt"))
    submission = hand_in(session, zoe, first)
    keep_upload(session, zoe, WORK_MODULE, make_file("two.txt"))
    third = keep_upload(session, zoe, WORK_MODULE, make_file("three.txt"))
    assert remove_upload(session, zoe, WORK_MODULE, first.id, NOW) == []
    assert sorted(remove_upload(session, zoe, WORK_MODULE, third.id, NOW)) == ["three.txt", "two.txt"]
    assert find_latest_upload(session, zoe, WORK_MODULE.id) is None
    assert [it.name for it in list_uploads(session, zoe)[WORK_MODULE.id]] == ["one.txt"]
    kept = find_upload(session, zoe, WORK_MODULE.id, submission.upload_id, with_reading=True)
    assert kept is not None and show_handed_in_file(kept, submission.findings).lines
    assert remove_upload(session, zoe, WORK_MODULE, third.id, NOW) == []
    back = keep_upload(session, zoe, WORK_MODULE, make_file("one.txt", key="again"))
    assert find_latest_upload(session, zoe, WORK_MODULE.id) is back


def test_what_is_over_is_forgotten_and_nothing_else(session: Session, zoe: Learner, settings: Settings) -> None:
    folder, now = settings.upload_folder, clock.now()
    long_ago = now - timedelta(days=settings.keep_uploads_days + 1)

    def store(name: str, *, is_old: bool = True) -> str:
        key = keep_bytes(folder, name.encode())
        if is_old:
            os.utime(folder / key[:2] / key, (long_ago.timestamp(), long_ago.timestamp()))
        return key

    def give(name: str, *, is_old: bool = True) -> Upload:
        upload = make_file(name, key=store(name, is_old=is_old))
        upload.uploaded_at = long_ago if is_old else now
        return keep_upload(session, zoe, WORK_MODULE, upload)

    hand_in(session, zoe, give("handed in"))
    give("replaced")
    give("replaced, but young", is_old=False)
    give("of the draft")
    store("of a crash")
    store("being written", is_old=False)
    (folder / "notes").mkdir()
    (folder / "notes" / "of the operator.txt").write_text("Not ours.")
    session.commit()

    sessions = sessionmaker(session.get_bind())
    counted = purge_all(sessions, settings, now, dry_run=True)
    assert (counted["replaced files"], counted["unknown files"]) == (1, 1)
    gone = purge_all(sessions, settings, now)
    assert (gone["replaced files"], gone["unknown files"]) == (1, 2)
    left = sorted(path.read_text() for path in folder.rglob("*") if path.is_file())
    assert left == ["Not ours.", "being written", "handed in", "of the draft", "replaced, but young"]
    assert sorted(session.scalars(select(Upload.name))) == ["handed in", "of the draft", "replaced, but young"]
    session.rollback()
    assert purge_all(sessions, settings, now)["unknown files"] == 0


def test_files_stand_alone_for_the_tool_under_names_that_say_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "uploads"
    check_folder(folder)
    key = keep_bytes(folder, b"My name is Zoe")
    (path,) = (it for it in folder.rglob("*") if it.is_file())
    assert read_bytes(folder, key) == b"My name is Zoe"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert key != keep_bytes(folder, b"My name is Zoe")
    forget_bytes(folder, key)
    forget_bytes(folder, key)
    with pytest.raises(FileNotFoundError):
        read_bytes(folder, key)


@pytest.mark.parametrize("call", [read_bytes, forget_bytes])
@pytest.mark.parametrize("key", ["", "../secret_key", "a" * 31, "A" * 32, "a" * 32 + "\n", "/etc/passwd"])
def test_a_key_names_no_other_place(tmp_path: Path, call: Callable[[Path, str], object], key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        call(tmp_path, key)


def test_a_folder_that_cannot_be_written_is_found_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "uploads").write_text("A file stands there.")
    with pytest.raises(OSError, match="uploads"):
        check_folder(tmp_path / "uploads")
