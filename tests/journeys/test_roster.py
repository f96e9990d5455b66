"""The roster of the sandbox LMS, under both sets of rules: asked for by a launch, read by the worker, told to staff."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from lti_tool.cli import main
from lti_tool.lti.roles import CourseRole
from lti_tool.roster.models import Context, Membership, RosterSync, User
from lti_tool.roster.queries import list_members
from lti_tool.roster.worker import RosterReader, read_due
from tests.browser.world import ASSISTANT, COURSE, TEACHER, World, run_world
from tests.journeys.grade_people import Somebody
from tests.journeys.terminal import at_head

Run = Callable[..., Result]
MORE = 230


@pytest.fixture(params=["moodle", "canvas"])
def world(request: pytest.FixtureRequest, tmp_path: Path, database_url: str) -> Iterator[World]:
    rules: Literal["moodle", "canvas"] = request.param
    with run_world(tmp_path, database_url, rules) as world:
        world.register()
        yield world


only_moodle = pytest.mark.parametrize("world", ["moodle"], indirect=True)
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def read(world: World) -> int:
    return read_due(RosterReader(world.settings, world.sessions))


def names_of(world: World) -> list[str]:
    """The learners of the class as the LMS calls them."""
    course = world.lms.get_course(COURSE)["id"]
    return sorted(row["name"] for row in world.lms.members_of(course) if row["role"] == "student")


def known(world: World) -> dict[str, Membership]:
    with world.session() as session:
        context_id = session.scalars(select(Context.id)).one()
        return {member.user.name: member for member in list_members(session, context_id)}


def test_a_launch_asks_and_the_class_is_there(world: World) -> None:
    world.lms.add_students(MORE)
    item = world.add_item()
    with Somebody(world, TEACHER) as teacher:
        teacher.launch(item)
        assert "Nobody has opened this yet" in teacher.go("/").text
        assert read(world) == 1
        page = teacher.go("/")
        students = names_of(world)
        # Moodle lists a teacher without editing rights as a student, until a launch says better.
        total = len(students) + world.lms.moodle
        assert f"{total} students are in this course; none have opened the tool." in page.text
        with Somebody(world, ASSISTANT) as assistant:
            assistant.launch(item)
            assert f"{len(students)} students are in this course" in assistant.go("/").text
        # Asked once in a while only.
        teacher.launch(item)
        assert read(world) == 0
    found = known(world)
    learners = sorted(name for name, it in found.items() if it.role == CourseRole.LEARNER)
    staff = {name for name, it in found.items() if it.role not in (CourseRole.LEARNER, CourseRole.OBSERVER)}
    assert set(students) <= set(learners)
    assert staff
    assert not [it for it in found.values() if it.role in (CourseRole.OBSERVER, CourseRole.NONE)]
    assert not [it for it in found.values() if it.user.is_test_user]
    assert not [it for it in found.values() if it.user.email and it.last_launch_at is None]


@only_sqlite
def test_whoever_leaves_is_gone_from_the_class_and_keeps_the_work(world: World) -> None:
    item = world.add_item()
    with Somebody(world, "zoe.nunez") as zoe:
        zoe.launch(item)
        zoe.complete()
    with Somebody(world, TEACHER) as teacher:
        teacher.launch(item)
        read(world)
        (zoe_row,) = [it for it in known(world).values() if it.last_launch_at and it.role == CourseRole.LEARNER]
        world.lms.unenrol(COURSE, "zoe.nunez")
        with world.sessions.begin() as session:
            context_id = session.scalars(select(Context.id)).one()
        report = RosterReader(world.settings, world.sessions).read_next(context_id)
        assert report is not None and report.left == 1
        assert zoe_row.user.display_name not in teacher.go("/").text
        assert "10 of 10" in teacher.go(f"/people/{zoe_row.user_id}").text


@pytest.fixture
def run(world: World) -> Iterator[Run]:
    """Commands on the tool's database."""
    url = world.settings.database_url
    env = {
        "LTI_TOOL_INSTANCE_DIR": str(world.settings.instance_dir),
        "LTI_TOOL_DATABASE_URL": url,
        "LTI_TOOL_BASE_URL": world.settings.base_url,
        "LTI_TOOL_SECRET_KEY": world.settings.secret_key,
        "LTI_TOOL_ALLOW_PRIVATE_PLATFORMS": "1",
    }
    with at_head(url):
        yield lambda *words: CliRunner().invoke(main, words, env=env, catch_exceptions=False)


@only_moodle
def test_an_operator_reads_and_looks(world: World, run: Run) -> None:
    assert run("roster", "show").output.strip() == "Nobody has opened the tool in a course."
    with Somebody(world, TEACHER) as teacher:
        teacher.launch(world.add_item())
    assert "waiting" in run("roster", "show").output
    said = run("roster", "sync", "1")
    assert said.exit_code == 0, said.output
    assert "new, 0 changed, 0 left." in said.output
    shown = run("roster", "show", "1").output
    assert "State:      ok" in shown
    assert "learner" in shown and "memberships" in shown
    assert "1 courses are to be read" in run("roster", "sync", "--all").output
    assert run("worker", "--once").exit_code == 0
    with world.session() as session:
        sync = session.scalars(select(RosterSync)).one()
        assert (sync.due_at, sync.reason) == (None, "")
        assert sync.members > 20


@only_moodle
@only_sqlite
def test_an_operator_is_told_why_a_roster_cannot_be_read(world: World, run: Run) -> None:
    with Somebody(world, TEACHER) as teacher:
        teacher.launch(world.add_item())
    assert run("roster", "sync").exit_code == 2
    assert "no course 77" in run("roster", "sync", "77").stderr
    world.lms.store.run("UPDATE tool SET scopes_json = '[]'")
    said = run("roster", "sync", "1")
    assert said.exit_code == 1
    assert "does not let the tool read names and roles" in said.stderr
    shown = run("roster", "show", "1").output
    assert "not_allowed" in shown and "Tries:      1" in shown
    with world.sessions.begin() as session:
        session.scalars(select(Context)).one().memberships_url = None
    assert "not offered" in run("roster", "show").output
    assert "offers no list" in run("roster", "sync", "1").stderr


@only_moodle
@only_sqlite
def test_a_name_that_a_platform_hides_stays_unknown(world: World) -> None:
    world.lms.store.run("UPDATE tool SET privacy = 'anonymous'")
    with Somebody(world, TEACHER) as teacher:
        teacher.launch(world.add_item())
        read(world)
        assert "Student 00" in teacher.go("/").text
    with world.session() as session:
        assert set(session.scalars(select(User.email))) == {""}
