"""A person at a browser: signs in, opens frames, follows redirects and forms, sends what Chromium sends."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

import requests

from lti_tool.sandbox.browser.cookies import CookieMode, Jar, Visit
from lti_tool.sandbox.browser.page import Button, Form, Page, origin_of, site_of

CHROMIUM = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0"
    " Mobile Safari/537.36"
)
Values = Mapping[str, str | Sequence[str]]
# Field to file name and content.
Files = Mapping[str, tuple[str, bytes]]
_FAR = ("same-origin", "same-site", "cross-site")


class Refused(Exception):
    """The browser itself would not show or send this: framing or form-action forbids it."""


class Visitor:
    """One browser profile in front of a sandbox. It runs no scripts, except that it sends self-sending forms."""

    def __init__(
        self, base_url: str, *, cookies: CookieMode = "normal", user_agent: str = CHROMIUM, seconds: float = 10
    ) -> None:
        self.base_url = base_url
        self.jar = Jar(cookies)
        self.trail: list[str] = []
        self._headers = {"User-Agent": user_agent, "Accept": "text/html,*/*;q=0.8", "Accept-Language": "en"}
        self._seconds = seconds
        self._http = requests.Session()
        self._http.trust_env = False

    def close(self) -> None:
        """End the connections."""
        self._http.close()

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # At the LMS

    def sign_in(self, who: str) -> Page:
        """Become a person (user name) at the sandbox."""
        chooser = self.open("/people")
        return self.submit(chooser, form=who, button=who)

    def launch_item(self, item: Mapping[str, object], *, window: bool = False) -> Page:
        """Open a link of a course, framed or in a new window; the tool's last page."""
        page = self.open(f"/courses/{item['course_id']}/items/{item['id']}")
        return self._into_tool(page, window=window)

    def launch_navigation(self, course_id: int, tool_id: int = 1, *, window: bool = False) -> Page:
        """Open a tool from the course's navigation (Canvas rules)."""
        return self._into_tool(self.open(f"/courses/{course_id}/tools/{tool_id}"), window=window)

    def launch_account(self, tool_id: int = 1, *, window: bool = False) -> Page:
        """Open a tool for the whole site, as career staff."""
        return self._into_tool(self.open(f"/account/tools/{tool_id}"), window=window)

    def select_content(self, course_id: int, tool_id: int = 1, *, many: bool = True) -> Page:
        """Begin deep linking as a teacher; the tool's page in the frame."""
        page = self.open(f"/courses/{course_id}/add/{tool_id}?many={int(many)}")
        return self.enter_frame(page)

    def open_submission(self, course_id: int, column_id: int, person_id: int) -> Page:
        """Open a submission from the gradebook; the tool's page in the frame."""
        return self.enter_frame(self.open(f"/courses/{course_id}/grades/{column_id}/{person_id}/submission"))

    def open_privacy(self, tool_id: int = 1) -> Page:
        """Open the tool's data privacy page as administrator."""
        return self.enter_frame(self.open(f"/admin/privacy/{tool_id}"))

    def begin_registration(self, url: str) -> Page:
        """Paste a registration address as administrator; the tool's page in the frame."""
        page = self.submit(self.open("/admin"), {"url": url}, form="/admin/register")
        return self.enter_frame(page)

    def _into_tool(self, page: Page, *, window: bool) -> Page:
        if window or not any("tool" in frame.get("class", "") for frame in page.frames):
            if page.origin != self.base_url:
                return page
            return self.click(page, "target=window")
        return self.enter_frame(page)

    # Anywhere

    def open(self, url: str) -> Page:
        """Type an address (or a path of the sandbox) into a new tab."""
        return self._go(urljoin(self.base_url + "/", url), "GET", None, None, None)

    def reload(self, page: Page) -> Page:
        """Load the page's address again where it stands, as the reload button does: the same initiator."""
        return self._go(page.url, "GET", None, page.top, page.initiator)

    def enter_frame(self, page: Page) -> Page:
        """Load the tool's frame of a page; LookupError without one."""
        for frame in page.frames:
            if "tool" in frame.get("class", ""):
                return self._go(page.address(frame["src"]), "GET", None, page.url, page.url)
        raise LookupError(f"{page.url} frames no tool (status {page.status}): {page.text[:200]}")

    def click(self, page: Page, text: str) -> Page:
        """Follow a link by its words or a part of its address."""
        link = page.find_link(text)
        top = None if link.target in ("_top", "_blank", "_parent") else page.top
        return self._go(page.address(link.href), "GET", None, top, page.url, page)

    def submit(
        self,
        page: Page,
        values: Values | None = None,
        *,
        form: int | str | None = None,
        button: str | None = None,
        files: Files | None = None,
    ) -> Page:
        """Fill and send a form: by place, part of its action, or a button's text or value. LookupError."""
        found = page.find_form(form if form is not None else button)
        pressed = _pressed(found, button)
        if files and set(files) - found.file_names:
            raise LookupError(f"the form to {found.action!r} takes no file {sorted(set(files) - found.file_names)}")
        return self._settle(self._send(page, found, _filled(found, values or {}), pressed, files))

    def _send(
        self,
        page: Page,
        form: Form,
        pairs: list[tuple[str, str]],
        pressed: Button | None,
        files: Files | None = None,
    ) -> Page:
        action, target = form.action, form.target
        if pressed is not None:
            action, target = pressed.formaction or action, pressed.formtarget or target
            if pressed.name:
                pairs = [*pairs, (pressed.name, pressed.value)]
        url = page.address(action or page.url)
        allowed = page.directive("form-action")
        if allowed is not None and not _matches(allowed, origin_of(url), page.origin):
            raise Refused(f"form-action {allowed} of {page.url} forbids {url}")
        top = None if target in ("_top", "_blank", "_parent") else page.top
        if form.method == "post":
            return self._fetch(url, "POST", pairs, top, page.url, page, files)
        url = urlunsplit(urlsplit(url)._replace(query=urlencode(pairs)))
        return self._fetch(url, "GET", None, top, page.url, page)

    def _go(
        self,
        url: str,
        method: str,
        data: list[tuple[str, str]] | None,
        top: str | None,
        initiator: str | None,
        source: Page | None = None,
    ) -> Page:
        """Navigate, and go on as the pages do by themselves."""
        return self._settle(self._fetch(url, method, data, top, initiator, source))

    def _settle(self, page: Page) -> Page:
        """Do what a page does by itself: self-sending forms and short refreshes."""
        for _ in range(20):
            automatic = next((form for form in page.forms if form.automatic), None)
            if automatic is not None:
                page = self._send(page, automatic, automatic.values, None)
            elif page.refresh is not None and page.refresh[0] <= 2 and page.refresh[1]:
                target = page.address(page.refresh[1])
                page = self._fetch(target, "GET", None, page.top, page.url, page)
            else:
                return page
        raise Refused(f"{page.url} goes on by itself for ever")

    def _fetch(
        self,
        url: str,
        method: str,
        data: list[tuple[str, str]] | None,
        top: str | None,
        initiator: str | None,
        source: Page | None = None,
        files: Files | None = None,
    ) -> Page:
        """One navigation with its redirects."""
        distance = 0
        for _ in range(20):
            distance = max(distance, _distance(initiator, url))
            headers = {
                **self._headers,
                "Sec-Fetch-Site": "none" if initiator is None else _FAR[distance],
                "Sec-Fetch-Mode": "navigate",
                "Sec-Fetch-Dest": "document" if top is None else "iframe",
            }
            if method == "POST":
                headers["Origin"] = _origin_header(initiator, url, source)
            visit = Visit(url, method, top, initiator)
            cookie = self.jar.header(visit)
            if cookie:
                headers["Cookie"] = cookie
            self.trail.append(f"{method} {url}")
            self._http.cookies.clear()
            answer = self._http.request(
                method, url, data=data, files=files, headers=headers, allow_redirects=False, timeout=self._seconds
            )
            self.jar.keep(visit, answer.raw.headers.getlist("Set-Cookie"))
            if not answer.is_redirect:
                page = _page(answer, visit)
                _check_framing(page)
                return page
            url = urljoin(url, answer.headers["Location"])
            if answer.status_code not in (307, 308):
                method, data, files = "GET", None, None
        raise Refused(f"{url} redirects for ever")


def _page(answer: requests.Response, visit: Visit) -> Page:
    if "charset" not in answer.headers.get("Content-Type", ""):
        answer.encoding = "utf-8"
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Page(visit.url, answer.status_code, answer.text, headers, visit.top, visit.initiator)


def _distance(initiator: str | None, url: str) -> int:
    if initiator is None or origin_of(initiator) == origin_of(url):
        return 0
    return 1 if site_of(initiator) == site_of(url) else 2


def _origin_header(initiator: str | None, url: str, source: Page | None) -> str:
    """The initiator's origin, or `null` where its Referrer-Policy hides it from this address."""
    if initiator is None:
        return "null"
    policy = source.headers.get("referrer-policy", "") if source is not None else ""
    crossing = origin_of(initiator) != origin_of(url)
    if policy == "no-referrer" or (policy == "same-origin" and crossing):
        return "null"
    return origin_of(initiator)


def _check_framing(page: Page) -> None:
    """Refuse to show in a frame what forbids it (frame-ancestors, else X-Frame-Options)."""
    if page.top is None:
        return
    allowed = page.directive("frame-ancestors")
    if allowed is not None:
        if not _matches(allowed, origin_of(page.top), page.origin):
            raise Refused(f"{page.url} may not be framed by {origin_of(page.top)}: {allowed}")
        return
    option = page.headers.get("x-frame-options", "").upper()
    if option == "DENY" or (option == "SAMEORIGIN" and origin_of(page.top) != page.origin):
        raise Refused(f"{page.url} says X-Frame-Options: {option}")


def _matches(sources: list[str], origin: str, own: str) -> bool:
    """Whether a source list of a Content-Security-Policy covers an origin."""
    wanted = urlsplit(origin)
    for source in sources:
        if source == "*" or (source == "'self'" and origin == own) or source == f"{wanted.scheme}:":
            return True
        parts = urlsplit(source if "//" in source else f"{wanted.scheme}://{source}")
        if parts.scheme != wanted.scheme:
            continue
        if parts.netloc == wanted.netloc:
            return True
        if parts.netloc.startswith("*.") and wanted.netloc.endswith(parts.netloc[1:]):
            return True
        if parts.netloc.endswith(":*") and parts.hostname == wanted.hostname:
            return True
    return False


def _pressed(form: Form, button: str | None) -> Button | None:
    for one in form.buttons:
        if button is None or button in (one.text.strip(), one.value):
            return one
    if button is not None:
        raise LookupError(f"no button {button!r} in the form to {form.action!r}")
    return None


def _filled(form: Form, values: Values) -> list[tuple[str, str]]:
    """The form's values with some replaced; a field that the form has not is a LookupError."""
    unknown = set(values) - form.names
    if unknown:
        raise LookupError(f"the form to {form.action!r} has no field {sorted(unknown)}")
    pairs = [(name, value) for name, value in form.values if name not in values]
    for name, value in values.items():
        pairs.extend((name, one) for one in ([value] if isinstance(value, str) else value))
    return pairs
