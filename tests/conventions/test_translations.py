"""Translations: no bare English on a student's page, catalogues that are whole, and the compiled ones in step."""

import gettext
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from lti_tool.web.phrases import TRANSLATIONS, list_languages

PACKAGE = TRANSLATIONS.parent.parent
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "Phrase": None, "counted": (1, 2)}
LANGUAGES = [it for it in list_languages() if it != "en"]
_GAP = "\x01"
_PLACE = re.compile(r"%\(\w+\)s|\{\w+\}|</?\w+[^>]*>")

# Pages and pieces that only staff see.
OF_STAFF = {
    "assessment/class.html",
    "assessment/designer.html",
    "assessment/person.html",
    "assessment/person_work.html",
    "assessment/setup.html",
    "assessment/waiting.html",
    "register_done.html",
}
STUDENT_FOLDERS = ("assessment/templates", "web/templates", "launch/templates")
# Words of staff on pages that are also a student's, and words that are the same in every language.
ALLOWED = {
    "kB",
    "MB",
    "Staff view",
    "What students see",
    "Course staff",
    "Micro-Internship Prep",
    "No gradebook connected",
    "Never sent",
}


def student_templates() -> list[Path]:
    found = [path for folder in STUDENT_FOLDERS for path in sorted((PACKAGE / folder).rglob("*.html"))]
    return [
        path
        for path in found
        if path.relative_to(path.parents[1]).as_posix() not in OF_STAFF and path.name not in OF_STAFF
    ]


def messages_of_the_code() -> set[str | tuple[str, ...]]:
    with (TRANSLATIONS / "babel.cfg").open(encoding="utf-8") as file:
        method_map, options_map = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(PACKAGE, method_map, options_map, KEYWORDS)
    return {it[2][:2] if isinstance(it[2], tuple) else it[2] for it in found}


def read_catalogue(language: str) -> Catalog:
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def messages_in(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_every_message_and_no_other(language: str) -> None:
    ours = messages_of_the_code()
    theirs = {message.id for message in messages_in(read_catalogue(language))}
    assert len(ours) > 400
    assert ours - theirs == set(), "run `make messages` and translate these"
    assert theirs - ours == set(), "run `make messages`: nothing says these any more"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_with_its_places(language: str) -> None:
    wrong = []
    for message in messages_in(read_catalogue(language)):
        ids = (message.id,) if isinstance(message.id, str) else message.id
        said = (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))
        places = set(_PLACE.findall(ids[-1]))
        strange = any(set(_PLACE.findall(text)) - places for text in said)
        # A number may be left out of a form that is for one number only.
        lost = places - set(_PLACE.findall(said[-1]))
        if message.fuzzy or not all(said) or strange or lost:
            wrong.append(ids[0])
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_compiled_catalogue_is_in_step(language: str) -> None:
    fresh = io.BytesIO()
    write_mo(fresh, read_catalogue(language))
    fresh.seek(0)
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        stored = gettext.GNUTranslations(file)
    expected = gettext.GNUTranslations(fresh)
    # Babel names itself and the time in the header.
    of = {key: text for key, text in vars(stored)["_catalog"].items() if key}
    assert of == {key: text for key, text in vars(expected)["_catalog"].items() if key}, "run `make messages`"


class _Words(HTMLParser):
    """The texts of a template's HTML, and the attributes that people read."""

    READ = frozenset(("alt", "aria-label", "placeholder", "title", "aria-description"))

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("style", "script")
        self.found += [value for name, value in attrs if value and (name in self.READ or name.startswith("data-says"))]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def bare_words(source: str) -> list[str]:
    """Words that a template prints as they stand: in its HTML, and as texts in its expressions."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    tree = environment.parse(source)
    for call in list(tree.find_all(nodes.Call)):
        if isinstance(call.node, nodes.Name) and call.node.name in ("_", "gettext", "ngettext"):
            call.args = [nodes.Const("") for _ in call.args]
    # A sign for each expression, since one may stand in a tag: <h{{ level }}>.
    html = _GAP.join(
        it.data for output in tree.find_all(nodes.Output) for it in output.nodes if isinstance(it, nodes.TemplateData)
    )
    parser = _Words()
    parser.feed(html)
    texts = [text for it in parser.found for text in it.split(_GAP)]
    # A text in an expression that begins like a sentence: ids, classes and file names do not.
    texts += [
        it.value
        for it in tree.find_all(nodes.Const)
        if isinstance(it.value, str) and re.match(r"[A-Z][a-z]+( |$)", it.value)
    ]
    words = [" ".join(text.split()) for text in texts]
    return [text for text in words if re.search(r"[A-Za-z]{2,}", text) and text not in ALLOWED]


@pytest.mark.parametrize("path", student_templates(), ids=lambda path: path.name)
def test_no_bare_english_on_a_page_of_a_student(path: Path) -> None:
    assert bare_words(path.read_text(encoding="utf-8")) == []


def test_bare_english_is_found() -> None:
    found = bare_words(
        '<p>Hello</p>{{ ui.button("Save it") }}<a aria-label="Go on">{{ _("Well") }}</a><b class="big">1</b>'
    )
    assert found == ["Hello", "Go on", "Save it"]
