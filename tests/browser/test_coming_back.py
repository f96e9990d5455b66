"""Reload, back, restored tabs and double presses: no page breaks, and nothing is lost or done twice."""

import re

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import func, select

from lti_tool.assessment.models import Attempt
from lti_tool.gradebook.models import Fact
from lti_tool.sandbox import Rules
from lti_tool.web.models import Visit
from tests.browser.chromium import Cookies
from tests.browser.conftest import RULES, Stage, Worlds
from tests.browser.people import BAD_TASK, Person

# Each mode with one LMS's rules; the refused one with both, since each LMS has its own way to bind a launch there.
COMBINATIONS = [
    pytest.param("moodle", Cookies.ALLOWED, id="moodle-allowed"),
    pytest.param("canvas", Cookies.BLOCKED, id="canvas-blocked"),
    pytest.param("moodle", Cookies.REFUSED, id="moodle-refused"),
    pytest.param("canvas", Cookies.REFUSED, id="canvas-refused"),
]
FRIENDLY = "Open this from your course"


def list_page_kinds(person: Person) -> dict[str, str]:
    """Path of each kind of page that a student who has begun meets, with its heading."""
    module = person.world.module
    assert module.check and module.scope and module.statement
    here = f"/modules/{module.slug}"
    kinds = {
        "/": f"Hello, {person.world.lms.get_person(person.username)['given']}",
        here: module.title,
        f"{here}/lessons/{module.lessons[0].id}": module.lessons[0].title,
        f"{here}/check": module.check.title,
        f"{here}/check/tries/1": "Result of try 1",
        f"{here}/check/tries/2": module.check.title,
        f"{here}/scope": module.scope.title,
        f"{here}/statement": module.statement.title,
    }
    return kinds | {f"{here}/practice/{activity.id}": activity.title for activity in module.activities}


@pytest.mark.parametrize(("rules", "cookies"), COMBINATIONS[:3])
def test_every_page_survives_reload_and_back(worlds: Worlds, stage: Stage, rules: Rules, cookies: Cookies) -> None:
    world, item = worlds.get(rules)
    student = stage.open(world, cookies)
    student.launch(item)
    student.start_check()
    student.answer_check(wrong=4)
    student.press("Hand in")
    student.press("Try again")
    expect(student.frame.get_by_role("button", name="Hand in")).to_be_visible()
    student.answer_check(wrong=1)
    student.press("Save for later")
    student.sees(world.module.title)
    student.go("/scope")
    student.fill({"task": BAD_TASK})
    student.press("Check my project")
    expect(student.frame.locator("#error-summary")).to_be_visible()

    before = ""
    for path, heading in list_page_kinds(student).items():
        student.visit(path)
        student.sees(heading)
        student.frame.evaluate("() => window.location.reload()")
        student.sees(heading)
        if before:
            student.go_back()
            student.sees(before)
            student.visit(path)
            student.sees(heading)
        before = heading
    student.visit(f"/modules/{world.module.slug}/scope")
    expect(student.frame.locator('[name="answer-task"]')).to_have_value(BAD_TASK)
    student.visit(f"/modules/{world.module.slug}/check/tries/2")
    expect(student.frame.locator("input[type=radio]:checked")).to_have_count(8)


@pytest.mark.parametrize("cookies", Cookies)
@pytest.mark.parametrize("rules", RULES)
def test_reloading_the_course_page_right_after_a_launch(
    worlds: Worlds, stage: Stage, rules: Rules, cookies: Cookies
) -> None:
    world, item = worlds.get(rules)
    student = stage.open(world, cookies)
    student.launch(item, heading=None)
    student.page.reload()
    student.enter_frame(world.module.title)
    student.go(f"/lessons/{world.module.lessons[0].id}")
    student.sees(world.module.lessons[0].title)
    student.page.reload()
    # A browser shows the frame's last page or starts the activity again; both are pages of a visit.
    student.enter_frame(None)
    either = re.compile(f"^({re.escape(world.module.lessons[0].title)}|{re.escape(world.module.title)})$")
    expect(student.frame.get_by_role("heading", level=1)).to_have_text(either)


@pytest.mark.parametrize(("rules", "cookies"), COMBINATIONS)
def test_a_restored_tab(worlds: Worlds, stage: Stage, rules: Rules, cookies: Cookies) -> None:
    world, item = worlds.get(rules)
    student = stage.open(world, cookies)
    student.launch(item)
    student.go("/scope")
    student.fill({"task": BAD_TASK})
    student.press("Save draft")
    expect(student.frame.get_by_text("Saved. You can go on later")).to_be_visible()
    lms_page, framed = student.page.url, student.frame.url
    student.page.close()

    student.page = student.context.new_page()
    student.page.goto(lms_page)
    student.enter_frame(world.module.title)
    student.go("/scope")
    expect(student.frame.locator('[name="answer-task"]')).to_have_value(BAD_TASK)

    # The frame's own address belongs to the frame: the cookie is partitioned, or there is none.
    student.page.goto(framed)
    student.frame = student.page.main_frame
    student.sees(FRIENDLY)

    student.launch_window(item)
    student.sees(world.module.title)
    assert strength_of(student) == "strong", "a window of its own keeps its cookie"
    window = student.page.url
    student.page.close()
    student.page = student.context.new_page()
    student.page.goto(window)
    student.frame = student.page.main_frame
    student.sees(world.module.title)
    student.go("/scope")
    expect(student.frame.locator('[name="answer-task"]')).to_have_value(BAD_TASK)


@pytest.mark.parametrize("rules", RULES)
def test_a_weak_visit_ends_with_its_tab(worlds: Worlds, stage: Stage, rules: Rules) -> None:
    world, item = worlds.get(rules)
    student = stage.open(world, Cookies.REFUSED)
    student.launch(item)
    assert strength_of(student) == "weak"
    framed = student.frame.url
    student.page.goto(framed)
    student.frame = student.page.main_frame
    student.sees(FRIENDLY)
    student.page.reload()
    student.sees(FRIENDLY)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_pressing_twice_does_a_thing_once(worlds: Worlds, stage: Stage, scripts: bool) -> None:
    world, item = worlds.get("moodle")
    student = stage.open(world, scripts=scripts)
    student.launch(item)
    student.go("/check")
    twice(student, "Start")
    expect(student.frame.get_by_role("button", name="Hand in")).to_be_visible()
    student.answer_check()
    twice(student, "Hand in")
    expect(student.frame.get_by_text("8 of 8 right", exact=True)).to_be_visible()
    student.give_contacts()
    student.go("/scope")
    student.fill(student.good_scope())
    twice(student, "Check my project")
    expect(student.frame.get_by_text("Accepted", exact=True).first).to_be_visible()
    student.open_statement()
    student.frame.locator('input[name="agree"]').check()
    twice(student, "Sign the statement")
    expect(student.frame.get_by_text("You signed this")).to_be_visible()
    with world.session() as session:
        user_id = session.scalars(select(Visit.user_id).order_by(Visit.id.desc())).first()
        tries = session.scalar(select(func.count()).select_from(Attempt).where(Attempt.user_id == user_id))
        facts = session.scalars(select(Fact.kind).where(Fact.user_id == user_id)).all()
    assert tries == 1
    assert len(facts) == len(set(facts)) > 0
    assert world.work().delivered == 1
    score = world.find_score(student.username)
    assert score is not None and score.score == 10


def twice(student: Person, name: str) -> None:
    button: Locator = student.frame.get_by_role("button", name=name, exact=True)
    button.dblclick()


def strength_of(student: Person) -> str:
    """How the newest visit is bound."""
    with student.world.session() as session:
        return str(session.scalars(select(Visit.strength).order_by(Visit.id.desc())).first())
