"""Drawings in lessons: large enough to read on a phone, named for who does not see them, in the page's colors."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import NARROW
from tests.browser.conftest import Stage, Worlds
from tests.browser.desk import CATALOGUE
from tests.browser.looks import Looks

LESSONS = [
    (module, lesson)
    for module in CATALOGUE.modules
    for lesson in module.lessons
    if '<svg class="drawing"' in lesson.html
]
# The smallest letters that are shown, as pixels of the screen.
SMALLEST = """() => Math.min(...[...document.querySelectorAll('.drawing text')].map(
    text => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a))"""
CUT = """() => [...document.querySelectorAll('.drawing')].flatMap(drawing => {
    const frame = drawing.getBoundingClientRect();
    return [...drawing.querySelectorAll('text')].filter(text => {
        const box = text.getBoundingClientRect();
        return box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1;
    }).map(text => text.textContent);
})"""
COLOR = "() => getComputedStyle(document.querySelector('.drawing text')).fill"


@pytest.fixture
def looks() -> Iterator[Looks]:
    running = Looks()
    yield running
    running.check()


def test_each_drawing_can_be_read_on_a_phone(worlds: Worlds, stage: Stage, looks: Looks) -> None:
    world, item = worlds.get("canvas")
    student = stage.open(world)
    page = student.launch_window(item)
    page.set_viewport_size({"width": NARROW.width, "height": NARROW.height})
    for module, lesson in LESSONS:
        student.visit(f"/modules/{module.slug}/lessons/{lesson.id}")
        student.sees(lesson.title)
        for label in re.findall(r'<svg class="drawing" role="img" aria-label="([^"]+)"', lesson.html):
            assert page.get_by_role("img", name=label.replace("&#39;", "'"), exact=True).is_visible()
        assert page.evaluate(SMALLEST) >= 11, lesson.id
        assert page.evaluate(CUT) == [], lesson.id
        looks.once(f"drawing-{lesson.id}", page)
    assert len({module.id for module, _ in LESSONS}) >= 5


def test_drawings_take_the_colors_of_the_page(worlds: Worlds, stage: Stage) -> None:
    world, item = worlds.get("canvas")
    student = stage.open(world)
    page = student.launch_window(item)
    module, lesson = LESSONS[0]
    student.visit(f"/modules/{module.slug}/lessons/{lesson.id}")
    student.sees(lesson.title)
    light = page.evaluate(COLOR)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(COLOR)
    assert brightness(light) < 90 < 160 < brightness(dark)
    page.emulate_media(color_scheme="light", forced_colors="active")
    assert page.evaluate(COLOR) == words_color(page)
    page.emulate_media(color_scheme="light", forced_colors="none")


def brightness(color: str) -> float:
    return sum(float(it) for it in re.findall(r"[\d.]+", color)[:3]) / 3


def words_color(page: Page) -> str:
    return str(page.evaluate("() => getComputedStyle(document.querySelector('.prose p')).color"))
