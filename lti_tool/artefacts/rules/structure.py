"""R01, R02, R05, R06, R15-R18: the page and its parts."""

from collections.abc import Iterable

from lti_tool.artefacts.catalog import Finding, Notice
from lti_tool.artefacts.rules.dates import list_dates
from lti_tool.artefacts.rules.outline import Outline, Spot, is_spaced
from lti_tool.artefacts.rules.texts import find

MANY_ROLES = 5
SMALLEST = 9.9  # 10 points, as programs round it
FEW_LETTERS = 8


def check_text_layer(outline: Outline) -> Iterable[Finding]:
    """R01: every page holds text that a machine can read."""
    for notice in outline.reading.notices:
        if notice.code in ("scanned", "unmapped"):
            yield find("R01", notice.code, _spot(outline, notice), notice.quote, f"{notice.code} {notice.page}")


def check_length(outline: Outline) -> Iterable[Finding]:
    """R02: one page; two with more than five roles."""
    pages = outline.reading.page_count or 1
    roles = sum(entry.span is not None for entry in outline.entries if entry.section in ("experience", "activities"))
    if pages > (2 if roles > MANY_ROLES else 1):
        first = next((spot for spot in outline.spots if spot.page > 1), None)
        yield find("R02", "pages", first, detail=str(pages))


def check_headings(outline: Outline) -> Iterable[Finding]:
    """R05: headings from the known set."""
    for spot, key in outline.headings:
        if key is None:
            yield find("R05", "unusual", spot)
        elif is_spaced(spot.text):
            yield find("R05", "spaced", spot)
    if not outline.headings and len(outline.spots) > 8:
        yield find("R05", "none", quote="")


def check_education(outline: Outline) -> Iterable[Finding]:
    """R06: an education item with month and year (a season will do)."""
    spots = outline.section_spots("education")
    if not any(key == "education" for _, key in outline.headings):
        yield find("R06", "section", quote="")
    elif not any(written.month for written in list_dates(" ".join(spot.text for spot in spots))):
        yield find("R06", "date", spots[0] if spots else None)


def check_layout(outline: Outline) -> Iterable[Finding]:
    """R15: columns. R16: text boxes and tables. R17: headers and footers. One finding each per kind."""
    names = {
        "columns": ("R15", "columns"),
        "order": ("R15", "order"),
        "text_box": ("R16", "text_box"),
        "table": ("R16", "table"),
        "header": ("R17", "margin"),
        "footer": ("R17", "margin"),
    }
    seen: set[str] = set()
    for notice in outline.reading.notices:
        if notice.code in names and notice.code not in seen:
            seen.add(notice.code)
            rule, case = names[notice.code]
            yield find(rule, case, _spot(outline, notice), notice.quote, notice.code)


def check_sizes(outline: Outline) -> Iterable[Finding]:
    """R18: no text under 10 points."""
    for spot in outline.spots:
        letters = sum(character.isalnum() for character in spot.text)
        is_body = spot.line.kind in ("body", "table", "text_box")
        if is_body and spot.line.size and spot.line.size < SMALLEST and letters >= FEW_LETTERS:
            yield find("R18", "small", spot)
            return


def _spot(outline: Outline, notice: Notice) -> Spot | None:
    return next((s for s in outline.spots if (s.page, s.number) == (notice.page, notice.line)), None)
