"""Languages: which one a locale means, and how a phrase is said in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.web.phrases import (
    Phrase,
    Said,
    choose_by_browser,
    choose_language,
    counted,
    list_languages,
    read_catalogue,
    translate,
)


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("es", "es"),
        ("es-ES", "es"),
        ("es_mx", "es"),
        ("es-419", "es"),
        ("ES", "es"),
        (" es ", "es"),
        ("es_mx_wp", "es"),
        ("en", "en"),
        ("en-GB", "en"),
        # Platforms' own names of languages that we do not speak.
        ("pt-BR", "en"),
        ("pt_br", "en"),
        ("est", "en"),
        ("e", "en"),
        ("", "en"),
        ("$Message.locale", "en"),
        ("../es", "en"),
    ],
)
def test_a_locale_means_a_language(locale: str, language: str) -> None:
    assert choose_language(locale) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en-US,en;q=0.9,es;q=0.8", "en"),
        ("fr,es;q=0.4,en;q=0.3", "es"),
        ("de", "en"),
        ("es;q=0", "en"),
        ("es;q=much", "en"),
        ("*", "en"),
    ],
)
def test_a_browser_asks_for_a_language(header: str, language: str) -> None:
    assert choose_by_browser(header) == language


@given(st.text())
def test_no_header_and_no_locale_is_too_strange(text: str) -> None:
    assert choose_by_browser(text) in list_languages()
    assert choose_language(text) in list_languages()


def test_a_phrase_is_english_until_it_is_said() -> None:
    phrase = Phrase("“%(field)s” is empty.", field="Tu meta")
    assert phrase == "“Tu meta” is empty." and isinstance(phrase, str)
    assert translate(phrase, "en") == phrase
    said = translate(phrase, "es")
    assert said == "“Tu meta” está vacío." and isinstance(said, Said)
    assert translate(phrase, "fr") == phrase


def test_what_somebody_wrote_is_not_translated() -> None:
    assert translate("Start", "es") == "Start"
    assert translate(Phrase("Start"), "es") == "Comenzar"


def test_a_value_that_is_a_phrase_is_said_too() -> None:
    assert translate(Phrase("%(day)s %(month)s %(year)s", day=3, month=Phrase("Jan"), year=2027), "es") == "3 ene 2027"


def test_a_percent_sign_without_values_stays() -> None:
    assert Phrase("100 % yours") == "100 % yours"


def test_one_and_many_are_said_each_in_their_form() -> None:
    one, many = "“%(field)s” has fewer than %(count)s word.", "“%(field)s” has fewer than %(count)s words."
    assert counted(one, many, 1, field="A") == "“A” has fewer than 1 word."
    assert counted(one, many, 0, field="A") == "“A” has fewer than 0 words."
    assert translate(counted(one, many, 1, field="A"), "es") == "“A” tiene menos de 1 palabra."
    assert translate(counted(one, many, 5, field="A"), "es") == "“A” tiene menos de 5 palabras."


def test_english_is_first_and_a_language_is_read_once() -> None:
    assert list_languages()[0] == "en" and "es" in list_languages()
    assert read_catalogue("es") is read_catalogue("es")
