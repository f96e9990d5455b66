import pytest

from lti_tool.content.rules.reading import count_syllables, rate_reading, read_prose

SYLLABLES = {
    "cake": 1, "table": 2, "walked": 1, "wanted": 2, "needed": 2, "boxes": 2, "makes": 1, "the": 1, "people": 2,
    "host's": 1, "host’s": 1, "schedule": 2, "I": 1, "hmm": 1,
}  # fmt: skip


@pytest.mark.parametrize(("word", "count"), SYLLABLES.items())
def test_syllables(word: str, count: int) -> None:
    assert count_syllables(word) == count


def test_the_grade_is_the_formula() -> None:
    found = rate_reading("The cat sat on the mat. The dog ran to the cat.")
    assert found.words == 12
    assert found.grade == pytest.approx(max(0.39 * 6 + 11.8 * 1 - 15.59, 0))
    hard = rate_reading("Institutional accountability necessitates comprehensive documentation.")
    assert hard.grade > 20


def test_long_sentences_and_long_words_are_harder() -> None:
    short = rate_reading("You write to the host. You ask one question. You wait a day.")
    long = rate_reading("You write to the host and you ask one question and then you wait a day")
    words = rate_reading("You communicate with the organization. You articulate one question. You wait a day.")
    assert short.grade < long.grade
    assert short.grade < words.grade


def test_abbreviations_end_no_sentence() -> None:
    assert rate_reading("Ask Dr. Haddad, e.g. at nine a.m. on Monday.").longest_words == 9


def test_the_longest_sentence_is_known() -> None:
    found = rate_reading("Short one.\nThis is the longest of them all. End!")
    assert (found.longest, found.longest_words) == ("This is the longest of them all", 7)


def test_nothing_to_read() -> None:
    assert rate_reading(" \n 12. ").grade == 0


def test_prose_leaves_headings_tables_and_drawings_out() -> None:
    page = (
        '<h2 id="at-a">Heading</h2>\n<p>One &amp; <em>two</em>\nthree.</p>\n<ul><li>four</li><li>five</li></ul>'
        '<table class="table"><tr><td>cell</td></tr></table><figure><svg class="drawing"><text>word</text></svg>'
        "<figcaption>caption</figcaption></figure>"
    )
    assert [it for it in read_prose(page).split("\n") if it] == ["One & two three.", "four", "five"]
