"""Modules in another language: the same module in other words, or every difference with file and line."""

from pathlib import Path

import pytest

from lti_tool.content.catalog import Catalogue, Module
from lti_tool.content.rules import check_form, check_scope, scope_from_answers
from lti_tool.content.rules.quality import review_check
from lti_tool.content.service import check_content, default_content_dir, load_catalogue, review_content
from lti_tool.errors import ContentError
from tests.unit.content.builders import ACTIVITIES, CHECK, FILES, LESSON, MODULE, STATEMENT, line_of, write_module

SPANISH = {
    "module.yaml": MODULE.replace("title: Greeting", "title: Saludar").replace("Greet a host.", "Saludar."),
    "hello.md": LESSON.replace("# Say hello", "# Di hola").replace("title: Hello", "title: Hola"),
    "activities.yaml": ACTIVITIES.replace("Sort them.", "Ordénalos."),
    "check.yaml": CHECK.replace("Which word greets?", "¿Qué palabra saluda?"),
    "statement.md": STATEMENT.replace("I say hello.", "Digo hola."),
}


def write_spanish(folder: Path, **changes: tuple[str, str]) -> Path:
    """The Spanish files of a module; a change replaces one text in the file of that name."""
    spanish = folder / "es"
    spanish.mkdir()
    for name, text in SPANISH.items():
        old, new = changes.get(name.partition(".")[0], ("", ""))
        assert old in text
        (spanish / name).write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    return spanish


def faults_of(root: Path) -> list[ContentError]:
    faults = check_content([root])
    if faults:
        with pytest.raises(ContentError):
            load_catalogue([root])
    return faults


def test_the_same_module_in_other_words(tmp_path: Path) -> None:
    write_spanish(write_module(tmp_path))
    assert faults_of(tmp_path) == []
    catalogue = load_catalogue([tmp_path])
    (english,), (spanish,) = catalogue.modules, catalogue.in_language("es").modules
    assert (english.title, english.language, english.label) == ("Greeting", "en", "Greeting")
    # Gradebooks keep one name, whoever makes the column.
    assert (spanish.title, spanish.language, spanish.label) == ("Saludar", "es", "Greeting")
    assert [part.id for part in spanish.parts] == [part.id for part in english.parts]
    assert spanish.version != english.version
    assert catalogue.in_language("en") is catalogue.in_language("fr") is catalogue


def test_a_signature_counts_in_every_language(tmp_path: Path) -> None:
    write_spanish(write_module(tmp_path))
    catalogue = load_catalogue([tmp_path])
    english, spanish = catalogue.modules[0].statement, catalogue.in_language("es").modules[0].statement
    assert english is not None and spanish is not None and english.digest != spanish.digest
    assert (english.translated, spanish.translated) == ((spanish.digest,), (english.digest,))


def test_a_module_without_a_translation_stays_in_english(tmp_path: Path) -> None:
    write_spanish(write_module(tmp_path))
    write_module(tmp_path, "parting", module=("id: greeting", "id: parting"))
    modules = load_catalogue([tmp_path]).in_language("es").modules
    assert [(it.id, it.language) for it in modules] == [("greeting", "es"), ("parting", "en")]


@pytest.mark.parametrize("name", FILES)
def test_half_a_translation_is_not_used(tmp_path: Path, name: str) -> None:
    folder = write_module(tmp_path)
    (write_spanish(folder) / name).unlink()
    assert load_catalogue([tmp_path]).in_language("es").modules[0].language == "en"
    _, warnings = review_content([tmp_path])
    (warning,) = (it for it in warnings if "not translated" in it.message)
    assert warning.file == str(folder / name) and name in warning.message


def test_what_an_institution_changes_is_not_said_in_our_older_words(tmp_path: Path) -> None:
    write_spanish(write_module(tmp_path / "ours"))
    theirs = tmp_path / "theirs" / "greeting"
    theirs.mkdir(parents=True)
    (theirs / "statement.md").write_text(STATEMENT.replace("I say hello.", "I say hallo."), encoding="utf-8")
    both = [tmp_path / "ours", tmp_path / "theirs"]
    assert load_catalogue(both).in_language("es").modules[0].language == "en"
    (theirs / "es").mkdir()
    (theirs / "es" / "statement.md").write_text(STATEMENT.replace("I say hello.", "Digo hallo."), encoding="utf-8")
    assert check_content(both) == []
    (module,) = load_catalogue(both).in_language("es").modules
    assert module.statement is not None and "Digo hallo." in module.statement.html and module.title == "Saludar"


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "reason"),
    [
        ("check", "lesson: hello", "lesson: hola", "lesson: hola", "unknown lesson “hola”"),
        ("check", "id: which-word", "id: palabra", "id: palabra", "“id” is “palabra”, in the original"),
        ("check", "right: true", "right: false", "options:", "exactly one option"),
        ("check", "tries: 3", "tries: 4", "tries: 4", "“tries” is “4”"),
        ("activities", "answer: rude", "answer: polite", "answer: polite, why: It is not.", "“answer” is “polite”"),
        ("activities", "problem: false", "problem: true", "Kind regards", "“problem” is “true”"),
        ("activities", "min_words: 2", "min_words: 3", "min_words: 3", "“min_words” is “3”"),
        ("activities", ", max_length: 20", "", "min_words: 2", "“max_length” is missing"),
        ("activities", "hint: Give a name.}", "hint: Un nombre., good: Ana}", "good: Ana", "not in the original"),
        ("activities", "- [first, second]", "- [first, second, more]", "second, more", "“distinct” has 3 entries"),
        ("module", "url: https://example.org/manners", "url: https://example.org/es", "/es", "“url” is"),
        ("statement", "version: 2", "version: 3", "version: 3", "“version” is “3”, in the original it is “2”"),
        ("hello", "# Di hola\n", "Di hola.\n", "Di hola.", "the headings are not those of the original"),
        ("hello", "Say *hello*", "[Di](lesson:hello) hola", "# Di hola", "the links to lessons and images"),
    ],
)  # fmt: skip
def test_a_difference_names_file_and_line(tmp_path: Path, file: str, old: str, new: str, at: str, reason: str) -> None:
    spanish = write_spanish(write_module(tmp_path), **{file: (old, new)})
    faults = faults_of(tmp_path)
    found = [it for it in faults if reason in it.message]
    path = next(spanish.glob(f"{file}.*"))
    assert found, [it.message for it in faults]
    assert found[0].file == str(path)
    assert abs(found[0].line - line_of(path, at)) <= 1


def test_a_question_that_is_left_out(tmp_path: Path) -> None:
    extra = "\n  - id: second\n    lesson: hello\n    outcome: greet\n    stem: Two?\n    options:\n" + "".join(
        f"      - {{id: {key}, text: {key}{key}, why: Because., right: {'true' if key == 'a' else 'false'}}}\n"
        for key in "ab"
    )
    folder = write_module(tmp_path)
    spanish = write_spanish(folder)
    with (folder / "check.yaml").open("a", encoding="utf-8") as file:
        file.write(extra.lstrip("\n"))
    (fault,) = faults_of(tmp_path)
    assert (
        fault.file == str(spanish / "check.yaml") and "“questions” has 1 entries, the original has 2" in fault.message
    )


def test_a_file_that_the_original_has_not(tmp_path: Path) -> None:
    spanish = write_spanish(write_module(tmp_path))
    (spanish / "adios.md").write_text("Adiós", encoding="utf-8")
    (fault,) = faults_of(tmp_path)
    assert fault.file == str(spanish / "adios.md")


def test_a_folder_of_another_name_is_no_language(tmp_path: Path) -> None:
    folder = write_module(tmp_path)
    (folder / "xx").mkdir()
    (folder / "xx" / "module.yaml").write_text("nothing", encoding="utf-8")
    assert check_content([tmp_path]) == []


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue([default_content_dir()])


@pytest.fixture(scope="module")
def orientation(shipped: Catalogue) -> Module:
    found = shipped.in_language("es").find_module("expectations")
    assert found is not None and found.language == "es"
    return found


def test_the_orientation_is_in_spanish(shipped: Catalogue, orientation: Module) -> None:
    original = shipped.find_module("expectations")
    assert original is not None
    same = [one.title for one, other in zip(original.parts, orientation.parts, strict=True) if one.title == other.title]
    assert same == []
    words = [
        (one.word_count, other.word_count) for one, other in zip(original.lessons, orientation.lessons, strict=True)
    ]
    assert all(0.9 < theirs / ours < 1.5 for ours, theirs in words)


def test_no_question_of_it_gives_its_key_away(orientation: Module) -> None:
    assert [it.says for it in review_check(orientation)] == []


def test_its_examples_are_accepted_and_refused_as_they_say(orientation: Module) -> None:
    form, scope = orientation.find_activity("contacts"), orientation.scope
    assert form is not None and form.kind == "form" and scope is not None
    good = {field.id: field.good for field in form.fields}  # type: ignore[union-attr]
    assert check_form(form, good).is_accepted  # type: ignore[arg-type]
    whole = {field.id: field.good for field in scope.fields}
    assert check_scope(scope_from_answers(whole), scope.policy).is_accepted
    for field in scope.fields:
        assert not check_scope(scope_from_answers({**whole, field.id: field.bad}), scope.policy).is_accepted, field.id


@pytest.mark.parametrize(
    ("field", "text", "is_accepted"),
    [
        ("task", "Voy a crear un tablero de ventas para la tienda", True),
        ("task", "La estudiante va a traducir tres folletos al inglés", True),
        ("task", "Voy a ayudar al equipo con sus redes sociales", False),
        ("task", "Escribir textos y lo que vaya surgiendo en la oficina", False),
        # A host may read English: the plan of a person who reads Spanish may be in it.
        ("task", "Translate three leaflets of the museum into English", True),
        ("task", "Help the team with its social media", False),
        ("deliverable", "Una guía de dos páginas en PDF", True),
        ("deliverable", "Apoyo con el manual", False),
        ("deliverable", "Ayudando con las ventas", False),
        ("hours", "20 horas", True),
        ("supervisor", "el equipo de marketing", False),
        ("supervisor", "Inés Ortega, gerente", True),
        ("pay", "$15 por hora", False),
        ("pay", "$300 en total, a $15 por hora", True),
        ("pay", "sin pago, pero con experiencia", False),
        ("pay", "una beca del museo", True),
    ],
)
def test_a_plan_may_be_in_either_language(orientation: Module, field: str, text: str, is_accepted: bool) -> None:
    assert orientation.scope is not None
    answers = {it.id: it.good for it in orientation.scope.fields} | {field: text}
    check = check_scope(scope_from_answers(answers), orientation.scope.policy)
    assert check.is_accepted == is_accepted, check.findings
