"""Cookies as Chromium keeps and sends them: SameSite, Secure on loopback, Partitioned, third-party blocking."""

import time
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from lti_tool.sandbox.browser.page import site_of

CookieMode = Literal["normal", "blocked", "refused"]
"""Third-party cookies: kept; only Partitioned ones kept; none kept."""


@dataclass
class Cookie:
    """One kept cookie."""

    name: str
    value: str
    host: str
    path: str
    samesite: str
    partition: str | None
    ends_at: float | None


@dataclass(frozen=True)
class Visit:
    """What matters of a request for cookies: where to, from where, in whose frame."""

    url: str
    method: str
    top: str | None
    initiator: str | None

    @property
    def third_party(self) -> bool:
        """In a frame of another site."""
        return self.top is not None and site_of(self.top) != site_of(self.url)

    @property
    def cross_site(self) -> bool:
        """For SameSite: a frame of another site, or begun by another site."""
        return self.third_party or (self.initiator is not None and site_of(self.initiator) != site_of(self.url))

    @property
    def partition(self) -> str:
        """The key of Partitioned cookies."""
        return site_of(self.top or self.url)


class Jar:
    """The cookies of one browser profile."""

    def __init__(self, mode: CookieMode) -> None:
        self.mode = mode
        self.cookies: list[Cookie] = []

    def header(self, visit: Visit) -> str:
        """The Cookie header for a request, "" for none."""
        self.cookies = [one for one in self.cookies if one.ends_at is None or one.ends_at > time.time()]
        return "; ".join(f"{one.name}={one.value}" for one in self.cookies if self._sent(one, visit))

    def _sent(self, cookie: Cookie, visit: Visit) -> bool:
        parts = urlsplit(visit.url)
        path = parts.path or "/"
        inside = path == cookie.path or path.startswith(cookie.path.rstrip("/") + "/")
        if cookie.host != parts.hostname or not inside:
            return False
        if cookie.partition is not None and cookie.partition != visit.partition:
            return False
        if visit.cross_site and cookie.samesite != "none":
            top_level_get = visit.top is None and visit.method == "GET"
            return cookie.samesite == "lax" and top_level_get
        return self._allowed(visit, partitioned=cookie.partition is not None)

    def _allowed(self, visit: Visit, *, partitioned: bool) -> bool:
        if not visit.third_party or self.mode == "normal":
            return True
        return self.mode == "blocked" and partitioned

    def keep(self, visit: Visit, lines: list[str]) -> None:
        """Take Set-Cookie lines of an answer."""
        for line in lines:
            first, *rest = line.split(";")
            name, _, value = first.strip().partition("=")
            given = {key.strip().lower(): text.strip() for key, _, text in (one.partition("=") for one in rest)}
            samesite = given.get("samesite", "lax").lower()
            partitioned = "partitioned" in given
            if (samesite == "none" or partitioned or name.startswith("__")) and "secure" not in given:
                continue
            if visit.cross_site and samesite != "none" and visit.top is not None:
                continue
            if not self._allowed(visit, partitioned=partitioned):
                continue
            self._put(visit, name, value, given, samesite, visit.partition if partitioned else None)

    def _put(
        self,
        visit: Visit,
        name: str,
        value: str,
        given: dict[str, str],
        samesite: str,
        partition: str | None,
    ) -> None:
        host, path = urlsplit(visit.url).hostname or "", given.get("path") or "/"
        same = (name, host, path, partition)
        self.cookies = [one for one in self.cookies if (one.name, one.host, one.path, one.partition) != same]
        ends_at = time.time() + int(given["max-age"]) if given.get("max-age", "").lstrip("-").isdigit() else None
        if ends_at is None and "1970" in given.get("expires", ""):
            return
        if ends_at is None or ends_at > time.time():
            self.cookies.append(Cookie(name, value, host, path, samesite, partition, ends_at))
