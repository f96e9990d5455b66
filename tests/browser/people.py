"""People in front of Chromium: they sign in at the LMS, open the tool in its frame, and work."""

import re
from collections.abc import Mapping

from playwright.sync_api import BrowserContext, Error, Frame, Page, expect

from lti_tool.content.catalog import FormActivity, MarkActivity, SortActivity
from lti_tool.sandbox.store import Row
from tests.browser.chromium import DESKTOP, Size
from tests.browser.world import World

BAD_TASK = "help our engineering team"


class Person:
    """A browser tab, first at the LMS; `frame` is where the tool is: framed, or the whole window."""

    def __init__(self, world: World, context: BrowserContext, *, size: Size = DESKTOP, scripts: bool = True) -> None:
        self.world, self.context, self.scripts = world, context, scripts
        self.username = ""
        self.page: Page = context.new_page()
        self.page.set_viewport_size({"width": size.width, "height": size.height})
        self.frame: Frame = self.page.main_frame

    # At the LMS

    def sign_in(self, username: str) -> None:
        self.page.goto(f"{self.world.lms_url}/people")
        self.page.locator(f'button[value="{username}"]').click()
        expect(self.page).to_have_url(f"{self.world.lms_url}/")

    def open_course(self, item: Row) -> None:
        self.page.goto(f"{self.world.lms_url}/courses/{item['course_id']}")

    def launch(self, item: Row, *, heading: str | None = "") -> Frame:
        """Press the link on the course's page; the tool's frame. `heading` None waits for nothing."""
        self.open_course(item)
        self.page.locator(f'a[href$="/items/{item["id"]}"]').click()
        return self.enter_frame(self.world.module.title if heading == "" else heading)

    def launch_window(self, item: Row) -> Page:
        """Open the link in a new window, as the LMS offers; that window."""
        self.page.goto(f"{self.world.lms_url}/courses/{item['course_id']}/items/{item['id']}")
        # The page's own frame begins a launch too.
        expect(self.enter_frame(None).get_by_role("banner")).to_be_visible()
        self.frame.wait_for_url(f"{self.world.tool_url}/v/**")
        with self.page.expect_popup() as popup:
            self.page.get_by_role("link", name="Open in a new window").click()
        self.page = popup.value
        self.frame = self.page.main_frame
        self.page.wait_for_url(f"{self.world.tool_url}/v/**")
        return self.page

    def enter_frame(self, heading: str | None) -> Frame:
        handle = self.page.locator("iframe.tool").element_handle()
        frame = handle.content_frame() if handle is not None else None
        assert frame is not None
        self.frame = frame
        if not self.scripts:
            self._press_through()
        if heading is not None:
            self.sees(heading)
        return frame

    def _press_through(self) -> None:
        """Without scripts each page that forwards waits for its button, and the tool's for its link."""
        for _ in range(6):
            waiting = self.frame.get_by_text("Continue", exact=True)
            arrived = self.frame.get_by_role("banner")
            expect(waiting.or_(arrived).first).to_be_visible()
            if re.search(r"/v/[\w-]+/", self.frame.url):
                return
            before = self.frame.url
            waiting.click()
            self.frame.wait_for_url(lambda url, before=before: url != before)  # type: ignore[misc]

    # In the tool

    def sees(self, heading: str) -> None:
        expect(self.frame.get_by_role("heading", level=1, name=heading, exact=True)).to_be_visible()

    def go(self, path: str) -> None:
        """Follow a link whose address ends so; from a page without one by way of the overview."""
        self.frame.wait_for_load_state("domcontentloaded")
        link = self.frame.locator(f'a[href$="/modules/{self.world.module.slug}{path}"]').first
        if link.count() == 0:
            self.frame.locator(f'a[href$="/modules/{self.world.module.slug}"]').first.click()
        link.click()

    def go_back(self) -> None:
        """The browser's back button: the frame's last page, as part of the tab's history."""
        self.page.evaluate("() => window.history.back()")

    def turn_to(self) -> None:
        """Look at this tab until it is drawn: Chromium sends clicks to where a hidden tab's frame last was."""
        self.page.bring_to_front()
        for frame in (self.page.main_frame, self.frame):
            frame.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def visit(self, path: str) -> None:
        """Another page of the same visit, as a link of ours leads there."""
        address = self.visit_url + path
        for is_last in (False, False, True):
            try:
                self.frame.evaluate("(url) => window.location.assign(url)", address)
            except Error as error:
                # A page that is just being reloaded goes away under the call.
                if is_last or "context was destroyed" not in str(error):
                    raise
                self.frame.wait_for_load_state("load")
            else:
                return

    @property
    def visit_url(self) -> str:
        """The address of the visit, without a slash at the end."""
        found = re.match(r"https?://[^/]+/v/[\w-]+", self.frame.url)
        assert found is not None, self.frame.url
        return found[0]

    def press(self, name: str) -> None:
        self.frame.get_by_role("button", name=name, exact=True).click()

    def fill(self, answers: Mapping[str, str]) -> None:
        for name, text in answers.items():
            self.frame.locator(f'[name="answer-{name}"]').fill(text)

    def read_lessons(self) -> None:
        module = self.world.module
        self.go(f"/lessons/{module.lessons[0].id}")
        for lesson in module.lessons:
            self.sees(lesson.title)
            self.press("Mark as read and continue")
        expect(self.frame.get_by_role("heading", level=1, name=module.lessons[-1].title)).not_to_be_visible()

    def practise(self) -> None:
        for activity in self.world.module.activities:
            if isinstance(activity, FormActivity):
                continue
            self.go(f"/practice/{activity.id}")
            self.sees(activity.title)
            if isinstance(activity, SortActivity):
                for item in activity.items:
                    self.choose(item.id, item.answer)
            elif isinstance(activity, MarkActivity):
                for part in activity.parts:
                    if part.is_problem:
                        self.frame.locator(f'input[name="answer-{part.id}"]').check()
            self.press("Check my answers")
            expect(self.frame.locator("#result")).to_contain_text(re.compile(r"(\d+) of \1"))

    def choose(self, item: str, value: str) -> None:
        self.frame.locator(f'input[name="answer-{item}"][value="{value}"]').check()

    def start_check(self) -> None:
        self.go("/check")
        self.press("Start")
        expect(self.frame.get_by_role("button", name="Hand in")).to_be_visible()

    def answer_check(self, *, wrong: int = 0) -> None:
        """Choose an option for each question of the open try: right ones, after some wrong ones."""
        check = self.world.module.check
        assert check is not None
        names = self.frame.locator("fieldset input[type=radio]").evaluate_all(
            "inputs => [...new Set(inputs.map((input) => input.name))]"
        )
        assert len(names) == check.draw
        for number, name in enumerate(names):
            question = check.find_question(name.removeprefix("answer-"))
            assert question is not None
            options = [option for option in question.options if option.is_right == (number >= wrong)]
            self.choose(question.id, options[0].id)

    def pass_check(self) -> None:
        self.start_check()
        self.answer_check()
        self.press("Hand in")
        expect(self.frame.get_by_text("8 of 8 right", exact=True)).to_be_visible()

    def give_contacts(self) -> None:
        for activity in self.world.module.activities:
            if isinstance(activity, FormActivity):
                self.go(f"/practice/{activity.id}")
                self.fill({field.id: field.good for field in activity.fields})
                self.press("Check and hand in")
                expect(self.frame.get_by_text("Accepted", exact=True).first).to_be_visible()

    def good_scope(self) -> dict[str, str]:
        scope = self.world.module.scope
        assert scope is not None
        return {field.id: field.good for field in scope.fields}

    def write_scope(self) -> None:
        """First a project that nobody could finish, then a good one."""
        self.go("/scope")
        self.fill({**self.good_scope(), "task": BAD_TASK})
        self.press("Check my project")
        expect(self.frame.locator("#error-summary")).to_be_visible()
        expect(self.frame.locator('[name="answer-task"]')).to_have_value(BAD_TASK)
        self.fill(self.good_scope())
        self.press("Check my project")
        expect(self.frame.locator("#error-summary")).to_have_count(0)
        expect(self.frame.get_by_text("Accepted", exact=True).first).to_be_visible()

    def open_statement(self) -> None:
        self.go("/statement")
        statement = self.world.module.statement
        assert statement is not None
        self.sees(statement.title)

    def sign(self) -> None:
        """Tick and sign; where the frame keeps nothing, in the window that the page offers."""
        self.open_statement()
        here = self.frame.locator('main form[target="_blank"] button')
        if here.count():
            self.open_window(here)
        self.frame.locator('input[name="agree"]').check()
        self.press("Sign the statement")
        expect(self.frame.get_by_text("You signed this")).to_be_visible()

    def open_window(self, button: object = None) -> Page:
        """Press “Open in a new window”; the tool goes on there."""
        pressed = button or self.frame.locator('header form[target="_blank"] button')
        with self.page.expect_popup() as popup:
            pressed.click()  # type: ignore[attr-defined]
        self.page = popup.value
        self.frame = self.page.main_frame
        self.page.wait_for_url(f"{self.world.tool_url}/v/**")
        return self.page

    def complete(self, *, everything: bool = False) -> None:
        """All that the score asks for; `everything` with what is optional."""
        if everything:
            self.read_lessons()
            self.practise()
        self.pass_check()
        self.give_contacts()
        self.write_scope()
        self.sign()

    def close(self) -> None:
        """Close every tab of this browser."""
        for page in self.context.pages[1:]:
            page.close()
