"""Looks at a page as a reviewer does: axe at two widths, no sideways scroll at 320 px, one heading, a title."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

from tests.browser.chromium import DESKTOP, NARROW, PHONE, Size

AXE = Axe()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
# What may change with the width alone; the rest of a page is the same elements in the same order.
RULES_OF_WIDTH = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block", "meta-viewport"]
# What may change with the colors alone.
RULES_OF_COLOR = ["color-contrast", "link-in-text-block"]
# A folder for pictures of every page, for whoever wants to look at them.
PICTURES = os.environ.get("BROWSER_TEST_PICTURES", "")
WIDER_THAN_WINDOW = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


class Looks:
    """Collects what is wrong with pages, so that one look tells all of it."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.seen: list[str] = []

    def at(self, name: str, page: Page, frame: Frame | None = None) -> None:
        """Look at the page, or at a frame in it."""
        shown = frame or page.main_frame
        shown.wait_for_load_state("load")
        self.seen.append(name)
        if shown.locator("h1").count() != 1:
            self.faults.append(f"{name}: {shown.locator('h1').count()} h1")
        if len(shown.title().split(" – ")[0].strip()) < 4:
            self.faults.append(f"{name}: title {shown.title()!r}")
        for size in (DESKTOP, PHONE):
            _resize(page, size)
            self._run_axe(f"{name} at {size.width}", shown, () if size is DESKTOP else RULES_OF_WIDTH)
            _take_picture(f"{name}-{size.width}", page)
        _resize(page, NARROW)
        if shown.evaluate(WIDER_THAN_WINDOW):
            self.faults.append(f"{name}: scrolls sideways at {NARROW.width} px")
        _resize(page, DESKTOP)

    def once(self, name: str, page: Page, rules: Sequence[str] = ()) -> None:
        """Look at the page as it is, in whatever state the test put it: by all rules, or by those that are named."""
        page.wait_for_load_state("load")
        self.seen.append(name)
        self._run_axe(name, page.main_frame, rules)
        if page.evaluate(WIDER_THAN_WINDOW):
            self.faults.append(f"{name}: scrolls sideways")
        _take_picture(name, page)

    def check(self) -> None:
        """Nothing was wrong anywhere."""
        assert not self.faults, "\n".join(self.faults)

    def _run_axe(self, name: str, frame: Frame, rules: Sequence[str] = ()) -> None:
        chosen = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": RULES}
        options = {"runOnly": chosen, "resultTypes": ["violations"]}
        if not frame.evaluate("() => 'axe' in window"):
            frame.evaluate(AXE.axe_script)
        found = frame.evaluate("(options) => window.axe.run(document, options)", options)
        for violation in cast(list[dict[str, Any]], found["violations"]):
            where = "; ".join(str(node["target"]) for node in violation["nodes"][:3])
            what = violation["nodes"][0]["failureSummary"].replace("\n", " ")
            self.faults.append(f"{name}: {violation['id']}: {where}: {what}")


def _resize(page: Page, size: Size) -> None:
    page.set_viewport_size({"width": size.width, "height": size.height})


def _take_picture(name: str, page: Page) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
