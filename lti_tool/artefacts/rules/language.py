# ruff: noqa: SIM905 - long lists of words read better as text
"""R10, R13, R19: first person, forms of dates, private things."""

import re
from collections.abc import Iterable
from itertools import islice

from lti_tool.artefacts.catalog import Finding
from lti_tool.artefacts.marks import bullet_length
from lti_tool.artefacts.rules.contact import SOCIAL_SECURITY
from lti_tool.artefacts.rules.dates import Written, list_dates
from lti_tool.artefacts.rules.outline import WORK_SECTIONS, Outline
from lti_tool.artefacts.rules.texts import find
from lti_tool.artefacts.rules.verbs import tense

QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’")
I_WORD = re.compile(r"(?<![\w.&/-])I(?:['’](?:m|ve|d|ll))?(?![\w.&/-])")
OTHER = re.compile(
    r"(?<![\w.@/&#-])(my|me|we|our|us|myself|ourselves|we['’](?:re|ve|ll))(?![\w@/&-]|\.\w)", re.IGNORECASE
)
NOT_PRONOUN_AFTER = re.compile(r"\s*(?:$|and\b|or\b|&|[-–,;:)/|]|\t|\()")
AUXILIARIES = frozenset("am was have had can could do did will would love like want wish care hope".split())
# What is counted with Roman numerals.
NUMBERED = re.compile(
    r"\b(?:calculus|physics|chemistry|biology|algebra|accounting|economics|statistics|anatomy|physiology|spanish|french|"
    r"german|part|level|phase|type|title|division|grade|class|year|volume|war|studio|seminar|lab|practicum)$"
)
FORMS = ("month", "short", "slash", "dot", "iso", "two-digit")  # "May" fits the first two
# The months that a house style leaves whole beside short ones (May fits anyway): newspapers, and the MLA handbook.
WHOLE_MONTHS = (frozenset({3, 4, 6, 7}), frozenset({6, 7}))

PRIVATE = re.compile(
    r"\b(?:date of birth|birth ?date|birthday|d\.?o\.?b\.?\b|born(?: on| in)? (?:\w+ )?(?:\d|(?:jan|feb|mar|"
    r"apr|may|jun|jul|"
    r"aug|sep|oct|nov|dec)\w* )|place of birth|marital status|(?:social security|ssn)\b|passport (?:no|number|#)|"
    r"driver['’]?s licen[sc]e (?:no|number|#)|national id\b|student id\b|(?:bank )?account (?:no|number)|"
    r"visa status|visa\s*:|immigration status|residence status|"
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
    r"citizen of the (?:year|month|week|world)|nationality (?:law|act)|birth ?date field|years old (?:in|at|and under)",
    re.IGNORECASE,
)
# Where somebody belongs: also the matter of courses, offices and debates, so it must be said of the student.
STATUS = re.compile(
    r"\b(?:nationality|national(?= of)|citizenship|citizen(?= of)|"
    r"(?:u\.?s\.?|american|naturalized|dual|[a-z]+(?:an|ese|ish|ian|i)) (?:citizen|national)|"
    r"permanent resident|green card|(?:[fjhlm]-?[12]b?|student|work|opt|cpt|tourist|exchange) visas?|visas?|"
    r"on (?:an? )?[fjhl]-?[12]b?(?= )|[fj]-1(?= (?:opt|cpt|status|student))|"
    r"work (?:authorization|permit)s?|\bopt/cpt\b|daca|undocumented|asylum(?: seeker)?|refugee)\b",
    re.IGNORECASE,
)
# Words that may stand beside it where it is said of the student and nothing else is: "Valid work permit until 2028".
BESIDE_STATUS = frozenset(
    "i am my a an the and or of on with holder holding hold have has valid full current currently unrestricted open "
    "yes no none not until till through expires expected since for in to us u s usa united states required needed need "
    "requires require sponsorship sponsor eligible authorized legally status student work visa opt cpt stem extension "
    "f j h l b conditional pending granted recipient resident permanent green card any employer without restriction "
    "restrictions hours per week january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep oct nov dec".split()
)
OF_ONESELF = re.compile(
    r"\b(?:i am|i['’]m|i have|i hold|my (?:\w+ ){0,2}(?:visa|work|citizenship|nationality|status|green))\b|"
    r"^(?:currently )?(?:hold|holding|have|possess|require|eligible)\b|"
    r"\bvalid (?:until|through|till|to)\b|\bexpires?\b|"
    r"\bsponsorship (?:is )?(?:not )?(?:needed|required)|\bno sponsorship\b",
    re.IGNORECASE,
)
# What follows the name of a private thing where its value is told: "DOB 03/14", "Passport No. X12", "Gender: f".
VALUE = re.compile(r"[^\w:]*(?:no\.?|number|#|id)?\W{0,3}(?:\d|[A-Z]{1,2}\d)|\s*(?:status|no\.?|number)?\s*:\s*\w")
SEGMENT = re.compile(r"[|•·;,\t–—()]|\. | - ")
NEEDS_MORE = ("nationality", "citizenship", "visa", "visas", "refugee", "asylum")
MOST_BESIDE_NATION = 2
MOST_TRIED = 12  # in one line
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
    headings = {id(spot) for spot, _ in outline.headings}
    for spot in outline.spots:
        match = find_person_in_heading(spot.text) if id(spot) in headings else find_person(spot.text)
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


def find_person_in_heading(text: str) -> str | None:
    """As `find_person`, for a line in which capitals mean nothing: "My Path", "THINGS I HAVE DONE"."""
    for match in I_WORD.finditer(text):
        words = re.findall(r"[\w'’]+", text[match.end() :].casefold())
        before = re.findall(r"[\w'’]+", text[: match.start()].casefold())
        is_said = bool(words) and (words[0] in AUXILIARIES or bool(tense(words[0], ["the"])) or len(words) == 1)
        if len(match.group()) > 1 or (is_said and not NUMBERED.search(" ".join(before))) or before[-1:] == ["am"]:
            return match.group()
    for match in OTHER.finditer(text):
        is_name = match.group() == "US" or (match.group() == "ME" and text[: match.start()].rstrip().endswith(","))
        if not is_name:
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
    is_house_style = _is_house_style([written for _, written in found])
    first: Written | None = None
    for spot, written in found:
        form = "short" if is_house_style and written.form == "month" else written.form
        if first is None:
            first, first_form = written, form
        elif form != first_form:
            yield find("R13", "dates", spot, written.text, f"{first.text} / {written.text}")
            return


def _is_house_style(dates: list[Written]) -> bool:
    """“Sept 2025 – June 2026”: some styles do not shorten the short names of spring and summer."""
    whole = {written.month for written in dates if written.form == "month"}
    cut = {written.month for written in dates if written.form == "short"}
    return bool(cut) and any(whole <= kept and not cut & kept for kept in WHOLE_MONTHS)


def check_private(outline: Outline) -> Iterable[Finding]:
    """R19: numbers, birth, status, religion, immigration, a street address, a photo."""
    top = outline.sections[0][1] if outline.sections else []
    own = {id(spot) for spot in (*top, *outline.section_spots("other"))}
    work = {id(spot) for bullet in outline.bullets if bullet.section in WORK_SECTIONS for spot in bullet.spots}
    for spot in outline.spots:
        quote = _find_private(spot.text, is_own=id(spot) in own, is_work=id(spot) in work)
        if quote:
            yield find("R19", "private", spot, quote)
    if any(is_photo(p.width, p.height) for page in outline.reading.pages[:1] for p in page.pictures):
        yield find("R19", "photo", quote="")


def _find_private(text: str, *, is_own: bool, is_work: bool) -> str | None:
    """In a bullet about work a private thing is another's, unless its value is told or the student speaks.

    A street counts only where the student's own data stand.
    """
    number = SOCIAL_SECURITY.search(text)
    if number:
        return number.group()
    plain = NOT_PRIVATE.sub(lambda match: " " * len(match.group()), text)
    for match in islice(PRIVATE.finditer(plain), MOST_TRIED):
        if not is_work or match.group()[-1] in ": " or VALUE.match(plain, match.end()) or OF_ONESELF.search(plain):
            return text[match.start() : match.end()]
    for match in islice(STATUS.finditer(plain), MOST_TRIED):
        if _is_said_of_oneself(plain, match, is_own=is_own, is_work=is_work):
            return text[match.start() : match.end()]
    street = STREET.search(text) if is_own else None
    return street.group() if street else None


def _is_said_of_oneself(text: str, match: re.Match[str], *, is_own: bool, is_work: bool) -> bool:
    """As in "U.S. citizen", "Work permit: yes" and "Hold a green card", but not "Filed work permits for 30"."""
    if OF_ONESELF.search(text[bullet_length(text) :]):
        return True
    if is_work:
        return False
    if re.match(r"\s*(?:status)?\s*:", text[match.end() :]):
        return True
    begins = [found.end() for found in SEGMENT.finditer(text, 0, match.start())]
    end = SEGMENT.search(text, match.end())
    segment = text[begins[-1] if begins else 0 : end.start() if end else len(text)].replace(match.group(), " ")
    words = re.findall(r"[^\W\d_]+", segment.casefold())
    beside = [word for word in words if word not in BESIDE_STATUS]
    if match.group().casefold() in NEEDS_MORE:  # "Citizenship" alone may be a course, "Visa" a card
        return bool(words) and len(beside) <= (MOST_BESIDE_NATION if is_own else 0)
    return not beside or (is_own and match.group().casefold() in ("citizen", "national") and len(beside) == 1)


def is_photo(width: float, height: float) -> bool:
    """Whether a picture has the size and shape of a portrait."""
    low, high = PHOTO_SIDES
    return low <= width <= high and low <= height <= high and PHOTO_RATIOS[0] <= width / height <= PHOTO_RATIOS[1]
