"""A student whose course is in Spanish: every page of the orientation passes axe, and nothing on it is English."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage, Worlds
from tests.browser.desk import CATALOGUE
from tests.browser.looks import Looks

# Set to Spanish in the LMS.
DIEGO = "diego.ramirez"
MODULE = CATALOGUE.in_language("es").modules[0]
RESUME = next(it for it in CATALOGUE.modules if it.id == "resume")


@pytest.fixture
def looks() -> Iterator[Looks]:
    running = Looks()
    yield running
    running.check()


def test_pages_in_spanish(worlds: Worlds, stage: Stage, looks: Looks) -> None:
    world, item = worlds.get("moodle")
    student = stage.open(world, username=DIEGO)
    page = student.launch_window(item)
    expect(page.get_by_role("heading", level=1, name=MODULE.title)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    paths = {
        "home": "/",
        "module": f"/modules/{MODULE.slug}",
        "lesson": f"/modules/{MODULE.slug}/lessons/pay-and-tax",
        "practice": f"/modules/{MODULE.slug}/practice/mark-brief",
        "contacts": f"/modules/{MODULE.slug}/practice/contacts",
        "scope": f"/modules/{MODULE.slug}/scope",
        "statement": f"/modules/{MODULE.slug}/statement",
        "untranslated": f"/modules/{RESUME.slug}",
        "untranslated-lesson": f"/modules/{RESUME.slug}/lessons/{RESUME.lessons[0].id}",
        "untranslated-work": f"/modules/{RESUME.slug}/own-work",
    }
    for name, path in paths.items():
        page.goto(student.visit_url + path)
        expect(page.locator("html")).to_have_attribute("lang", "es")
        looks.at(f"spanish-{name}", page)
    _types_in_spanish(page, student.visit_url)
    page.goto(f"{student.visit_url}/modules/{MODULE.slug}/check")
    page.get_by_role("button", name="Comenzar").click()
    page.get_by_role("button", name="Entregar").click()
    expect(page.locator("#error-summary")).to_contain_text("Algunas preguntas aún no tienen respuesta.")
    looks.at("spanish-try", page)


def _types_in_spanish(page: Page, visit: str) -> None:
    """What scripts say while somebody types is in Spanish too."""
    page.goto(f"{visit}/modules/{MODULE.slug}/scope")
    task = page.get_by_label("¿Qué vas a hacer?")
    task.fill("Crear un tablero")
    expect(page.locator(".limit").first).to_have_text("Quedan 284 caracteres")
    task.fill("a" * 301)
    expect(page.locator(".limit").first).to_have_text("Sobra 1 carácter")
    task.fill("Crear un tablero de ventas para la tienda")
    expect(page.locator("[data-save-status]")).to_contain_text("Guardado")
    page.get_by_role("button", name="Revisar mi proyecto").click()
    expect(page.locator("#error-summary")).to_contain_text("El plan no dice qué vas a entregar.")
    expect(page).to_have_title("Error: Mi plan de proyecto – Micro-Internship Prep")
