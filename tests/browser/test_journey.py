"""A student from signing in at the LMS to ten points in its gradebook, in every cookie mode and under both rules."""

import pytest
from playwright.sync_api import expect

from lti_tool.sandbox import Rules
from lti_tool.sandbox.store import Row
from tests.browser.chromium import DESKTOP, PHONE, Cookies, Size
from tests.browser.conftest import RULES, Stage, Worlds
from tests.browser.people import Person
from tests.browser.world import World

JOURNEYS = [
    pytest.param("moodle", Cookies.ALLOWED, PHONE, id="moodle-allowed-phone"),
    pytest.param("canvas", Cookies.ALLOWED, DESKTOP, id="canvas-allowed-desktop"),
    pytest.param("moodle", Cookies.BLOCKED, DESKTOP, id="moodle-blocked-desktop"),
    pytest.param("canvas", Cookies.BLOCKED, PHONE, id="canvas-blocked-phone"),
    pytest.param("moodle", Cookies.REFUSED, DESKTOP, id="moodle-refused-desktop"),
    pytest.param("canvas", Cookies.REFUSED, PHONE, id="canvas-refused-phone"),
]


@pytest.mark.parametrize(("rules", "cookies", "size"), JOURNEYS)
def test_a_student_earns_ten_points(worlds: Worlds, stage: Stage, rules: Rules, cookies: Cookies, size: Size) -> None:
    world, item = worlds.get(rules)
    student = stage.open(world, cookies, size=size)
    student.launch(item)
    # Lessons and practice are pages like others: where most and where least is kept is enough.
    student.complete(everything=(rules, cookies) in (("moodle", Cookies.ALLOWED), ("canvas", Cookies.REFUSED)))
    assert len(student.context.pages) == (3 if cookies is Cookies.REFUSED else 2), "only signing may need a window"
    assert_ten_points_arrive(world, student, item)


@pytest.mark.parametrize("rules", RULES)
def test_without_scripts(worlds: Worlds, stage: Stage, rules: Rules) -> None:
    world, item = worlds.get(rules)
    student = stage.open(world, size=PHONE, scripts=False)
    student.launch(item)
    student.complete(everything=rules == "moodle")
    assert_ten_points_arrive(world, student, item)


def assert_ten_points_arrive(world: World, student: Person, item: Row) -> None:
    """The tool says that the score is on its way, the LMS shows it, and then the tool says so too."""
    student.go("")
    expect(student.frame.get_by_text("You have finished this module")).to_be_visible()
    expect(student.frame.get_by_text("on its way to the gradebook")).to_be_visible()
    assert world.work().delivered == 1
    score = world.find_score(student.username)
    assert score is not None and (score.score, score.source) == (10, "tool")
    student.page = student.context.pages[1]
    student.page.goto(f"{world.lms_url}/courses/{item['course_id']}/grades")
    expect(student.page.locator(".own-grades .score")).to_have_text("10 of 10")
    expect(student.page.locator(".own-grades .comment")).to_contain_text("Check 8 of 8")
    student.open_course(item)
    expect(student.page.locator(".item-score")).to_have_text("Your grade: 10 of 10")
    student.launch(item)
    expect(student.frame.get_by_text("sent to the gradebook")).to_be_visible()
