"""Each page of work in four states of a browser: 320 pixels, text at 200 %, forced colors, no scripts; and in the dark.

A page is loaded once with scripts, dressed for one state after the other, and once without.
"""

from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import expect

from lti_tool.content.catalog import PartKind
from tests.browser.chromium import DESKTOP, NARROW, Cookies
from tests.browser.conftest import Stage, Worlds
from tests.browser.desk import CATALOGUE, fill_desk
from tests.browser.looks import RULES_OF_COLOR, RULES_OF_WIDTH, Looks
from tests.browser.people import Person
from tests.browser.world import TEACHER

RESUME, LINKEDIN, ETIQUETTE, GOALS, INTERVIEW, EXPECTATIONS = (
    f"/modules/{next(it.slug for it in CATALOGUE.modules if it.id == name)}"
    for name in ("resume", "linkedin", "etiquette", "goals", "interview", "expectations")
)


def get_first(module: str, kind: PartKind) -> str:
    """The id of the first part of a kind."""
    parts = next(it.parts for it in CATALOGUE.modules if it.slug == module.rsplit("/", 1)[1])
    return next(part.id for part in parts if part.kind is kind)


def list_practice() -> dict[str, str]:
    """A page of each kind of practice; two of them are named below."""
    kinds = (PartKind.SORT, PartKind.MARK, PartKind.FORM, PartKind.RANK, PartKind.SCENARIO, PartKind.SCALE)
    found: dict[str, str] = {}
    for module in CATALOGUE.modules:
        for part in module.parts:
            if part.kind in kinds:
                found.setdefault(str(part.kind), f"/modules/{module.slug}/practice/{part.id}")
    return found


STUDENT_PAGES = {
    "home": "/",
    "module-feedback": RESUME,
    "module-waiting": LINKEDIN,
    "write-checked": f"{ETIQUETTE}/own-work",
    "write-groups": f"{GOALS}/own-work?edit=1",
    "rating": f"{ETIQUETTE}/own-work/rating",
    "state-waiting": f"{LINKEDIN}/own-work",
    "file": f"{RESUME}/own-work/file",
    "version-feedback": f"{RESUME}/own-work/versions/1",
    "version-changes": f"{GOALS}/own-work/versions/2",
    "exemplars": f"{GOALS}/own-work/exemplars",
    "module": ETIQUETTE,
    "rewrite": f"{ETIQUETTE}/practice/rewrite-update",
    "record": f"{INTERVIEW}/practice/say-it-aloud",
    "scope": f"{EXPECTATIONS}/scope?edit=1",
    "lesson": f"{RESUME}/lessons/{get_first(RESUME, PartKind.LESSON)}",
    "check": f"{ETIQUETTE}/check",
    "statement": f"{EXPECTATIONS}/statement",
    **{f"practice-{kind}": path for kind, path in list_practice().items()},
}
GOALS_SLUG = GOALS.rsplit("/", 1)[1]


@pytest.fixture
def looks() -> Iterator[Looks]:
    running = Looks()
    yield running
    running.check()


@pytest.mark.parametrize("scripts", ["with scripts", "without scripts"])
def test_pages_of_work(worlds: Worlds, stage: Stage, looks: Looks, scripts: str) -> None:
    world, item = worlds.get("moodle")
    student = stage.open(world)
    student.launch_window(item)
    learner = fill_desk(world)
    look_at = look_in_all_states if scripts == "with scripts" else look_without_scripts
    look_at(student, STUDENT_PAGES, looks)
    teacher = stage.open(world, Cookies.BLOCKED, username=TEACHER)
    teacher.launch_window(item)
    whose = f"/people/{learner.user_id}"
    pages = {"class": "/", "waiting": "/waiting", "person": whose, "person-work": f"{whose}/versions/{GOALS_SLUG}/2"}
    look_at(teacher, pages, looks)


def look_in_all_states(person: Person, pages: Mapping[str, str], looks: Looks) -> None:
    """Narrow with every rule; then the rules that large text or other colors may break."""
    page = person.page
    page.emulate_media(reduced_motion="reduce")
    for name, path in pages.items():
        page.set_viewport_size({"width": NARROW.width, "height": NARROW.height})
        open_page(person, path)
        looks.once(f"{name}-narrow", page)
        page.set_viewport_size({"width": DESKTOP.width, "height": DESKTOP.height})
        page.emulate_media(forced_colors="active")
        looks.once(f"{name}-forced-colors", page, RULES_OF_COLOR)
        page.emulate_media(forced_colors="none", color_scheme="dark")
        looks.once(f"{name}-dark", page, RULES_OF_COLOR)
        page.emulate_media(color_scheme="light")
        # As a browser's own text size does: everything is sized in rem.
        page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
        looks.once(f"{name}-text-200", page, RULES_OF_WIDTH)


def look_without_scripts(person: Person, pages: Mapping[str, str], looks: Looks) -> None:
    """Ours do not arrive; axe itself needs a browser that runs scripts."""
    person.page.route("**/*.js", lambda route: route.abort())
    for name, path in pages.items():
        open_page(person, path)
        looks.once(f"{name}-no-scripts", person.page)


def open_page(person: Person, path: str) -> None:
    answer = person.page.goto(person.visit_url + path)
    assert answer is not None and answer.ok, path
    expect(person.page.locator("h1")).to_be_visible()
