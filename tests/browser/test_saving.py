"""Text that is saved while somebody types, and a practice recording that never leaves the device."""

import re

import pytest
from playwright.sync_api import Locator, Page, Request, expect
from sqlalchemy import update

from lti_tool import clock
from lti_tool.web.models import Visit
from tests.browser.chromium import Cookies
from tests.browser.conftest import Stage, Worlds
from tests.browser.people import Person
from tests.browser.test_states import ETIQUETTE, INTERVIEW
from tests.browser.world import World

SAVED = re.compile(r"^Saved \d+:\d\d")
WRITING = f"{ETIQUETTE}/own-work?edit=1"
FIELD = '[name="answer-kickoff-subject"]'


def open_writing(stage: Stage, worlds: Worlds, cookies: Cookies = Cookies.ALLOWED) -> tuple[World, Person, Locator]:
    world, item = worlds.get("moodle")
    student = stage.open(world, cookies)
    student.launch(item)
    go_to_writing(student)
    return world, student, student.frame.locator("[data-save-status]")


def go_to_writing(student: Person) -> None:
    student.visit(WRITING)
    expect(student.frame.locator(FIELD)).to_be_visible()


@pytest.mark.parametrize("cookies", [Cookies.ALLOWED, Cookies.REFUSED])
def test_typing_is_enough(worlds: Worlds, stage: Stage, cookies: Cookies) -> None:
    """Also where the browser keeps nothing: the server does."""
    _, student, status = open_writing(stage, worlds, cookies)
    student.frame.locator(FIELD).press_sequentially("Volunteer list: can we talk")
    expect(status).to_have_text(SAVED)
    student.frame.locator(FIELD).press_sequentially(" on Tuesday?")
    with student.page.expect_response(lambda it: it.request.method == "POST" and it.ok):
        pass
    student.visit(WRITING)
    expect(student.frame.locator(FIELD)).to_have_value("Volunteer list: can we talk on Tuesday?")
    expect(student.frame.locator("[data-draft-status]")).to_be_empty()


def test_a_button_pressed_in_the_middle_of_saving_finds_one_text(worlds: Worlds, stage: Stage) -> None:
    _, student, _ = open_writing(stage, worlds)
    student.frame.evaluate("""() => {
        const real = window.fetch;
        window.fetch = async (...given) => {
            const answer = await real(...given);
            document.documentElement.dataset.saving = "1";
            await new Promise((done) => setTimeout(done, 1200));
            return answer;
        };
    }""")
    student.frame.locator(FIELD).fill("First words")
    expect(student.frame.locator("html")).to_have_attribute("data-saving", "1")
    student.frame.locator(FIELD).fill("First words, and the last")
    student.press("Save draft")
    expect(student.frame.get_by_text("Draft saved.")).to_be_visible()
    expect(student.frame.locator(FIELD)).to_have_value("First words, and the last")
    expect(student.frame.locator("#error-summary")).to_have_count(0)


def test_two_windows_are_told_and_lose_nothing(worlds: Worlds, stage: Stage) -> None:
    world, item = worlds.get("moodle")
    student = stage.open(world)
    student.launch_window(item)
    go_to_writing(student)
    status = student.frame.locator("[data-save-status]")
    student.frame.locator(FIELD).fill("Both begin here")
    expect(status).to_have_text(SAVED)
    other = student.context.new_page()
    other.goto(student.visit_url + WRITING)
    other.locator(FIELD).fill("The other window")
    expect(other.locator("[data-save-status]")).to_have_text(SAVED)
    expect(other.locator("form")).to_have_attribute("data-draft-saved-at", re.compile("."))
    student.page.bring_to_front()
    student.frame.locator(FIELD).fill("This window")
    expect(status).to_contain_text("in another window")
    student.press("Save draft")
    expect(student.frame.get_by_text("Both versions are here")).to_be_visible()
    expect(student.frame.locator(FIELD)).to_have_value("This window")
    expect(student.frame.locator("#other-kickoff-subject")).to_have_value("The other window")


def test_without_a_connection_it_keeps_trying(worlds: Worlds, stage: Stage) -> None:
    _, student, status = open_writing(stage, worlds)
    student.context.set_offline(True)
    student.frame.locator(FIELD).fill("Written on the train")
    expect(status).to_contain_text("no connection")
    student.context.set_offline(False)
    expect(status).to_have_text(SAVED)


def test_a_visit_that_ends_in_mid_sentence(worlds: Worlds, stage: Stage) -> None:
    world, student, status = open_writing(stage, worlds)
    with world.session() as session:
        session.execute(update(Visit).values(ends_at=clock.now()))
        session.commit()
    student.frame.locator(FIELD).fill("In the middle of a")
    expect(status).to_contain_text("this visit has ended")
    expect(student.frame.locator(FIELD)).to_have_value("In the middle of a")
    _, item = worlds.get("moodle")
    student.launch(item)
    go_to_writing(student)
    expect(student.frame.locator(FIELD)).to_have_value("In the middle of a")
    expect(student.frame.locator("[data-save-status]")).to_have_text(SAVED)


def test_a_recording_stays_on_the_device(worlds: Worlds, stage: Stage) -> None:
    world, item = worlds.get("moodle")
    student = stage.open(world)
    page = student.launch_window(item)
    student.context.grant_permissions(["microphone"], origin=world.tool_url)
    page.goto(f"{student.visit_url}{INTERVIEW}/practice/say-it-aloud")
    sent: list[Request] = []
    page.on("request", lambda it: sent.append(it))
    record(page)
    expect(page.locator("audio")).to_have_attribute("src", re.compile("^blob:"))
    assert page.locator("audio").evaluate(
        "it => new Promise(done => { it.onloadedmetadata = () => done(true); "
        "it.onerror = () => done(false); it.load(); })"
    )
    assert page.get_by_role("link", name="Save it on this device").get_attribute("download") == "practice-answer.webm"
    student.press("Delete it")
    expect(page.locator("audio")).to_be_hidden()
    assert [it.url for it in sent if not it.url.startswith("blob:")] == []
    student.context.clear_permissions()


def record(page: Page) -> None:
    page.get_by_role("button", name="Start recording").click()
    expect(page.get_by_role("button", name="Stop")).to_be_focused()
    page.wait_for_timeout(600)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("[data-recorder-status]")).to_contain_text("only on this device")


def test_a_frame_without_the_microphone_says_what_to_do(worlds: Worlds, stage: Stage) -> None:
    world, item = worlds.get("canvas")
    student = stage.open(world)
    student.launch(item)
    student.visit(f"{INTERVIEW}/practice/say-it-aloud")
    expect(student.frame.locator("[data-recorder-status]")).to_contain_text("Open in a new window")
