"""What somebody has typed is never lost: not by a reload, an ended visit, or a browser that keeps nothing."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from lti_tool import clock
from lti_tool.sandbox import Rules
from lti_tool.web.models import Visit
from tests.browser.chromium import Cookies
from tests.browser.conftest import Stage, Worlds
from tests.browser.world import World

TASK = "Design a two-page flyer for the open day"
PUT_BACK = "We put back what you had typed before. It is not sent yet."


def test_unsaved_text_survives_a_reload(worlds: Worlds, stage: Stage) -> None:
    """Where a framed page may keep something for its tab; Chromium refuses that together with cookies."""
    world, item = worlds.get("moodle")
    student = stage.open(world, Cookies.ALLOWED)
    student.launch(item)
    student.go("/scope")
    student.fill({"task": TASK})
    # Sooner than the page saves by itself.
    student.frame.evaluate("() => window.location.reload()")
    task = student.frame.locator('[name="answer-task"]')
    expect(student.frame.get_by_text(PUT_BACK)).to_be_visible()
    expect(task).to_have_value(TASK)
    student.press("Save draft")
    expect(student.frame.get_by_text("Saved. You can go on later")).to_be_visible()
    expect(student.frame.get_by_text(PUT_BACK)).to_have_count(0)
    expect(task).to_have_value(TASK)


@pytest.mark.parametrize(
    ("rules", "cookies"),
    [("moodle", Cookies.ALLOWED), ("canvas", Cookies.BLOCKED), ("moodle", Cookies.REFUSED)],
)
def test_a_saved_draft_waits_for_the_next_launch(worlds: Worlds, stage: Stage, rules: Rules, cookies: Cookies) -> None:
    """Even where the browser has forgotten everything in between."""
    world, item = worlds.get(rules)
    student = stage.open(world, cookies)
    student.launch(item)
    student.go("/scope")
    student.fill({"task": TASK})
    student.press("Save draft")
    expect(student.frame.get_by_text("Saved. You can go on later")).to_be_visible()
    student.page.close()
    student.context.clear_cookies()
    student.page = student.context.new_page()
    student.sign_in(student.username)
    student.launch(item)
    student.go("/scope")
    expect(student.frame.locator('[name="answer-task"]')).to_have_value(TASK)


@pytest.mark.parametrize("cookies", [Cookies.ALLOWED, Cookies.REFUSED])
def test_an_ended_visit_shows_the_text_again(worlds: Worlds, stage: Stage, cookies: Cookies) -> None:
    world, item = worlds.get("canvas")
    student = stage.open(world, cookies)
    student.launch(item)
    student.go("/scope")
    student.fill({"task": TASK})
    end_visits(world)
    student.press("Save draft")
    expect(student.frame.get_by_role("heading", name="Your text is still here")).to_be_visible()
    expect(student.frame.get_by_label("Text 1")).to_have_value(TASK)
    expect(student.frame.get_by_label("Text 1")).to_have_js_property("readOnly", True)
    student.launch(item)
    student.go("/scope")
    task = student.frame.locator('[name="answer-task"]')
    if cookies is Cookies.ALLOWED:
        expect(student.frame.get_by_text(PUT_BACK)).to_be_visible()
        expect(task).to_have_value(TASK)
    else:
        expect(task).to_have_value("")


def end_visits(world: World) -> None:
    with world.session() as session:
        session.execute(update(Visit).values(ends_at=clock.now() - timedelta(seconds=1)))
        session.commit()
