"""Markdown made into safe HTML: CommonMark and tables, raw HTML off, every fault noted with its line."""

import re
from collections.abc import Sequence
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

from lti_tool.documents.nodes import Source

_RAW_HTML = re.compile(r"</?[a-zA-Z][^<>]*>")
_OUTSIDE = ("https://", "http://")
_FIRST_LEVEL = 2
_NEW_TAB = '<span class="visually-hidden"> (opens in a new tab)</span>'


class Markdown:
    """Renders the texts of one module; links to lessons are checked in `finish`, when all are known."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parser = MarkdownIt("commonmark", {"html": False}).enable("table")
        # The stock check leaves a refused link as plain text; `_check_link` makes it a fault instead.
        self._parser.validateLink = lambda url: True  # type: ignore[method-assign]
        self._lesson_links: list[tuple[Source, int, str]] = []
        self.assets: dict[str, Path] = {}

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
        return Markup(self._renderer().render(tokens, self._parser.options, {}))  # noqa: S704 - raw HTML is off

    def render_inline(self, text: str, source: Source, line: int) -> Markup:
        """One run of Markdown as HTML without block elements."""
        tokens = self._parser.parseInline(" ".join(text.split()))
        for token in tokens:
            token.children = self._walk(token.children or [], source, line)
        return Markup(self._renderer().render(tokens, self._parser.options, {}))  # noqa: S704 - raw HTML is off

    def finish(self, lesson_ids: Sequence[str]) -> None:
        """Note the links to lessons that the module does not have."""
        for source, line, lesson_id in self._lesson_links:
            if lesson_id not in lesson_ids:
                source.report(line, f"link to an unknown lesson “{lesson_id}”")

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
                self._check_image(token, source, line)
            walked.append(token)
        return walked

    def _check_link(self, token: Token, source: Source, line: int) -> bool:
        """Note what is wrong with a link; True if it leads out, so that it opens a new tab and says so."""
        address = str(token.attrGet("href") or "")
        if address.startswith("lesson:"):
            self._lesson_links.append((source, line, address.removeprefix("lesson:")))
        elif address.startswith(_OUTSIDE):
            token.attrSet("target", "_blank")
            token.attrSet("rel", "noopener")
            return True
        elif not address.startswith("mailto:"):
            source.report(line, f"link to “{address}”; use https://, mailto: or lesson:<id>")
        return False

    def _check_image(self, token: Token, source: Source, line: int) -> None:
        name = str(token.attrGet("src") or "")
        path = self._folder / name
        if not token.content.strip():
            source.report(line, f"image “{name}” has no alternative text")
        if re.match(r"^[a-z]+:|^/", name) or ".." in Path(name).parts:
            source.report(line, f"image “{name}” must be a file in the module's folder")
        elif not path.is_file():
            source.report(line, f"image “{name}”: there is no such file")
        else:
            self.assets[name] = path
            token.attrSet("src", f"asset:{name}")


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
