"""A student's way through the shipped module, by the pages alone."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.assessment.models import Attempt, Draft, PartProgress
from lti_tool.gradebook.models import Fact, Result
from lti_tool.lti.roles import CourseRole
from lti_tool.passback.catalog import DeliveryState
from lti_tool.passback.models import Delivery, LineItem
from lti_tool.roster.models import Membership
from tests.builders import NOW, make_context, make_member
from tests.journeys.visits import Page, Person, enter
from tests.unit.assessment import content
from tests.unit.assessment.content import EXPECTATIONS, scope_template

MODULE = "/modules/expectations"
SCOPE = {f"answer-{field.id}": field.good for field in scope_template().fields}
CONTACTS = {f"answer-{field.id}": field.good for field in content.CONTACTS.fields}
assert EXPECTATIONS.check is not None and EXPECTATIONS.statement is not None
CHECK, STATEMENT = EXPECTATIONS.check, EXPECTATIONS.statement


@pytest.fixture
def zoe(session: Session) -> Membership:
    context = make_context(session, lineitems_url="http://127.0.0.1:9000/lineitems")
    member = make_member(session, "Zoë Núñez-Øster", context=context)
    member.user.given_name = "Zoë"
    session.commit()
    return member


def key_of(page: Page, *, wrong: int = 0) -> dict[str, str]:
    """Answers to the questions on a page, the first `wrong` of them wrong."""
    names = list(dict.fromkeys(str(it["name"]) for it in page.soup.select("input[type=radio]")))
    found = {}
    for index, name in enumerate(names):
        question = CHECK.find_question(name.removeprefix("answer-"))
        assert question is not None
        found[name] = next(it.id for it in question.options if it.is_right != (index < wrong))
    return found


def stamp(page: Page) -> dict[str, str]:
    """The hidden field that says from which draft a page was made."""
    return {"made_from": str(page.one("input[name=made_from]")["value"])}


def do_check(person: Person, *, wrong: int = 0) -> Page:
    page = person.post(MODULE + "/check/start")
    number = re.search(r"Try (\d)", page.text)
    assert number is not None
    return person.post(f"{MODULE}/check/tries/{number[1]}", {**key_of(page, wrong=wrong), "hand_in": "1"})


def sign(person: Person) -> Page:
    return person.post(MODULE + "/statement", {"agree": "y", "digest": STATEMENT.digest})


def test_a_new_student_is_greeted_and_led_to_the_first_lesson(app: Flask, session: Session, zoe: Membership) -> None:
    person = enter(app, session, zoe)
    home = person.get("/")
    assert home.status == 200 and home.heading == "Hello, Zoë"
    assert "Not started" in home.text and "Start" in home.text
    module = person.get(MODULE)
    assert module.heading == EXPECTATIONS.title and "0 of 10" in module.text
    lesson = person.get(f"{MODULE}/lessons/{EXPECTATIONS.lessons[0].id}")
    assert lesson.heading == EXPECTATIONS.lessons[0].title
    after = person.post(f"{MODULE}/lessons/{EXPECTATIONS.lessons[0].id}")
    assert after.heading == EXPECTATIONS.lessons[1].title
    home = person.get("/")
    assert home.one(".next-up h2").get_text() == EXPECTATIONS.lessons[1].title
    assert [it.get_text(strip=True) for it in home.soup.select("main .btn-primary")] == ["Continue"]
    assert f"Continue: {EXPECTATIONS.lessons[1].title}" in person.get(MODULE).text


def test_a_student_without_a_name_is_greeted_too(app: Flask, session: Session, zoe: Membership) -> None:
    zoe.user.name = zoe.user.given_name = ""
    session.commit()
    assert enter(app, session, zoe).get("/").heading == "Hello"


def test_from_the_first_page_to_a_score_on_its_way(app: Flask, session: Session, zoe: Membership) -> None:
    person = enter(app, session, zoe)
    for lesson in EXPECTATIONS.lessons:
        assert person.post(f"{MODULE}/lessons/{lesson.id}").status == 200
    assert "Accepted" in person.post(f"{MODULE}/practice/{content.CONTACTS.id}", {**CONTACTS, "check": "1"}).text
    assert "Accepted" in person.post(MODULE + "/scope", {**SCOPE, "check": "1"}).text
    result = do_check(person, wrong=1)
    assert "7 of 8 right" in result.text and "You have passed" in result.text
    assert "You signed this" in sign(person).text
    home = person.get("/")
    assert "Complete" in home.text and "9 of 10 points · on its way to the gradebook" in home.text

    delivery = session.scalars(select(Delivery).join(LineItem).where(LineItem.tag == "module:expectations")).one()
    assert (delivery.score_given, delivery.score_maximum) == (9.0, 10.0)
    assert delivery.comment == "Check 7 of 8, scope template accepted, statement signed."
    fact = session.scalars(select(Fact)).one()
    assert (fact.kind, fact.key, fact.version) == ("attestation", "statement", f"1:{STATEMENT.digest}")
    delivery.state, delivery.finished_at = DeliveryState.DELIVERED, NOW
    session.commit()
    assert "9 of 10 points · sent to the gradebook 1 Sep 2026, 08:00 UTC" in person.get("/").text

    do_check(person)
    assert "10 of 10 points · on its way" in person.get(MODULE).text


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        (DeliveryState.KEPT_THEIRS, "changed_in_gradebook", "your teacher set another grade in the gradebook"),
        (DeliveryState.PARKED, "course_concluded", "The course has ended, so its gradebook takes no more scores"),
        (DeliveryState.PARKED, "no_gradebook_service", "has not connected its gradebook yet; nothing is lost"),
    ],
)
def test_a_score_that_does_not_arrive_is_explained(
    app: Flask, session: Session, zoe: Membership, state: str, reason: str, words: str
) -> None:
    person = enter(app, session, zoe)
    finish_all(person)
    delivery = session.scalars(select(Delivery).join(LineItem).where(LineItem.tag == "module:expectations")).one()
    delivery.state, delivery.reason, delivery.finished_at = state, reason, NOW
    session.commit()
    assert words in person.get("/").text


def finish_all(person: Person) -> None:
    person.post(f"{MODULE}/practice/{content.CONTACTS.id}", {**CONTACTS, "check": "1"})
    person.post(MODULE + "/scope", {**SCOPE, "check": "1"})
    do_check(person)
    sign(person)


def test_every_page_has_one_heading_and_a_title(app: Flask, session: Session, zoe: Membership) -> None:
    person = enter(app, session, zoe)
    paths = ["/", MODULE, MODULE + "/scope", MODULE + "/check", MODULE + "/statement"]
    paths += [f"{MODULE}/lessons/{it.id}" for it in EXPECTATIONS.lessons]
    paths += [f"{MODULE}/practice/{it.id}" for it in EXPECTATIONS.activities]
    titles = set()
    for path in paths:
        page = person.get(path)
        assert page.status == 200 and page.heading
        assert page.soup.title is not None
        titles.add(page.soup.title.get_text())
        assert not page.soup.select("[style], main script")
        assert 'href="lesson:' not in page.response.get_data(as_text=True)
    assert len(titles) == len(paths)


def test_sorting_is_explained_and_kept_and_can_be_cleared(app: Flask, session: Session, zoe: Membership) -> None:
    person = enter(app, session, zoe)
    path = f"{MODULE}/practice/{content.SORT.id}"
    right = {f"answer-{item.id}": item.answer for item in content.SORT.items}
    page = person.post(path, right)
    assert "You have 10 of 10 right" in page.text and len(page.soup.select(".feedback-correct")) == 10
    again = person.get(path)
    assert len(again.soup.select("input[checked]")) == 10
    some = dict(list(right.items())[:2])
    assert "Some statements are still open" in person.post(path, some).text
    cleared = person.post(path, {"clear": "1"})
    assert "cleared" in cleared.text and not cleared.soup.select("input[checked]")
    assert session.scalars(select(Result)).all() == []
    session.rollback()


def test_marking_a_brief_is_explained(app: Flask, session: Session, zoe: Membership) -> None:
    person = enter(app, session, zoe)
    problems = {f"answer-{part.id}": "y" for part in content.MARK.parts if part.is_problem}
    path = f"{MODULE}/practice/{content.MARK.id}"
    fine = next(part.id for part in content.MARK.parts if not part.is_problem)
    page = person.post(path, {**problems, f"answer-{fine}": "y"})
    assert f"You found {len(problems)} of {len(problems)} problems" in page.text
    assert "You also ticked 1 sentence that is fine" in page.text
    assert len(person.get(path).soup.select("input[checked]")) == len(problems) + 1


def test_a_draft_is_kept_whatever_is_typed(app: Flask, session: Session, zoe: Membership) -> None:
    person = enter(app, session, zoe)
    typed = {"answer-task": "Help  the team\x00\r\n<b>now</b>", "answer-hours": "It depends", "answer-start": "Soon"}
    page = person.post(MODULE + "/scope", {**typed, "save": "1"})
    assert "Saved. You can go on later" in page.text and not page.soup.select(".field-error")
    again = person.get(MODULE + "/scope")
    assert again.one("textarea").get_text().strip() == "Help  the team\n<b>now</b>"
    assert again.one("#answer-start")["value"] == "Soon", "shown although it is no date"
    assert again.one("form[data-draft-key]")["data-draft-saved-at"]


def test_a_scope_with_faults_says_what_to_do_and_loses_nothing(app: Flask, session: Session, zoe: Membership) -> None:
    person = enter(app, session, zoe)
    page = person.post(MODULE + "/scope", {**SCOPE, "answer-task": "Help the team", "check": "1"})
    assert "1 thing to change. Your text is saved." in page.text
    assert page.soup.title is not None and page.soup.title.get_text().startswith("Error: ")
    (link,) = page.soup.select(".error-summary a")
    assert page.one(str(link["href"])).name == "textarea"
    assert page.one("#answer-pay")["value"] == SCOPE["answer-pay"]
    assert "Not" not in person.get(MODULE).text.split("My project scope")[1][:20]
    accepted = person.post(MODULE + "/scope", {**SCOPE, **stamp(page), "check": "1"})
    assert "Nothing is missing" in accepted.text and not accepted.soup.select("textarea")
    opened = person.get(MODULE + "/scope?edit=1")
    worse = person.post(MODULE + "/scope", {**SCOPE, **stamp(opened), "answer-task": "Help", "check": "1"})
    assert "the accepted text stays" in worse.text
    assert "Accepted" in person.get(MODULE + "/scope?edit=1").text
    session.expire_all()
    draft = session.scalars(select(Draft)).one()
    assert draft.accepted is not None and draft.accepted["task"] == SCOPE["answer-task"]
    session.rollback()


def test_a_check_with_open_questions_keeps_the_answers(app: Flask, session: Session, zoe: Membership) -> None:
    person = enter(app, session, zoe)
    page = person.post(MODULE + "/check/start")
    some = dict(list(key_of(page).items())[:6])
    refused = person.post(MODULE + "/check/tries/1", {**some, "hand_in": "1"})
    assert "Some questions have no answer yet" in refused.text
    assert len(refused.soup.select(".error-summary a")) == 2
    assert len(refused.soup.select("input[checked]")) == 6
    saved = person.post(MODULE + "/check/tries/1", {**key_of(page), "save": "1"})
    assert saved.heading == EXPECTATIONS.title and "Saved" in saved.text
    intro = person.get(MODULE + "/check")
    assert "You have begun try 1" in intro.text and "Go on with try 1" in intro.text
    assert len(person.post(MODULE + "/check/start").soup.select("input[checked]")) == 8
    assert session.scalars(select(Attempt)).one().submitted_at is None
    session.rollback()


def test_handing_in_twice_shows_the_same_result(app: Flask, session: Session, zoe: Membership) -> None:
    person = enter(app, session, zoe)
    page = person.post(MODULE + "/check/start")
    first = person.post(MODULE + "/check/tries/1", {**key_of(page, wrong=4), "hand_in": "1"})
    second = person.post(MODULE + "/check/tries/1", {**key_of(page), "hand_in": "1"})
    third = person.post(MODULE + "/check/tries/1", {**key_of(page), "save": "1"})
    assert "4 of 8 right" in first.text and "4 of 8 right" in second.text and third.status == 200
    assert "4 of 8 right" in person.get(MODULE + "/check/tries/1").text
    assert len(first.soup.select(".feedback-incorrect")) == 4
    assert "Why not the other answers?" in first.text


def test_after_three_tries_the_page_says_whom_to_ask(app: Flask, session: Session, zoe: Membership) -> None:
    person = enter(app, session, zoe)
    for _ in range(3):
        last = do_check(person, wrong=8)
    assert "ask your teacher to unlock another one" in last.text
    intro = person.get(MODULE + "/check")
    assert "You have no tries left" in intro.text
    assert not intro.soup.select("main form")
    refused = person.post(MODULE + "/check/start")
    assert "You have no tries left. Ask your teacher" in refused.text


def test_a_statement_needs_the_tick_and_the_text_that_was_shown(app: Flask, session: Session, zoe: Membership) -> None:
    person = enter(app, session, zoe)
    assert "Nothing is signed yet" in person.post(MODULE + "/statement", {"digest": STATEMENT.digest}).text
    changed = person.post(MODULE + "/statement", {"agree": "y", "digest": "an older text"})
    assert "The statement was changed a moment ago" in changed.text
    assert session.scalars(select(Fact)).all() == []
    session.rollback()
    signed = sign(person)
    assert "You signed this" in signed.text and not signed.soup.select("main form")
    assert "You signed this" in sign(person).text


def test_a_weak_visit_signs_in_a_new_window(app: Flask, session: Session, zoe: Membership) -> None:
    person = enter(app, session, zoe, is_weak=True)
    page = person.get(MODULE + "/statement")
    assert "Sign in a new window" in page.text
    assert page.one("main form")["target"] == "_blank"
    assert page.one("main form input[name=path]")["value"] == MODULE + "/statement"
    refused = person.post(MODULE + "/statement", {"agree": "y", "digest": STATEMENT.digest})
    assert refused.status == 403
    assert "Accepted" in person.post(MODULE + "/scope", {**SCOPE, "check": "1"}).text, "all else works"
    assert session.scalars(select(Fact)).all() == []
    session.rollback()


def test_nobody_works_in_the_name_of_a_student(app: Flask, session: Session, zoe: Membership) -> None:
    person = enter(app, session, zoe, is_masquerade=True)
    assert person.get(MODULE).status == 200
    for path in ("/scope", "/statement", "/check/start", f"/lessons/{EXPECTATIONS.lessons[0].id}"):
        assert person.post(MODULE + path, {"agree": "y"}).status == 403
    assert session.scalars(select(PartProgress)).all() == []
    session.rollback()


def test_the_test_student_may_do_everything_and_nothing_is_sent(app: Flask, session: Session) -> None:
    context = make_context(session, lineitems_url="http://127.0.0.1:9000/lineitems")
    person = enter(app, session, make_member(session, "Test Student", context=context, is_test_user=True))
    finish_all(person)
    assert "10 of 10 points · kept here and not sent to a gradebook" in person.get("/").text
    assert session.scalars(select(Delivery)).all() == []
    session.rollback()


@pytest.mark.parametrize(
    "path",
    [
        "/modules/nothing",
        MODULE + "/lessons/nothing",
        MODULE + "/practice/nothing",
        MODULE + "/assets/nothing.png",
        MODULE + "/check/tries/7",
    ],
)
def test_what_does_not_exist_is_said_kindly(app: Flask, session: Session, zoe: Membership, path: str) -> None:
    page = enter(app, session, zoe).get(path)
    assert page.status == 404 and "What to do next" in page.text


@pytest.mark.parametrize(
    ("role", "words"),
    [(CourseRole.OBSERVER, "You are watching this course"), (CourseRole.NONE, "You have no role in this course yet")],
)
def test_people_without_work_here_get_a_friendly_page(
    app: Flask, session: Session, zoe: Membership, role: CourseRole, words: str
) -> None:
    person = enter(app, session, zoe, role=role)
    assert person.get("/").heading == words
    assert person.get(MODULE).status == 403


def test_outside_of_a_course_there_is_nothing_to_do(app: Flask, session: Session, zoe: Membership) -> None:
    person = enter(app, session, zoe, has_context=False)
    assert person.get("/").heading == "Open this from a course"
    assert person.get(MODULE).status == 404
