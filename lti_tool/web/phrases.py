"""Our words in other languages: which there are, which one a person reads, and how a phrase is said in it.

English is the language of the code: an English message is its own key. Catalogues are gettext's, one folder for each
language in `translations/`; each is read once, when it is first needed. Nothing here knows a request, so rules may
make phrases too: whoever shows one says it in the reader's language.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any, Self

ENGLISH = "en"
DOMAIN = "messages"
TRANSLATIONS = Path(__file__).parent / "translations"


class Phrase(str):
    """English words of ours that know their message, so that they can be said in another language.

    `%(name)s` is filled in where values are given.
    """

    message: str
    # What it is called from two on; "" where nothing is counted. The value `count` decides.
    plural: str
    values: dict[str, Any]

    def __new__(cls, message: str, /, **values: Any) -> Self:
        """The words in English."""
        return cls._make(message, "", values)

    @classmethod
    def _make(cls, message: str, plural: str, values: dict[str, Any]) -> Self:
        chosen = plural if plural and values["count"] != 1 else message
        self = super().__new__(cls, chosen % values if values else chosen)
        self.message, self.plural, self.values = message, plural, values
        return self


def counted(one: str, many: str, /, count: int, **values: Any) -> Phrase:
    """A phrase with a number in it, `%(count)s`: the words for one, and the words for all other numbers."""
    return Phrase._make(one, many, {"count": count, **values})


class Said(str):
    """Words of ours in the reader's language; other words on the same page may be in another."""

    __slots__ = ()


@cache
def list_languages() -> tuple[str, ...]:
    """The languages that we speak, English first."""
    found = sorted(path.parent.parent.name for path in TRANSLATIONS.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return (ENGLISH, *found)


@cache
def read_catalogue(language: str) -> NullTranslations:
    """The messages of a language; for English, and for one that we do not speak, messages stand for themselves."""
    if language == ENGLISH or language not in list_languages():
        return NullTranslations()
    with catalogue_path(language).open("rb") as file:
        return GNUTranslations(file)


def catalogue_path(language: str) -> Path:
    """Where the compiled messages of a language are; English has none."""
    return TRANSLATIONS / language / "LC_MESSAGES" / f"{DOMAIN}.mo"


def plural_rule(catalogue: NullTranslations) -> Callable[[int], int]:
    """Which form a count takes in a language: English has 0 for one and 1 for all others."""
    rule: Callable[[int], int] | None = getattr(catalogue, "plural", None)
    return rule or (lambda count: int(count != 1))


@lru_cache(maxsize=256)
def choose_language(locale: str) -> str:
    """The language for a locale as platforms write it ("es", "es-ES", "es_mx"); English for any that we do not speak.

    Only the language counts: one Spanish serves all who read Spanish.
    """
    language = locale.strip().replace("_", "-").partition("-")[0].lower()
    return language if language in list_languages() else ENGLISH


@lru_cache(maxsize=256)
def choose_by_browser(header: str) -> str:
    """The language for an `Accept-Language` header: of those that we speak the one that the person likes best."""
    best, weight = ENGLISH, 0.0
    for part in header[:200].split(","):
        tag, _, rest = part.partition(";")
        language = tag.strip().replace("_", "-").partition("-")[0].lower()
        liking = _weight(rest)
        if language in list_languages() and liking > weight:
            best, weight = language, liking
    return best


def translate(text: str, language: str) -> str:
    """A phrase in a language; any other text is what somebody wrote and stays as it is."""
    if language == ENGLISH or not isinstance(text, Phrase):
        return text
    catalogue = read_catalogue(language)
    if text.plural:
        said = catalogue.ngettext(text.message, text.plural, text.values["count"])
    else:
        said = catalogue.gettext(text.message)
    if not text.values:
        return Said(said)
    return Said(
        said % {name: translate(it, language) if isinstance(it, str) else it for name, it in text.values.items()}
    )


def _weight(rest: str) -> float:
    name, _, number = rest.strip().partition("=")
    if not name:
        return 1.0
    try:
        return float(number)
    except ValueError:
        return 0.0
