"""The parts of a résumé: name, headings, sections, entries with dates, bullets."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from lti_tool.artefacts.catalog import Line, Reading
from lti_tool.artefacts.marks import bullet_length
from lti_tool.artefacts.rules.dates import Span, find_span
from lti_tool.artefacts.rules.vocabulary import HEADING_OF, MODIFIERS

JOINED = {phrase.replace(" ", ""): phrase for phrase in HEADING_OF}
WORK_SECTIONS = ("experience", "activities", "projects")
HEAD_LINES = 6
LONGEST_HEADING = 90
TITLES = re.compile(r"^(r[ée]sum[ée]|curriculum vitae|cv)$", re.IGNORECASE)
CONTACT_SIGNS = re.compile(r"@|https?:|www\.|\.com\b|\.edu\b|\.org\b|\d{3}", re.IGNORECASE)


@dataclass(frozen=True)
class Spot:
    """A line at its place; page and number count from 1."""

    page: int
    number: int
    line: Line

    @property
    def text(self) -> str:
        """The line as read."""
        return self.line.text


@dataclass
class Bullet:
    """A bullet with the lines that it runs over."""

    spots: list[Spot]
    section: str
    entry: "Entry | None" = None

    @property
    def text(self) -> str:
        """Its words, without the mark."""
        first = self.spots[0].text
        return " ".join([first[bullet_length(first) :], *(spot.text for spot in self.spots[1:])])

    @property
    def rows(self) -> int:
        """How many lines on paper it fills."""
        return sum(spot.line.rows for spot in self.spots)


@dataclass
class Entry:
    """A role, a project, a school: its first lines, its dates, its bullets."""

    section: str
    head: list[Spot] = field(default_factory=list)
    span: Span | None = None
    bullets: list[Bullet] = field(default_factory=list)


@dataclass
class Outline:
    """A reading, taken apart. `headings` holds the section's key, None for an unusual heading."""

    reading: Reading
    spots: list[Spot]
    name: str = ""
    headings: list[tuple[Spot, str | None]] = field(default_factory=list)
    sections: list[tuple[str, list[Spot]]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    bullets: list[Bullet] = field(default_factory=list)

    def section_spots(self, key: str) -> list[Spot]:
        """All lines of the sections with this key."""
        return [spot for name, spots in self.sections if name == key for spot in spots]


def read_outline(reading: Reading) -> Outline:
    """Take a reading apart."""
    spots = [
        Spot(page.number, number, line)
        for page in reading.pages
        for number, line in enumerate(page.lines, 1)
        if any(character.isalnum() for character in line.text)
    ]
    body = [spot for spot in spots if spot.line.kind not in ("header", "footer")]
    outline = Outline(reading, spots)
    outline.name = _find_name(body)
    keys = _find_headings(body, outline.name)
    outline.headings = [(spot, keys[index]) for index, spot in enumerate(body) if index in keys]
    _split(outline, body, keys)
    return outline


def is_spaced(text: str) -> bool:
    """Whether blanks stand between the letters ("S K I L L S", also where some of them cling: "AWA R D S")."""
    tokens = text.strip().rstrip(":").split()
    letters = sum(map(len, tokens))
    is_letters = text.isupper() and all(token.isalpha() for token in tokens)
    return is_letters and len(tokens) > 3 and letters <= 1.8 * len(tokens)


def _close_up(text: str) -> str:
    """Without the blanks between letters; a known heading gets its words back."""
    if not is_spaced(text):
        return text
    joined = re.sub(r"\W", "", text).casefold()
    for modifier in ("", *sorted(MODIFIERS)):
        rest = joined.removeprefix(modifier)
        if (not modifier or rest != joined) and rest in JOINED:
            return f"{modifier} {JOINED[rest]}".strip().title()
    return joined.title()


def heading_key(text: str) -> str | None:
    """The section that a usual heading opens; None for other words."""
    if len(text) > LONGEST_HEADING:
        return None
    words = re.sub(r"[^\w&/,+ -]", " ", _close_up(text).casefold()).replace("’", "'")
    parts = [" ".join(part.split()) for part in re.split(r"&|/|,|\+|\band\b|\bwith\b", words) if part.strip()]
    keys = [_part_key(part) for part in parts]
    known = [key for key in keys if key]
    if not known or not parts:
        return None
    # "Class and team projects": a part of modifiers leans on the next one.
    for part, key in zip(parts, keys, strict=True):
        if key is None and not all(word in MODIFIERS for word in part.split()):
            return None
    return known[0]


def _part_key(part: str) -> str | None:
    words = part.split()
    for start in range(len(words)):
        rest = " ".join(words[start:])
        if rest in HEADING_OF and all(word in MODIFIERS for word in words[:start]):
            return HEADING_OF[rest]
    return None


def _find_name(body: Sequence[Spot]) -> str:
    """The line at the top that is nobody's address and no heading; the largest one if sizes are known."""
    top = [
        spot
        for spot in body[:40]
        if spot.page == 1
        and not CONTACT_SIGNS.search(spot.text)
        and len(spot.text.split()) <= 7
        and not TITLES.match(spot.text.strip())
        and heading_key(spot.text) is None
        and not spot.line.bullet
    ]
    if not top:
        # A name and an address on one line.
        first = re.split(r"[|•·,\t]", body[0].text)[0].strip() if body else ""
        return "" if CONTACT_SIGNS.search(first) else first
    sizes = [spot.line.size for spot in body if spot.line.size]
    usual = Counter(sizes).most_common(1)[0][0] if sizes else 0
    largest = max(top, key=lambda spot: spot.line.size or 0)
    chosen = largest if usual and (largest.line.size or 0) > 1.2 * usual else top[0]
    return re.split(r"[|•·\t]", chosen.text)[0].strip()


def _looks_like_heading(spot: Spot) -> bool:
    text = _close_up(spot.text).strip().rstrip(":").strip()
    words = text.split()
    return (
        0 < len(words) <= 6
        and len(text) <= 45
        and not spot.line.bullet
        and not re.search(r"[\d@\t|•]|[.,;]$|, [A-Z]{2}$", text)
        and (text[0].isupper() or not text[0].isalpha() or text.isupper())
        and any(character.isalpha() for character in text)
    )


Signature = tuple[bool, bool, float, bool, bool]


def _signature(line: Line) -> Signature:
    """How a line looks; in a plain text a blank line above it is all that it has."""
    text = line.text.strip()
    is_set_off = line.size is None and line.space_before
    return text.isupper(), line.bold, round(line.size or 0, 1), text.endswith(":"), is_set_off


def _find_headings(body: Sequence[Spot], name: str) -> dict[int, str | None]:
    """Index of a heading's line → its section. Unusual ones must look just like the usual ones on the page."""
    shaped = [index for index, spot in enumerate(body) if _looks_like_heading(spot)]
    found: dict[int, str | None] = {}
    for index in shaped:
        key = heading_key(body[index].text)
        if key is not None and _stands_out(body, index):
            found[index] = key
    usual = _usual_size(body)
    rest = [
        index for index in shaped if index not in found and index > 0 and not body[index].text.startswith(name or "\0")
    ]
    unusual = _like_known(body, found, rest, usual) if found else _by_look(body, rest, usual)
    return dict(sorted((found | dict.fromkeys(unusual)).items()))


def _usual_size(body: Sequence[Spot]) -> float:
    sizes = Counter[float]()
    for spot in body:
        sizes[round(spot.line.size or 0, 1)] += len(spot.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _like_known(body: Sequence[Spot], found: dict[int, str | None], rest: list[int], usual: float) -> list[int]:
    """Lines that look like most known headings and like little else."""
    plain = (False, False, usual, False, False)
    known = Counter(_signature(body[index].line) for index in found)
    others = Counter(_signature(body[index].line) for index in rest)
    chosen = []
    for index in rest:
        look = _signature(body[index].line)
        is_larger = look[2] > usual + 0.9
        is_rare = known[look] >= others[look] or is_larger or (look[0] and known[look] > 1)
        stands_alone = all(
            _signature(body[near].line) != look for near in (index - 1, index + 1) if 0 <= near < len(body)
        )
        if look != plain and known[look] and is_rare and stands_alone and index + 1 < len(body):
            chosen.append(index)
    return chosen


def _by_look(body: Sequence[Spot], rest: list[int], usual: float) -> list[int]:
    """With no usual heading at all: what is set in capitals or larger than the text."""
    return [
        index
        for index in rest
        if index > 1 and (_signature(body[index].line)[0] or _signature(body[index].line)[2] > usual + 0.9)
    ]


def _stands_out(body: Sequence[Spot], index: int) -> bool:
    """A usual heading's word may also be a line of text ("Leadership" in a list): it must not sit between bullets."""
    line = body[index].line
    if line.bold or line.space_before or line.text.strip().isupper() or line.text.strip().endswith(":"):
        return True
    before = body[index - 1].line if index else None
    return before is None or not (before.text.rstrip().endswith(",") or (line.kind == "table" and "\t" in before.text))


def _split(outline: Outline, body: Sequence[Spot], keys: dict[int, str | None]) -> None:
    section, spots = "top", list[Spot]()
    outline.sections.append((section, spots))
    entry: Entry | None = None
    open_bullet: Bullet | None = None
    for index, spot in enumerate(body):
        if index in keys:
            section, spots = keys[index] or "unknown", []
            outline.sections.append((section, spots))
            entry, open_bullet = None, None
            continue
        spots.append(spot)
        if spot.line.bullet:
            open_bullet = Bullet([spot], section, entry)
            outline.bullets.append(open_bullet)
            if entry is not None:
                entry.bullets.append(open_bullet)
        elif open_bullet is not None and _goes_on(open_bullet, spot):
            open_bullet.spots.append(spot)
        else:
            if entry is None or entry.bullets or _begins_entry(entry, spot):
                entry = Entry(section)
                outline.entries.append(entry)
            open_bullet = None
            entry.head.append(spot)
            # A narrow column may break a date in two. Dates stand in the first lines of an entry.
            if len(entry.head) <= HEAD_LINES:
                entry.span = find_span(" ".join(head.text for head in entry.head))


def _begins_entry(entry: Entry, spot: Spot) -> bool:
    """Without bullets between them, a second line with dates opens the next entry."""
    return entry.span is not None and (find_span(spot.text) is not None or spot.line.space_before)


def _goes_on(bullet: Bullet, spot: Spot) -> bool:
    first, last = bullet.spots[0].line, bullet.spots[-1].line
    line = spot.line
    if spot.page != bullet.spots[-1].page or line.space_before or line.kind != first.kind:
        return False
    if abs((line.size or 0) - (first.size or 0)) > 0.6 or ("\t" in line.text and find_span(line.text)):
        return False
    if line.x0 is not None and first.indent is not None and first.x0 is not None:
        is_under_text = abs(line.x0 - first.indent) < 6 and first.indent - first.x0 > 2
        return is_under_text or (line.x0 >= first.x0 - 1 and line.text[:1].islower())
    if first.indent is not None and line.indent is not None:  # TXT
        return line.indent >= first.indent or line.text[:1].islower()
    return bool(line.text[:1].islower()) and not last.text.rstrip().endswith(".")
