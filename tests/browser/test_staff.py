"""What teachers and administrators do in Chromium: register the tool, place a module, watch a grade arrive in it."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from lti_tool import clock
from lti_tool.registration.models import Institution, Invite, Registration
from lti_tool.registration.service import make_invite
from lti_tool.sandbox import Rules
from tests.browser.chromium import PHONE, Cookies
from tests.browser.conftest import RULES, MakeWorld, Stage
from tests.browser.people import Person
from tests.browser.world import ADMIN, COURSE, TEACHER, World

INSTITUTION = "Riverbend University"


@pytest.fixture(scope="module", params=RULES)
def bare(request: pytest.FixtureRequest, make_world: MakeWorld) -> World:
    """An LMS and a tool that do not know each other yet."""
    rules: Rules = request.param
    return make_world(rules)


def test_an_administrator_registers_the_tool_twice(bare: World, stage: Stage) -> None:
    admin = stage.open(bare, username=ADMIN)
    for number in (1, 2):
        with bare.session() as session:
            _, code = make_invite(session, None, clock.now(), 7, institution=INSTITUTION)
            session.commit()
        admin.page.goto(f"{bare.lms_url}/admin")
        admin.page.get_by_label("Registration address of the tool").fill(f"{bare.tool_url}/lti/register/{code}")
        admin.page.get_by_role("button", name="Register", exact=True).click()
        admin.enter_frame("Register this tool")
        expect(admin.frame.get_by_role("main")).to_contain_text(INSTITUTION)
        admin.press("Register")
        admin.sees("Registered")
        admin.press("Finish")
        admin.page.wait_for_url(f"{bare.lms_url}/admin")
        expect(admin.page.locator(".tool-card")).to_have_count(number)
        if bare.lms.moodle:
            admin.page.locator(".tool-card").last.get_by_role("button", name="Activate").click()
        expect(admin.page.locator(".tool-card").last.locator(".chip")).to_have_text("Active")
    with bare.session() as session:
        found = session.scalars(select(Registration).order_by(Registration.id)).all()
        institutions = session.scalars(select(Institution)).all()
        invites = session.scalars(select(Invite)).all()
    # The LMS gave each registration a client of its own: two rows, one institution, two spent invitations.
    assert [one.client_id for one in found] == [tool["client_id"] for tool in bare.lms.list_tools()]
    assert [one.name for one in institutions] == [INSTITUTION]
    assert {one.institution_id for one in found} == {institutions[0].id}
    assert all(one.used_at is not None for one in invites)
    # A link that was used says so.
    admin.page.goto(f"{bare.tool_url}/lti/register/{code}")
    expect(admin.page.get_by_role("main")).to_contain_text("has been used")
    bare.lms.remove_tool(found[1].client_id)
    bare.client_id = found[0].client_id


def test_a_teacher_places_a_module_and_a_grade_arrives_there(bare: World, stage: Stage) -> None:
    if not bare.lms.list_tools():
        bare.register()
    course = bare.lms.get_course(COURSE)
    teacher = stage.open(bare, Cookies.BLOCKED, username=TEACHER)
    teacher.page.goto(f"{bare.lms_url}/courses/{course['id']}/add")
    teacher.page.locator(f'a[href^="/courses/{course["id"]}/add/"]').first.click()
    teacher.enter_frame("Add to your course")
    teacher.press("Continue")
    expect(teacher.frame.locator("#error-summary")).to_be_focused()
    teacher.frame.get_by_label(bare.module.title).check()
    teacher.press("Continue")
    teacher.sees("Ready to add")
    expect(teacher.frame.get_by_role("main")).to_contain_text("with a gradebook column of 10 points")
    teacher.press("Add to the course")
    expect(teacher.frame.locator(".picked")).to_have_text(bare.module.title)
    teacher.frame.get_by_role("link", name="Back to the course").click()
    teacher.page.wait_for_url(f"{bare.lms_url}/courses/{course['id']}")
    placed = teacher.page.locator(".items > li")
    expect(placed).to_have_count(1)
    expect(placed).to_contain_text("10 points")
    if not bare.lms.moodle:
        expect(placed).to_contain_text("not published")
        placed.get_by_role("button", name="Publish").click()
    item = bare.lms.list_items(COURSE)[0]

    teacher.launch(item, heading="Class overview")
    expect(teacher.frame.get_by_text("Nobody has opened this yet")).to_be_visible()
    expect(teacher.frame.get_by_text("The gradebook is not connected")).to_have_count(0)

    student = stage.open(bare, Cookies.ALLOWED, size=PHONE)
    student.launch(item)
    student.complete()
    assert bare.work().delivered == 1
    columns = bare.lms.list_lineitems(COURSE)
    assert [(column["item_id"], column["own"]) for column in columns] == [(item["id"], 1)], "no second column"
    score = bare.find_score(student.username)
    assert score is not None and score.score == 10 and score.lineitem_id == columns[0]["id"]

    teacher.launch(item, heading="Class overview")
    row = teacher.frame.get_by_role("row").filter(has_text=bare.lms.get_person(student.username)["family"])
    expect(row).to_contain_text("Complete")
    expect(row).to_contain_text("10 of 10")
    row.get_by_role("link").click()
    teacher.sees(bare.lms.get_person(student.username)["name"])
    open_submission(teacher, course["id"], columns[0]["id"], student)


def open_submission(teacher: Person, course_id: int, column_id: int, student: Person) -> None:
    """From the gradebook, the LMS leads to the same page."""
    person = student.world.lms.get_person(student.username)
    teacher.page.goto(f"{teacher.world.lms_url}/courses/{course_id}/grades/{column_id}/{person['id']}/submission")
    if teacher.world.lms.moodle or teacher.page.locator("iframe.tool").count():
        teacher.enter_frame(person["name"])
