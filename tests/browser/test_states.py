"""Each page of work in four states of a browser: 320 pixels, text at 200 %, forced colors, no scripts; and in the dark.

The pages of one state are looked at in one browser session, each page once.
"""

from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Page, expect

from lti_tool.content.catalog import PartKind
from tests.browser.chromium import NARROW, Cookies
from tests.browser.conftest import Stage, Worlds
from tests.browser.desk import CATALOGUE, fill_desk
from tests.browser.looks import Looks
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


def dress(page: Page, state: str) -> None:
    """Put a browser's tab into a state."""
    page.emulate_media(
        forced_colors="active" if state == "forced-colors" else None,
        color_scheme="dark" if state == "dark" else None,
        reduced_motion="reduce",
    )
    if state == "no-scripts":
        # Ours do not arrive; axe itself needs a browser that runs scripts.
        page.route("**/*.js", lambda route: route.abort())
    if state == "narrow":
        page.set_viewport_size({"width": NARROW.width, "height": NARROW.height})


@pytest.mark.parametrize("state", ["narrow", "text-200", "forced-colors", "no-scripts", "dark"])
def test_pages_of_work(worlds: Worlds, stage: Stage, looks: Looks, state: str) -> None:
    world, item = worlds.get("moodle")
    student = stage.open(world)
    student.launch_window(item)
    learner = fill_desk(world)
    look_at(student, STUDENT_PAGES, state, looks)
    teacher = stage.open(world, Cookies.BLOCKED, username=TEACHER)
    teacher.launch_window(item)
    whose = f"/people/{learner.user_id}"
    pages = {"class": "/", "waiting": "/waiting", "person": whose, "person-work": f"{whose}/versions/{GOALS_SLUG}/2"}
    look_at(teacher, pages, state, looks)


def look_at(person: Person, pages: Mapping[str, str], state: str, looks: Looks) -> None:
    base, page = person.visit_url, person.page
    dress(page, state)
    for name, path in pages.items():
        answer = page.goto(base + path)
        assert answer is not None and answer.ok, path
        expect(page.locator("h1")).to_be_visible()
        if state == "text-200":
            # As a browser's own text size does: everything is sized in rem.
            page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
        looks.once(f"{name}-{state}", page)
