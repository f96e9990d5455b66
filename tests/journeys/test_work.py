"""Work that is judged, by the pages alone: write, rate, hand in, get it back, revise, be approved."""

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool.assessment.models import Submission
from lti_tool.gradebook.models import Result
from lti_tool.lti.roles import CourseRole
from lti_tool.roster.models import Membership
from tests.builders import make_context, make_member
from tests.journeys.visits import Page, Person, enter
from tests.unit.assessment.content import SHIPPED

MODULE = next(it for it in SHIPPED.modules if it.id == "etiquette")
assert MODULE.artefact is not None
ARTEFACT = MODULE.artefact
STRONG = dict(ARTEFACT.exemplars[-1].texts)
WORK = f"/modules/{MODULE.slug}/own-work"
CRITERIA = [it.criterion for it in ARTEFACT.exemplars[-1].annotations]
RATING = {f"answer-{name}": "3" for name in CRITERIA}


def write(person: Person, texts: dict[str, str], button: str = "check") -> Page:
    page = person.get(WORK + "?edit=1")
    stamp = str(page.one("input[name=made_from]")["value"])
    return person.post(WORK, {"made_from": stamp, button: "1", **{f"answer-{name}": it for name, it in texts.items()}})


def hand_in(person: Person) -> Page:
    after = str(person.get(WORK + "/rating").one("input[name=after]")["value"])
    return person.post(WORK + "/rating", {"after": after, **RATING})


def decide(teacher: Person, member: Membership, number: int, verdict: str, note: str) -> Page:
    url = f"/people/{member.user_id}/versions/{MODULE.slug}/{number}"
    return teacher.post(url, {"verdict": verdict, "note": note})


def count(session: Session, model: type) -> int:
    found = session.scalar(select(func.count()).select_from(model))
    session.rollback()
    return found or 0


def test_the_whole_way(session: Session, member: Membership, zoe: Person, teacher: Person) -> None:
    assert "Write and check" in zoe.get(WORK).text
    assert "First your own version" in zoe.get(WORK + "/exemplars").text
    page = write(zoe, {**STRONG, "kickoff-subject": "Hello, quick question"})
    assert "Your text is saved and checked" in page.text
    assert page.soup.select(".feedback-partly q")[0].get_text() == "Hello"
    assert write(zoe, STRONG, "next").heading == "Rate your own work"
    assert "Version 1 is in" in hand_in(zoe).text
    assert ARTEFACT.exemplars[0].person in zoe.get(WORK + "/exemplars").text

    assert "Zoë Núñez-Øster" in teacher.get("/waiting").text
    version = teacher.get(f"/people/{member.user_id}/versions/{MODULE.slug}/1")
    assert version.soup.find("a", string="Finished work at three levels")
    page = decide(teacher, member, 1, "returned", "")
    assert "Say in a sentence or two what to change" in page.text
    page = decide(teacher, member, 1, "returned", "Name the day in the first line.\x00")
    assert "Sent back for another version" in page.text
    assert "Nothing waits" in teacher.get("/waiting").text

    assert "There is feedback for you" in zoe.get(WORK).text
    page = zoe.get(WORK + "/versions/1")
    assert "Name the day in the first line." in page.text
    assert zoe.post(WORK + "/versions/1/read").heading == ARTEFACT.title
    assert "this will be version 2" in zoe.get(WORK).text
    write(zoe, {**STRONG, "kickoff-subject": "Volunteer list: can we talk on Tuesday?"}, "next")
    assert "Version 2 is in" in hand_in(zoe).text
    page = zoe.get(WORK + "/versions/2")
    assert page.soup.select("ins") and page.soup.select("del")

    decide(teacher, member, 2, "approved", "A host would answer this at once.")
    page = zoe.post(WORK + "/versions/2/read")
    assert "Approved" in page.text
    assert "Version 2 is ready for a real host" in page.text
    assert count(session, Submission) == 2


def test_the_first_page_follows_the_work(session: Session, member: Membership, zoe: Person, teacher: Person) -> None:
    write(zoe, STRONG)
    assert zoe.get("/").one(".next-up h2").get_text() == ARTEFACT.title
    hand_in(zoe)
    assert zoe.get("/").one(".next-up h2").get_text() != ARTEFACT.title
    assert "Version 1 waits for a person" in zoe.get(f"/modules/{MODULE.slug}").text
    assert "1 piece of work waits for you" in teacher.get("/").text
    decide(teacher, member, 1, "returned", "Name the day.")
    home = zoe.get("/")
    assert home.one(".next-up .btn")["href"].endswith(WORK + "/versions/1")  # type: ignore[union-attr]
    assert "Feedback to read" in home.text
    assert "Feedback on version 1 to read" in zoe.get(f"/modules/{MODULE.slug}").text
    zoe.post(WORK + "/versions/1/read")
    assert zoe.get("/").one(".next-up .btn").get_text(strip=True) == "Write version 2"
    person = teacher.get(f"/people/{member.user_id}")
    assert person.soup.select(f"a[href$='/versions/{MODULE.slug}/1']")
    assert "wait for you" not in teacher.get("/").text


def test_a_double_press_hands_in_once(session: Session, zoe: Person) -> None:
    write(zoe, STRONG)
    for _ in range(2):
        zoe.post(WORK + "/rating", {"after": "0", **RATING})
    assert count(session, Submission) == 1


def test_unfinished_work_is_kept_and_says_what_is_missing(session: Session, zoe: Person) -> None:
    write(zoe, {"kickoff-subject": "Only this"}, "save")
    page = zoe.post(WORK + "/rating", {"after": "0", f"answer-{CRITERIA[0]}": "2"})
    assert "Not handed in yet. Your ratings are saved." in page.text
    assert "is empty" in page.text
    assert page.one(f"input[name=answer-{CRITERIA[0]}][value='2']").has_attr("checked")
    assert count(session, Submission) == 0
    assert zoe.get(WORK).one("[name=answer-kickoff-subject]")["value"] == "Only this"


def test_two_windows_lose_no_text(zoe: Person) -> None:
    stamp = str(zoe.get(WORK).one("input[name=made_from]")["value"])
    for text in ("The first window", "The second window"):
        page = zoe.post(WORK, {"made_from": stamp, "save": "1", "answer-kickoff-subject": text})
    assert "Both versions are here" in page.text
    assert page.one("#other-kickoff-subject").get_text().strip() == "The first window"


def test_work_alone_is_no_result(session: Session, member: Membership, zoe: Person, teacher: Person) -> None:
    write(zoe, STRONG)
    hand_in(zoe)
    decide(teacher, member, 1, "approved", "")
    # The knowledge check is still to do.
    assert count(session, Result) == 0


def test_nobody_sees_the_work_of_others(app: Flask, session: Session, member: Membership, zoe: Person) -> None:
    write(zoe, STRONG)
    hand_in(zoe)
    amara = make_member(session, "Amara Okafor", context=member.context)
    elsewhere = make_context(session, lti_id="course-2")
    stranger = make_member(session, "Ines Valverde", context=elsewhere, role=CourseRole.INSTRUCTOR)
    session.commit()
    assert enter(app, session, amara).get(WORK + "/versions/1").status == 404
    url = f"/people/{member.user_id}/versions/{MODULE.slug}/1"
    assert enter(app, session, stranger).get(url).status == 404
    assert enter(app, session, amara).get(url).status == 403
    assert zoe.get("/waiting").status == 403


def test_a_preview_keeps_nothing(session: Session, teacher: Person) -> None:
    assert "Checked" in teacher.post(WORK, {"check": "1", "answer-kickoff-subject": "Hello"}).text
    assert teacher.post(WORK + "/rating", RATING).heading == "Rate your own work"
    assert ARTEFACT.exemplars[0].person in teacher.get(WORK + "/exemplars").text
    assert teacher.get(WORK + "/versions/1").status == 404
    assert teacher.post(WORK + "/versions/1/read").status == 404
    assert count(session, Submission) == 0


def test_addresses_that_lead_nowhere(zoe: Person, teacher: Person, member: Membership) -> None:
    assert zoe.get("/modules/expectations/own-work").status == 404
    assert zoe.get(WORK + "/versions/7").status == 404
    assert teacher.get(f"/people/{member.user_id}/versions/{MODULE.slug}/9").status == 404
    assert teacher.get(f"/people/{member.user_id}/versions/expectations/1").status == 404
    assert "Nothing waits" in teacher.get("/waiting?after=x").text
