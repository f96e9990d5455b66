"""A page as the stand-in browser reads it: forms, links, frames, meta refresh, words."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

AUTOMATIC = ("data-autosubmit", "data-auto-submit")
SILENT = ("script", "style", "template")


def origin_of(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def site_of(url: str) -> str:
    """Scheme and host: what Chromium compares for loopback names and addresses."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}"


@dataclass
class Button:
    """A submit button."""

    name: str = ""
    value: str = ""
    text: str = ""
    formaction: str = ""
    formtarget: str = ""


@dataclass
class Form:
    """A form with the values that it would send untouched."""

    action: str
    method: str
    target: str
    automatic: bool
    values: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    file_names: set[str] = field(default_factory=set)
    buttons: list[Button] = field(default_factory=list)


@dataclass
class Link:
    """An anchor with its words."""

    href: str
    target: str
    text: str = ""


class _Reader(HTMLParser):
    """Collects what a person could use on the page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: list[Link] = []
        self.frames: list[dict[str, str]] = []
        self.refresh: tuple[float, str] | None = None
        self.words: list[str] = []
        self._form: Form | None = None
        self._button: Button | None = None
        self._link: Link | None = None
        self._area: tuple[str, list[str]] | None = None
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        start = getattr(self, f"_start_{tag}", None)
        if start is not None:
            start(given)
        if tag in SILENT:
            self._silent += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "form":
            self._form = None
        elif tag == "button":
            self._button = None
        elif tag == "a":
            self._link = None
        elif tag == "textarea" and self._area is not None:
            name, text = self._area
            self._add(name, "".join(text).removeprefix("\n"))
            self._area = None
        elif tag == "select" and self._select is not None:
            chosen = [value for value, selected in self._options if selected]
            self._add(self._select, *(chosen or [value for value, _ in self._options[:1]]))
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area[1].append(data)
            return
        if self._silent:
            return
        self.words.append(data)
        if self._button is not None:
            self._button.text += data
        if self._link is not None:
            self._link.text += data

    def _add(self, name: str, *values: str) -> None:
        if self._form is not None and name:
            self._form.names.add(name)
            self._form.values.extend((name, value) for value in values)

    def _start_form(self, given: dict[str, str]) -> None:
        self._form = Form(
            action=given.get("action", ""),
            method=given.get("method", "get").lower(),
            target=given.get("target", ""),
            automatic=any(name in given for name in AUTOMATIC) or "autosubmit" in given.get("class", ""),
        )
        self.forms.append(self._form)

    def _start_input(self, given: dict[str, str]) -> None:
        kind, name = given.get("type", "text").lower(), given.get("name", "")
        if kind in ("submit", "image"):
            self._start_button({**given, "type": "submit"})
            self._button = None
        elif kind in ("checkbox", "radio"):
            self._add(name, *([given.get("value", "on")] if "checked" in given else []))
        elif kind == "file":
            if self._form is not None and name:
                self._form.file_names.add(name)
        elif kind not in ("button", "reset"):
            self._add(name, given.get("value", ""))

    def _start_button(self, given: dict[str, str]) -> None:
        if self._form is None or given.get("type", "submit") != "submit":
            return
        self._button = Button(
            given.get("name", ""),
            given.get("value", ""),
            "",
            given.get("formaction", ""),
            given.get("formtarget", ""),
        )
        self._form.buttons.append(self._button)

    def _start_textarea(self, given: dict[str, str]) -> None:
        self._area = (given.get("name", ""), [])

    def _start_select(self, given: dict[str, str]) -> None:
        self._select, self._options = given.get("name", ""), []

    def _start_option(self, given: dict[str, str]) -> None:
        self._options.append((given.get("value", ""), "selected" in given))

    def _start_a(self, given: dict[str, str]) -> None:
        if "href" in given:
            self._link = Link(given["href"], given.get("target", ""))
            self.links.append(self._link)

    def _start_iframe(self, given: dict[str, str]) -> None:
        self.frames.append(given)

    def _start_meta(self, given: dict[str, str]) -> None:
        if given.get("http-equiv", "").lower() == "refresh":
            seconds, _, rest = given.get("content", "").partition(";")
            address = re.sub(r"^\s*url\s*=\s*", "", rest, flags=re.IGNORECASE).strip(" '\"")
            self.refresh = (float(seconds.strip() or 0), address)


@dataclass
class Page:
    """What the browser shows. `top` is the address of the outermost page if this one stands in a frame;
    `initiator` the page that led here, if any.
    """

    url: str
    status: int
    html: str
    headers: dict[str, str]
    top: str | None = None
    initiator: str | None = None

    def __post_init__(self) -> None:
        reader = _Reader()
        if "html" in self.headers.get("content-type", ""):
            reader.feed(self.html)
        self.forms, self.links, self.frames = reader.forms, reader.links, reader.frames
        self.refresh = reader.refresh
        self.text = re.sub(r"\s+", " ", " ".join(reader.words)).strip()

    @property
    def origin(self) -> str:
        """The page's own origin."""
        return origin_of(self.url)

    def address(self, href: str) -> str:
        """A full address from one written on this page."""
        return urljoin(self.url, href)

    def find_form(self, wanted: int | str | None) -> Form:
        """A form by place, by a part of its action, or by the text or value of a button; LookupError."""
        if isinstance(wanted, int):
            return self.forms[wanted]
        for form in self.forms:
            words = [text for button in form.buttons for text in (button.text.strip(), button.value)]
            if wanted is None or wanted in words or (form.action and wanted in form.action):
                return form
        raise LookupError(f"no form {wanted!r} on {self.url}")

    def find_link(self, text: str) -> Link:
        """A link by a part of its words or of its address; LookupError."""
        for link in self.links:
            if text in re.sub(r"\s+", " ", link.text) or text in link.href:
                return link
        raise LookupError(f"no link {text!r} on {self.url}")

    def directive(self, name: str) -> list[str] | None:
        """The sources of one directive of the Content-Security-Policy, or None."""
        for part in self.headers.get("content-security-policy", "").split(";"):
            words = part.split()
            if words and words[0].lower() == name:
                return words[1:]
        return None
