"""Checks of texts, each kind met and not met."""

import pytest

from lti_tool.content.catalog import CheckKind, TextCheck, Wording
from lti_tool.content.rules import check_text, count_words
from lti_tool.content.rules.text import count_sentences, find_phrases

WORDING = Wording(
    verbs=frozenset({"built", "led", "taught"}),
    numbers=frozenset({"two", "dozen"}),
    dates=frozenset({"friday", "march"}),
    greetings=("hello", "hi", "good morning"),
    closings=("thank", "best"),
    first_person=frozenset({"i", "my", "i'm"}),
    if_words=("if", "as soon as"),
    then_words=("then", "i will"),
)


def check(kind: CheckKind, *phrases: str, low: int = 0, high: int = 0) -> TextCheck:
    return TextCheck("it", kind, phrases, low, high, "well done", "do better")


@pytest.mark.parametrize(
    ("kind", "text", "is_met"),
    [
        (CheckKind.STARTS_WITH_VERB, "Built a shelf", True),
        (CheckKind.STARTS_WITH_VERB, "• Led six people", True),
        (CheckKind.STARTS_WITH_VERB, "Sanded the floor", True),
        (CheckKind.STARTS_WITH_VERB, "Responsible for phones", False),
        (CheckKind.STARTS_WITH_VERB, "Red paint", False),
        (CheckKind.STARTS_WITH_VERB, "…", False),
        (CheckKind.HAS_NUMBER, "about 35 calls", True),
        (CheckKind.HAS_NUMBER, "with two classmates", True),
        (CheckKind.HAS_NUMBER, "many calls", False),
        (CheckKind.HAS_DATE, "by Friday", True),
        (CheckKind.HAS_DATE, "on 3/14", True),
        (CheckKind.HAS_DATE, "at 5 p.m.", True),
        (CheckKind.HAS_DATE, "at 17:30", True),
        (CheckKind.HAS_DATE, "soon", False),
        (CheckKind.HAS_QUESTION, "Could we talk?", True),
        (CheckKind.HAS_QUESTION, "Let us talk.", False),
        (CheckKind.HAS_GREETING, "Hi Zoë,\nthanks", True),
        (CheckKind.HAS_GREETING, "Hire me", False),
        (CheckKind.HAS_CLOSING, "The file is here.\n\nThank you,\nAmara Okafor", True),
        (CheckKind.HAS_CLOSING, "The file is here.\nAmara", False),
        (CheckKind.HAS_CLOSING, "Thanks\n1\n2\n3\n4\n5", False),
        (CheckKind.FIRST_PERSON, "Led the club", True),
        (CheckKind.FIRST_PERSON, "In my club I’m the lead", False),
        (CheckKind.IF_THEN, "If I get stuck for 30 minutes, I will write to Dana", True),
        (CheckKind.IF_THEN, "As soon as it is late, then stop", True),
        (CheckKind.IF_THEN, "I will try harder", False),
        (CheckKind.IF_THEN, "I will see if it works", False),
    ],
)
def test_kinds_without_values(kind: CheckKind, text: str, is_met: bool) -> None:
    (finding,) = check_text(text, [check(kind)], WORDING)
    assert finding.is_met is is_met
    assert finding.says == ("well done" if is_met else "do better")


def test_quotes_are_the_words_as_they_stand() -> None:
    (verb,) = check_text("Responsible for phones", [check(CheckKind.STARTS_WITH_VERB)], WORDING)
    assert verb.quotes == ("Responsible",)
    (person,) = check_text("What My aunt and I did", [check(CheckKind.FIRST_PERSON)], WORDING)
    assert person.quotes == ("My", "I")
    (duty,) = check_text("RESPONSIBLE\nfor phones", [check(CheckKind.AVOIDS, "responsible for", "helped")], WORDING)
    assert (duty.is_met, duty.quotes) == (False, ("RESPONSIBLE\nfor",))


def test_phrases() -> None:
    text = "We cut the wait, which helps. Don’t ask."
    assert find_phrases(text, ["cut", "which", "help", "don't"]) == ("cut", "which", "Don’t")
    assert find_phrases(text, ["help*"]) == ("helps",)
    assert check_text(text, [check(CheckKind.MENTIONS_ANY, "so that", "which")], WORDING)[0].is_met
    assert not check_text(text, [check(CheckKind.MENTIONS_ANY, "so that")], WORDING)[0].is_met
    assert check_text(text, [check(CheckKind.MENTIONS_ALL, "cut", "which")], WORDING)[0].is_met
    assert not check_text(text, [check(CheckKind.MENTIONS_ALL, "cut", "so that")], WORDING)[0].is_met


@pytest.mark.parametrize(("low", "high", "is_met"), [(2, 5, True), (0, 2, False), (4, 0, False), (3, 0, True)])
def test_counts(low: int, high: int, is_met: bool) -> None:
    assert check_text("One two 3", [check(CheckKind.WORDS, low=low, high=high)], WORDING)[0].is_met is is_met
    assert check_text("A. B! C", [check(CheckKind.SENTENCES, low=low, high=high)], WORDING)[0].is_met is is_met


def test_sentences_and_words() -> None:
    assert count_sentences("Dr. Ng comes at 5 p.m. on Friday. Will you? Yes") == 3
    assert count_sentences("“Stop.” And go.") == 2
    assert count_sentences("") == 0
    assert count_words(" one  two\nthree ") == 3


def test_a_blank_text_has_no_findings() -> None:
    assert check_text(" \n", [check(CheckKind.HAS_NUMBER)], WORDING) == ()
