"""SVG drawings that may stand in a page itself, where they take its colors: in dark mode and with forced colors too.

Only shapes and words, in the current color or one of the page's: no style, script, link, file or font. Any other SVG
is shown as an image like a photograph.
"""

import re
from pathlib import Path
from xml.etree import ElementTree

from markupsafe import Markup, escape

_SVG = "{http://www.w3.org/2000/svg}"
_SHAPES = frozenset(("g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan"))
_WITH_WORDS = frozenset(("text", "tspan"))
# They describe the file to whoever opens it alone; in a page the alternative text does.
_LEFT_OUT = frozenset(("title", "desc"))
_ATTRIBUTES = frozenset((
    "d", "x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "cx", "cy", "r", "rx", "ry", "width", "height", "points",
    "transform", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity", "font-size",
    "font-weight", "font-style", "text-anchor", "dominant-baseline",
))  # fmt: skip
_PAINTS = frozenset(("currentColor", "none"))
# What the style sheet colors: soft words, the accent, a tinted ground, a thin line, a warm accent.
CLASSES = frozenset(("d-soft", "d-accent", "d-tint", "d-line", "d-spark"))
_VIEW_BOX = re.compile(r"0 0 \d+(?:\.\d+)? \d+(?:\.\d+)?")
# Longer ones would weigh on every page that shows them.
_MOST_BYTES = 20_000


class NotPlain(Exception):
    """Why a drawing cannot stand in a page."""


def read_drawing(path: Path) -> Markup:
    """The `<svg>` without its opening tag's name and role: ` viewBox="…">…</svg>`; raises NotPlain with the reason."""
    content = path.read_bytes()
    if len(content) > _MOST_BYTES:
        raise NotPlain(f"it has more than {_MOST_BYTES // 1000} kB")
    if b"<!" in content.replace(b"<!--", b""):
        raise NotPlain("it has a document type or entities")
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - no entities, see above, and small
    except ElementTree.ParseError as error:
        raise NotPlain(f"it is not well-formed: {error}") from None
    box = root.get("viewBox", "")
    if root.tag != _SVG + "svg" or not _VIEW_BOX.fullmatch(box):
        raise NotPlain('its first tag is not <svg xmlns=… viewBox="0 0 width height">')
    body = "".join(_shape(child) for child in root)
    return Markup(f' viewBox="{box}">{body}</svg>')  # noqa: S704 - built from allowed names and escaped values


def _shape(element: ElementTree.Element) -> str:
    name = element.tag.removeprefix(_SVG)
    if name in _LEFT_OUT:
        return ""
    if name not in _SHAPES:
        raise NotPlain(f"<{name}> is not one of {', '.join(sorted(_SHAPES))}")
    attributes = "".join(f' {key}="{escape(_value(key, value))}"' for key, value in element.attrib.items())
    has_words = name in _WITH_WORDS
    body = "".join(_shape(child) + (_words(child.tail) if has_words else "") for child in element)
    return f"<{name}{attributes}>{_words(element.text) if has_words else ''}{body}</{name}>"


def _value(name: str, value: str) -> str:
    if name in ("fill", "stroke"):
        if value not in _PAINTS:
            raise NotPlain(f'{name}="{value}" is a fixed color; use currentColor, none or a class')
    elif name == "class":
        if not CLASSES.issuperset(value.split()):
            raise NotPlain(f"the class “{value}” is not one of {', '.join(sorted(CLASSES))}")
    elif name not in _ATTRIBUTES:
        raise NotPlain(f"the attribute “{name}” is not allowed")
    return value


def _words(text: str | None) -> str:
    return str(escape(re.sub(r"\s+", " ", text or "")))
