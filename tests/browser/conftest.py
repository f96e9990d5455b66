"""Chromium in its three cookie modes, and a world for each LMS's rules, shared by the tests of a folder or module."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect, sync_playwright

from lti_tool.sandbox import Rules
from lti_tool.sandbox.store import Row
from tests.browser.chromium import DESKTOP, Cookies, Size, find_chromium, open_context
from tests.browser.people import Person
from tests.browser.watch import Watch
from tests.browser.world import World, run_world

RULES: tuple[Rules, ...] = ("moodle", "canvas")
# Beside all other tests, on two cores, a launch through four pages may take longer than the usual five seconds.
expect.set_options(timeout=15_000)


# These files take about as long as all others together.
FIRST_HALF = ("test_pages.py", "test_states.py", "test_saving.py", "test_staff.py", "test_tabs.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two processes share this folder by file: each has Chromiums of its own, and starts them once.

    No lines are traced: other tests run the same ones, and here a slow server is waited for by the browser too.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.no_cover)
            half = "first" if item.path.name in FIRST_HALF else "second"
            item.add_marker(pytest.mark.xdist_group(f"browser-{half}"))


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    if find_chromium() is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium must be installed in CI")
        pytest.skip("Chromium is not installed: the browser tests did not run")
    with sync_playwright() as running:
        yield running


class Browsers:
    """One Chromium for each mode, started when first asked for; its cookies are cleared between tests."""

    def __init__(self, playwright: Playwright, folder: Path) -> None:
        self._playwright, self._folder = playwright, folder
        self._open: dict[tuple[Cookies, bool], BrowserContext] = {}

    def get(self, cookies: Cookies, *, scripts: bool = True) -> BrowserContext:
        key = (cookies, scripts)
        if key not in self._open:
            profile = self._folder / f"{cookies}-{'with' if scripts else 'without'}-scripts"
            self._open[key] = open_context(self._playwright, profile, cookies, scripts=scripts)
        return self._open[key]

    def tidy(self) -> None:
        for context in self._open.values():
            # The first tab stays: a browser without one ends itself.
            for page in context.pages[1:]:
                page.close()
            context.clear_cookies()

    def close(self) -> None:
        for context in self._open.values():
            context.close()


@pytest.fixture(scope="package")
def all_browsers(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browsers]:
    running = Browsers(playwright, tmp_path_factory.mktemp("profiles"))
    yield running
    running.close()


@pytest.fixture
def browsers(all_browsers: Browsers) -> Iterator[Browsers]:
    yield all_browsers
    all_browsers.tidy()


MakeWorld = Callable[[Rules], World]


@pytest.fixture(scope="module")
def make_world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeWorld]:
    """Starts a world of its own: an LMS and a tool that do not know each other yet."""
    with ExitStack() as stack:

        def make(rules: Rules) -> World:
            folder = tmp_path_factory.mktemp(f"world-{rules}")
            shutil.copy(sqlite_template, folder / "test.db")
            return stack.enter_context(run_world(folder, f"sqlite:///{folder / 'test.db'}", rules))

        yield make


class Worlds:
    """The worlds of a module, by rules; each is registered and has the module in the first course."""

    def __init__(self, make_world: MakeWorld) -> None:
        self._make_world = make_world
        self._made: dict[Rules, tuple[World, Row]] = {}

    def get(self, rules: Rules) -> tuple[World, Row]:
        if rules not in self._made:
            world = self._make_world(rules)
            world.register()
            self._made[rules] = (world, world.add_item())
        return self._made[rules]


@pytest.fixture(scope="module")
def worlds(make_world: MakeWorld) -> Worlds:
    return Worlds(make_world)


class Stage:
    """Opens people's browsers in a world, and watches all of them."""

    def __init__(self, browsers: Browsers) -> None:
        self._browsers = browsers
        self._watches: dict[int, Watch] = {}

    def open(
        self,
        world: World,
        cookies: Cookies = Cookies.ALLOWED,
        *,
        username: str = "",
        size: Size = DESKTOP,
        scripts: bool = True,
    ) -> Person:
        """Somebody at the LMS, signed in; a new student where nobody is named."""
        context = self._browsers.get(cookies, scripts=scripts)
        if id(context) not in self._watches:
            self._watches[id(context)] = Watch(context)
        person = Person(world, context, size=size, scripts=scripts)
        person.username = username or world.add_student()
        person.sign_in(person.username)
        return person

    def end(self) -> None:
        for watch in self._watches.values():
            watch.stop()
        for watch in self._watches.values():
            watch.check()


@pytest.fixture
def stage(browsers: Browsers) -> Iterator[Stage]:
    running = Stage(browsers)
    yield running
    running.end()
