"""Launches as a platform and a browser make them: login, signed message, all redirects up to the first page.

Slices of all tools take turns within a round, so that what else the machine does falls on all alike; ratios are taken
within a round, to the library alone under the same server. Signing is not measured.
"""

import re
import statistics
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection as Connection
from typing import TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

from benchmarks.servers import CLIENT, Running
from tests.certification.keys import rsa_key, sign
from tests.certification.platform import (
    AGS,
    CONTEXT,
    DEPLOYMENT_ID,
    LEARNER,
    MESSAGE_TYPE,
    NRPS,
    RESOURCE_LINK,
    ROLES,
    TARGET_LINK_URI,
    VERSION,
)

W = TypeVar("W")
R = TypeVar("R")
SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
_PEOPLE = 2000
_REFRESH = re.compile(r'http-equiv="refresh"[^>]*url=([^"]+)"', re.IGNORECASE)


@dataclass
class Browser:
    """Cookies of one person, and the connection that they share with others of their thread."""

    tool: Running
    connection: Connection
    origin: str
    cookies: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def open(self, method: str, url: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, `Location` and body."""
        headers = {"Sec-Fetch-Site": "cross-site" if form is not None else "same-origin"}
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        parts = urlsplit(url)
        began = time.perf_counter()
        body = urlencode(form) if form is not None else None
        self.connection.request(method, f"{parts.path}?{parts.query}" if parts.query else parts.path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        self.seconds += time.perf_counter() - began
        for line in answer.headers.get_all("Set-Cookie") or [] if self.tool.tool.keeps_cookies else []:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), text


@dataclass
class Slice:
    """Some launches of one tool."""

    count: int
    cpu_ms: float
    milliseconds: list[float]

    @property
    def p95(self) -> float:
        """Of login, message and first page together."""
        return sorted(self.milliseconds)[int(len(self.milliseconds) * 0.95)]


class Driver:
    """Some virtual users against one tool."""

    def __init__(self, issuer: str, users: int) -> None:
        self._issuer = issuer
        self._users = users
        self._next = 0

    def run(self, tool: Running, count: int) -> Slice:
        """All logins, then all signing (not measured), then all messages and first pages."""
        numbers = range(self._next, self._next + count)
        self._next += count
        cpu = tool.cpu_seconds()
        begun = self._share(tool, numbers, self._login)
        cpu = tool.cpu_seconds() - cpu
        signed = [(browser, url, self._token(tool, number, url)) for number, browser, url in begun]
        before = tool.cpu_seconds()
        self._share(tool, signed, self._finish)
        cpu += tool.cpu_seconds() - before
        return Slice(count, 1000 * cpu / count, [1000 * browser.seconds for _, browser, _ in begun])

    def _share(self, tool: Running, work: Iterable[W], do: Callable[[Running, Connection, W], R]) -> list[R]:
        """Each user does a part of the work, one after another on one connection."""
        listed = list(work)

        def worker(start: int) -> list[R]:
            connection = Connection("127.0.0.1", int(tool.tool.base.rpartition(":")[2]), timeout=30)
            try:
                return [do(tool, connection, one) for one in listed[start :: self._users]]
            finally:
                connection.close()

        with ThreadPoolExecutor(self._users) as threads:
            return [one for part in threads.map(worker, range(self._users)) for one in part]

    def _login(self, tool: Running, connection: Connection, number: int) -> tuple[int, Browser, str]:
        browser = Browser(tool, connection, self._issuer)
        form = {
            "iss": self._issuer,
            "client_id": CLIENT,
            "lti_deployment_id": "1",
            "login_hint": str(number % _PEOPLE),
            "target_link_uri": tool.tool.base + "/lti/launch",
            "lti_message_hint": str(number),
        }
        status, location, text = browser.open("POST", "/lti/login", form)
        if status != 302:
            raise RuntimeError(f"{tool.tool.name}: login {status} {text[:200]}")
        return number, browser, location

    def _finish(self, tool: Running, connection: Connection, work: tuple[Browser, str, str]) -> None:
        browser, url, token = work
        browser.connection = connection
        state = parse_qs(urlsplit(url).query)["state"][0]
        status, location, text = browser.open("POST", "/lti/launch", {"state": state, "id_token": token})
        onward = _REFRESH.search(text) if status == 200 else None
        if status == 303 or onward is not None:
            status, _, text = browser.open("GET", location or (onward.group(1) if onward else ""))
        if status != 200 or "Hello" not in text:
            raise RuntimeError(f"{tool.tool.name}: launch {status} {text[:300]}")

    def _token(self, tool: Running, number: int, url: str) -> str:
        person, now = number % _PEOPLE, int(time.time())
        course = f"course-{person % 20}"
        key = rsa_key()
        claims = {
            "iss": self._issuer,
            "aud": CLIENT,
            "sub": f"person-{person}",
            "iat": now,
            "exp": now + 300,
            "nonce": parse_qs(urlsplit(url).query)["nonce"][0],
            "name": f"Zoë Núñez-Øster {person}",
            "given_name": "Zoë",
            "family_name": f"Núñez-Øster {person}",
            "email": f"zoe.{person}@student.example.edu",
            MESSAGE_TYPE: "LtiResourceLinkRequest",
            VERSION: "1.3.0",
            DEPLOYMENT_ID: "1",
            TARGET_LINK_URI: tool.tool.base + "/lti/launch",
            ROLES: [LEARNER],
            CONTEXT: {"id": course, "label": course, "title": "Micro-internship readiness"},
            RESOURCE_LINK: {"id": "link-1", "title": "Start here"},
            AGS: {
                "scope": [SCOPE + "lineitem", SCOPE + "result.readonly", SCOPE + "score"],
                "lineitems": f"{self._issuer}/{course}/lineitems",
                "lineitem": f"{self._issuer}/{course}/lineitems/1",
            },
            NRPS: {"context_memberships_url": f"{self._issuer}/{course}/members", "service_versions": ["2.0"]},
        }
        return sign({"typ": "JWT", "alg": "RS256", "kid": key.kid}, claims, key)


def spread(values: list[float], digits: int = 2) -> str:
    """Median and range."""
    return f"{statistics.median(values):.{digits}f} [{min(values):.{digits}f}-{max(values):.{digits}f}]"


def measure(tools: list[Running], issuer: str, *, rounds: int, count: int, users: int = 8) -> str:
    """A Markdown table; the first tool is what the others are compared with."""
    driver = Driver(issuer, users)
    found: dict[str, list[Slice]] = {it.tool.name: [] for it in tools}
    for it in tools:
        driver.run(it, count // 2)
    for turn in range(rounds):
        for it in tools if turn % 2 == 0 else tools[::-1]:
            found[it.tool.name].append(driver.run(it, count))
    base = found[tools[0].tool.name]
    lines = [
        "| launches | CPU ms | p95 ms | CPU, ratio | p95, ratio |",
        "|---|---|---|---|---|",
    ]
    for name, slices in found.items():
        cpu = [one.cpu_ms / other.cpu_ms for one, other in zip(slices, base, strict=True)]
        late = [one.p95 / other.p95 for one, other in zip(slices, base, strict=True)]
        cells = (spread([it.cpu_ms for it in slices]), spread([it.p95 for it in slices], 1), spread(cpu), spread(late))
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)
