"""Markdown made into safe HTML: CommonMark and tables, raw HTML off, every fault noted with its line."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

from lti_tool.documents.drawing import NotPlain, read_drawing
from lti_tool.documents.nodes import Source

_RAW_HTML = re.compile(r"</?[a-zA-Z][^<>]*>")
_OUTSIDE = ("https://", "http://")
_FIRST_LEVEL = 2
# In front of the id of a heading, so that it never meets one of the page around it.
_ANCHOR = "at-"
# The title of an image that says nothing which the text does not say.
DECORATIVE = "decorative"
_FILE_NAME = re.compile(r"^\S+\.(?:svg|png|jpe?g|gif|webp|avif)$", re.IGNORECASE)
_NEW_TAB = '<span class="visually-hidden"> (opens in a new tab)</span>'


class Markdown:
    """Renders the texts of one module; links to lessons are checked in `finish`, when all are known.

    `find_file` turns a name in the module into the file that counts.
    """

    def __init__(self, find_file: Callable[[str], Path]) -> None:
        self._find_file = find_file
        self._parser = MarkdownIt("commonmark", {"html": False}).enable("table")
        # The stock check leaves a refused link as plain text; `_check_link` makes it a fault instead.
        self._parser.validateLink = lambda url: True  # type: ignore[method-assign]
        self._lesson_links: list[tuple[Source, int, str, str]] = []
        self._anchors: dict[str, set[str]] = {}
        self._page = ""
        self.assets: dict[str, Path] = {}
        # Drawings that cannot stand in a page, with the place where they are shown and the reason.
        self.images: list[tuple[str, int, str, str]] = []

    def render_page(self, text: str, source: Source, line: int, page: str) -> Markup:
        """Blocks of the lesson `page`, whose headings can be linked to."""
        self._page = page
        self._anchors.setdefault(page, set())
        try:
            return self.render(text, source, line)
        finally:
            self._page = ""

    def render(self, text: str, source: Source, line: int = 1) -> Markup:
        """Blocks of Markdown as HTML, headings from h2 on; `line` is where the text begins in the file."""
        tokens = self._parser.parse(text)
        for token in tokens:
            if token.type == "inline":
                token.children = self._walk(token.children or [], source, line + (token.map or [0])[0])
            elif token.type == "th_open":
                token.attrSet("scope", "col")
            elif token.type == "table_open":
                token.attrSet("class", "table")
        _shift_headings(tokens, source, line)
        if self._page:
            self._name_headings(tokens)
        _make_figures(tokens)
        return Markup(self._renderer().render(tokens, self._parser.options, {}))  # noqa: S704 - raw HTML is off

    def render_inline(self, text: str, source: Source, line: int) -> Markup:
        """One run of Markdown as HTML without block elements."""
        tokens = self._parser.parseInline(" ".join(text.split()))
        for token in tokens:
            token.children = self._walk(token.children or [], source, line)
        return Markup(self._renderer().render(tokens, self._parser.options, {}))  # noqa: S704 - raw HTML is off

    def finish(self, lesson_ids: Sequence[str]) -> None:
        """Note the links to lessons, and to headings in them, that the module does not have."""
        for source, line, lesson_id, anchor in self._lesson_links:
            if lesson_id not in lesson_ids:
                source.report(line, f"link to an unknown lesson “{lesson_id}”; known are {', '.join(lesson_ids)}")
            elif anchor and anchor not in self._anchors.get(lesson_id, ()):
                known = ", ".join(sorted(self._anchors.get(lesson_id, ()))) or "none"
                source.report(line, f"the lesson “{lesson_id}” has no heading “{anchor}”; known are {known}")

    def _renderer(self) -> RendererHTML:
        renderer = self._parser.renderer
        assert isinstance(renderer, RendererHTML)  # noqa: S101 - MarkdownIt is typed by its protocol
        return renderer

    def _walk(self, children: Sequence[Token], source: Source, line: int) -> list[Token]:
        walked: list[Token] = []
        opens_tab = False
        for token in children:
            if token.type in {"softbreak", "hardbreak"}:
                line += 1
            elif token.type == "text" and (raw := _RAW_HTML.search(token.content)):
                source.report(line, f"raw HTML ({raw[0]}) is off; write Markdown")
            elif token.type == "link_open":
                opens_tab = self._check_link(token, source, line)
            elif token.type == "link_close" and opens_tab:
                walked.append(_markup(_NEW_TAB))
            elif token.type == "image":
                token = self._place_image(token, source, line)
            walked.append(token)
        return walked

    def _name_headings(self, tokens: Sequence[Token]) -> None:
        known = self._anchors[self._page]
        for opening, words in pairwise(tokens):
            if opening.type != "heading_open":
                continue
            plain = "".join(it.content for it in words.children or [] if it.type in {"text", "code_inline"})
            name = first = "-".join(re.findall(r"\w+", plain.replace("'", "").replace("’", "").lower()))
            number = 2
            while name in known:
                name, number = f"{first}-{number}", number + 1
            known.add(name)
            opening.attrSet("id", _ANCHOR + name)

    def _check_link(self, token: Token, source: Source, line: int) -> bool:
        """Note what is wrong with a link; True if it leads out, so that it opens a new tab and says so."""
        address = str(token.attrGet("href") or "")
        if address.startswith("lesson:"):
            lesson_id, _, anchor = address.removeprefix("lesson:").partition("#")
            self._lesson_links.append((source, line, lesson_id, unquote(anchor)))
            if anchor:
                token.attrSet("href", f"lesson:{lesson_id}#{_ANCHOR}{anchor}")
        elif address.startswith("#") and self._page:
            self._lesson_links.append((source, line, self._page, unquote(address[1:])))
            token.attrSet("href", f"#{_ANCHOR}{address[1:]}")
        elif address.startswith(_OUTSIDE):
            token.attrSet("target", "_blank")
            token.attrSet("rel", "noopener")
            return True
        elif not address.startswith("mailto:"):
            source.report(line, f"link to “{address}”; use https://, mailto:, lesson:<id> or lesson:<id>#<heading>")
        return False

    def _place_image(self, token: Token, source: Source, line: int) -> Token:
        """An image by its address, a plain drawing as itself; what is wrong with it is noted."""
        name, alternative = str(token.attrGet("src") or ""), token.content.strip()
        _check_alternative(token, source, line)
        if re.match(r"^[a-z]+:|^/", name) or ".." in Path(name).parts:
            source.report(line, f"image “{name}” must be a file in the module's folder")
            return token
        path = self._find_file(name)
        if not path.is_file():
            source.report(line, f"image “{name}”: there is no such file")
            return token
        self.assets[name] = path
        if path.suffix.lower() == ".svg":
            try:
                drawing = read_drawing(path)
            except NotPlain as reason:
                self.images.append((source.file, line + source.offset, name, str(reason)))
            else:
                said = f'role="img" aria-label="{escape(alternative)}"' if alternative else 'aria-hidden="true"'
                placed = _markup(f'<svg class="drawing" {said} focusable="false"{drawing}')
                placed.meta["caption"] = _caption(token)
                return placed
        token.meta["caption"] = _caption(token)
        token.attrs.pop("title", None)
        token.attrSet("src", f"asset:{name}")
        return token


def _caption(token: Token) -> str:
    title = str(token.attrGet("title") or "").strip()
    return "" if title == DECORATIVE else title


def _check_alternative(token: Token, source: Source, line: int) -> None:
    name, alternative = str(token.attrGet("src") or ""), token.content.strip()
    is_decorative = str(token.attrGet("title") or "").strip() == DECORATIVE
    if is_decorative and alternative:
        source.report(line, f"image “{name}” is called decorative and has alternative text; remove one of them")
    elif not is_decorative and not alternative:
        source.report(
            line,
            f"image “{name}” has no alternative text; write ![what it shows]({name}), or "
            f'![]({name} "{DECORATIVE}") if it says nothing',
        )
    elif _FILE_NAME.match(alternative):
        source.report(line, f"the alternative text of image “{name}” is a file name; say what it shows")


def _make_figures(tokens: Sequence[Token]) -> None:
    """A paragraph that is an image and nothing else becomes a figure, with the image's title below it."""
    for before, words, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if before.type != "paragraph_open" or len(words.children or []) != 1:
            continue
        (only,) = words.children or []
        if "caption" in only.meta:
            before.tag = after.tag = "figure"
            if only.meta["caption"]:
                caption = _markup(f"<figcaption>{escape(only.meta['caption'])}</figcaption>")
                words.children = [only, caption]


def _shift_headings(tokens: Sequence[Token], source: Source, line: int) -> None:
    """The page's own heading is h1: the first level used becomes h2, and no level may be left out."""
    opens = [token for token in tokens if token.type == "heading_open"]
    shift = _FIRST_LEVEL - min((_level(token) for token in opens), default=_FIRST_LEVEL)
    above = _FIRST_LEVEL - 1
    for token in opens:
        level = _level(token) + shift
        if level > above + 1:
            at = line + (token.map or [0])[0]
            source.report(at, f"heading of level {_level(token)} leaves a level out")
        above = level
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{_level(token) + shift}"


def _level(token: Token) -> int:
    return int(token.tag[1:])


def _markup(html: str) -> Token:
    return Token("html_inline", "", 0, content=html)
