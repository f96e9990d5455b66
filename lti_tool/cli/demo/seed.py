"""A class in progress, made the way a real one makes it: by launches and forms over HTTP.

Nothing is written behind the tool's back, so what the demo shows is what the tool does.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import click
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.admin.service import make_grant
from lti_tool.cli.demo.coursework import Desk, OwnWork, decide_all, list_desks
from lti_tool.config import Settings
from lti_tool.content.catalog import FormActivity, Module
from lti_tool.content.service import default_content_dir, load_catalogue
from lti_tool.db import make_engine, make_session_factory
from lti_tool.registration.queries import list_registrations
from lti_tool.registration.service import get_institution_named, make_invite
from lti_tool.sandbox.app import SandboxServer
from lti_tool.sandbox.browser import Visitor
from lti_tool.sandbox.browser.page import Page
from lti_tool.sandbox.people import STUDENTS

INSTITUTION = "Riverbend University"
COURSE = "MIR 101"
TEACHER, OFFICE = "helena.marsh", "marcus.bell"
# How far each student is, in the order of the list: `new` has not opened the tool.
# The second (Zoë) is left new, so that a demo can begin with her.
PROGRESS = (
    *("done", "new", "done", "check", "reading"),
    *("done", "perfect", "check", "new", "done"),
    *("failed", "perfect", "reading", "done", "opened"),
    *("check", "done", "reading", "new", "done"),
    *("draft", "perfect", "opened", "failed", "new"),
)


class Seeding:
    """Registers the tool, places its modules in a course, and lets students and their teacher work."""

    def __init__(self, lms: SandboxServer, settings: Settings) -> None:
        self.lms, self.settings = lms, settings
        self.catalogue = load_catalogue([default_content_dir()])
        self.module = self.catalogue.modules[0]
        self.items: dict[str, Mapping[str, Any]] = {}

    def run(self) -> None:
        """Everything that a first start needs."""
        self._register()
        for number, module in enumerate(self.catalogue.modules):
            # At 23:59 in Chicago, where the sandbox's Canvas says that its people live.
            due = (clock.now() + timedelta(weeks=2 + number)).replace(hour=5, minute=59, second=59)
            self.items[module.id] = self._place(module, f"{due:%Y-%m-%dT%H:%M:%SZ}")
        with click.progressbar(list(zip(STUDENTS, PROGRESS, strict=True)), label="  Students", width=30) as students:
            for student, progress in students:
                if progress != "new":
                    with self._open(student.username) as browser:
                        StudentWork(browser, self.module).do(self._launch(browser, self.module), progress)
        self._do_coursework(list_desks(self.catalogue))
        self._let_staff_in()

    def _do_coursework(self, desks: list[Desk]) -> None:
        """Hand in, decide, revise, decide: the loop of the modules with a piece of work."""
        again = [desk for desk in desks if desk.has_second]
        steps = len(desks) + len(again) + len([desk for desk in desks if desk.decide(1)])
        steps += len([desk for desk in again if desk.decide(2)])
        with click.progressbar(length=steps, label="  Their work", width=30) as bar:

            def note() -> None:
                bar.update(1)

            for desk in desks:
                with self._open(desk.student.username) as browser:
                    page = self._launch(browser, desk.module)
                    StudentWork(browser, desk.module).prepare(page)
                    OwnWork(browser, desk).hand_in_first(page)
                note()
            self._decide(desks, note)
            for desk in again:
                with self._open(desk.student.username) as browser:
                    OwnWork(browser, desk).hand_in_again(self._launch(browser, desk.module))
                note()
            self._decide(desks, note)

    def _decide(self, desks: list[Desk], note: Callable[[], None]) -> None:
        with self._open(TEACHER) as browser:
            decide_all(browser, self._launch(browser, self.module, window=True), desks, note)

    def _open(self, username: str) -> Visitor:
        """Somebody's browser, signed in at the LMS."""
        browser = Visitor(self.lms.base_url, seconds=30)
        browser.sign_in(username)
        return browser

    def _launch(self, browser: Visitor, module: Module, *, window: bool = False) -> Page:
        return _go_on(browser, browser.launch_item(self.items[module.id], window=window))

    def _register(self) -> None:
        with _session(self.settings) as session:
            institution = get_institution_named(session, INSTITUTION, clock.now())
            _, code = make_invite(session, institution.id, clock.now(), days=1)
            session.commit()
        with Visitor(self.lms.base_url, seconds=30) as browser:
            browser.sign_in("ines.valverde")
            page = browser.begin_registration(f"{self.settings.base_url}/lti/register/{code}")
            browser.submit(page, button="Register")
        for tool in self.lms.sandbox.list_tools():
            self.lms.sandbox.set_tool_state(tool["client_id"], "active")

    def _place(self, module: Module, due: str) -> Mapping[str, Any]:
        sandbox = self.lms.sandbox
        tool = sandbox.list_tools(active_only=True)[0]
        return sandbox.add_item(
            COURSE,
            tool["client_id"],
            module.title,
            url=f"{self.settings.launch_url}?module={module.id}",
            text=module.summary,
            custom={"module": module.id},
            points=module.points,
            due=due,
            tag=f"module:{module.id}",
            resource_id=f"module:{module.id}",
        )

    def _let_staff_in(self) -> None:
        with _session(self.settings) as session:
            registration = list_registrations(session)[0]
            _, code = make_grant(
                session, registration.institution_id, "Marcus Bell, career centre", clock.now(), days=1
            )
            session.commit()
        with self._open(OFFICE) as browser:
            page = _go_on(browser, browser.launch_account())
            browser.submit(page, {"code": code}, form="staff-code")


class StudentWork:
    """One student's way through the module."""

    def __init__(self, browser: Visitor, module: Module) -> None:
        self.browser, self.module = browser, module

    def do(self, page: Page, progress: str) -> None:
        """Work up to a point: opened, reading, failed, check, draft, done or perfect."""
        home = page
        if progress == "opened":
            return
        if progress == "reading":
            self._read(home, lessons=2)
            return
        self._read(home, lessons=len(self.module.lessons))
        if progress == "draft":
            self._write(home, button="Save draft")
            return
        right = {"failed": 4, "check": 7, "done": 7, "perfect": 8}[progress]
        self._take_check(home, right)
        if progress in ("done", "perfect"):
            self._fill_contacts(home)
            self._write(home, button="Check my project")
            self._sign(home)

    def prepare(self, home: Page) -> None:
        """All that comes before the piece of work: every lesson, and the check with one mistake."""
        self._read(home, lessons=len(self.module.lessons))
        self._take_check(home, right=7)

    def _open(self, home: Page, path: str) -> Page:
        # A link of the module's overview: a typed address would say that the request came from nowhere.
        return self.browser.click(home, f"/modules/{self.module.slug}/{path}")

    def _read(self, home: Page, lessons: int) -> None:
        for lesson in self.module.lessons[:lessons]:
            self.browser.submit(self._open(home, f"lessons/{lesson.id}"), form=f"lessons/{lesson.id}")

    def _take_check(self, home: Page, right: int) -> None:
        page = self.browser.submit(self._open(home, "check"), form="check/start")
        check = self.module.check
        if check is None:
            return
        form = page.find_form("check/tries")
        names = sorted(name for name in form.names if name.startswith("answer-"))
        answers = {}
        for number, name in enumerate(names):
            question = check.find_question(name.removeprefix("answer-"))
            if question is None:
                continue
            wrong = next(option for option in question.options if not option.is_right)
            answers[name] = (question.right_option if number < right else wrong).id
        self.browser.submit(page, answers, form="check/tries", button="Hand in")

    def _fill_contacts(self, home: Page) -> None:
        for activity in self.module.activities:
            if isinstance(activity, FormActivity) and activity.is_required:
                answers = {f"answer-{field.id}": field.good for field in activity.fields}
                page = self._open(home, f"practice/{activity.id}")
                self.browser.submit(page, answers, button="Check and hand in")

    def _write(self, home: Page, button: str) -> None:
        template = self.module.scope
        if template is None:
            return
        example = next(example for example in template.examples if example.is_good)
        answers = {f"answer-{field.id}": str(getattr(example.scope, field.id)) for field in template.fields}
        self.browser.submit(self._open(home, "scope"), answers, button=button)

    def _sign(self, home: Page) -> None:
        self.browser.submit(self._open(home, "statement"), {"agree": "y"}, button="Sign the statement")


def _go_on(browser: Visitor, page: Page) -> Page:
    """Without scripts, a first login at a platform with storage waits for a click."""
    return browser.click(page, "Continue") if "/lti/login" in page.url else page


def _session(settings: Settings) -> Session:
    return make_session_factory(make_engine(settings.database_url))()
