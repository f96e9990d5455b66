"""Two windows on the same work: what one of them saved is never lost by the other without a word."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.assessment.models import Draft
from lti_tool.roster.models import Membership
from tests.builders import make_context, make_member
from tests.journeys.test_assessment_student import MODULE, SCOPE, key_of, stamp
from tests.journeys.visits import Page, Person, enter
from tests.unit.assessment.content import scope_template

PATH = MODULE + "/scope"
BLANK = {f"answer-{field.id}": "" for field in scope_template().fields}
LONG = "I compare the club's sign-up numbers of two years, by term and by faculty, and say what changed. " * 3
TASK, WORK = "answer-task", "answer-deliverable"


@pytest.fixture
def zoe(session: Session) -> Membership:
    context = make_context(session, lineitems_url="http://127.0.0.1:9000/lineitems")
    member = make_member(session, "Zoë Núñez-Øster", context=context)
    session.commit()
    return member


def save(person: Person, page: Page, button: str = "save", **answers: str) -> Page:
    """Send the whole form of a page, as a browser does."""
    fields = {f"answer-{name}": text for name, text in answers.items()}
    return person.post(PATH, {**BLANK, **stamp(page), **fields, button: "1"})


def stored(session: Session) -> dict[str, str]:
    session.expire_all()
    answers = {f"answer-{name}": text for name, text in session.scalars(select(Draft)).one().answers.items()}
    session.rollback()
    return answers


def test_an_empty_form_of_another_window_wipes_nothing(app: Flask, session: Session, zoe: Membership) -> None:
    person = enter(app, session, zoe)
    first, second = person.get(PATH), person.get(PATH)
    save(person, first, task=LONG)
    page = save(person, second, deliverable="A report of four pages")
    assert "Saved. You can go on later" in page.text and "another window" not in page.text
    assert stored(session) == {TASK: LONG.strip(), WORK: "A report of four pages"}
    assert LONG.strip() in page.one(f"#{TASK}").get_text()
    # The first window goes on with what it knows: the other field stays.
    save(person, first, task=LONG)
    assert stored(session)[WORK] == "A report of four pages"


@pytest.mark.parametrize("button", ["save", "check"])
def test_two_different_texts_are_shown_side_by_side(app: Flask, session: Session, zoe: Membership, button: str) -> None:
    person = enter(app, session, zoe)
    first, second = person.get(PATH), person.get(PATH)
    save(person, first, task=LONG, hours="10")
    page = save(person, second, button, task="Draw a poster", hours="10", deliverable="A poster")
    assert page.status == 200 and page.response.request.method == "POST", "no redirect: both texts are on this page"
    assert "You saved this in another window at" in page.text
    assert page.soup.title is not None and page.soup.title.get_text().startswith("Error: ")
    assert page.one(f"#{TASK}").get_text().strip() == "Draw a poster"
    other = page.one("#other-task")
    assert other.get_text().strip() == LONG.strip() and other.has_attr("readonly") and not other.has_attr("name")
    assert [str(it["href"]) for it in page.soup.select(".error-summary a")] == [f"#{TASK}"]
    assert not page.soup.select("#other-hours, #other-deliverable")
    assert stored(session) == {TASK: LONG.strip(), "answer-hours": "10", WORK: "A poster"}
    # Whoever leaves now finds the stored version again; saving once more decides.
    assert LONG.strip() in person.get(PATH).one(f"#{TASK}").get_text()
    decided = save(person, page, task="Draw a poster", hours="", deliverable="A poster")
    assert "Saved. You can go on later" in decided.text
    assert stored(session) == {TASK: "Draw a poster", WORK: "A poster"}


def test_the_window_that_wrote_the_stored_text_stays_in_date(app: Flask, session: Session, zoe: Membership) -> None:
    person = enter(app, session, zoe)
    old = person.get(PATH)
    mine = save(person, old, task=LONG)
    assert "another window" in save(person, old, task="Draw a poster").text
    assert "Saved. You can go on later" in save(person, mine, task="Compare the numbers").text
    assert stored(session) == {TASK: "Compare the numbers"}


@pytest.mark.parametrize("button", ["save", "check"])
def test_a_double_click_is_no_second_window(app: Flask, session: Session, zoe: Membership, button: str) -> None:
    person = enter(app, session, zoe)
    fields = {**SCOPE, **stamp(person.get(PATH)), button: "1"}
    pages = [person.post(PATH, fields), person.post(PATH, fields)]
    for page in pages:
        assert ("Saved. You can go on later" if button == "save" else "Nothing is missing") in page.text
        assert "another window" not in page.text
    assert stored(session) == SCOPE


def test_a_window_may_empty_the_fields_that_it_has_seen(app: Flask, session: Session, zoe: Membership) -> None:
    person = enter(app, session, zoe)
    page = save(person, person.get(PATH), task=LONG)
    save(person, page)
    assert stored(session) == {}


def test_answers_of_two_windows_come_together_in_one_try(app: Flask, session: Session, zoe: Membership) -> None:
    person = enter(app, session, zoe)
    page = person.post(MODULE + "/check/start")
    right = list(key_of(page).items())
    wrong = dict(key_of(page, wrong=8))
    path = MODULE + "/check/tries/1"
    person.post(path, {**dict(right[:5]), right[5][0]: wrong[right[5][0]], "save": "1"})
    # Opened before that, with nothing chosen: one answer is newer, the others are missing.
    person.post(path, {**dict(right[5:7]), "save": "1"})
    assert len(person.get(path).soup.select("input[checked]")) == 7
    result = person.post(path, {**dict(right[7:]), "hand_in": "1"})
    assert "8 of 8 right" in result.text
