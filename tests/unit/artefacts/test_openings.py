"""R07's doubt: which words off the lists of verbs may open a bullet as verbs."""

import pytest

from lti_tool.artefacts.rules.openings import has_object, may_open_with_a_verb, share_of_verb
from tests.unit.artefacts.pages import quotes, with_bullet


@pytest.mark.parametrize(
    "bullet",
    [
        "Dice the onions",
        "Dice 30 pounds of onions",
        "Image laptops",
        "Match bank statements to receipts",
        "Note all allergies",
        "Note medical histories before surgery",
        "Sterilise trays",
        "Pull and Sort orders",
        "Screen for high blood pressure",
        "Screen incoming calls",
        "Records and mixes live players",
        "Fillets and bones 40 trout",
        "Dices onions",
        "Buzz up visitors",
        "Fog off the greenhouse",
        "Tallies votes",
        "Wheel Fresnels to the grid",
        "Knead dough",
        "Thresh by hand",
        "Graze",
        "Polishes brass",
        "Deburr parts",
        "Reseed 40 beds",
        "Dry-brush flats",
        "Always had folders ready",
        "Wrung out mops",
        "Hones knives",
        "Relaces 20 boots",
        "Waxes 40 skis",
        "Carries 20 trays",
        "Iced 40 cakes",
        "String 40 lights",
        "Ping, reboot and patch servers",
    ],
)
def test_a_word_with_the_forms_and_the_object_of_a_verb_may_be_one(bullet: str) -> None:
    assert may_open_with_a_verb(bullet)
    assert quotes(with_bullet(bullet), "R07") == []


@pytest.mark.parametrize(
    "bullet",
    [
        "Managing the page",
        "Evening shifts at the bar",
        "Great team player",
        "Member of the board",
        "Cashier at a garden center",
        "Usher at the opera",
        "Cashier every weekend",
        "Barista 20 hours a week",
        "Weekly reports to the owner",
        "Customer service",
        "Cash handling procedures",
        "Team player",
        "Team and group work",
        "Notes and",
        "Team up",
        "Shifts up to eight hours",
        "Pitch of the roof",
        "Grant writer for a museum",
        "Lights and sound for six shows",
        "Dishes and tables",
        "Peer Tutor",
        "Mass at noon",
        "Bus duty",
        "Table 12",
        "Up to 30 orders an hour",
        "Shed",
        "The face of the shop",
        "Gym",
    ],
)
def test_a_word_that_cannot_be_a_verb_is_named(bullet: str) -> None:
    assert not may_open_with_a_verb(bullet)


def test_the_finding_quotes_the_line_and_leaves_responsible_to_r08() -> None:
    assert quotes(with_bullet("Cashier at a kiosk", "Responsible for keys"), "R07") == ["Cashier at a kiosk"]


def test_words_are_verbs_to_a_degree() -> None:
    assert share_of_verb("customer") == 0 and share_of_verb("intake") == 0
    assert 0 < share_of_verb("team") < share_of_verb("image") < share_of_verb("prune")
    assert share_of_verb("sterilise") == share_of_verb("sterilize")
    assert share_of_verb("tally") > 0


def test_an_object_is_sure_with_a_determiner_or_a_number() -> None:
    assert has_object(["the", "till"], is_sure=True) and has_object(["12", "trays"], is_sure=True)
    assert has_object(["bank", "statements"]) and not has_object(["bank", "statements"], is_sure=True)
    assert not has_object(["two", "summers"]) and not has_object([]) and not has_object(["12"])
