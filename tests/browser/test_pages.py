"""Every kind of page of the tool passes axe on a wide and on a narrow screen, and fits 320 pixels."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from lti_tool import clock
from lti_tool.admin.service import make_grant
from lti_tool.content.catalog import FormActivity
from lti_tool.registration.queries import list_registrations
from lti_tool.registration.service import make_invite
from lti_tool.sandbox.services.registration import issue_registration_token
from tests.browser.chromium import Cookies
from tests.browser.conftest import Stage, Worlds
from tests.browser.looks import Looks
from tests.browser.people import BAD_TASK, Person
from tests.browser.world import ADMIN, COURSE, OTHER_COURSE, STAFF, TEACHER, World


def test_a_bad_page_does_not_pass(stage: Stage, worlds: Worlds) -> None:
    """The looking itself works."""
    person = stage.open(worlds.get("moodle")[0])
    person.page.set_content("<title>A</title><h1>1</h1><h1>2</h1><img src='data:,'><pre>" + "wide " * 200 + "</pre>")
    looks = Looks()
    looks.at("bad", person.page)
    found = " ".join(looks.faults)
    assert all(word in found for word in ("2 h1", "title", "image-alt", "sideways"))


@pytest.fixture
def looks() -> Iterator[Looks]:
    running = Looks()
    yield running
    running.check()


def launch_at(person: Person, path: str) -> Page:
    """Open one of the LMS's launch addresses without its frame, so that the tool has the whole window."""
    person.page.goto(person.world.lms_url + path)
    person.page.wait_for_url(f"{person.world.tool_url}/v/**")
    person.frame = person.page.main_frame
    return person.page


def test_pages_before_a_student_begins(worlds: Worlds, stage: Stage, looks: Looks) -> None:
    world, item = worlds.get("canvas")
    student = stage.open(world, username="zoe.nunez")
    page = student.launch_window(item)
    student.sees(world.module.title)
    looks.at("module-new", page)
    student.visit("/")
    student.sees("Hello, Zoë")
    looks.at("home-new", page)
    for lesson in (world.module.lessons[0], world.module.lessons[-1]):
        student.visit(f"/modules/{world.module.slug}/lessons/{lesson.id}")
        student.sees(lesson.title)
        looks.at(f"lesson-{lesson.id}", page)
    for activity in world.module.activities:
        student.visit(f"/modules/{world.module.slug}/practice/{activity.id}")
        student.sees(activity.title)
        looks.at(f"practice-{activity.id}", page)
        button = "Check and hand in" if isinstance(activity, FormActivity) else "Check my answers"
        student.press(button)
        expect(page.locator("#result, #error-summary").first).to_be_visible()
        looks.at(f"practice-{activity.id}-empty", page)


def test_pages_of_a_student_at_work(worlds: Worlds, stage: Stage, looks: Looks) -> None:
    world, item = worlds.get("canvas")
    module = world.module
    assert module.scope and module.statement
    student = stage.open(world, username="maria.fernandes")
    page = student.launch_window(item)
    student.practise()
    looks.at("practice-mark-right", page)
    student.go(f"/practice/{module.activities[0].id}")
    student.sees(module.activities[0].title)
    looks.at("practice-sort-right", page)
    student.give_contacts()
    looks.at("contacts-accepted", page)
    student.go("/check")
    looks.at("check-new", page)
    student.press("Start")
    expect(page.get_by_role("button", name="Hand in")).to_be_visible()
    looks.at("try", page)
    student.press("Hand in")
    expect(page.locator("#error-summary")).to_be_visible()
    looks.at("try-unanswered", page)
    student.answer_check(wrong=5)
    student.press("Hand in")
    student.sees("Result of try 1")
    looks.at("result-failed", page)
    student.visit(f"/modules/{module.slug}/check")
    expect(page.get_by_role("button", name="Start another try")).to_be_visible()
    looks.at("check-failed-once", page)
    student.press("Start another try")
    student.answer_check()
    student.press("Hand in")
    student.sees("Result of try 2")
    looks.at("result-passed", page)
    student.go("")
    student.sees(module.title)
    looks.at("module-half", page)
    student.visit("/")
    expect(page.get_by_text("Steps done")).to_be_visible()
    looks.at("home-half", page)
    student.visit(f"/modules/{module.slug}/scope")
    student.sees(module.scope.title)
    looks.at("scope-new", page)
    page.get_by_text("Show me examples").click()
    looks.at("scope-examples", page)
    student.fill({**student.good_scope(), "task": BAD_TASK, "hours": "70"})
    student.press("Check my project")
    expect(page.locator("#error-summary")).to_be_visible()
    looks.at("scope-findings", page)
    student.fill(student.good_scope())
    student.press("Check my project")
    expect(page.get_by_text("Accepted", exact=True).first).to_be_visible()
    looks.at("scope-accepted", page)
    student.read_lessons()
    student.open_statement()
    looks.at("statement", page)
    student.press("Sign the statement")
    expect(page.locator("#error-summary")).to_be_visible()
    looks.at("statement-unticked", page)
    student.sign()
    looks.at("statement-signed", page)
    student.go("")
    expect(page.get_by_text("You have finished this module")).to_be_visible()
    looks.at("module-complete", page)
    world.work()
    student.visit("/")
    expect(page.get_by_text("sent to the gradebook")).to_be_visible()
    looks.at("home-complete", page)


def test_pages_of_a_teacher(worlds: Worlds, stage: Stage, looks: Looks) -> None:
    world, _ = worlds.get("moodle")
    module = world.module
    assert module.check
    item = world.add_item(OTHER_COURSE)
    teacher = stage.open(world, Cookies.BLOCKED, username=TEACHER)
    page = teacher.launch_window(item)
    teacher.sees("Class overview")
    looks.at("class-empty", page)
    for progress in ("done", "begun", "opened"):
        student = stage.open(world)
        student.launch(item)
        if progress == "done":
            student.complete()
            world.work()
            found = world.find_score(student.username, course=OTHER_COURSE)
            assert found is not None
            world.lms.set_grade(found.lineitem_id, student.username, 4)
        if progress == "begun":
            student.start_check()
            student.answer_check(wrong=7)
            student.press("Hand in")
            student.write_scope()
        student.page.close()
    teacher.visit("/")
    expect(page.get_by_role("table")).to_be_visible()
    looks.at("class", page)
    links = page.get_by_role("table").get_by_role("link")
    for number, name in enumerate(("person-done", "person-begun", "person-opened")):
        teacher.visit("/")
        links.nth(number).click()
        expect(page.get_by_role("table")).to_have_count(0)
        page.wait_for_url("**/people/*")
        looks.at(name, page)
    teacher.visit("/preview")
    teacher.sees("What students see")
    looks.at("preview-home", page)
    for path, heading in {
        f"/modules/{module.slug}": module.title,
        f"/modules/{module.slug}/check": module.check.title,
        f"/modules/{module.slug}/check/preview": module.check.title,
    }.items():
        teacher.visit(path)
        teacher.sees(heading)
        looks.at(f"preview-{path.rsplit('/', 1)[1]}", page)
    teacher.answer_check(wrong=2)
    teacher.press("Hand in")
    teacher.sees("Result of the preview")
    looks.at("preview-result", page)
    teacher.visit("/staff-code")
    expect(page.get_by_role("button", name="Continue")).to_be_visible()
    looks.at("staff-code", page)
    page.get_by_role("textbox").fill("not-a-code")
    teacher.press("Continue")
    expect(page.locator("#error-summary")).to_be_visible()
    looks.at("staff-code-wrong", page)


@pytest.mark.parametrize("many", [True, False], ids=["many", "one"])
def test_pages_of_deep_linking(worlds: Worlds, stage: Stage, looks: Looks, many: bool) -> None:
    world, _ = worlds.get("canvas")
    teacher = stage.open(world, username=TEACHER)
    course = world.lms.get_course(COURSE)
    page = launch_at(teacher, f"/launch/select?course={course['id']}&tool=1&many={int(many)}")
    teacher.sees("Add to your course")
    looks.at(f"pick-{many}", page)
    teacher.press("Continue")
    expect(page.locator("#error-summary")).to_be_visible()
    looks.at(f"pick-nothing-{many}", page)
    page.get_by_label(world.module.title).check()
    teacher.press("Continue")
    teacher.sees("Ready to add")
    looks.at(f"picked-{many}", page)


def test_pages_of_offices(worlds: Worlds, stage: Stage, looks: Looks) -> None:
    world, _ = worlds.get("canvas")
    office = stage.open(world, username=STAFF)
    page = launch_at(office, "/launch?tool=1")
    office.sees("Staff access")
    with world.session() as session:
        registration = list_registrations(session)[0]
        _, code = make_grant(session, registration.institution_id, "Marcus Bell, career centre", clock.now(), days=1)
        session.commit()
    page.get_by_role("textbox").fill(code)
    office.press("Continue")
    page.wait_for_url("**/institution")
    looks.at("institution", page)
    admin = stage.open(world, Cookies.BLOCKED, username=ADMIN)
    page = launch_at(admin, "/launch/privacy?tool=1")
    admin.sees("Data and privacy")
    looks.at("data-privacy", page)
    observer = stage.open(world, Cookies.BLOCKED, username="joan.okafor")
    page = observer.launch_window(world.lms.list_items(COURSE)[0])
    observer.sees("You are watching this course")
    looks.at("observer", page)


def test_pages_of_registration(worlds: Worlds, stage: Stage, looks: Looks) -> None:
    world, _ = worlds.get("moodle")
    admin = stage.open(world, username=ADMIN)
    page = admin.page
    link = register_link(world)
    page.goto(link)
    admin.sees("Use this link in your learning platform")
    looks.at("register-by-hand", page)
    query = {
        "openid_configuration": f"{world.lms_url}/.well-known/openid-configuration",
        "registration_token": issue_registration_token(world.lms),
    }
    page.goto(f"{link}?{urlencode(query)}")
    admin.sees("Register this tool")
    looks.at("register", page)
    admin.press("Register")
    admin.sees("Registered")
    looks.at("register-done", page)
    page.goto(f"{link}?{urlencode(query)}")
    expect(page.get_by_role("main")).to_contain_text("has been used")
    looks.at("register-refused", page)
    world.lms.remove_tool(world.lms.list_tools()[-1]["client_id"])


def register_link(world: World) -> str:
    with world.session() as session:
        _, code = make_invite(session, None, clock.now(), 7, institution="Riverbend University")
        session.commit()
    return f"{world.tool_url}/lti/register/{code}"


def test_pages_of_refusals(worlds: Worlds, stage: Stage, looks: Looks) -> None:
    world, item = worlds.get("moodle")
    student = stage.open(world)
    page = student.page
    for name, path in {
        "error-visit": "/v/somebody-elses-visit/",
        "error-launch-by-get": "/lti/launch",
        "error-login": "/lti/login?iss=https://unknown.example&login_hint=1&target_link_uri="
        + world.settings.launch_url,
        "error-not-found": "/nothing-here",
        "error-window": "/window/a-code-that-was-spent",
        "privacy": "/privacy",
    }.items():
        page.goto(world.tool_url + path)
        looks.at(name, page)
    student.launch_window(item)
    student.visit("/people/1")
    expect(student.frame.get_by_role("heading", level=1)).not_to_have_text(world.module.title)
    looks.at("error-forbidden", student.page)
    teacher = stage.open(world, Cookies.REFUSED, username=TEACHER)
    teacher.launch(item, heading="This page opens in its own window")
    looks.at("needs-window", teacher.page, teacher.frame)
    weak = stage.open(world, Cookies.REFUSED)
    weak.launch(item)
    weak.open_statement()
    looks.at("statement-weak", weak.page, weak.frame)
