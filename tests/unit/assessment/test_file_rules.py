"""A student's file in plain values: names that do no harm, findings with reasons, the preview, the posting."""

import json
from datetime import UTC, datetime

import pytest

from lti_tool.artefacts.catalog import Line, Notice, Page, Reading
from lti_tool.assessment.rules import (
    Answer,
    Change,
    analyse_file,
    clean_name,
    digest_posting,
    group_findings,
    keep_findings,
    lay_out_preview,
    list_line_changes,
    mark_posting,
    name_with_ending,
    read_analysis,
    read_findings,
    read_reading,
    show_findings,
)
from lti_tool.content.catalog import ArtefactKind

NOW = datetime(2026, 9, 1, tzinfo=UTC)
POSTING = "We need Spanish, and somebody who knows Excel. Excel is asked each day."
LINES = ("Zoë Núñez-Øster", "EXPERIENCE", "Responsible for phones", "Responsible for the Excel lists")
READING = Reading("txt", (Page(1, 0, 0, tuple(Line(it) for it in LINES)),))


def analyse(kind: ArtefactKind = ArtefactKind.RESUME, posting: str = POSTING) -> dict[str, object]:
    # As a database gives it back.
    found: dict[str, object] = json.loads(
        json.dumps(analyse_file(kind, READING, name="resume.txt", posting=posting, now=NOW))
    )
    return found


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Núñez-Zoë-Résumé.pdf", "Núñez-Zoë-Résumé.pdf"),
        ("C:\\Users\\zoe\\resume.pdf", "resume.pdf"),
        ("../../etc/passwd", "passwd"),
        ("résumé.pdf".encode().decode(), "résumé.pdf"),
        ("resume\u202efdp.exe", "resumefdp.exe"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ('<b>"x"?.pdf', "_b__x__.pdf"),
        ("  .pdf", "pdf"),
        ("...", "file"),
        ("", "file"),
        ("履歴書.docx", "履歴書.docx"),
        ("x" * 300 + ".pdf", "x" * 120 + ".pdf"),
        ("y" * 300, "y" * 120),
        ("resume." + "z" * 40, "resume." + "z" * 12),
    ],
)
def test_a_name_keeps_its_letters_and_loses_what_misleads(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_a_name_gets_the_ending_of_its_content() -> None:
    assert name_with_ending("Resume.PDF", "pdf") == "Resume.PDF"
    assert name_with_ending("resume", "txt") == "resume.txt"


def test_an_analysis_comes_back_as_it_was_kept() -> None:
    found = read_analysis(analyse())
    assert {"R08"} <= {it.rule for it in found.findings}
    assert found.match is not None
    assert found.match.answered[0].answered_by[0].quote == "Responsible for the Excel lists"
    assert found.posting_digest == digest_posting(f"  {POSTING}\n")
    assert read_analysis(None).findings == ()


def test_only_resumes_are_checked_and_only_a_posting_is_compared() -> None:
    assert read_analysis(analyse(ArtefactKind.PROFILE)) == read_analysis(None)
    assert read_analysis(analyse(posting=" ")).match is None
    assert digest_posting(" \n") == ""


def test_of_an_endless_posting_only_the_beginning_is_compared() -> None:
    endless = "You must know Excel. " * 500 + "You must know Photoshop."
    found = read_analysis(analyse(posting=endless))
    assert found.match is not None and found.posting_digest == digest_posting(endless)
    asked = {it.asked for it in (*found.match.answered, *found.match.open)}
    assert asked == {"You must know Excel."}


def test_a_reading_of_another_version_is_none() -> None:
    assert read_reading(json.loads(json.dumps(READING.as_json()))) == READING
    for kept in (None, {}, {"version": 0}, {**READING.as_json(), "pages": None}):
        assert read_reading(kept) is None


def test_findings_of_one_kind_stand_together_and_ignored_ones_last() -> None:
    findings = [it for it in read_analysis(analyse()).findings if it.rule in ("R03", "R08")]
    plain = show_findings(findings, {})
    assert [it.first.rule for it in group_findings(plain)][-1] == "R08"
    eight = {it.name: "It is so." for it in plain if it.finding.rule == "R03"}
    groups = group_findings(show_findings(findings, eight))
    assert [(it.first.rule, it.is_open) for it in groups if it.first.rule == "R08"] == [("R08", True)]
    assert groups[0].first.rule == "R08" and not groups[-1].is_open
    assert len(groups[0].findings) == len([it for it in findings if it.rule == "R08"])
    kept = json.loads(json.dumps(keep_findings(show_findings(findings, eight))))
    assert [it.finding for it in read_findings(kept)] == findings
    assert {it.reason for it in read_findings(kept)} == {None, "It is so."}


def test_an_old_finding_without_words_is_still_one() -> None:
    (shown,) = read_findings([{"rule": "R01"}])
    assert (shown.finding.rule, shown.finding.title, shown.reason) == ("R01", "", None)


def test_the_preview_names_what_is_odd_on_each_line() -> None:
    lines = (Line("Name", kind="header"), Line("In a box", kind="text_box"), Line("Plain"))
    notices = (Notice("header", 1, 1, "Name"), Notice("columns", 1, 3), Notice("columns", 1), Notice("scanned", 2))
    reading = Reading("pdf", (Page(1, 1, 1, lines, (), ("Name Plain",)), Page(2, 1, 1, ())), notices)
    first, second = lay_out_preview(reading)
    assert [it.marks for it in first.lines] == [("header",), ("text_box",), ("columns",)]
    assert [it.code for it in first.notices] == ["header", "columns"]
    assert (first.across, [it.code for it in second.notices]) == (("Name Plain",), ["scanned"])


def test_a_posting_is_marked_word_by_word() -> None:
    match = read_analysis(analyse()).match
    assert match is not None
    runs = mark_posting(POSTING, match)
    assert "".join(it.text for it in runs) == POSTING
    assert [it.text for it in runs if it.answer is Answer.ANSWERED] == ["Excel", "Excel"]
    assert "Spanish" in [it.text for it in runs if it.answer is Answer.OPEN]
    nothing = read_analysis(analyse(posting="Hi")).match
    assert nothing is not None
    assert [(it.answer, it.text) for it in mark_posting("Hi", nothing)] == [(Answer.PLAIN, "Hi")]


def test_two_files_are_compared_by_lines_and_then_by_words() -> None:
    old = ["Zoë", "a", "b", "c", "d", "Responsible for phones in the evenings"]
    new = ["Zoë", "a", "b", "c", "d", "Answered 30 phones in the evenings", "New line"]
    runs = list_line_changes(old, new)
    assert runs[0].text == "Zoë\n…\nd\n"
    assert [it.text for it in runs if it.change is Change.REMOVED] == ["Responsible for"]
    assert any("New line" in it.text for it in runs if it.change is Change.ADDED)
    assert list_line_changes(["a"], ["a"])[0].text == "a\n"
    long = list_line_changes(["x " * 2000], ["y " * 2000])
    assert [it.change for it in long] == [Change.REMOVED, Change.ADDED]
