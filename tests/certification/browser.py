"""Two browsers with one face: Flask's test client, and real HTTP."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import requests
from bs4 import BeautifulSoup
from flask import Flask

from tests.certification.platform import stores_of

Form = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Answer:
    """What came back; header names are lower-case."""

    url: str
    status: int
    headers: dict[str, str]
    text: str

    @property
    def location(self) -> str:
        """The absolute address of a redirect."""
        return urljoin(self.url, self.headers["location"])

    @property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.text, "html.parser")

    @property
    def heading(self) -> str:
        """The words of the page's one main heading."""
        found = self.soup.find_all("h1")
        assert len(found) == 1, f"{len(found)} main headings on {self.url.split('?')[0]}"
        return found[0].get_text(" ", strip=True)


class Browser(Protocol):
    """Keeps cookies unless told not to; follows nothing by itself."""

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer: ...

    def post(self, url: str, form: Form, headers: Mapping[str, str] | None = None) -> Answer: ...


class ClientBrowser:
    """A browser inside the process."""

    def __init__(self, app: Flask, *, keeps_cookies: bool = True) -> None:
        self._base = stores_of(app).settings.base_url
        self._client = app.test_client(use_cookies=keeps_cookies)

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self._open("GET", url, None, headers)

    def post(self, url: str, form: Form, headers: Mapping[str, str] | None = None) -> Answer:
        return self._open("POST", url, form, headers)

    def _open(self, method: str, url: str, form: Form | None, headers: Mapping[str, str] | None) -> Answer:
        parts = urlsplit(urljoin(self._base, url))
        response = self._client.open(
            parts.path,
            method=method,
            base_url=self._base,
            query_string=parts.query,
            data=form,
            headers=dict(headers or {}),
        )
        with response:
            named = {name.lower(): value for name, value in response.headers.items()}
            return Answer(parts.geturl(), response.status_code, named, response.get_data(as_text=True))


class HttpBrowser:
    """A browser over real HTTP. Like browsers it trusts localhost with Secure cookies, which no cookie jar does."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._cookies: dict[str, str] = {}
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self._open("GET", url, None, headers)

    def post(self, url: str, form: Form, headers: Mapping[str, str] | None = None) -> Answer:
        return self._open("POST", url, form, headers)

    def close(self) -> None:
        self._session.close()

    def _open(self, method: str, url: str, form: Form | None, headers: Mapping[str, str] | None) -> Answer:
        full = urljoin(self._base, url)
        sent = dict(headers or {})
        if self._cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        response = self._session.request(method, full, data=form, headers=sent, allow_redirects=False, timeout=20)
        for line in response.raw.headers.getlist("Set-Cookie"):
            name, _, value = line.split(";")[0].partition("=")
            if value:
                self._cookies[name] = value
            else:
                self._cookies.pop(name, None)
        named = {name.lower(): value for name, value in response.headers.items()}
        return Answer(full, response.status_code, named, response.text)


def refresh_target(answer: Answer) -> str | None:
    """Where the page's meta refresh leads, or None."""
    tag = answer.soup.find("meta", attrs={"http-equiv": re.compile("^refresh$", re.IGNORECASE)})
    if tag is None:
        return None
    found = re.search(r"url=(.+)$", str(tag.get("content")), re.IGNORECASE)
    return urljoin(answer.url, found.group(1).strip()) if found else None
