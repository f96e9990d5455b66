"""The file of a piece of work, by the pages alone: give it, read what is said, hand it in, get it back."""

import io
import re
import tempfile
from collections.abc import Callable
from typing import Any
from zipfile import ZipFile

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from lti_tool import clock
from lti_tool.assessment.models import IgnoredFinding, Submission, Upload
from lti_tool.lti.roles import CourseRole
from lti_tool.roster.models import Membership
from lti_tool.web.limits import _KEY, Counter, Limit
from lti_tool.web.models import Visit
from lti_tool.web.rules import Pace
from tests.artefacts import hostile
from tests.artefacts.score import CORPUS
from tests.builders import make_context, make_member
from tests.journeys.visits import Page, Person, enter
from tests.unit.assessment.content import SHIPPED

MODULE = next(it for it in SHIPPED.modules if it.id == "resume")
assert MODULE.artefact is not None
ARTEFACT = MODULE.artefact
WORK = f"/modules/{MODULE.slug}/own-work"
FILE = WORK + "/file"
RATING = {f"answer-{it.criterion}": "3" for it in ARTEFACT.exemplars[-1].annotations}
POSTING = (
    "We need somebody who knows Excel and Photoshop. You will design flyers and write e-mails to families each week."
)
TEXTS = {"posting": POSTING, "proof": "I counted the flyers with my coach, and I remember each of the evenings well."}
RESUME = """Zoë Núñez-Øster
zoe.nunez@example.edu
EXPERIENCE
Helper, Riverside Food Pantry, May 2025 - Aug 2025
- Responsible for answering phones in the evenings
- Designed flyers in Excel for 40 families
EDUCATION
Riverbend University, BA Biology, May 2029
"""


def send(
    person: Person,
    data: bytes,
    name: str = "Nunez-Zoe-Resume.txt",
    *,
    button: str = "check",
    texts: dict[str, str] | None = None,
    path: str = WORK,
    stamp: str | None = None,
) -> Page:
    """As the form with a file is sent, and its redirect followed."""
    fields: dict[str, Any] = {f"answer-{key}": text for key, text in (TEXTS if texts is None else texts).items()}
    if stamp is None:
        stamp = str(person.get(path + "?edit=1").one("input[name=made_from]")["value"])
    file = FileStorage(io.BytesIO(data), name)
    fields |= {"csrf_token": person.form_token, "made_from": stamp, button: "1", "file": file}
    response = post_form(person, path, fields)
    if response.status_code == 303:
        response = person.client.get(response.headers["Location"].split("#")[0], headers=person.headers)
    return Page(response)


def post_form(person: Person, path: str, fields: dict[str, Any]) -> TestResponse:
    boundary, body = encode_multipart(fields)
    kind = f"multipart/form-data; boundary={boundary}"
    return person.client.post(person.base + path, data=body, content_type=kind, headers=person.headers)


def hand_in(person: Person) -> Page:
    after = str(person.get(WORK + "/rating").one("input[name=after]")["value"])
    return person.post(WORK + "/rating", {"after": after, **RATING})


def count(session: Session, model: type) -> int:
    found = session.scalar(select(func.count()).select_from(model))
    session.rollback()
    return found or 0


def stored(app: Flask) -> list[bytes]:
    folder = app.extensions["lti_tool"].settings.upload_folder
    return sorted(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def find_group(page: Page, rule: str) -> Tag:
    groups = {it.select(".rule-id")[0].get_text(): it for it in page.soup.select(".found-group")}
    return groups[rule]


def marked(page: Page, kind: str) -> list[str]:
    return [str(it.contents[0]) for it in page.soup.select(f"mark.{kind}")]


def words(found: Tag) -> str:
    return " ".join(found.get_text(" ").split())


def download(person: Person, page: Page) -> Any:
    link = next(it for it in page.soup.select("a[href*='/file']") if "Download" in it.get_text())
    return person.client.get(str(link["href"]), headers=person.headers)


def test_the_whole_way_with_a_file(
    app: Flask, session: Session, zoe: Person, teacher: Person, member: Membership
) -> None:
    form = zoe.get(WORK).one("main form.form")
    assert form["enctype"] == "multipart/form-data" and form.select_one("input[type=file]")
    page = send(zoe, RESUME.encode())
    assert page.heading == "What a machine reads in your file"
    assert "Responsible for answering phones" in words(find_group(page, "R08"))
    assert "Why it matters" in page.text and "How to fix it" in page.text and "%" not in page.text
    assert page.one(".paper-line bdi").get_text() == "Zoë Núñez-Øster"
    assert "Excel" in marked(page, "need-answered")
    assert "Photoshop" in marked(page, "need-open")
    work = zoe.get(WORK)
    assert "Nunez-Zoe-Resume.txt" in work.text
    assert work.one("[name=answer-posting]").get_text().strip() == POSTING
    assert "Version 1 is in" in hand_in(zoe).text

    version = zoe.get(WORK + "/versions/1")
    assert download(zoe, version).get_data() == RESUME.encode()
    theirs = teacher.get(f"/people/{member.user_id}/versions/{MODULE.slug}/1")
    assert "Responsible for answering phones" in theirs.text and "Designed flyers in Excel" in theirs.text
    answer = download(teacher, theirs)
    assert answer.get_data() == RESUME.encode()
    assert answer.headers["Content-Disposition"] == "attachment; filename=Nunez-Zoe-Resume.txt"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"

    better = RESUME.replace("Responsible for answering phones", "Answered 30 calls")
    teacher.post(
        f"/people/{member.user_id}/versions/{MODULE.slug}/1", {"verdict": "returned", "note": "One line more."}
    )
    zoe.post(WORK + "/versions/1/read")
    send(zoe, better.encode())
    hand_in(zoe)
    changed = zoe.get(WORK + "/versions/2")
    assert [it.get_text() for it in changed.soup.select(".as-typed ins")] == ["Answered 30 calls"]
    assert download(zoe, zoe.get(WORK + "/versions/1")).get_data() == RESUME.encode()
    assert stored(app) == sorted([RESUME.encode(), better.encode()])
    assert count(session, Submission) == 2


def test_a_finding_is_ignored_with_a_reason_and_taken_up_again(
    session: Session, zoe: Person, teacher: Person, member: Membership
) -> None:
    theirs = f"/people/{member.user_id}/versions/{MODULE.slug}/1"
    name = str(find_group(send(zoe, RESUME.encode()), "R08").select("input[name=finding]")[0]["value"])
    page = zoe.post(FILE + "/ignore", {"finding": name, "reason": " "})
    assert "The finding is still open" in page.text
    assert str(page.one("#error-summary a")["href"])[1:] == page.one("input[aria-invalid=true]")["id"]
    page = zoe.post(FILE + "/ignore", {"finding": name, "reason": "It is what the posting calls it."})
    assert "It is what the posting calls it." in words(find_group(page, "R08"))
    assert count(session, IgnoredFinding) == 1
    zoe.post(FILE + "/ignore", {"finding": "0" * 64, "reason": "No such finding."})
    assert count(session, IgnoredFinding) == 1
    hand_in(zoe)
    assert "It is what the posting calls it." in teacher.get(theirs).text
    assert zoe.post(FILE + "/heed", {"finding": "\x00"}).status == 200
    page = zoe.post(FILE + "/heed", {"finding": name})
    assert "It is what the posting calls it." not in page.text
    assert count(session, IgnoredFinding) == 0


REFUSED: list[tuple[str, Callable[[], bytes], int, str]] = [
    ("locked.pdf", hostile.encrypted_pdf, 422, "protected by a password"),
    ("script.pdf", hostile.script_pdf, 422, "carries programs"),
    ("macro.docx", hostile.macro_docx, 422, "macros"),
    ("bomb.docx", hostile.bomb_docx, 422, "unpacks to far more"),
    ("resume.docx", hostile.good_pdf, 422, "does not fit what is inside"),
    ("photo.jpg", lambda: b"\xff\xd8\xff\xe0" + b"\0" * 500, 422, "This is a picture"),
    ("empty.pdf", lambda: b"", 422, "This file is empty"),
    ("large.pdf", lambda: b"%PDF-1.7\n" + b"0" * (5 * 1024 * 1024), 413, "larger than 5 MB"),
    ("larger.pdf", lambda: b"%PDF-1.7\n" + b"0" * (12 * 1024 * 1024), 413, "larger than 5 MB"),
]


@pytest.mark.parametrize(("name", "make", "status", "words"), REFUSED, ids=[it[0] for it in REFUSED])
def test_a_refused_file_takes_no_text_with_it(
    app: Flask, session: Session, zoe: Person, name: str, make: Callable[[], bytes], status: int, words: str
) -> None:
    page = send(zoe, make(), name)
    assert page.status == status
    assert words in page.one("#error-summary").get_text() and words in page.one("#file-error").get_text()
    assert "Your texts are saved." in page.text
    assert page.one("[name=answer-proof]").get_text().strip() == TEXTS["proof"]
    assert zoe.get(WORK).one("[name=answer-posting]").get_text().strip() == POSTING
    assert (count(session, Upload), stored(app)) == (0, [])
    # The page goes on from what was saved.
    assert "What a machine reads" in send(zoe, RESUME.encode(), stamp=str(page.one("[name=made_from]")["value"])).text


def test_only_the_form_with_a_file_may_be_large(zoe: Person) -> None:
    large = {"csrf_token": zoe.form_token, "after": "0", "file": FileStorage(io.BytesIO(b"0" * 600_000), "x.pdf")}
    answer = post_form(zoe, WORK + "/rating", large)
    assert answer.status_code == 413
    text = {"csrf_token": zoe.form_token, "answer-posting": "x" * 600_000}
    assert zoe.client.post(zoe.base + WORK, data=text, headers=zoe.headers).status_code == 413


class _Watched(io.BytesIO):
    """A body that calls somebody each time when more of it is asked for."""

    def __init__(self, data: bytes, look: Callable[[], None]) -> None:
        super().__init__(data)
        self._look = look

    def readinto(self, buffer: Any, /) -> int:
        self._look()
        return super().readinto(buffer)


def test_nobody_waits_while_a_large_file_comes(app: Flask, zoe: Person) -> None:
    """It comes as slowly as the network brings it; in SQLite a transaction would keep all others from writing."""
    pool = app.extensions["lti_tool"].engine.pool
    stamp = str(zoe.get(WORK).one("input[name=made_from]")["value"])
    fields = {"csrf_token": zoe.form_token, "made_from": stamp, "check": "1", "answer-posting": POSTING}
    boundary, body = encode_multipart({**fields, "file": FileStorage(io.BytesIO(b"0" * (9 << 20)), "large.pdf")})
    held: list[int] = []
    page = zoe.client.post(
        zoe.base + WORK,
        input_stream=_Watched(body, lambda: held.append(pool.checkedout())),
        content_length=len(body),
        content_type=f"multipart/form-data; boundary={boundary}",
        headers=zoe.headers,
    )
    assert page.status_code == 413 and "Your texts are saved." in page.get_data(as_text=True)
    assert len(held) > 1 and set(held) == {0}
    assert zoe.get(WORK).one("[name=answer-posting]").get_text().strip() == POSTING


def test_a_scan_is_taken_and_says_kindly_what_to_do(zoe: Person) -> None:
    page = send(zoe, (CORPUS / "known" / "085.pdf").read_bytes(), "scan.pdf")
    assert page.status == 200 and "A page is a picture" in page.text
    assert "This file is a picture of a page" in page.text
    assert "type the text once more" in page.text


def test_a_double_press_makes_one_file(app: Flask, session: Session, zoe: Person) -> None:
    stamp = str(zoe.get(WORK).one("input[name=made_from]")["value"])
    for _ in range(2):
        assert send(zoe, RESUME.encode(), stamp=stamp).heading == "What a machine reads in your file"
    assert count(session, Upload) == 1
    assert stored(app) == [RESUME.encode()]


def test_a_visit_that_has_ended_shows_the_texts_again(app: Flask, session: Session, zoe: Person) -> None:
    stamp = str(zoe.get(WORK).one("input[name=made_from]")["value"])
    for visit in session.scalars(select(Visit)):
        visit.ends_at = clock.now()
    session.commit()
    page = send(zoe, RESUME.encode(), stamp=stamp)
    assert page.status == 401
    assert POSTING in page.text and TEXTS["proof"] in page.text
    assert stored(app) == []


def test_nobody_gets_the_file_of_another(app: Flask, session: Session, member: Membership, zoe: Person) -> None:
    send(zoe, RESUME.encode())
    hand_in(zoe)
    number = session.scalars(select(Upload.id)).one()
    own, theirs = f"{WORK}/files/{number}", f"/people/{member.user_id}/versions/{MODULE.slug}/1/file"
    elsewhere = make_context(session, lti_id="course-2")
    amara = make_member(session, "Amara Okafor", context=member.context)
    stranger = make_member(session, "Ines Valverde", context=elsewhere, role=CourseRole.INSTRUCTOR)
    again = Membership(context_id=elsewhere.id, user_id=member.user_id, role=CourseRole.LEARNER, created_at=clock.now())
    session.add(again)
    helper = make_member(session, "Priya Raman", context=member.context, role=CourseRole.DESIGNER)
    session.commit()
    assert zoe.get(own).status == 200
    assert zoe.get(f"/modules/linkedin/own-work/files/{number}").status == 404
    assert zoe.get(theirs).status == 403
    for person, path, status in (
        (amara, own, 404),
        (amara, theirs, 403),
        (again, own, 404),
        (stranger, theirs, 404),
        (stranger, own, 403),
        (helper, theirs, 403),
    ):
        assert enter(app, session, person).get(path).status == status
    # A teacher's pages need a visit that is bound to the browser.
    weak = make_member(session, "Helena Marsh", context=member.context, role=CourseRole.INSTRUCTOR)
    session.commit()
    assert enter(app, session, weak, is_weak=True).get(theirs).status == 403


def test_a_draft_is_the_students_own(session: Session, member: Membership, zoe: Person, teacher: Person) -> None:
    send(zoe, RESUME.encode())
    assert teacher.get(f"/people/{member.user_id}/versions/{MODULE.slug}/1/file").status == 404


def test_a_file_is_taken_out_and_versions_keep_theirs(app: Flask, session: Session, zoe: Person) -> None:
    send(zoe, RESUME.encode())
    hand_in(zoe)
    send(zoe, b"Second try\n" * 20, "second.txt")
    page = zoe.get(FILE)
    newest = str(page.one("input[name=upload]")["value"])
    for wrong in ("", "x", "1", "9999"):
        zoe.post(FILE + "/remove", {"upload": wrong})
    assert len(stored(app)) == 2
    page = zoe.post(FILE + "/remove", {"upload": newest})
    assert "The file is out of your draft" in page.text
    assert "second.txt" not in page.text and "Nunez" not in page.text
    assert stored(app) == [RESUME.encode()]
    assert "has no file yet" in zoe.get(WORK + "/rating").text
    assert download(zoe, zoe.get(WORK + "/versions/1")).get_data() == RESUME.encode()
    assert zoe.get(FILE).response.headers["Location"].endswith(WORK + "?edit=1")


def test_a_new_posting_is_compared_again(zoe: Person) -> None:
    send(zoe, RESUME.encode(), texts={"proof": TEXTS["proof"]})
    assert "Paste the posting" in zoe.get(FILE).text
    stamp = str(zoe.get(WORK).one("input[name=made_from]")["value"])
    texts = {f"answer-{name}": text for name, text in TEXTS.items()}
    zoe.post(WORK, {**texts, "made_from": stamp, "check": "1"})
    assert zoe.get(FILE).soup.select("mark.need-answered")
    stamp = str(zoe.get(WORK).one("input[name=made_from]")["value"])
    zoe.post(WORK, {**texts, "answer-posting": "Spanish and Excel are needed.", "made_from": stamp, "save": "1"})
    page = zoe.get(FILE)
    assert "You have changed the posting" in page.text and not page.soup.select(".posting")
    page = zoe.post(FILE + "/compare")
    assert "Spanish" in marked(page, "need-open")


def test_linkedins_own_pdf_is_read_and_not_judged(app: Flask, session: Session, zoe: Person) -> None:
    page = send(
        zoe, hostile.good_pdf(), "Profile.pdf", path="/modules/linkedin/own-work", texts={"headline": "Biology"}
    )
    assert page.soup.select(".paper-line") and not page.soup.select("#findings, #posting")
    assert zoe.get("/modules/linkedin/own-work").one("[name=answer-headline]")["value"] == "Biology"


def test_work_without_a_file_takes_none(app: Flask, session: Session, zoe: Person) -> None:
    page = send(zoe, RESUME.encode(), path="/modules/etiquette/own-work", texts={"kickoff-subject": "Hello"})
    assert "Your text is saved and checked" in page.text
    assert (count(session, Upload), stored(app)) == (0, [])
    assert zoe.get("/modules/etiquette/own-work/file").heading != "What a machine reads in your file"


def test_a_preview_reads_the_file_and_keeps_nothing(app: Flask, session: Session, teacher: Person) -> None:
    page = send(teacher, RESUME.encode())
    assert find_group(page, "R08") and not page.soup.select(".found-ignore")
    assert send(teacher, b"\xff\xd8\xff\xe0", "photo.jpg").status == 422
    for path in ("/ignore", "/heed", "/remove", "/compare"):
        assert teacher.post(FILE + path, {"upload": "1"}, follow=False).status == 303
    assert (count(session, Upload), stored(app)) == (0, [])


def test_files_go_along_with_my_work(session: Session, zoe: Person) -> None:
    send(zoe, RESUME.encode(), "Résumé (final).txt")
    hand_in(zoe)
    send(zoe, b"Second try\n" * 20, "second.txt")
    with ZipFile(io.BytesIO(zoe.client.get(zoe.base + "/my-work", headers=zoe.headers).get_data())) as archive:
        names = archive.namelist()
        first = f"my-work/files/{MODULE.slug}-1-Résumé (final).txt"
        assert archive.read(first) == RESUME.encode()
        assert f"my-work/files/{MODULE.slug}-2-second.txt" in names
        page = archive.read(f"my-work/01-{MODULE.slug}.html").decode()
    assert "Words that hide what you did (R08): “Responsible for”" in page
    assert re.search(r'href="files/[^"]*R%C3%A9sum%C3%A9[^"]*"', page)


def test_a_file_that_is_gone_is_told_so(app: Flask, session: Session, zoe: Person) -> None:
    page = send(zoe, RESUME.encode())
    for path in app.extensions["lti_tool"].settings.upload_folder.rglob("*"):
        if path.is_file():
            path.unlink()
    answer = download(zoe, page)
    assert answer.status_code == 404 and "no longer stored" in answer.get_data(as_text=True)
    assert zoe.client.get(zoe.base + "/my-work", headers=zoe.headers).status_code == 200
    assert download(zoe, send(zoe, RESUME.encode())).get_data() == RESUME.encode()
    assert count(session, Upload) == 1


def test_a_folder_that_cannot_be_written_keeps_the_texts(app: Flask, session: Session, zoe: Person) -> None:
    folder = app.extensions["lti_tool"].settings.upload_folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("A file stands where the folder should be.")
    page = send(zoe, RESUME.encode())
    assert page.status == 503 and "a fault on our side" in page.text
    assert zoe.get(WORK).one("[name=answer-posting]").get_text().strip() == POSTING


def test_a_machine_that_starts_no_reader_keeps_the_texts(
    app: Flask, session: Session, zoe: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/no/such/folder")
    page = send(zoe, RESUME.encode())
    assert page.status == 503 and "Your texts are saved." in page.text
    assert (count(session, Upload), stored(app)) == (0, [])


def test_too_many_files_are_refused_kindly(app: Flask, session: Session, member: Membership) -> None:
    app.extensions[_KEY][Limit.UPLOADS] = Counter(Pace(interval=1000, burst=1))
    zoe = enter(app, session, member)
    assert send(zoe, RESUME.encode()).status == 200
    page = send(zoe, RESUME.encode(), "again.txt")
    assert page.status == 429 and "many files in a short time" in page.text
    assert "Your texts are saved." in page.text


def test_names_are_shown_as_they_are_and_do_no_harm(session: Session, zoe: Person) -> None:
    page = send(zoe, RESUME.encode(), "../../\u202e<b>Résumé</b>.txt")
    name = session.scalars(select(Upload.name)).one()
    assert name == "b_.txt"
    disposition = download(zoe, page).headers["Content-Disposition"]
    assert "\n" not in disposition and "\u202e" not in name


def test_a_masked_visit_uploads_nothing(app: Flask, session: Session, member: Membership) -> None:
    masked = enter(app, session, member, is_masquerade=True)
    stamp = str(masked.get(WORK).one("input[name=made_from]")["value"])
    assert send(masked, RESUME.encode(), stamp=stamp).status == 403
    assert (count(session, Upload), stored(app)) == (0, [])


def test_the_pages_cost_as_many_statements_with_ten_files_as_with_one(
    app: Flask, session: Session, zoe: Person
) -> None:
    statements: list[str] = []
    engine = app.extensions["lti_tool"].engine
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    def measure(path: str) -> int:
        statements.clear()
        assert zoe.get(path).status == 200
        return len(statements)

    paths = (WORK + "?edit=1", FILE)
    send(zoe, RESUME.encode())
    zoe.get(WORK)
    one = [measure(path) for path in paths]
    for number in range(3):
        send(zoe, RESUME.encode() + f"- Baked {number} cakes\n".encode() * (number + 1), f"{number}.txt")
        hand_in(zoe)
    assert [measure(path) for path in paths] == one
