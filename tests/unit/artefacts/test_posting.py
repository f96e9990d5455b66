"""What a posting asks for, and which lines of a résumé answer it."""

from dataclasses import fields

from lti_tool.artefacts.catalog import Need, PostingMatch
from lti_tool.artefacts.rules import compare_posting
from tests.unit.artefacts.pages import ZOE, resume

POSTING = """\
Riverside Food Pantry
We need a sign-up sheet for 40 volunteers. You will build it in Google Sheets and write a one-page guide in Spanish.
You should be comfortable with Excel. Experience with volunteers is a plus. Captions for the website are a bonus.
"""


def terms(needs: tuple[Need, ...]) -> set[str]:
    return {need.term for need in needs}


def test_skills_and_words_are_answered_with_their_lines() -> None:
    match = compare_posting(resume(), POSTING)
    assert {"Excel", "captions"} <= terms(match.answered)
    assert {"Google Sheets", "Spanish"} <= terms(match.open)
    excel = next(need for need in match.answered if need.term == "Excel")
    assert excel.kind == "skill" and excel.asked == "You should be comfortable with Excel."
    assert [evidence.quote for evidence in excel.answered_by] == ["Excel, Audacity"]
    captions = next(need for need in match.answered if need.term == "captions")
    assert captions.kind == "word" and captions.answered_by[0].quote.startswith("- Typed captions")


def test_other_forms_of_a_word_answer_too() -> None:
    spanish = resume(ZOE + "Spanish, JS\n- Translated the guide\n- Planned meals\n")
    match = compare_posting(
        spanish, "You will be translating. JavaScript is needed. Planning required; a guide's layout too."
    )
    assert {"JavaScript", "translation"} & terms(match.answered) == {"JavaScript"} or "translation" in terms(
        match.answered
    )
    assert "planning" in terms(match.answered)


def test_names_numbers_and_small_words_are_no_needs() -> None:
    match = compare_posting(resume(), POSTING)
    assert not terms(match.answered + match.open) & {"Riverside", "pantry", "with", "you", "40", "plus"}


def test_there_is_no_share_and_no_count() -> None:
    assert {field.name for field in fields(PostingMatch)} == {"answered", "open"}
    assert compare_posting(resume(), "") == PostingMatch((), ())
