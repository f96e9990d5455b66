"""Students and teachers at the sandbox LMS over HTTP, for journeys that end in its gradebook."""

from collections.abc import Mapping

from lti_tool.content.catalog import FormActivity
from lti_tool.sandbox.browser import Page, Visitor
from lti_tool.sandbox.store import Row
from tests.browser.world import World


class Somebody:
    """A person with a browser of their own; `page` is the tool's last page."""

    def __init__(self, world: World, username: str) -> None:
        self.world, self.username = world, username
        self.browser = Visitor(world.lms_url)
        self.browser.sign_in(username)
        self.page: Page | None = None

    def __enter__(self) -> "Somebody":
        return self

    def __exit__(self, *_: object) -> None:
        self.browser.close()

    def launch(self, item: Row) -> Page:
        """Open a link; without scripts a first login at a platform with storage waits for a click."""
        return self.arrive(self.browser.launch_item(item))

    def arrive(self, page: Page) -> Page:
        self.page = self.browser.click(page, "Continue") if "/lti/login" in page.url else page
        return self.page

    def go(self, path: str) -> Page:
        """Another page of this visit, as a link of ours leads there."""
        assert self.page is not None
        visit = "/".join(self.page.url.split("/")[:5])
        found = self.browser._go(visit + path, "GET", None, self.page.top, self.page.url, self.page)
        self.page = found
        return found

    def send(
        self, path: str, values: Mapping[str, str] | None = None, *, form: str | None = None, button: str | None = None
    ) -> Page:
        """Fill the form on a page of this visit and send it."""
        self.page = self.browser.submit(self.go(path), values, form=form, button=button)
        return self.page

    # The module

    @property
    def path(self) -> str:
        return f"/modules/{self.world.module.slug}"

    def take_check(self, right: int) -> Page:
        """Begin a try and hand it in with so many right answers."""
        check = self.world.module.check
        assert check is not None
        page = self.send(f"{self.path}/check", form="check/start")
        names = sorted(name for name in page.find_form("check/tries").names if name.startswith("answer-"))
        answers = {}
        for number, name in enumerate(names):
            question = check.find_question(name.removeprefix("answer-"))
            assert question is not None
            wrong = next(option for option in question.options if not option.is_right)
            answers[name] = (question.right_option if number < right else wrong).id
        self.page = self.browser.submit(page, answers, form="check/tries", button="Hand in")
        return self.page

    def do_the_rest(self) -> Page:
        """Lessons, contacts, scope and statement."""
        module = self.world.module
        assert module.scope is not None
        for lesson in module.lessons:
            self.send(f"{self.path}/lessons/{lesson.id}", form=f"lessons/{lesson.id}")
        for activity in module.activities:
            if isinstance(activity, FormActivity):
                answers = {f"answer-{field.id}": field.good for field in activity.fields}
                self.send(f"{self.path}/practice/{activity.id}", answers, button="Check and hand in")
        answers = {f"answer-{field.id}": field.good for field in module.scope.fields}
        self.send(f"{self.path}/scope", answers, button="Check my project")
        return self.send(f"{self.path}/statement", {"agree": "y"}, button="Sign the statement")

    def complete(self, right: int = 8) -> Page:
        """The whole module."""
        self.take_check(right)
        return self.do_the_rest()
