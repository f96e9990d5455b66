"""The test bench: try a launch, then say what must have come of it.

An attempt notes all tables and log records before and after, so that "refused" means that nothing happened, and
"accepted" that one visit stands with the right role.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flask import Flask
from sqlalchemy import select

from lti_tool.db import Base
from lti_tool.web.models import Visit
from lti_tool.web.rules import hash_secret
from tests.certification.browser import Answer, Browser, ClientBrowser
from tests.certification.flow import (
    CROSS_SITE,
    SAME_ORIGIN,
    VISIT_PREFIX,
    LoginStarted,
    entrance_of,
    post_launch,
    start_login,
)
from tests.certification.logs import LAUNCH_FIELDS, LogTap, fields_of
from tests.certification.platform import LAUNCH_PRESENTATION, Change, Claims, Platform, Token, stores_of

Counts = dict[str, int]
# A signed token: its header and its body both begin with `{"`.
_TOKEN = re.compile(r"eyJ[\w-]+\.eyJ")
_PERSONAL = ("sub", "name", "given_name", "family_name", "middle_name", "email", "nonce")


def count_rows(app: Flask) -> Counts:
    """Rows of every table, save the login records, of which each attempt has one."""
    with stores_of(app).reading() as session:
        return {str(name): int(rows) for name, rows in session.connection().exec_driver_sql(_count_statement())}


@cache
def _count_statement() -> str:
    names = [table.name for table in Base.metadata.sorted_tables if table.name != "login_record"]
    return " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in names)


def personal_data(claims: object) -> list[object]:
    """What of the claims may be in no log."""
    if not isinstance(claims, Mapping):
        return []
    presentation = claims.get(LAUNCH_PRESENTATION)
    url = presentation.get("return_url") if isinstance(presentation, Mapping) else None
    return [*(claims.get(name) for name in _PERSONAL), url]


def find_visit(app: Flask, entrance: str) -> Visit | None:
    """The visit that an address inside it belongs to."""
    token = entrance.split(VISIT_PREFIX, 1)[1].split("/")[0]
    with stores_of(app).reading() as session:
        visit = session.scalars(select(Visit).where(Visit.token_hash == hash_secret(token))).one_or_none()
        if visit is not None:
            # Loaded while the session lives: the tests read them afterwards.
            assert visit.user is not None
            assert visit.context is None or visit.context.id
            assert visit.resource_link is None or visit.resource_link.id
        return visit


@dataclass
class Attempt:
    """One launch POST with everything around it."""

    bench: "Bench"
    browser: Browser
    answer: Answer
    before: Counts
    after: Counts
    records: list[dict[str, Any]] = field(default_factory=list)

    @property
    def reason(self) -> str:
        """The reason code of the one log record."""
        assert len(self.records) == 1, self.records
        return str(self.records[0]["reason"])

    @property
    def new_rows(self) -> Counts:
        return {
            name: self.after[name] - self.before[name] for name in self.after if self.after[name] != self.before[name]
        }

    def assert_record(self, verdict: str) -> dict[str, Any]:
        """Exactly one structured record, complete and true."""
        assert len(self.records) == 1, (self.records, self.answer.status, self.answer.text[:1500])
        record = self.records[0]
        assert set(LAUNCH_FIELDS) <= set(record), sorted(set(LAUNCH_FIELDS) - set(record))
        assert (record["verdict"], record["status"]) == (verdict, self.answer.status), record
        return record

    def assert_refused(
        self, reason: str | Iterable[str], status: int | Iterable[int], *, new_rows: Counts | None = None
    ) -> "Attempt":
        """Refused for this reason, with a page for people, and without a trace in the tables."""
        reasons = {reason} if isinstance(reason, str) else set(reason)
        statuses = {status} if isinstance(status, int) else set(status)
        assert self.bench.log.bugs() == []
        record = self.assert_record("refused")
        assert record["reason"] in reasons, record
        assert self.answer.status in statuses, record
        assert_page_for_people(self.answer)
        assert self.new_rows == (new_rows or {})
        return self

    def assert_accepted(self, *, role: str = "learner", strength: str = "strong", opens: bool = True) -> Visit:
        """Accepted: a visit with this role and strength stands, and its first page opens."""
        assert self.bench.log.bugs() == []
        record = self.assert_record("accepted")
        assert record["reason"] == "launched"
        assert (record["role"], record["strength"]) == (role, strength), record
        entrance = entrance_of(self.answer)
        assert entrance is not None, (self.answer.status, self.answer.text[:1500])
        assert self.answer.status == (303 if strength == "strong" else 200)
        visit = find_visit(self.bench.app, entrance)
        assert visit is not None
        assert (visit.role, visit.strength) == (role, strength)
        assert visit.registration_id == record["registration_id"]
        assert visit.deployment_id == record["deployment"]
        assert self.after["visit"] == self.before["visit"] + 1
        if opens:
            page = self.open_first_page()
            assert page.status == 200, (page.status, page.text[:1500])
        return visit

    def open_first_page(self) -> Answer:
        """Go where the launch leads, as the browser does; it must be a page for people."""
        entrance = entrance_of(self.answer)
        assert entrance is not None
        headers = CROSS_SITE if self.answer.status == 303 else SAME_ORIGIN
        page = self.browser.get(entrance, headers)
        for _ in range(3):
            # Some roles are led on, such as an account administrator to the field for the office's code.
            if page.status == 303 and VISIT_PREFIX in page.location:
                page = self.browser.get(page.location, headers)
        assert self.bench.log.bugs() == []
        assert_page_for_people(page)
        return page


def assert_page_for_people(answer: Answer) -> None:
    """A full HTML page with a heading and words, framable, without the insides of the program."""
    assert answer.headers["content-type"].startswith("text/html"), answer.headers["content-type"]
    assert answer.heading
    assert answer.status != 500, answer.text[:500]
    for inside in ("Traceback", "sqlalchemy", "pylti1p3", "jwt.exceptions"):
        assert inside not in answer.text
    assert not _TOKEN.search(answer.text)
    assert "x-frame-options" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


@dataclass
class Bench:
    """An app, a registered platform, and the tap on the log."""

    app: Flask
    platform: Platform
    log: LogTap
    open_browser: Callable[[], Browser]

    def browser(self, *, keeps_cookies: bool = True) -> Browser:
        """A browser of somebody else."""
        return self.open_browser() if keeps_cookies else ClientBrowser(self.app, keeps_cookies=False)

    def attempt(
        self,
        *changes: Change,
        claims: Callable[[str], Claims] | None = None,
        token: Token | None = None,
        browser: Browser | None = None,
        platform: Platform | None = None,
        login: Mapping[str, str | None] | None = None,
    ) -> Attempt:
        """A whole flow in which only the named things differ from a right one."""
        platform = platform or self.platform
        browser = browser or self.open_browser()
        started = start_login(browser, platform, login)
        body = (claims or platform.claims)(started.nonce)
        for change in changes:
            change(body)
        return self.send(browser, started, (token or Token()).sign(body), body, platform=platform)

    def send(
        self,
        browser: Browser,
        login: LoginStarted,
        id_token: str,
        body: object = None,
        *,
        platform: Platform | None = None,
    ) -> Attempt:
        """Post a token to a login that was begun, from the platform's page."""
        self.log.keep_out(id_token, login.state, login.nonce, *personal_data(body))
        form = {"id_token": id_token, "state": login.state}
        return self.post(browser, form, origin=(platform or self.platform).origin)

    def post(
        self,
        browser: Browser,
        form: Mapping[str, str],
        *,
        origin: str | None,
        headers: Mapping[str, str] | None = None,
    ) -> Attempt:
        """Post any form to the redirect URI."""
        before, mark = count_rows(self.app), len(self.log.records)
        answer = post_launch(browser, form, origin=origin, headers=headers)
        records = [fields_of(record) for record in self.log.launches(mark)]
        return Attempt(self, browser, answer, before, count_rows(self.app), records)
