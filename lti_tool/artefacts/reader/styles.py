"""Sizes and weights of DOCX text, and which paragraphs carry a bullet mark."""

from dataclasses import dataclass

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OFF = ("0", "false", "none")


@dataclass(frozen=True)
class Look:
    """The size in points and the weight of text; None where nothing says so."""

    size: float | None = None
    bold: bool | None = None

    def over(self, other: "Look") -> "Look":
        """A look that says what either of them says, ours first."""
        return Look(
            self.size if self.size is not None else other.size, self.bold if self.bold is not None else other.bold
        )


class Styles:
    """The style sheet of a document."""

    def __init__(self, root: "etree._Element | None") -> None:
        self._looks: dict[str, Look] = {}
        self._parents: dict[str, str] = {}
        self._numbering: dict[str, tuple[str, str]] = {}
        self._default_paragraph = ""
        self._base = Look(size=10.0)
        if root is None:
            return
        self._base = look_of(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")).over(self._base)
        for style in root.iter(f"{W}style"):
            name = style.get(f"{W}styleId", "")
            self._looks[name] = look_of(style.find(f"{W}rPr"))
            parent = style.find(f"{W}basedOn")
            if parent is not None:
                self._parents[name] = parent.get(f"{W}val", "")
            number = number_of(style.find(f"{W}pPr"))
            if number is not None:
                self._numbering[name] = number
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") not in (None, *OFF):
                self._default_paragraph = name

    def look(self, paragraph_style: str, run_style: str, run: Look) -> Look:
        """How a run looks after its own properties, its style, the paragraph's style and the defaults."""
        found = run.over(self._chain(run_style)).over(self._chain(paragraph_style or self._default_paragraph))
        return found.over(self._base)

    def number(self, paragraph_style: str) -> tuple[str, str] | None:
        """The list (id, level) that a paragraph style belongs to."""
        for name in self._ancestors(paragraph_style):
            if name in self._numbering:
                return self._numbering[name]
        return None

    def _chain(self, name: str) -> Look:
        found = Look()
        for ancestor in self._ancestors(name):
            found = found.over(self._looks.get(ancestor, Look()))
        return found

    def _ancestors(self, name: str) -> list[str]:
        seen: list[str] = []
        while name and name not in seen and len(seen) < 20:
            seen.append(name)
            name = self._parents.get(name, "")
        return seen


class Numbering:
    """Which lists are bullets."""

    def __init__(self, root: "etree._Element | None") -> None:
        self._formats: dict[tuple[str, str], str] = {}
        if root is None:
            return
        abstract: dict[str, dict[str, str]] = {}
        for item in root.iter(f"{W}abstractNum"):
            levels = {}
            for level in item.iter(f"{W}lvl"):
                form = level.find(f"{W}numFmt")
                levels[level.get(f"{W}ilvl", "0")] = "" if form is None else form.get(f"{W}val", "")
            abstract[item.get(f"{W}abstractNumId", "")] = levels
        for item in root.iter(f"{W}num"):
            target = item.find(f"{W}abstractNumId")
            levels = {} if target is None else abstract.get(target.get(f"{W}val", ""), {})
            for name, form in levels.items():
                self._formats[item.get(f"{W}numId", ""), name] = form

    def is_bullet(self, number: tuple[str, str] | None) -> bool:
        """Whether paragraphs of this list begin with a mark (or a number)."""
        return number is not None and number[0] != "0" and self._formats.get(number, "bullet") not in ("none", "")


def look_of(properties: "etree._Element | None") -> Look:
    """The look that run properties name."""
    if properties is None:
        return Look()
    size, bold = properties.find(f"{W}sz"), properties.find(f"{W}b")
    return Look(
        size=None if size is None else _half_points(size.get(f"{W}val", "")),
        bold=None if bold is None else bold.get(f"{W}val", "1") not in OFF,
    )


def number_of(properties: "etree._Element | None") -> tuple[str, str] | None:
    """The list (id, level) that paragraph properties name."""
    number = None if properties is None else properties.find(f"{W}numPr/{W}numId")
    if properties is None or number is None:
        return None
    level = properties.find(f"{W}numPr/{W}ilvl")
    return number.get(f"{W}val", "0"), "0" if level is None else level.get(f"{W}val", "0")


def _half_points(value: str) -> float | None:
    try:
        return float(value) / 2
    except ValueError:
        return None
