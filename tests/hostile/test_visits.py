"""Hostile forms and addresses inside a visit: every route, by a student and by a teacher, on both databases."""

import random
import re
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.certification.bench import Bench, count_rows
from tests.certification.browser import Browser, ClientBrowser
from tests.certification.flow import SAME_ORIGIN, VISIT_PREFIX, entrance_of
from tests.certification.platform import INSTRUCTOR, LEARNER, ROLES, put

# As bytes of a form: a browser can send any.
VALUES = (
    b"",
    b"\0",
    b"a\0b",
    b"\xed\xa0\x80",
    b"\xff\xfe",
    "\u202e\u2028\ufeff".encode(),
    b"-1",
    b"0",
    b"99999999999999999999999999",
    b"9" * 5000,
    b"1e999",
    b"NaN",
    b"\xd9\xa3",
    b"<script>alert(1)</script>",
    b"{{7*7}}%s%n${x}",
    b"../../../../etc/passwd",
    b"//evil.example/",
    b"a\r\nSet-Cookie: x=y",
    b"x" * 60_000,
    "\U0001f600".encode() * 5000,
    b"\n" * 20_000,
    b"y",
)
SEGMENTS = ("expectations", "0", "1", "-1", "99999999999999999999", "%00", "%ff", "..", "a%2Fb", "x" * 300, "è", " ")
ROUNDS = 3
_VARIABLE = re.compile("<[^>]*>")


def routes_of(app: Flask) -> list[Rule]:
    """All routes inside a visit."""
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/v/<visit>/")]


def enter(bench: Bench, role: str, sub: str) -> tuple[ClientBrowser, str, str]:
    """A strong visit of that role: the browser, the visit's address, and the token of its forms."""
    browser = bench.browser()
    assert isinstance(browser, ClientBrowser)
    attempt = bench.attempt(put(ROLES, [role]), put("sub", sub), browser=browser)
    entrance = entrance_of(attempt.answer)
    assert entrance is not None
    home = VISIT_PREFIX + urlsplit(entrance).path.split("/")[2]
    page = browser.get(home + "/", SAME_ORIGIN)
    token = page.soup.find("input", attrs={"name": "csrf_token"})
    assert page.status == 200 and token is not None
    return browser, home, str(token["value"])


def fields_on(browser: Browser, url: str) -> dict[str, str]:
    """Fields of a page's forms; hidden ones with their values, which hostile forms mostly keep to get further."""
    page = browser.get(url, SAME_ORIGIN)
    found = page.soup.find_all(["input", "textarea", "select", "button"], attrs={"name": True})
    fields = {str(each["name"]): str(each.get("value", "")) if each.get("type") == "hidden" else "" for each in found}
    fields.pop("csrf_token", None)
    return fields


@pytest.mark.parametrize(("role", "sub"), [(LEARNER, "zoe"), (INSTRUCTOR, "marisol")], ids=["student", "teacher"])
def test_no_form_and_no_address_breaks_a_page(bench: Bench, role: str, sub: str) -> None:
    browser, home, token = enter(bench, role, sub)
    chance = random.Random(7)
    client = browser._client
    statuses: dict[int, int] = {}
    known: dict[str, dict[str, str]] = {}
    for rule in routes_of(bench.app):
        arguments = sorted(rule.arguments - {"visit"})
        for number in range(len(SEGMENTS) if arguments else ROUNDS):
            # A module that exists as often as not, so that hostile forms reach what reads them.
            segments = (SEGMENTS[number] if chance.random() < 0.5 else "expectations" for _ in arguments)
            path = home + _VARIABLE.sub(lambda _match, of=segments: next(of), rule.rule.removeprefix("/v/<visit>"))  # type: ignore[misc]
            if path not in known:
                known[path] = fields_on(browser, path) if "POST" in (rule.methods or ()) else {}
            fields = dict.fromkeys(("answer-task", "path", "code", "q1", "page"), "") | known[path]
            body = "&".join(
                f"{quote(name)}={quote(value if value and chance.random() < 0.8 else chance.choice(VALUES))}"
                for name, value in fields.items()
            )
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                answer = client.open(
                    path,
                    method=method,
                    base_url="http://localhost:8000",
                    data=f"csrf_token={token}&{body}" if method == "POST" else None,
                    query_string=body[:4000] if method == "GET" else None,
                    content_type="application/x-www-form-urlencoded" if method == "POST" else None,
                    headers=SAME_ORIGIN,
                    # A file is made while it is sent, so it has to be read.
                    buffered=True,
                )
                assert bench.log.bugs() == [], (rule.rule, path, body[:500])
                assert answer.status_code < 500, (rule.rule, path, body[:500])
                statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
    assert sum(statuses.values()) > 100, statuses
    assert statuses.get(200, 0) > 5 and set(statuses) <= {
        200,
        302,
        303,
        308,
        400,
        401,
        403,
        404,
        405,
        409,
        413,
        422,
        429,
    }


@pytest.mark.parametrize("role", [LEARNER, INSTRUCTOR])
def test_a_wrong_form_token_changes_nothing(bench: Bench, role: str) -> None:
    browser, home, _ = enter(bench, role, "kwabena")
    before = count_rows(bench.app)
    for rule in routes_of(bench.app):
        if "POST" not in (rule.methods or ()):
            continue
        path = home + _VARIABLE.sub("expectations", rule.rule.removeprefix("/v/<visit>"))
        for token in ("", "wrong", "\0", "é" * 50):
            answer = browser.post(path, {"csrf_token": token, "answer-task": "mine"}, SAME_ORIGIN)
            assert answer.status in (400, 401, 403, 404, 405), (path, answer.status)
    assert count_rows(bench.app) == before
