"""A class in progress, made the way a real one makes it: by launches and forms over HTTP.

Nothing is written behind the tool's back, so what the demo shows is what the tool does.
"""

from collections.abc import Mapping
from typing import Any

import click
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.admin.service import make_grant
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
    """Registers the tool, places its module in a course, and lets the students work."""

    def __init__(self, lms: SandboxServer, settings: Settings) -> None:
        self.lms, self.settings = lms, settings
        self.module = load_catalogue([default_content_dir()]).modules[0]

    def run(self) -> None:
        """Everything that a first start needs."""
        self._register()
        item = self._place_module()
        with click.progressbar(list(zip(STUDENTS, PROGRESS, strict=True)), label="  Students", width=30) as students:
            for student, progress in students:
                if progress != "new":
                    with Visitor(self.lms.base_url, seconds=30) as browser:
                        browser.sign_in(student.username)
                        StudentWork(browser, self.module).do(_go_on(browser, browser.launch_item(item)), progress)
        self._let_staff_in(item)

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

    def _place_module(self) -> Mapping[str, Any]:
        sandbox = self.lms.sandbox
        tool = sandbox.list_tools(active_only=True)[0]
        return sandbox.add_item(
            COURSE,
            tool["client_id"],
            self.module.title,
            url=f"{self.settings.launch_url}?module={self.module.id}",
            text=self.module.summary,
            custom={"module": self.module.id},
            points=self.module.points,
            tag=f"module:{self.module.id}",
            resource_id=f"module:{self.module.id}",
        )

    def _let_staff_in(self, item: Mapping[str, Any]) -> None:
        with Visitor(self.lms.base_url, seconds=30) as browser:
            browser.sign_in(TEACHER)
            _go_on(browser, browser.launch_item(item))
        with _session(self.settings) as session:
            registration = list_registrations(session)[0]
            _, code = make_grant(
                session, registration.institution_id, "Marcus Bell, career centre", clock.now(), days=1
            )
            session.commit()
        with Visitor(self.lms.base_url, seconds=30) as browser:
            browser.sign_in(OFFICE)
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

    def _open(self, home: Page, path: str) -> Page:
        # A link of the module's overview: a typed address would say that the request came from nowhere.
        return self.browser.click(home, f"/{path}")

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
