"""The rules R01-R22 and the comparison with a posting. Pure: plain values in, plain values out."""

from collections import Counter
from datetime import datetime

from lti_tool.artefacts.catalog import Finding, Reading
from lti_tool.artefacts.rules import bullets, contact, language, spelling, structure
from lti_tool.artefacts.rules.outline import read_outline
from lti_tool.artefacts.rules.posting import compare_posting

__all__ = ["check_resume", "compare_posting"]

MOST_OF_A_RULE = 25


def check_resume(reading: Reading, *, name: str, posting: str = "", now: datetime) -> tuple[Finding, ...]:
    """What an adviser would point at, in the order of the rules. Advice only: there is no score.

    `name` is the file's name; words of the `posting` count as right spelling; `now` decides which work is over.
    A file without text gets only what can be said without text.
    """
    outline = read_outline(reading)
    found: list[Finding] = [*structure.check_text_layer(outline), *contact.check_file_name(outline, name)]
    found += structure.check_length(outline)
    if outline.spots and not any(notice.code == "unmapped" for notice in reading.notices):
        found += contact.check_reach(outline)
        found += contact.check_links(outline)
        found += structure.check_headings(outline)
        found += structure.check_education(outline)
        found += structure.check_layout(outline)
        found += structure.check_sizes(outline)
        found += bullets.check_openings(outline)
        found += bullets.check_duties(outline)
        found += bullets.check_results(outline)
        found += bullets.check_tense(outline, now)
        found += bullets.check_repeats(outline)
        found += bullets.check_bullet_length(outline)
        found += language.check_person(outline)
        found += language.check_dates(outline)
        found += language.check_private(outline)
        found += spelling.check_spelling(outline, posting)
    return tuple(_first_of_each_rule(sorted(found, key=lambda finding: finding.rule)))


def _first_of_each_rule(found: list[Finding]) -> list[Finding]:
    """So many of one kind that nobody would read them all are cut."""
    said: Counter[str] = Counter()
    kept = []
    for finding in found:
        said[finding.rule] += 1
        if said[finding.rule] <= MOST_OF_A_RULE:
            kept.append(finding)
    return kept
