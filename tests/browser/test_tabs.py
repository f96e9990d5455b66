"""Tabs, profiles and copied addresses: two courses and two roles never mix, and nobody enters by a pasted address."""

import pytest
from playwright.sync_api import expect

from lti_tool.sandbox import Rules
from lti_tool.sandbox.store import Row
from tests.browser.chromium import Cookies
from tests.browser.conftest import RULES, Stage, Worlds
from tests.browser.people import Person
from tests.browser.world import ASSISTANT, OTHER_COURSE, World

FRIENDLY = "Open this from your course"


def other_item(world: World) -> Row:
    found = world.lms.list_items(OTHER_COURSE)
    return found[0] if found else world.add_item(OTHER_COURSE)


def second_tab(person: Person) -> Person:
    other = Person(person.world, person.context)
    other.username = person.username
    return other


@pytest.mark.parametrize("rules", RULES)
def test_a_teacher_here_is_a_student_there(worlds: Worlds, stage: Stage, rules: Rules) -> None:
    world, item = worlds.get(rules)
    assisting = stage.open(world, username=ASSISTANT)
    studying = second_tab(assisting)
    assisting.launch(item, heading="Class overview")
    studying.launch(other_item(world))
    expect(assisting.frame.locator(".role-tag")).to_have_text("Staff view")
    expect(studying.frame.locator(".role-tag")).to_have_count(0)

    lesson = world.module.lessons[0]
    for tab in (assisting, studying):
        tab.visit(f"/modules/{world.module.slug}/lessons/{lesson.id}")
        tab.sees(lesson.title)
    expect(assisting.frame.get_by_role("button", name="Mark as read and continue")).to_have_count(0)
    studying.turn_to()
    studying.press("Mark as read and continue")
    studying.sees(world.module.lessons[1].title)
    assisting.visit("/")
    assisting.sees("Class overview")
    studying.visit("/")
    studying.sees("Hello, Priya")
    expect(studying.frame.locator(".course")).to_contain_text("Professional communication")
    expect(assisting.frame.locator(".course")).to_contain_text("Micro-internship readiness")


@pytest.mark.parametrize("cookies", [Cookies.BLOCKED, Cookies.REFUSED])
def test_work_stays_in_its_course(worlds: Worlds, stage: Stage, cookies: Cookies) -> None:
    world, item = worlds.get("canvas")
    first = stage.open(world, cookies)
    second = second_tab(first)
    first.launch(item)
    second.launch(other_item(world))
    for tab, task in ((first, "Build a poster for the readiness fair"), (second, "Write a guide for the next class")):
        tab.turn_to()
        tab.go("/scope")
        tab.fill({"task": task})
    second.turn_to()
    second.press("Save draft")
    expect(second.frame.get_by_text("Saved. You can go on later")).to_be_visible()
    first.turn_to()
    first.press("Save draft")
    expect(first.frame.get_by_text("Saved. You can go on later")).to_be_visible()
    for tab, task in ((second, "Write a guide for the next class"), (first, "Build a poster for the readiness fair")):
        tab.turn_to()
        tab.visit(f"/modules/{world.module.slug}")
        tab.sees(world.module.title)
        tab.go("/scope")
        expect(tab.frame.locator('[name="answer-task"]')).to_have_value(task)


@pytest.mark.parametrize("cookies", Cookies)
def test_an_address_pasted_into_another_browser(worlds: Worlds, stage: Stage, cookies: Cookies) -> None:
    world, item = worlds.get("moodle")
    owner = stage.open(world, cookies)
    owner.launch(item)
    owner.go("/scope")
    owner.sees("My project scope")
    elsewhere = Cookies.BLOCKED if cookies is Cookies.ALLOWED else Cookies.ALLOWED
    other = stage.open(world, elsewhere)
    # Somebody who has a visit, and so a cookie, of their own.
    other.launch_window(item)
    other.sees(world.module.title)
    other.page.goto(owner.frame.url)
    other.sees(FRIENDLY)
    expect(other.frame.locator("form")).to_have_count(0)
    owner.frame.evaluate("() => window.location.reload()")
    owner.sees("My project scope")
