"""What only a real browser shows: storage for tools, the close message, cookies in the frame."""

import shutil
from collections.abc import Iterator

import pytest
from flask import Response
from playwright.sync_api import Browser, sync_playwright

from lti_tool.sandbox import Fault, Rules, Sandbox, urls
from tests.browser.looks import Looks
from tests.sandbox.conftest import add_graded, caller
from tests.sandbox.tool import TinyTool

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")]

ASKING = """
async (wanted) => new Promise((resolve) => {
  const frame = window.parent.frames["post_message_forwarding"];
  if (!frame) return resolve("no frame");
  window.addEventListener("message", (event) => resolve([event.origin, event.data]), { once: true });
  frame.postMessage(wanted.message, wanted.origin);
})
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


def test_a_framed_tool_keeps_values_with_the_platform(canvas: Sandbox, tiny: TinyTool, browser: Browser) -> None:
    item = add_graded(canvas, tiny)
    page = browser.new_page()
    page.goto(canvas.base_url)
    page.click('button[value="amara.okafor"]')
    page.goto(f"{canvas.base_url}/courses/2/items/{item['id']}")
    page.frame_locator("iframe.tool").get_by_text("Tiny tool").wait_for()
    assert tiny.launches[-1]["_cookie"], "a Partitioned cookie comes back in the frame"
    tool = next(frame for frame in page.frames if frame.url.startswith(tiny.base_url))

    def ask(**message: str) -> object:
        return tool.evaluate(ASKING, {"message": message, "origin": canvas.base_url})

    put = ask(subject="lti.put_data", message_id="1", key="state-1", value="secret")
    assert put == [
        canvas.base_url,
        {"subject": "lti.put_data.response", "message_id": "1", "key": "state-1", "value": "secret"},
    ]
    got = ask(subject="lti.get_data", message_id="2", key="state-1")
    assert isinstance(got, list)
    assert got[1]["value"] == "secret"
    bad = ask(subject="lti.get_data", message_id="3")
    assert isinstance(bad, list)
    assert bad[1]["error"]["code"] == "bad_request"
    able = ask(subject="lti.capabilities", message_id="4")
    assert isinstance(able, list)
    assert {"subject": "lti.get_data", "frame": "post_message_forwarding"} in able[1]["supported_messages"]
    page.close()


def test_moodle_has_no_storage_and_a_registration_closes(
    moodle: Sandbox, tiny: TinyTool, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = browser.new_page()
    page.goto(moodle.base_url)
    page.click('button[value="ines.valverde"]')
    assert "post_message_forwarding" not in [frame.name for frame in page.frames]
    # Said again until it is heard: a tool's page may be there before the LMS's page listens.
    closing = '<script>setInterval(() => parent.postMessage({subject: "org.imsglobal.lti.close"}, "*"), 50)</script>'
    monkeypatch.setitem(tiny.views, "register", lambda: Response(closing, content_type="text/html"))
    page.goto(moodle.base_url + "/admin")
    page.fill("#url", tiny.base_url + "/register")
    page.click("text=Register")
    page.wait_for_url(moodle.base_url + "/admin")
    page.close()


@pytest.mark.parametrize("rules", ["moodle", "canvas"])
def test_the_fault_panel_is_accessible_and_fits_a_phone(
    sandbox: Sandbox, tiny: TinyTool, browser: Browser, rules: Rules
) -> None:
    sandbox.set_rules(rules)
    tiny.connect(sandbox)
    add_graded(sandbox, tiny)
    url = urls.lineitem_url(sandbox, sandbox.list_tools()[0], sandbox.list_lineitems("MIR 101")[0])
    tool = caller(tiny)
    sandbox.set_faults(Fault("busy"))
    tool.results(url)
    sandbox.set_faults()
    page, looks = browser.new_page(), Looks()
    page.goto(sandbox.base_url)
    page.click('button[value="ines.valverde"]')
    page.goto(f"{sandbox.base_url}/admin/faults")
    looks.at(f"fault-panel-{rules}", page)
    page.click('button[value="bad-day"]')
    page.get_by_role("button", name="All well again").wait_for()
    looks.at(f"fault-panel-on-{rules}", page)
    page.fill("#slow-amount", "999")
    page.click("#slow .fault-form button")
    page.get_by_text("Enter a number from 0 to 60.").wait_for()
    looks.at(f"fault-panel-trouble-{rules}", page)
    page.goto(f"{sandbox.base_url}/arrived")
    looks.at(f"what-arrived-{rules}", page)
    page.get_by_role("button", name="All well again").click()
    page.get_by_role("status").get_by_text("All is well again.").wait_for()
    looks.check()
    page.close()
