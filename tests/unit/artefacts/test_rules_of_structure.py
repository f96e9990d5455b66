"""R01, R02, R05, R06, R15-R18 and the outline under them."""

import pytest

from lti_tool.artefacts.catalog import Line, Notice, Page, Picture, Reading, Where
from lti_tool.artefacts.rules.outline import heading_key, read_outline
from tests.unit.artefacts.pages import NOW, ZOE, findings, quotes, resume, typed


def test_a_careful_page_has_no_finding() -> None:
    rules = ("R01", "R02", "R05", "R06", "R15", "R16", "R17", "R18")
    assert [quotes(resume(), rule) for rule in rules] == [[] for _ in rules]


def test_r01_speaks_of_pictures_and_of_letters_without_meaning() -> None:
    scan = Reading("pdf", (Page(1, 612, 792, ()),), (Notice("scanned", 1),), page_count=1)
    assert [finding.detail for finding in findings(scan, "R01")] == ["scanned 1"]
    assert findings(scan, "R03") == []
    odd = typed(Line("\ue001\ue002 x"), notices=(Notice("unmapped", 1, 1, "\ue001\ue002 x"),))
    assert findings(odd, "R01")[0].where == Where(1, 1)
    assert findings(odd, "R06") == []


@pytest.mark.parametrize(("pages", "roles", "speaks"), [(1, 1, False), (2, 1, True), (2, 6, False), (3, 6, True)])
def test_r02_gives_a_second_page_to_many_roles(pages: int, roles: int, speaks: bool) -> None:
    jobs = "\n".join(f"Job {n}, Shop    Jun 202{n % 6} – Aug 202{n % 6}\n- Sold 90 cakes" for n in range(roles))
    body = f"Zoë Müller\n\nExperience\n{jobs}\n" + "\f".join(["", *["Hobbies\n"] * (pages - 1)])
    assert bool(findings(resume(body), "R02")) is speaks


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("EDUCATION", "education"),
        ("Work Experience", "experience"),
        ("Skills & Interests", "skills"),
        ("Honors and Awards:", "awards"),
        ("Relevant Coursework", "courses"),
        ("Class and Team Projects", "projects"),
        ("E D U C A T I O N", "education"),
        ("S K I L L S", "skills"),
        ("AWA R D S", "awards"),
        ("E D U C AT I O N :", "education"),
        ("W O R K E X P E R I E N C E", "experience"),
        ("R E L E VA N T C O U R S E W O R K", "courses"),
        ("M Y J O U R N E Y", None),
        ("A B C D", None),
        ("My Journey", None),
        ("What I Bring", None),
        ("", None),
        ("Relevant", None),
    ],
)
def test_r05_knows_usual_headings(text: str, key: str | None) -> None:
    assert heading_key(text) == key


def test_r05_names_unusual_and_spaced_headings() -> None:
    assert quotes(resume(ZOE.replace("Skills", "What I Bring")), "R05") == ["What I Bring"]
    assert [f.detail for f in findings(resume(ZOE.replace("Skills", "S K I L L S")), "R05")] == ["spaced"]


def test_r05_names_a_page_without_headings() -> None:
    flat = "\n".join(f"line {number} of a letter" for number in range(12))
    assert [finding.detail for finding in findings(resume(flat), "R05")] == ["none"]


def _sized(text: str, size: float = 11, **more: bool) -> Line:
    return Line(text, size=size, **more)  # type: ignore[arg-type]


def test_r05_takes_capitals_and_size_for_headings_where_none_is_usual() -> None:
    lines = [
        _sized("Zoë Müller", 18),
        _sized("Portland"),
        _sized("MY PATH"),
        _sized("Blue Door Café, barista for a year"),
    ]
    lines += [_sized("The Journey", 14), _sized("Riverside College, a course in history")]
    assert quotes(typed(*lines), "R05") == ["MY PATH", "The Journey"]


def test_r05_leaves_titles_of_jobs_alone() -> None:
    lines = [_sized("Zoë Müller", 18, bold=True), _sized("Experience", bold=True), _sized("Blue Door Café", bold=True)]
    lines += [_sized("Barista since May 2025"), _sized("City Museum", bold=True), _sized("Volunteer in 2024")]
    assert quotes(typed(*lines), "R05") == []


def test_a_known_word_in_a_list_is_no_heading() -> None:
    lines = [
        _sized("Zoë Müller", 18, bold=True),
        _sized("Skills", 14, bold=True),
        _sized("Excel, Canva,"),
        _sized("Languages"),
    ]
    outline = read_outline(typed(*lines))
    assert [spot.text for spot, _ in outline.headings] == ["Skills"]


def test_the_name_may_share_a_line_with_an_address() -> None:
    assert read_outline(resume("Zoë Müller | zoe@mail.com\nwww.zoe.com\n")).name == "Zoë Müller"
    assert read_outline(resume("zoe@mail.com\n503 555 0142\n")).name == ""
    assert read_outline(Reading("pdf", ())).name == ""
    assert read_outline(resume("RÉSUMÉ\nZoë Müller\nzoe@mail.com\n")).name == "Zoë Müller"


@pytest.mark.parametrize(
    ("right", "detail"),
    [("May 2029", []), ("05/2029", []), ("Spring 2029", []), ("2029", ["date"]), ("", ["date"])],
)
def test_r06_wants_a_month(right: str, detail: list[str]) -> None:
    assert [finding.detail for finding in findings(resume(ZOE.replace("Expected May 2029", right)), "R06")] == detail


def test_r06_wants_a_heading() -> None:
    assert [f.detail for f in findings(resume(ZOE.replace("Education\n", "")), "R06")] == ["section"]
    assert quotes(resume("Zoë Müller\n\nEducation\n"), "R06") == [""]


def test_layout_speaks_once_per_kind() -> None:
    codes = ("columns", "columns", "order", "text_box", "table", "header", "footer", "picture")
    reading = typed(Line("Zoë Müller"), notices=tuple(Notice(code, 1, 1, "Zoë Müller") for code in codes))
    details = [(f.rule, f.detail) for rule in ("R15", "R16", "R17") for f in findings(reading, rule)]
    assert details == [
        ("R15", "columns"),
        ("R15", "order"),
        ("R16", "text_box"),
        ("R16", "table"),
        ("R17", "header"),
        ("R17", "footer"),
    ]


def test_r18_reads_sizes_of_text_only() -> None:
    small = _sized("Served eighty customers", 9.5)
    assert quotes(typed(_sized("Zoë Müller", 18), small, small), "R18") == ["Served eighty customers"]
    quiet = typed(
        _sized("Zoë Müller", 9.96),
        _sized("tm", 6),
        Line("no size is known"),
        Line("a header line", size=7, kind="header"),
    )
    assert quotes(quiet, "R18") == []


def test_r19_sees_a_photo_and_no_logo() -> None:
    page = typed(_sized("Zoë Müller"), pictures=(Picture(400, 40, 80, 100),))
    assert [finding.detail for finding in findings(page, "R19")] == ["photo"]
    assert findings(typed(_sized("Zoë Müller"), pictures=(Picture(0, 0, 400, 40), Picture(0, 0, 9, 9))), "R19") == []


def test_wrapped_bullets_are_put_together() -> None:
    lines = [
        Line("Experience", x0=50, size=12, bold=True, top=0, bottom=10),
        Line("Barista\tMay 2025 – Aug 2025", x0=50, size=11, top=20, bottom=30),
        Line("• Trained new baristas and wrote a", x0=54, indent=64, size=11, bullet=True),
        Line("guide for the owner", x0=64, size=11),
        Line("• Served eighty people", x0=54, indent=64, size=11, bullet=True),
        Line("City Museum", x0=50, size=11),
        Line("• Sorted photographs in", x0=54, indent=54, size=11, bullet=True),
        Line("the cellar", x0=54, size=11),
        Line("Larger words", x0=54, size=14),
        Line("• Filed", x0=54, indent=64, size=11, bullet=True),
        Line("Jun 2024 – Aug 2024\tlater", x0=64, size=11),
    ]
    outline = read_outline(typed(*lines))
    assert [bullet.text for bullet in outline.bullets] == [
        "Trained new baristas and wrote a guide for the owner",
        "Served eighty people",
        "Sorted photographs in the cellar",
        "Filed",
    ]


def test_plain_text_and_word_wrap_bullets_too() -> None:
    plain = read_outline(
        resume("Experience\n- Trained new baristas and\n  Wrote a guide\n- Sold\nand packed cakes\nBakery")
    )
    assert [bullet.text for bullet in plain.bullets] == [
        "Trained new baristas and Wrote a guide",
        "Sold and packed cakes",
    ]
    word = typed(
        Line("Experience"), Line("Sold cakes and", bullet=True), Line("packed them."), Line("sums up"), Line("Bakery")
    )
    assert [bullet.text for bullet in read_outline(word).bullets] == ["Sold cakes and packed them."]


def test_entries_without_bullets_end_at_the_next_dates() -> None:
    body = (
        "Zoë Müller\n\nActivities\nTreasurer, May 2025 – Present\nChess Club, Jun 2024 – May 2025\nMember of the team\n"
    )
    entries = [entry for entry in read_outline(resume(body)).entries if entry.section == "activities"]
    assert [[spot.text for spot in entry.head] for entry in entries] == [
        ["Treasurer, May 2025 – Present"],
        ["Chess Club, Jun 2024 – May 2025", "Member of the team"],
    ]
    assert [entry.span is not None and entry.span.end is None for entry in entries] == [True, False]
    assert NOW.year == 2026
