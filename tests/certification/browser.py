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

Form = Mapping[str, str]


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

    def forget_cookies(self) -> None: ...


class ClientBrowser:
    """A browser inside the process."""

    def __init__(self, app: Flask, *, keeps_cookies: bool = True) -> None:
        self._base = stores_of(app).settings.base_url
        self._keeps_cookies = keeps_cookies
        self._app = app
        self._client = app.test_client(use_cookies=keeps_cookies)

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self._open("GET", url, None, headers)

    def post(self, url: str, form: Form, headers: Mapping[str, str] | None = None) -> Answer:
        return self._open("POST", url, form, headers)

    def forget_cookies(self) -> None:
        self._client = self._app.test_client(use_cookies=self._keeps_cookies)

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
    """A browser over real HTTP; like browsers it trusts localhost with Secure cookies."""

    def __init__(self, base: str, *, keeps_cookies: bool = True) -> None:
        self._base = base
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(
            DefaultCookiePolicy(secure_protocols=("http", "https"), allowed_domains=None if keeps_cookies else [])
        )

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self._open("GET", url, None, headers)

    def post(self, url: str, form: Form, headers: Mapping[str, str] | None = None) -> Answer:
        return self._open("POST", url, form, headers)

    def forget_cookies(self) -> None:
        self._session.cookies.clear()

    def close(self) -> None:
        self._session.close()

    def _open(self, method: str, url: str, form: Form | None, headers: Mapping[str, str] | None) -> Answer:
        full = urljoin(self._base, url)
        response = self._session.request(
            method, full, data=form, headers=dict(headers or {}), allow_redirects=False, timeout=20
        )
        named = {name.lower(): value for name, value in response.headers.items()}
        return Answer(full, response.status_code, named, response.text)


def refresh_target(answer: Answer) -> str | None:
    """Where the page's meta refresh leads, or None."""
    tag = answer.soup.find("meta", attrs={"http-equiv": re.compile("^refresh$", re.IGNORECASE)})
    if tag is None:
        return None
    found = re.search(r"url=(.+)$", str(tag.get("content")), re.IGNORECASE)
    return urljoin(answer.url, found.group(1).strip()) if found else None
