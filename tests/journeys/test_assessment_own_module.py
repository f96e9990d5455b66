"""An institution's own module beside the shipped one: lessons alone, with an image and without points."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

import lti_tool.app
from lti_tool.config import Settings
from lti_tool.content.service import default_content_dir, load_catalogue
from lti_tool.gradebook.queries import find_result
from lti_tool.lti.roles import CourseRole
from lti_tool.roster.models import Membership
from tests.builders import make_context, make_member
from tests.journeys.visits import enter

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
# Ours and the institution's one.
COUNT = len(load_catalogue([default_content_dir()]).modules) + 1
MODULE = """
id: welcome
slug: welcome
title: Welcome to Riverbend
summary: Where to find people.
order: 50
minutes: 2
points: 0
outcomes:
  - {id: find, text: Find the office.}
lessons: [hall.md]
"""
LESSON = """---
id: hall
title: The hall
minutes: 2
outcomes: [find]
---
Go through the [hall](lesson:hall).

![The door of the office](door.png)
"""


@pytest.fixture
def own_app(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    folder = tmp_path / "content" / "welcome"
    folder.mkdir(parents=True)
    (folder / "module.yaml").write_text(MODULE)
    (folder / "hall.md").write_text(LESSON)
    (folder / "door.png").write_bytes(PNG)
    app = lti_tool.app.create_app(replace(settings, content_dir=tmp_path / "content"))
    yield app
    app.extensions["lti_tool"].engine.dispose()


@pytest.fixture
def zoe(session: Session) -> Membership:
    context = make_context(session, lineitems_url="http://127.0.0.1:9000/lineitems")
    return make_member(session, "Zoë Núñez-Øster", context=context)


def test_a_module_of_lessons_is_complete_when_they_are_read(own_app: Flask, session: Session, zoe: Membership) -> None:
    person = enter(own_app, session, zoe)
    home = person.get("/")
    assert f"0 of {COUNT} complete" in home.text and "Welcome to Riverbend" in home.text
    overview = person.post("/modules/welcome/lessons/hall")
    assert overview.heading == "Welcome to Riverbend" and "You have finished this module" in overview.text
    result = find_result(session, zoe.context_id, zoe.user_id, "module:welcome")
    assert result is not None and (result.score_given, result.score_maximum) == (1, 1)
    programme = find_result(session, zoe.context_id, zoe.user_id, "programme")
    assert programme is not None and (programme.score_given, programme.score_maximum) == (1, COUNT)
    session.rollback()


def test_links_and_images_of_a_lesson_stay_inside_the_visit(own_app: Flask, session: Session, zoe: Membership) -> None:
    person = enter(own_app, session, zoe)
    lesson = person.get("/modules/welcome/lessons/hall")
    assert lesson.one(".prose a")["href"] == person.base + "/modules/welcome/lessons/hall"
    image = str(lesson.one(".prose img")["src"])
    response = person.get(image.removeprefix(person.base)).response
    assert response.status_code == 200 and response.data == PNG and response.mimetype == "image/png"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.close()


@pytest.mark.parametrize("path", ["/check", "/scope", "/statement", "/check/preview"])
def test_a_part_that_the_module_has_not_is_not_there(
    own_app: Flask, session: Session, zoe: Membership, path: str
) -> None:
    role = CourseRole.INSTRUCTOR if path.endswith("preview") else None
    assert enter(own_app, session, zoe, role=role).get("/modules/welcome" + path).status == 404


def test_a_class_has_a_column_for_each(own_app: Flask, session: Session, zoe: Membership) -> None:
    enter(own_app, session, zoe).post("/modules/welcome/lessons/hall")
    teacher = make_member(session, "Dr. Haddad", role=CourseRole.INSTRUCTOR)
    page = enter(own_app, session, teacher).get("/")
    assert page.soup.select("thead th")[COUNT].get_text() == "Welcome to Riverbend"
    row = page.one("tbody tr").get_text(" ", strip=True)
    assert row.startswith("Zoë Núñez-Øster Not started") and row.endswith("Complete 1 of 1 On its way")
