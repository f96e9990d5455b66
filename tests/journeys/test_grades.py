"""From a launch in the LMS to its gradebook, over HTTP: both LMSs' rules, both databases, no part stands in."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from lti_tool.sandbox import Score
from lti_tool.sandbox.store import Row
from lti_tool.sandbox.times import from_text
from tests.browser.world import ADMIN, COURSE, OTHER_COURSE, TEACHER, World, run_world
from tests.journeys.grade_people import Somebody
from tests.unit.assessment.content import SHIPPED

ZOE, AMARA = "zoe.nunez", "amara.okafor"
MODULES = len(SHIPPED.modules)
A_MOMENT = timedelta(seconds=5)


@pytest.fixture(params=["moodle", "canvas"])
def world(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[World]:
    with run_world(tmp_path, database_url, request.param) as world:
        world.register()
        yield world


@pytest.fixture
def item(world: World) -> Row:
    return world.add_item()


def get_score(world: World, who: str, column: str = "", course: str | None = None) -> Score:
    found = world.find_score(who, column, course)
    assert found is not None
    return found


def count_score_posts(world: World) -> int:
    return len([call for call in world.lms.list_calls(1000) if call["path"].partition("?")[0].endswith("/scores")])


def test_a_score_arrives_once_and_a_better_try_raises_it(world: World, item: Row) -> None:
    with Somebody(world, ZOE) as zoe:
        zoe.launch(item)
        zoe.take_check(6)
        assert world.work().total == 0, "nothing is sent before all parts are done"
        zoe.do_the_rest()
        assert "on its way to the gradebook" in zoe.go(zoe.path).text
        assert world.work().delivered == 1
        first = get_score(world, ZOE)
        assert (first.score, first.maximum, first.source) == (8, 10, "tool")
        assert (first.activity_progress, first.grading_progress) == ("Completed", "FullyGraded")
        assert "Check 6 of 8" in (first.comment or first.comments[-1])
        assert from_text(first.stamp) is not None
        assert "sent to the gradebook" in zoe.go(zoe.path).text
        assert world.work().total == 0
        assert count_score_posts(world) == 1

        zoe.take_check(3)
        assert world.work(later=A_MOMENT).total == 0, "a worse try changes nothing"
        zoe.take_check(8)
        assert world.work(later=A_MOMENT).delivered == 1
        second = get_score(world, ZOE)
        assert second.score == 10
        assert "Check 8 of 8" in (second.comments[-1] if second.comments else second.comment)
        assert count_score_posts(world) == 2
        assert world.find_score(AMARA) is None


def test_a_teachers_grade_is_never_overwritten(world: World, item: Row) -> None:
    with Somebody(world, ZOE) as zoe, Somebody(world, TEACHER) as teacher:
        zoe.launch(item)
        zoe.complete(right=6)
        world.work()
        column = get_score(world, ZOE).lineitem_id
        world.lms.set_grade(column, ZOE, 3.5, "Late, see my note.")
        zoe.take_check(8)
        report = world.work(later=A_MOMENT)
        assert (report.delivered, report.kept_theirs) == (0, 1)
        kept = get_score(world, ZOE)
        assert (kept.score, kept.source, kept.comment) == (3.5, "teacher", "Late, see my note.")
        assert "your teacher set another grade in the gradebook" in zoe.go(zoe.path).text

        teacher.launch(item)
        assert "Changed in the gradebook" in teacher.go("/").text
        name = world.lms.get_person(ZOE)["name"]
        page = teacher.arrive(teacher.browser.click(teacher.go("/"), name))
        assert "Somebody changed this grade in the gradebook, so theirs was kept." in page.text
        # The teacher may let ours win after all.
        teacher.page = teacher.browser.submit(page, form="/deliveries")
        report = world.work(later=2 * A_MOMENT)
        # Moodle takes the score and still shows what the teacher typed, until the teacher lifts the override there.
        assert (report.delivered, report.kept_theirs) == ((0, 1) if world.lms.moodle else (1, 0))
        assert get_score(world, ZOE).score == (3.5 if world.lms.moodle else 10)


def test_a_grade_typed_before_the_first_score_stays(world: World, item: Row) -> None:
    column = world.lms.list_lineitems(COURSE)[0]["id"]
    world.lms.set_grade(column, ZOE, 7)
    with Somebody(world, ZOE) as zoe:
        zoe.launch(item)
        zoe.complete()
    world.work()
    kept = get_score(world, ZOE)
    assert (kept.score, kept.source) == (7, "teacher")


def test_the_test_student_is_never_sent(world: World, item: Row) -> None:
    if world.lms.moodle:
        # Moodle has none; a teacher who "switches role to student" is the teacher's own account.
        with Somebody(world, TEACHER) as teacher:
            teacher.launch(item)
            assert "Nobody has opened this yet" in teacher.go("/").text
        return
    with Somebody(world, "test.student") as tester:
        tester.launch(item)
        assert "You are the test student" in tester.go("/").text
        tester.complete()
    assert world.work().total == 0
    assert world.find_score("test.student") is None
    assert count_score_posts(world) == 0
    with Somebody(world, TEACHER) as teacher:
        teacher.launch(item)
        assert "Nobody has opened this yet" in teacher.go("/").text


def test_two_students_and_two_courses_stay_apart(world: World, item: Row) -> None:
    other = world.add_item(OTHER_COURSE)
    with Somebody(world, ZOE) as zoe, Somebody(world, AMARA) as amara:
        zoe.launch(item)
        zoe.complete(right=8)
        zoe.launch(other)
        zoe.complete(right=6)
        amara.launch(item)
        amara.complete(right=7)
    assert world.work().delivered == 3
    found = {(score.username, score.course): score.score for score in world.lms.list_scores()}
    assert found == {(ZOE, COURSE): 10, (ZOE, OTHER_COURSE): 8, (AMARA, COURSE): 9}
    assert [len(world.lms.list_lineitems(course)) for course in (COURSE, OTHER_COURSE)] == [1, 1]


def test_an_ungraded_link_gets_a_column_made_by_the_tool(world: World) -> None:
    """The claim names no line item: the tool makes one of its own, once, whoever finishes first."""
    item = world.add_item(points=None)
    for who in (ZOE, AMARA):
        with Somebody(world, who) as student:
            student.launch(item)
            student.complete()
    assert world.work().delivered == 2
    columns = world.lms.list_lineitems(COURSE)
    assert [(one["tag"], one["maximum"], one["label"]) for one in columns] == [
        ("module:expectations", 10, world.module.title)
    ]
    assert {get_score(world, who).score for who in (ZOE, AMARA)} == {10}


def test_a_deleted_column_is_made_again(world: World, item: Row) -> None:
    """Moodle then sends `lineitem` as an empty text, Canvas leaves it out."""
    world.lms.delete_lineitem(world.lms.list_lineitems(COURSE)[0]["id"])
    with Somebody(world, ZOE) as zoe:
        zoe.launch(item)
        zoe.complete()
    assert world.work().delivered == 1
    assert get_score(world, ZOE).score == 10
    assert len(world.lms.list_lineitems(COURSE)) == 1


@pytest.mark.parametrize("points", [MODULES, None], ids=["graded", "ungraded"])
def test_a_link_to_the_whole_programme(world: World, points: int | None) -> None:
    """Its own column counts finished modules; without one, only the module's column is made."""
    tag = "programme" if points else ""
    item = world.add_item(
        points=points, url=world.settings.launch_url, custom={}, tag=tag, resource_id=tag, title="Get ready"
    )
    with Somebody(world, ZOE) as zoe:
        page = zoe.launch(item)
        assert "Hello, Zoë" in page.text
        zoe.complete()
    world.work()
    found = {score.tag: (score.score, score.maximum) for score in world.lms.list_scores(COURSE)}
    assert found.get("programme") == ((1, MODULES) if points else None)
    assert found["module:expectations"] == (10, 10)


def test_many_items_by_deep_linking(world: World) -> None:
    course = world.lms.get_course(COURSE)
    with Somebody(world, TEACHER) as teacher:
        page = teacher.arrive(teacher.browser.select_content(course["id"]))
        assert "Add to your course" in page.text
        keys = ["programme", f"module:{world.module.id}"]
        page = teacher.browser.submit(page, {"picked": keys}, button="Continue")
        assert "Ready to add" in page.text
        page = teacher.browser.submit(page, button="Add to the course")
        assert world.module.title in page.text
    items = world.lms.list_items(COURSE)
    assert len(items) == 2
    columns = {row["tag"]: row["maximum"] for row in world.lms.list_lineitems(COURSE)}
    assert columns == {"programme": MODULES, f"module:{world.module.id}": 10}
    for item in items:
        world.lms.publish_item(item["id"])
    with Somebody(world, ZOE) as zoe:
        zoe.launch(items[0])
        zoe.launch(items[1])
        zoe.complete()
    assert world.work().delivered == 2
    found = {score.tag: score.score for score in world.lms.list_scores(COURSE)}
    assert found == {"programme": 1, f"module:{world.module.id}": 10}
    assert len(world.lms.list_lineitems(COURSE)) == 2, "the columns of the links are used, none is made"


def test_a_submission_opens_the_students_page_for_teachers_only(world: World, item: Row) -> None:
    course, zoes = world.lms.get_course(COURSE), world.lms.get_person(ZOE)
    with Somebody(world, ZOE) as zoe:
        zoe.launch(item)
        zoe.complete()
    world.work()
    column = get_score(world, ZOE).lineitem_id
    with Somebody(world, TEACHER) as teacher:
        page = teacher.arrive(teacher.browser.open_submission(course["id"], column, zoes["id"]))
        assert page.status == 200 and "/people/" in page.url
        assert zoes["name"] in page.text and "Build a small Python script" in page.text
    # Moodle signs such a message for a student too; Canvas's address can be opened by hand.
    with Somebody(world, AMARA) as amara:
        address = f"/launch/review?course={course['id']}&column={column}&user={zoes['id']}"
        page = amara.browser.open(address)
        if page.origin != world.lms_url:
            page = amara.arrive(page)
        assert zoes["name"] not in page.text and "/people/" not in page.url
        if world.lms.moodle:
            assert page.status == 200, "the own page"
            person_url = page.url.split("/modules")[0] + "/people/1"
            amara.page = page
            assert amara.browser.open(person_url).status == 403


def test_a_submission_of_somebody_who_has_never_been_here(world: World, item: Row) -> None:
    course, amaras = world.lms.get_course(COURSE), world.lms.get_person(AMARA)
    column = world.lms.list_lineitems(COURSE)[0]["id"]
    with Somebody(world, TEACHER) as teacher:
        if not world.lms.moodle:
            # Canvas opens only what a score has named.
            with pytest.raises(LookupError, match="frames no tool"):
                teacher.browser.open_submission(course["id"], column, amaras["id"])
            return
        page = teacher.browser.open_submission(course["id"], column, amaras["id"])
        assert page.status == 200
        assert page.url.endswith("/unopened")


def test_the_data_privacy_message(world: World, item: Row) -> None:
    with Somebody(world, ADMIN) as admin:
        page = admin.arrive(admin.browser.open_privacy())
    assert page.status == 200
    assert "Data and privacy" in page.text
    assert "Their work:" in page.text


def test_the_first_score_waits_for_a_gradebook(world: World, item: Row) -> None:
    """Nothing is lost where grade services come later: the next launch brings them, and the score goes out."""
    tool = world.lms.get_tool(world.client_id)
    world.lms.store.update("tool", tool["id"], scopes=[])
    with Somebody(world, ZOE) as zoe:
        zoe.launch(item)
        zoe.complete()
        assert world.work().delivered == 0
        assert "This course has not connected its gradebook yet" in zoe.go(zoe.path).text
        world.lms.store.update("tool", tool["id"], scopes=tool["scopes"])
        zoe.launch(item)
    assert world.work().delivered == 1
    assert get_score(world, ZOE).score == 10
