"""When work is due, as the LMS says it at launch: on the first page and on the module's, in the student's own zone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lti_tool.sandbox.store import Row
from tests.browser.world import OTHER_COURSE, TEACHER, World, run_world
from tests.journeys.grade_people import Somebody

ZOE = "zoe.nunez"
CUSTOM = {"module": "expectations", "canvas_due_at": "$Canvas.assignment.dueAt.iso8601"}
# In Chicago, where the sandbox's Canvas says that people live, it is still the evening before.
DUE, SAID = "2026-12-05T05:59:59Z", "Due 4 Dec 2026, 23:59 CST"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with run_world(tmp_path, database_url, "canvas") as world:
        world.register()
        world.lms.store.run("UPDATE tool SET custom_json = ?", '{"timezone": "$Person.address.timezone"}')
        yield world


def texts_of(zoe: Somebody, item: Row) -> tuple[str, str]:
    """The module's page, and the first page, right after a launch."""
    module = zoe.launch(item)
    return module.text, zoe.browser.click(module, "All modules").text


def test_a_date_is_shown_until_the_work_is_done(world: World) -> None:
    item = world.add_item(custom=CUSTOM, due=DUE)
    with Somebody(world, ZOE) as zoe:
        module, home = texts_of(zoe, item)
        assert SAID in module
        # In the next step and in the list.
        assert home.count(SAID) == 2
        zoe.complete()
        module, home = texts_of(zoe, item)
        assert "Due " not in module and "Due " not in home


def test_the_newest_launch_counts(world: World) -> None:
    item = world.add_item(custom=CUSTOM, due=DUE)
    with Somebody(world, ZOE) as zoe:
        assert SAID in texts_of(zoe, item)[0]
        world.lms.store.run("UPDATE item SET due = '2026-12-12T05:59:59Z'")
        module, home = texts_of(zoe, item)
        assert "Due 11 Dec 2026, 23:59 CST" in module and SAID not in home
        # Without a date Canvas sends the variable's own name.
        world.lms.store.run("UPDATE item SET due = ''")
        module, home = texts_of(zoe, item)
        assert "Due " not in module and "Due " not in home


def test_dates_stay_in_their_course_and_with_their_person(world: World) -> None:
    item, other = world.add_item(custom=CUSTOM, due=DUE), world.add_item(OTHER_COURSE, custom=CUSTOM)
    with Somebody(world, ZOE) as zoe:
        assert SAID in texts_of(zoe, item)[1]
        assert "Due " not in texts_of(zoe, other)[1]
    world.lms.store.run("UPDATE item SET due = ''")
    with Somebody(world, "amara.okafor") as amara:
        assert "Due " not in texts_of(amara, item)[1]


def test_a_preview_has_no_dates(world: World) -> None:
    item = world.add_item(custom=CUSTOM, due=DUE)
    with Somebody(world, TEACHER) as teacher:
        page = teacher.launch(item)
        assert "Due " not in teacher.browser.click(page, "What students see").text
