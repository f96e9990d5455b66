"""R10, R13, R19: first person, forms of dates, private things."""

import re
from collections.abc import Iterable

from lti_tool.artefacts.catalog import Finding
from lti_tool.artefacts.marks import bullet_length
from lti_tool.artefacts.rules.contact import SOCIAL_SECURITY
from lti_tool.artefacts.rules.dates import Written, list_dates
from lti_tool.artefacts.rules.outline import Outline, Spot
from lti_tool.artefacts.rules.texts import find

QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’")
I_WORD = re.compile(r"(?<![\w.&/-])I(?:['’](?:m|ve|d|ll))?(?![\w.&/-])")
OTHER = re.compile(
    r"(?<![\w.@/&#-])(my|me|we|our|us|myself|ourselves|we['’](?:re|ve|ll))(?![\w@/&-]|\.\w)", re.IGNORECASE
)
NOT_PRONOUN_AFTER = re.compile(r"\s*(?:$|and\b|or\b|&|[-–,;:)/|]|\t|\()")
FORMS = ("month", "short", "slash", "dot", "iso", "two-digit")  # "May" fits the first two
BRIEF_MONTHS = frozenset({3, 4, 6, 7})

PRIVATE = re.compile(
    r"\b(?:date of birth|birth ?date|birthday|d\.?o\.?b\.?\b|born(?: on| in)? (?:\w+ )?(?:\d|(?:jan|feb|mar|"
    r"apr|may|jun|jul|"
    r"aug|sep|oct|nov|dec)\w* )|place of birth|marital status|(?:social security|ssn)\b|passport (?:no|number|#)|"
    r"driver['’]?s licen[sc]e (?:no|number|#)|national id\b|student id\b|(?:bank )?account (?:no|number)|"
    r"nationality|citizenship|(?:u\.?s\.?|american|canadian|indian|chinese|british|dual) citizen\b|"
    r"permanent resident|green card|(?:[fjhl]-?[12]b?|student|work|opt|cpt) visa|visa status|visa:|\bon "
    r"(?:an? )?[fjhl]-?[12]b? |"
    r"immigration status|work (?:authorization|permit)|\bopt/cpt\b|daca\b|undocumented|"
    r"religion\s*:|gender\s*:|sex\s*:|race\s*:|ethnicity\s*:|height\s*:|weight\s*:|blood (?:type|group)|"
    r"(?:marital )?status\s*:\s*(?:single|married)|\bage\s*:?\s*\d{2}\b|\d{2} years old|"
    r"^(?:single|married)(?=\s*[|,•]|$)|(?:mother|father)['’]s name|health\s*:|disabilit(?:y|ies)\s*:)",
    re.IGNORECASE,
)
NOT_PRIVATE = re.compile(
    r"citizenship (?:class|course|test|exam|program|education|application|workshop|clinic|award)|"
    r"(?:global|digital|good|corporate) citizenship|work (?:permit|authorization) (?:form|application)|"
    r"gender studies|passport numbers? (?:for|of)|social security (?:administration|office|act|policy|reform)|"
    r"birthday (?:part|cake|card|event|celebration)|(?:student|work) visa (?:process|application|guide|"
    r"question|workshop)|"
    r"nationality (?:law|act)|birth ?date field|years old (?:in|at|and under)",
    re.IGNORECASE,
)
STREET = re.compile(
    r"\b\d{1,5}[A-Z]?\s+(?:[NSEW]\.?\s+)?(?:[A-Z0-9][\w.'’-]*\s+){1,4}"
    r"(?:st(?:reet)?|ave(?:nue)?|r(?:oa)?d|dr(?:ive)?|ln|lane|blvd|boulevard|ct|court|pl(?:ace)?|way|terrace|"
    r"circle|pkwy)\b",
    re.IGNORECASE,
)
PHOTO_SIDES = (45.0, 230.0)
PHOTO_RATIOS = (0.6, 1.35)


def check_person(outline: Outline) -> Iterable[Finding]:
    """R10: “I”, “my”, “we”. Titles, quotations, Roman numerals and names of places are none."""
    for spot in outline.spots:
        match = find_person(spot.text)
        if match:
            yield find("R10", "person", spot, match)


def find_person(text: str) -> str | None:
    """The first word of the first person; None without one."""
    plain = QUOTED.sub(lambda match: " " * len(match.group()), text)
    for match in I_WORD.finditer(plain):
        if len(match.group()) > 1 or not _is_numeral(plain, match):
            return match.group()
    for match in OTHER.finditer(plain):
        if _is_pronoun(plain, match):
            return match.group()
    return None


def _is_numeral(text: str, match: re.Match[str]) -> bool:
    before = text[: match.start()].split()
    if NOT_PRONOUN_AFTER.match(text, match.end()):
        return True
    last = before[-1] if before else ""
    following = text[match.end() :].split()
    is_title = last[:1].isupper() and last[-1:].isalnum()
    return (
        is_title
        and bool(following)
        and (following[0][:1].isupper() or following[0] in ("in", "at", "for", "with", "of"))
    )


def _is_pronoun(text: str, match: re.Match[str]) -> bool:
    word = match.group()
    if word.isupper() or (word[0].isupper() and word[1:].casefold() in ("s", "e")):
        # US, ME (Maine), Us, Me, We: a name unless a sentence begins here.
        return word == "We" and _starts_sentence(text, match.start())
    following = text[match.end() :].lstrip()
    if word[0].isupper():
        return _starts_sentence(text, match.start()) and not following[:1].isupper()
    return True


def _starts_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip()
    return not before or before[-1] in ".!?:;–—" or bullet_length(text) >= start


def check_dates(outline: Outline) -> Iterable[Finding]:
    """R13: months written in one form. Years alone and seasons may stand beside any form."""
    # A birth date is a matter of its own.
    found = [
        (spot, written)
        for spot in outline.spots
        if not PRIVATE.search(spot.text)
        for written in list_dates(spot.text)
        if written.form in FORMS
    ]
    is_newspaper = _is_newspaper_style([written for _, written in found])
    first: Written | None = None
    for spot, written in found:
        form = "short" if is_newspaper and written.form == "month" else written.form
        if first is None:
            first, first_form = written, form
        elif form != first_form:
            yield find("R13", "dates", spot, written.text, f"{first.text} / {written.text}")
            return


def _is_newspaper_style(dates: list[Written]) -> bool:
    """“Sept 2025 – June 2026”: newspapers never shorten March to July."""
    whole = {written.month for written in dates if written.form == "month"}
    cut = {written.month for written in dates if written.form == "short"}
    return bool(cut) and whole <= BRIEF_MONTHS and not cut & BRIEF_MONTHS


def check_private(outline: Outline) -> Iterable[Finding]:
    """R19: numbers, birth, status, religion, immigration, a street address, a photo."""
    top = outline.sections[0][1] if outline.sections else []
    own = {id(spot) for spot in (*top, *outline.section_spots("other"))}
    for spot in outline.spots:
        quote = _find_private(spot, is_own=id(spot) in own)
        if quote:
            yield find("R19", "private", spot, quote)
    if any(is_photo(p.width, p.height) for page in outline.reading.pages[:1] for p in page.pictures):
        yield find("R19", "photo", quote="")


def _find_private(spot: Spot, *, is_own: bool) -> str | None:
    """A street counts only where the student's own data stand."""
    number = SOCIAL_SECURITY.search(spot.text)
    if number:
        return number.group()
    match = PRIVATE.search(NOT_PRIVATE.sub(lambda m: " " * len(m.group()), spot.text))
    if match:
        return spot.text[match.start() : match.end()]
    street = STREET.search(spot.text) if is_own else None
    return street.group() if street else None


def is_photo(width: float, height: float) -> bool:
    """Whether a picture has the size and shape of a portrait."""
    low, high = PHOTO_SIDES
    return low <= width <= high and low <= height <= high and PHOTO_RATIOS[0] <= width / height <= PHOTO_RATIOS[1]
