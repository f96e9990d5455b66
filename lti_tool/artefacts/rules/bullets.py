"""R07-R09, R11, R12, R14: what bullets say and how."""

import re
from collections.abc import Iterable
from datetime import datetime

from lti_tool.artefacts.catalog import Finding
from lti_tool.artefacts.marks import bullet_length
from lti_tool.artefacts.rules.dates import DATE, is_past
from lti_tool.artefacts.rules.openings import may_open_with_a_verb
from lti_tool.artefacts.rules.outline import WORK_SECTIONS, Bullet, Outline
from lti_tool.artefacts.rules.texts import find
from lti_tool.artefacts.rules.verbs import base_of, opening, tense

DUTY_ANYWHERE = re.compile(
    r"(?:^|(?<=[.;:,–—] )|(?<=\t)|\b(?:was|am|were|being|mainly|solely|i'm) )(?:\w+ly )?"
    r"(?:responsible for|"
    r"duties (?:included?|were|involved)|responsibilities (?:included?|were|involved)|"
    r"tasked with|job (?:included|was to)|in charge of)\b",
    re.IGNORECASE,
)
DUTY_AT_START = re.compile(
    r"^(?:i\s+)?(?:\w+ly\s+|also\s+|often\s+)?(?:help(?:ed|s|ing)?(?: out)?|assist(?:ed|s|ing)?|worked (?:on|"
    r"with|in|as|at|for)|"
    r"work(?:s|ing)? (?:on|with)|was involved in|involved in|participat(?:ed|es|ing|e) in|took part in|"
    r"dealt with|handled various|exposed to|gained experience)\b",
    re.IGNORECASE,
)
# Digits that count nothing: course codes, versions, grades, names of things.
NO_AMOUNT = re.compile(
    r"(?-i:\b[A-Z]{2,5}[ -]?\d{2,4}[A-Z]?\b)|\b(?:office|windows|python|version|html|css|web|level|grades?|section|"
    r"room|route|"
    r"chapter|unit|covid|title|type|phase|form|excel|photoshop|year)[ -]?\d[\d.-]*\b|\b24/7\b|\bk[-–]\d+\b|\b[23]d\b|"
    r"\bh2o\b|\bco2\b|\bb2[bc]\b|\ba/?b\b",
    re.IGNORECASE,
)
AMOUNT = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|"
    r"dozens?|hundreds?|thousands?|half|twice|tripled?|doubl(?:ed|ing|e)|quarter)\b",
    re.IGNORECASE,
)
RESULT = re.compile(
    r"\b(?:result(?:ed|ing) in|so that|so (?:the|they|we|that|each|every|no|families|students|visitors|customers)\b|"
    r"which (?:led|cut|let|raised|saved|made|the|is|became|now|helped)|leading to|led to|adopted|still us(?:e|es|ed)|"
    r"now us(?:e|es|ed)|won|awards?|first (?:place|prize)|1st|reduc(?:ed|ing)|increas(?:ed|ing)|sav(?:ed|ing)|"
    r"doubled|halved|sold out|published|shorten(?:ed|ing)|prevent(?:ed|ing)|sped up|cutting|raising|"
    r"eliminat(?:ed|ing))\b",
    re.IGNORECASE,
)
MIN_BULLETS = 3
MANY_REPEATS = 3
MANY_ROWS = 2


def work_bullets(outline: Outline) -> list[Bullet]:
    """Bullets that tell of work: under experience, activities and projects, or under an unusual heading with dates."""
    has_sections = any(key for _, key in outline.headings)
    return [
        bullet
        for bullet in outline.bullets
        if bullet.section in WORK_SECTIONS
        or (bullet.section == "unknown" and bullet.entry is not None and bullet.entry.span is not None)
        or (not has_sections and bullet.section == "top")
    ]


def check_openings(outline: Outline) -> Iterable[Finding]:
    """R07: each bullet starts with an action verb. Speaks only when sure; a line that R08 names is left to it."""
    for bullet in work_bullets(outline):
        word, after = opening(bullet.text)
        first = bullet.text.split(" ", 1)[0]
        is_duty = DUTY_AT_START.match(bullet.text) or DUTY_ANYWHERE.match(bullet.text)
        is_person = word in ("i", "my", "we", "our", "i'm", "i've")
        is_foreign = not first.isascii() and not tense(word, after)
        is_left = is_duty or is_person or is_foreign
        if word and not is_left and not tense(word, after) and not may_open_with_a_verb(bullet.text):
            yield find("R07", "start", bullet.spots[0], _words(bullet))


def check_duties(outline: Outline) -> Iterable[Finding]:
    """R08: “responsible for”, “helped”, “worked on”."""
    headings = {id(spot) for spot, _ in outline.headings}
    for spot in outline.spots:
        text = spot.text[bullet_length(spot.text) :]
        match = DUTY_ANYWHERE.search(text) or (DUTY_AT_START.match(text) if spot.line.bullet else None)
        if match and id(spot) not in headings:
            yield find("R08", "duty", spot, match.group())


def check_results(outline: Outline) -> Iterable[Finding]:
    """R09: at least one in three bullets shows a number or a named result."""
    bullets = work_bullets(outline)
    bare = [bullet for bullet in bullets if not has_result(bullet.text)]
    if len(bullets) >= MIN_BULLETS and (len(bullets) - len(bare)) * 3 < len(bullets):
        yield find("R09", "results", bare[0].spots[0], _words(bare[0]))


def has_result(text: str) -> bool:
    """Whether a bullet names an amount or what came of the work."""
    counted = NO_AMOUNT.sub(" ", DATE.sub(" ", text))
    return bool(AMOUNT.search(counted) or RESULT.search(text))


def check_tense(outline: Outline, now: datetime) -> Iterable[Finding]:
    """R11: work that ended stands in the past tense. Past tense in a role that goes on is fine: a task may be done."""
    for bullet in work_bullets(outline):
        entry = bullet.entry
        if entry is None or entry.span is None or not is_past(entry.span, now):
            continue
        word, after = opening(bullet.text)
        if tense(word, after) == "present" or (word in ("am", "is", "are") and word):
            yield find("R11", "tense", bullet.spots[0], _words(bullet))


def check_repeats(outline: Outline) -> Iterable[Finding]:
    """R12: one verb opens more than three bullets."""
    by_verb: dict[str, list[Bullet]] = {}
    for bullet in work_bullets(outline):
        word, after = opening(bullet.text)
        if tense(word, after):
            by_verb.setdefault(base_of(word), []).append(bullet)
    for verb, bullets in by_verb.items():
        if len(bullets) > MANY_REPEATS:
            spot = bullets[MANY_REPEATS].spots[0]
            yield find("R12", "repeat", spot, _words(bullets[MANY_REPEATS]), verb)


def check_bullet_length(outline: Outline) -> Iterable[Finding]:
    """R14: a bullet fills at most two lines."""
    for bullet in outline.bullets:
        if bullet.rows > MANY_ROWS:
            yield find("R14", "long", bullet.spots[0], _words(bullet), str(bullet.spots[0].number))


def _words(bullet: Bullet) -> str:
    first = bullet.spots[0].text
    return first[bullet_length(first) :]
