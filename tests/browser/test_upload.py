"""A file with a piece of work: in the course's frame, on a phone, by keyboard alone, without scripts."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, expect

from tests.artefacts.score import CORPUS
from tests.browser.chromium import PHONE, Cookies
from tests.browser.conftest import Stage, Worlds
from tests.browser.looks import Looks
from tests.browser.people import Person

WORK = "/modules/resume/own-work"
WRITING = f"{WORK}?edit=1"
POSTING = "We need somebody who knows Excel and Photoshop, and who answers e-mails from families each week."
TWO_COLUMNS = CORPUS / "known" / "045.pdf"
PHOTO = FilePayload(name="photo.jpg", mimeType="image/jpeg", buffer=b"\xff\xd8\xff\xe0" + b"\0" * 900)
LARGE = FilePayload(name="scan.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7\n" + b"0" * (6 << 20))
UPLOAD = re.compile("^Upload ")


def open_writing(person: Person) -> None:
    person.visit(WRITING)
    expect(person.frame.locator("#file")).to_be_visible()


def upload(person: Person, file: Path | FilePayload) -> None:
    person.frame.locator("#file").set_input_files(file)
    person.frame.get_by_role("button", name=UPLOAD).click()


@pytest.mark.parametrize(
    ("cookies", "scripts"), [(Cookies.ALLOWED, True), (Cookies.REFUSED, True), (Cookies.ALLOWED, False)]
)
def test_a_file_in_the_frame_of_a_phone(worlds: Worlds, stage: Stage, cookies: Cookies, scripts: bool) -> None:
    world, item = worlds.get("moodle")
    zoe = stage.open(world, cookies, size=PHONE, scripts=scripts)
    zoe.launch(item)
    if not scripts:
        zoe.frame.goto(zoe.visit_url + WRITING)
    else:
        open_writing(zoe)
    zoe.frame.locator("[name=answer-posting]").fill(POSTING)
    upload(zoe, PHOTO)
    expect(zoe.frame.locator("#error-summary")).to_contain_text("This is a picture")
    expect(zoe.frame.locator("[name=answer-posting]")).to_have_value(POSTING)
    upload(zoe, TWO_COLUMNS)
    expect(zoe.frame.get_by_role("heading", level=1)).to_have_text("What a machine reads in your file")
    expect(zoe.frame.get_by_text("This page has columns.")).to_be_visible()
    expect(zoe.frame.locator(".need-open").first).to_be_visible()


def test_by_keyboard_alone(worlds: Worlds, stage: Stage) -> None:
    world, item = worlds.get("moodle")
    zoe = stage.open(world)
    zoe.launch_window(item)
    open_writing(zoe)
    keys = zoe.page.keyboard
    # A tab behind another one opens no window for a file.
    zoe.page.bring_to_front()
    zoe.page.wait_for_load_state("load")
    with zoe.page.expect_file_chooser() as chooser:
        zoe.frame.locator("#file").press("Space")
    chooser.value.set_files(TWO_COLUMNS)
    keys.press("Tab")
    expect(zoe.frame.get_by_role("button", name=UPLOAD)).to_be_focused()
    keys.press("Enter")
    summary = zoe.frame.locator(".found-ignore > summary").first
    summary.focus()
    keys.press("Enter")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    error = zoe.frame.locator("#error-summary")
    expect(error).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    expect(zoe.frame.locator("[name=reason][aria-invalid]")).to_be_focused()
    keys.type("The posting calls it so.")
    keys.press("Enter")
    expect(zoe.frame.get_by_text("Your reason stands with the finding")).to_be_visible()
    expect(zoe.frame.locator(".found-reason")).to_contain_text("The posting calls it so.")
    zoe.frame.get_by_role("button", name="Take it up again").focus()
    keys.press("Enter")
    expect(zoe.frame.locator(".found-reason")).to_have_count(0)
    place = zoe.frame.locator(".found-place").first
    place.focus()
    keys.press("Enter")
    expect(zoe.frame.locator(".paper-line:target")).to_be_in_viewport()


def test_a_file_that_is_too_large_is_not_even_sent(worlds: Worlds, stage: Stage) -> None:
    world, item = worlds.get("moodle")
    zoe = stage.open(world)
    zoe.launch_window(item)
    open_writing(zoe)
    zoe.frame.locator("#file").set_input_files(LARGE)
    expect(zoe.frame.locator("[data-file-status]")).to_contain_text("larger than 5 MB")
    assert zoe.frame.locator("#file").evaluate("input => input.files.length") == 0


def test_a_second_press_sends_one_file(worlds: Worlds, stage: Stage) -> None:
    world, item = worlds.get("moodle")
    zoe = stage.open(world)
    zoe.launch_window(item)
    open_writing(zoe)
    sent: list[str] = []
    zoe.page.on("request", lambda it: sent.append(it.method))
    zoe.frame.locator("#file").set_input_files(TWO_COLUMNS)
    zoe.frame.get_by_role("button", name=UPLOAD).dblclick()
    expect(zoe.frame.get_by_role("heading", level=1)).to_have_text("What a machine reads in your file")
    assert sent.count("POST") == 1


def test_how_the_pages_look(worlds: Worlds, stage: Stage) -> None:
    world, item = worlds.get("moodle")
    zoe = stage.open(world)
    zoe.launch_window(item)
    looks = Looks()
    open_writing(zoe)
    looks.at("resume-writing-empty", zoe.page)
    zoe.frame.locator("[name=answer-posting]").fill(POSTING)
    upload(zoe, TWO_COLUMNS)
    expect(zoe.frame.locator(".paper").first).to_be_visible()
    for folded in zoe.frame.locator("main details").all():
        folded.evaluate("it => it.open = true")
    looks.at("resume-file", zoe.page)
    open_writing(zoe)
    looks.at("resume-writing", zoe.page)
    upload(zoe, PHOTO)
    expect(zoe.frame.locator("#error-summary")).to_be_visible()
    looks.at("resume-refused", zoe.page)
    looks.check()
