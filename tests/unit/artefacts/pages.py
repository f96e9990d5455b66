"""Small résumés for the tests of the rules."""

from datetime import UTC, datetime

from lti_tool.artefacts.catalog import Finding, Line, Notice, Page, Picture, Reading
from lti_tool.artefacts.reader import text
from lti_tool.artefacts.rules import check_resume

NOW = datetime(2026, 11, 23, tzinfo=UTC)

ZOE = """\
Zoë Müller
Portland, OR | (503) 555-0142 | zoe.mueller@gmail.com

Education
Riverside College, B.A. in History    Expected May 2029

Experience
Barista, Blue Door Café    Jun 2025 – Present
- Train new baristas and wrote a guide that the owner still uses
- Serve about 80 customers an hour
Archive Volunteer, City Museum    Sep 2024 – May 2025
- Sorted 340 photographs for a public exhibit
- Typed captions into a spreadsheet so that visitors can search them

Skills
Excel, Audacity
"""


def resume(body: str = ZOE) -> Reading:
    """A résumé in plain text."""
    return text.read(body.encode())


def with_bullet(*bullets: str, past: bool = True) -> Reading:
    """Zoë's résumé with more bullets, in the job that is over or in the one that goes on."""
    after = "- Sorted 340 photographs for a public exhibit" if past else "- Serve about 80 customers an hour"
    return resume(ZOE.replace(after, "\n".join([after, *(f"- {bullet}" for bullet in bullets)])))


def with_contact(contact: str) -> Reading:
    """Zoë's résumé with another line of contact data."""
    return resume(ZOE.replace("Portland, OR | (503) 555-0142 | zoe.mueller@gmail.com", contact))


def typed(*lines: Line, notices: tuple[Notice, ...] = (), pictures: tuple[Picture, ...] = ()) -> Reading:
    """A page of a PDF."""
    return Reading("pdf", (Page(1, 612, 792, lines, pictures),), notices, page_count=1)


def findings(reading: Reading, rule: str, name: str = "Zoe-Mueller-Resume.pdf", posting: str = "") -> list[Finding]:
    """What one rule says."""
    return [found for found in check_resume(reading, name=name, posting=posting, now=NOW) if found.rule == rule]


def quotes(reading: Reading, rule: str, name: str = "Zoe-Mueller-Resume.pdf") -> list[str]:
    """The words that one rule quotes."""
    return [finding.quote for finding in findings(reading, rule, name)]
