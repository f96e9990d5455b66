"""A page of somebody else posts its own valid launch into a visitor's browser (login CSRF): nothing may open."""

import html
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import func, select

from lti_tool.sandbox import Rules
from lti_tool.sandbox.store import Row
from lti_tool.web.models import Visit
from tests.browser.chromium import Cookies
from tests.browser.conftest import RULES, Stage, Worlds
from tests.browser.people import Person
from tests.browser.world import World


@contextmanager
def hostile_page(action: str, fields: dict[str, str]) -> Iterator[str]:
    """A third origin whose page sends a form by itself."""
    inputs = "".join(f'<input name="{name}" value="{html.escape(value)}">' for name, value in fields.items())
    page = f'<form method="post" action="{action}">{inputs}</form><script>document.forms[0].submit()</script>'.encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def steal_launch(attacker: Person, item: Row) -> dict[str, str]:
    """The form of a launch of the attacker's own, kept from the tool."""
    caught: list[str] = []

    def catch(route: Route) -> None:
        caught.append(route.request.post_data or "")
        route.abort()

    pattern = f"{attacker.world.tool_url}/lti/launch"
    attacker.page.route(pattern, catch)
    attacker.open_course(item)
    with attacker.page.expect_event("requestfailed", lambda request: request.url == pattern):
        attacker.page.locator(f'a[href$="/items/{item["id"]}"]').click()
    attacker.page.unroute(pattern)
    return {name: values[0] for name, values in parse_qs(caught[0]).items()}


def count_visits(world: World) -> int:
    with world.session() as session:
        return session.scalar(select(func.count()).select_from(Visit)) or 0


@pytest.mark.parametrize("victim_has", ["nothing", "a visit", "no cookies at all"])
@pytest.mark.parametrize("rules", RULES)
def test_a_foreign_page_opens_nothing(worlds: Worlds, stage: Stage, rules: Rules, victim_has: str) -> None:
    world, item = worlds.get(rules)
    attacker = stage.open(world, Cookies.BLOCKED)
    victim = stage.open(world, Cookies.REFUSED if victim_has == "no cookies at all" else Cookies.ALLOWED)
    if victim_has == "a visit":
        victim.launch_window(item)
    fields = steal_launch(attacker, item)
    before = count_visits(world)
    with hostile_page(f"{world.tool_url}/lti/launch", fields) as address:
        victim.page.goto(address)
        refused = victim.page.get_by_role("heading", level=1, name="Your browser did not let us recognize you")
        expect(refused).to_be_visible()
    assert "/v/" not in victim.page.url
    assert count_visits(world) == before
