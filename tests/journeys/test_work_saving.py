"""Texts that are saved while somebody types, and the file of one's own work."""

import io
from typing import Any
from zipfile import ZipFile

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.assessment.catalog import Learner
from lti_tool.assessment.models import Attempt
from lti_tool.assessment.service import begin_part, finish_part
from lti_tool.lti.roles import CourseRole
from lti_tool.roster.models import Membership
from tests.builders import make_member
from tests.journeys.test_work import CRITERIA, MODULE, STRONG, WORK, decide, hand_in, write
from tests.journeys.visits import Person, enter
from tests.unit.assessment.content import SHIPPED

SCOPE = "/modules/expectations/scope"


def save_quietly(person: Person, path: str, stamp: str, **texts: str) -> tuple[int, dict[str, Any]]:
    """As the page's script does."""
    answers = {f"answer-{name.replace('_', '-')}": text for name, text in texts.items()}
    response = person.client.post(
        person.base + path,
        data={"csrf_token": person.form_token, "made_from": stamp, "save": "1", **answers},
        headers={**person.headers, "Accept": "application/json"},
    )
    return response.status_code, response.get_json(silent=True) or {}


def stamp_at(person: Person, path: str) -> str:
    return str(person.get(path).one("input[name=made_from]")["value"])


@pytest.mark.parametrize(("path", "field"), [(WORK + "?edit=1", "kickoff_subject"), (SCOPE, "task")])
def test_a_text_is_saved_while_somebody_types(zoe: Person, path: str, field: str) -> None:
    plain = path.split("?")[0]
    status, first = save_quietly(zoe, plain, "", **{field: "A first line"})
    assert status == 200 and first["stamp"]
    status, second = save_quietly(zoe, plain, first["stamp"], **{field: "A first line, and more"})
    assert status == 200 and second["stamp"] != first["stamp"]
    # The same once more, as after an answer that was lost.
    assert save_quietly(zoe, plain, first["stamp"], **{field: "A first line, and more"}) == (200, second)
    control = zoe.get(path).one(f"[name=answer-{field.replace('_', '-')}]")
    assert "A first line, and more" in (str(control.get("value", "")) + control.get_text())
    assert stamp_at(zoe, path) == second["stamp"]


def test_the_text_of_another_window_is_never_written_over(zoe: Person) -> None:
    _, old = save_quietly(zoe, WORK, "", kickoff_subject="Both begin here")
    status, _ = save_quietly(zoe, WORK, old["stamp"], kickoff_subject="The other window goes on", host="Food bank")
    assert status == 200
    status, said = save_quietly(zoe, WORK, old["stamp"], kickoff_subject="This window goes on")
    assert (status, said) == (409, {"other_window": True})
    page = zoe.get(WORK + "?edit=1")
    assert page.one("[name=answer-kickoff-subject]")["value"] == "The other window goes on"
    page = zoe.post(WORK, {"made_from": old["stamp"], "save": "1", "answer-kickoff-subject": "This window goes on"})
    assert "Both versions are here" in page.text
    assert page.one("[name=answer-host]")["value"] == "Food bank"
    assert not page.soup.select("form[data-autosave]")


def test_ratings_are_saved_too(zoe: Person) -> None:
    write(zoe, STRONG, "next")
    status, said = save_quietly(zoe, WORK + "/rating", "", **{CRITERIA[0].replace("-", "_"): "4"})
    assert status == 200 and said["stamp"]
    page = zoe.get(WORK + "/rating")
    assert page.one(f"input[name=answer-{CRITERIA[0]}][value='4']").has_attr("checked")


def test_a_visit_that_has_ended_is_told_by_its_status(app: Flask, zoe: Person) -> None:
    response = zoe.client.post("/v/ended" + WORK, data={"save": "1"}, headers={"Accept": "application/json"})
    assert response.status_code == 401


def test_own_work_goes_along_as_a_file(app: Flask, session: Session, member: Membership, zoe: Person) -> None:
    teacher = make_member(session, "Helena Marsh", context=member.context, role=CourseRole.INSTRUCTOR)
    amara = make_member(session, "Amara Okafor", context=member.context)
    session.commit()
    write(enter(app, session, amara), {"kickoff-subject": "Words of Amara"}, "save")
    empty = read_zip(enter(app, session, make_other(session, member)))
    assert list(empty) == ["my-work/index.html"] and "not written anything" in empty["my-work/index.html"]
    write(zoe, STRONG, "next")
    hand_in(zoe)
    decide(enter(app, session, teacher), member, 1, "returned", "Name the <day> in the first line.")
    zoe.post(SCOPE, {"save": "1", "answer-task": "A flyer for the open day"})
    files = read_zip(zoe)
    assert list(files) == ["my-work/index.html", "my-work/01-expectations.html", f"my-work/02-{MODULE.slug}.html"]
    assert "A flyer for the open day" in files["my-work/01-expectations.html"]
    own = files[f"my-work/02-{MODULE.slug}.html"]
    for words in ("version 1", "Sent back", "Name the <day> in the first line.", STRONG["kickoff-subject"], "3. "):
        assert words in own
    assert not any("Amara" in text for text in files.values())


def test_staff_have_no_own_work(app: Flask, session: Session, member: Membership) -> None:
    teacher = make_member(session, "Helena Marsh", context=member.context, role=CourseRole.INSTRUCTOR)
    session.commit()
    assert enter(app, session, teacher).get("/my-work").status == 403


def make_other(session: Session, member: Membership) -> Membership:
    found = make_member(session, "Lê Văn Bình", context=member.context)
    session.commit()
    return found


def read_zip(person: Person) -> dict[str, str]:
    response = person.client.get(person.base + "/my-work", headers=person.headers)
    assert response.status_code == 200 and response.mimetype == "application/zip"
    assert "attachment" in response.headers["Content-Disposition"]
    with ZipFile(io.BytesIO(response.data)) as archive:
        assert archive.testzip() is None
        return {
            it: BeautifulSoup(archive.read(it), "html.parser").get_text(" ", strip=True) for it in archive.namelist()
        }


def test_a_locked_check_says_whom_to_ask(session: Session, member: Membership, zoe: Person) -> None:
    learner, now = Learner(member.context_id, member.user_id), clock.now()
    assert MODULE.check is not None
    begin_part(session, learner, MODULE, MODULE.check.id, now)
    for number in range(1, MODULE.check.tries + 1):
        session.add(
            Attempt(
                context_id=member.context_id,
                user_id=member.user_id,
                module_id=MODULE.id,
                number=number,
                seed="seed",
                snapshot={"questions": []},
                answers={},
                started_at=now,
                saved_at=now,
                submitted_at=now,
                asked=8,
                points_maximum=8,
                version=MODULE.version,
            )
        )
    for part in MODULE.parts:
        if part.id != MODULE.check.id:
            finish_part(session, learner, MODULE, part.id, SHIPPED, now)
    session.commit()
    home = zoe.get("/")
    assert "Check locked" in home.text and "Your teacher can unlock another one" in home.text
    assert home.one(".next-up h2").get_text() == SHIPPED.modules[0].title
    module = zoe.get(f"/modules/{MODULE.slug}")
    assert "Nothing to do here right now" in module.text


def test_looking_in_is_remembered_but_not_for_others(
    app: Flask, session: Session, member: Membership, zoe: Person
) -> None:
    """Whoever acts as a student leaves no trace of having looked."""
    second = MODULE.lessons[1]
    enter(app, session, member, is_masquerade=True).get(f"/modules/{MODULE.slug}/lessons/{MODULE.lessons[2].id}")
    zoe.get(f"/modules/{MODULE.slug}/lessons/{second.id}")
    assert zoe.get("/").one(".next-up h2").get_text() == second.title
    state = zoe.get(f"/modules/{MODULE.slug}").text
    assert "0 of 9" in state and f"Continue: {second.title}" in state
