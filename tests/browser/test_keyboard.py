"""A student who uses no pointer: from the launch to the signed statement."""

import pytest
from playwright.sync_api import Locator, Page, expect

from lti_tool.content.catalog import FormActivity
from tests.browser.chromium import DESKTOP, NARROW, Size
from tests.browser.conftest import Stage, Worlds
from tests.browser.people import BAD_TASK

MOST_STOPS = 90
# Whether the focused element shows that it is (WCAG 2.4.7) and is not covered or out of sight (2.4.11).
FOCUS = """
() => {
  const active = document.activeElement;
  if (!active || active === document.body) return null;
  const style = getComputedStyle(active);
  const parent = active.closest("label, .choice, .form-check, .field");
  const rings = [style, parent ? getComputedStyle(parent) : style];
  const box = active.getBoundingClientRect();
  const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 40), 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  const labels = [...(active.labels ?? [])];
  const covers = top && ![active, ...labels].some((own) => own.contains(top)) && !top.contains(active);
  const isRing = (one) => (one.outlineStyle !== "none" && parseFloat(one.outlineWidth) > 0) || one.boxShadow !== "none";
  return {
    what: active.outerHTML.slice(0, 160),
    shown: rings.some(isRing),
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    covered: Boolean(covers),
  };
}
"""


class Keys:
    """Fingers on the keyboard, and eyes on the focus."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab_to(self, wanted: Locator, *, key: str = "Tab") -> None:
        """Press Tab until it is there; each stop on the way must be visible."""
        expect(wanted).to_have_count(1)
        for _ in range(MOST_STOPS):
            self.page.keyboard.press(key)
            self.check_focus()
            if wanted.evaluate("(element) => element === document.activeElement"):
                return
        raise AssertionError(f"{wanted} is not reached by {MOST_STOPS} presses of {key}")

    def check_focus(self) -> None:
        found = self.page.evaluate(FOCUS)
        if found is None:
            return
        assert found["shown"], f"focus is not visible on {found['what']}"
        assert found["inside"], f"focus is out of sight on {found['what']}"
        assert not found["covered"], f"something covers {found['what']}"

    def press_button(self, name: str, key: str = "Enter") -> None:
        self.tab_to(self.page.get_by_role("button", name=name, exact=True))
        self.page.keyboard.press(key)

    def follow(self, path: str) -> None:
        """Reach a link by Tab and press Enter."""
        self.page.wait_for_load_state()
        self.tab_to(self.page.locator(f'main a[href$="{path}"]').first)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(f"**{path}")

    def choose(self, name: str, value: str) -> None:
        """Tab into a group of radio buttons, then arrows until the wanted one is chosen."""
        group = self.page.locator(f'input[name="{name}"]')
        values = group.evaluate_all("inputs => inputs.map((input) => input.value)")
        self.tab_to(group.first)
        self.page.keyboard.press("Space")
        for _ in range(values.index(value)):
            self.page.keyboard.press("ArrowDown")
        expect(self.page.locator(f'input[name="{name}"][value="{value}"]')).to_be_checked()
        self.check_focus()

    def type_into(self, name: str, text: str) -> None:
        field = self.page.locator(f'[name="answer-{name}"]')
        self.tab_to(field)
        if field.get_attribute("type") == "date":
            year, month, day = text.split("-")
            self.page.keyboard.type(month + day + year)
        else:
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.type(text)
        expect(field).to_have_value(text)


def test_the_skip_link_leads_past_the_header(worlds: Worlds, stage: Stage) -> None:
    world, item = worlds.get("moodle")
    student = stage.open(world)
    page = student.launch_window(item)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("size", [DESKTOP, NARROW], ids=["desktop", "narrow"])
def test_every_stop_is_visible(worlds: Worlds, stage: Stage, size: Size) -> None:
    """Tab through whole pages, forwards and backwards: nothing hides the focus, nothing traps it."""
    world, item = worlds.get("moodle")
    student = stage.open(world, size=size)
    page = student.launch_window(item)
    slug = world.module.slug
    for path in (f"/modules/{slug}", f"/modules/{slug}/lessons/{world.module.lessons[1].id}", f"/modules/{slug}/scope"):
        student.visit(path)
        page.wait_for_url(f"**{path}")
        page.wait_for_load_state()
        keys = Keys(page)
        stops = page.locator("a[href], button, input:not([type=hidden]), textarea, summary, [tabindex='0']").count()
        for key in ("Tab", "Shift+Tab"):
            for _ in range(min(stops, 60)):
                page.keyboard.press(key)
                keys.check_focus()


def test_from_launch_to_signed_statement(worlds: Worlds, stage: Stage) -> None:
    world, item = worlds.get("canvas")
    module = world.module
    student = stage.open(world)
    page = student.launch_window(item)
    keys = Keys(page)
    student.sees(module.title)
    slug = f"/modules/{module.slug}"
    keys.follow(f"{slug}/lessons/{module.lessons[0].id}")
    for lesson in module.lessons:
        student.sees(lesson.title)
        keys.press_button("Mark as read and continue")
    page.wait_for_url("**/practice/**")

    student.visit(f"{slug}/check")
    page.wait_for_url("**/check")
    keys.press_button("Start", "Space")
    page.wait_for_url("**/tries/1")
    assert module.check and module.scope and module.statement
    names = list(dict.fromkeys(page.locator("input[type=radio]").evaluate_all("all => all.map((one) => one.name)")))
    # One is left open at first: the summary of what is missing takes the focus and leads to it.
    for name in names[:-1]:
        question = module.check.find_question(name.removeprefix("answer-"))
        assert question is not None
        keys.choose(name, question.right_option.id)
    keys.press_button("Hand in")
    summary = page.locator("#error-summary")
    expect(summary).to_be_focused()
    assert page.title().startswith("Error: ")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('fieldset') !== null"), "the link leads to the question"
    last = module.check.find_question(names[-1].removeprefix("answer-"))
    assert last is not None
    page.keyboard.press("Shift+Tab")
    keys.choose(names[-1], last.right_option.id)
    keys.press_button("Hand in")
    expect(page.get_by_text("8 of 8 right", exact=True)).to_be_visible()

    for activity in module.activities:
        if isinstance(activity, FormActivity):
            student.visit(f"{slug}/practice/{activity.id}")
            student.sees(activity.title)
            for field in activity.fields:
                keys.type_into(field.id, field.good)
            keys.press_button("Check and hand in")
            expect(page.get_by_text("Accepted", exact=True).first).to_be_visible()
    student.visit(f"{slug}/scope")
    student.sees(module.scope.title)
    for field in module.scope.fields:
        keys.type_into(field.id, BAD_TASK if field.id == "task" else field.good)
    keys.press_button("Check my project")
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator('[name="answer-task"]')).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(next(field.good for field in module.scope.fields if field.id == "task"))
    keys.press_button("Check my project")
    expect(page.get_by_text("Accepted", exact=True).first).to_be_visible()

    student.visit(f"{slug}/statement")
    student.sees(module.statement.title)
    keys.press_button("Sign the statement")
    expect(summary).to_be_focused()
    tick = page.locator('input[name="agree"]')
    keys.tab_to(tick)
    page.keyboard.press("Space")
    expect(tick).to_be_checked()
    keys.press_button("Sign the statement", "Space")
    expect(page.get_by_text("You signed this")).to_be_visible()
