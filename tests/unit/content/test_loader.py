"""What the loader refuses: each fault is named by file, line and reason."""

from pathlib import Path

import pytest

from lti_tool.content.service import check_content, load_catalogue
from lti_tool.errors import ContentError
from tests.unit.content.builders import line_of, write_module


def test_a_sound_module_loads(tmp_path: Path) -> None:
    write_module(tmp_path)
    module = load_catalogue([tmp_path]).modules[0]
    assert (module.id, module.slug, module.minutes, module.points) == ("greeting", "greeting", 6, 5)
    assert [part.id for part in module.parts] == [
        "hello", "sort-greetings", "mark-note", "people", "check", "statement",
    ]  # fmt: skip
    assert [part.id for part in module.required_parts] == ["people", "check", "statement"]
    assert module.find_lesson("hello") is module.lessons[0]
    assert module.find_lesson("gone") is None
    assert module.find_activity("people") is module.activities[2]
    assert module.find_activity("gone") is None
    assert module.scope is None
    assert module.statement is not None
    assert (module.statement.version, len(module.statement.digest)) == (2, 64)
    assert module.version.startswith(module.version_short)
    assert len(module.version_short) == 12
    assert check_content([tmp_path]) == []


FAULTS = [
    # file, old text, new text, text on the faulty line afterwards, reason
    ("module", "title: Greeting", "titel: Greeting", "titel", "unknown key “titel”"),
    ("module", "title: Greeting\n", "", "id: greeting", "“title” is missing"),
    ("module", "title: Greeting", "title: 12", "title: 12", "must be text, not a number; put it in quotes"),
    ("module", "title: Greeting", "title: yes", "title: yes", "must be text, not yes or no"),
    ("module", "title: Greeting", "title: ''", "title: ''", "“title” is empty"),
    ("module", "title: Greeting", "title: Greeting\ntitle: Again", "title: Again", "“title” is given twice"),
    ("module", "id: greeting", "id: Greeting", "id: Greeting", "lower-case letters, digits and hyphens"),
    ("module", "order: 1", "order: first", "order: first", "must be a whole number, not text"),
    ("module", "order: 1", "order: 0x1F", "order: 0x1F", "must be a whole number"),
    ("module", "order: 1", "order: -1", "order: -1", "must be from 0 to 1000, not -1"),
    ("module", "minutes: 6", "minutes: 7", "minutes: 7", "lessons and required parts take 6"),
    ("module", "points: 5", "points: 4", "points: 4", "the parts add up to 5"),
    ("module", "slug: greeting", "slug: hallo", "slug: hallo", "must be the name of the folder, greeting"),
    ("module", "  - hello.md", "  hello.md", "hello.md", "“lessons” must be a list, not text"),
    ("module", "  - hello.md", "  []", "[]", "“lessons” is empty"),
    ("module", "  - hello.md", "  - hello.md\n  - 7", "- 7", "each of “lessons” must be text, not a number"),
    ("module", "  - hello.md", "  - hello.md\n  - hello.md", "- hello.md\n", "is given twice in “lessons”"),
    ("module", "https://example.org", "http://example.org", "url:", "“url” must begin with https://"),
    ("module", "  - id: greet\n    text: Greet a host.", "  - greet", "- greet", "must have keys, not text"),
    ("module", "summary:", "summary: &s x\norder: *s\nsum:", "order: *s", "aliases (*) are not used here"),
    ("module", "summary: How", "summary: [How", "order: 1", "not valid YAML"),
    ("module", "summary: How", "summary: \x07How", "summary", "a character that YAML does not allow"),
    ("hello", "title: Hello", "title: Hello\nauthor: Zoë", "author", "unknown key “author”"),
    ("hello", "minutes: 2\n", "", "id: hello", "“minutes” is missing"),
    ("hello", "[greet]", "[wave]", "outcomes", "unknown outcome “wave”"),
    ("hello", "[manners]", "[book]", "sources", "unknown source “book”"),
    ("hello", "Say *hello*", "Say <b>hello</b>", "<b>", "raw HTML (<b>) is off"),
    ("hello", "https://example.org/manners", "javascript:alert(1)", "Manners", "link to “javascript:alert(1)”"),
    ("hello", "https://example.org/manners", "lesson:gone", "Manners", "link to an unknown lesson “gone”"),
    ("hello", "Say *hello*", "Line\n![](a.png)", "a.png", "image “a.png” has no alternative text"),
    ("hello", "Say *hello*", "![A](a.png)", "a.png", "there is no such file"),
    ("hello", "Say *hello*", "![A](../a.png)", "a.png", "must be a file in the module's folder"),
    ("hello", "Say *hello*", "![A](https://e.org/a.png)", "a.png", "must be a file in the module's folder"),
    ("hello", "Say *hello*", "### Deep", "### Deep", "heading of level 3 leaves a level out"),
    (
        "activities",
        "{id: first, label: First, hint: Give a name.}\n      - {id: second, label: Second,",
        "{id: first, label: First, group: A, hint: Give a name.}\n      - {id: between, label: B, hint: B}\n"
        "      - {id: second, label: Second, group: A,",
        "id: second",
        "the group “A” is interrupted",
    ),
    (
        "activities",
        "kind: sort",
        "kind: dance",
        "dance",
        "unknown kind “dance”; known are form, mark, rank, rec",
    ),
    ("activities", "kind: sort\n", "choices: []\n", "id: sort-greetings", "“kind” is missing"),
    ("activities", "    document_title", "    items: []\n    document_title", "items: []", "does not belong to"),
    ("activities", "answer: rude", "answer: maybe", "maybe", "names an unknown choice “maybe”"),
    ("activities", "{id: oi,", "{id: good-day,", "text: Oi", "item “good-day” is there already, at line 12"),
    ("activities", "problem: true", "problem: 1", "problem: 1", "“problem” must be true or false, not a number"),
    ("activities", "[first, second]", "[first, third]", "third", "names an unknown field “third”"),
    ("activities", "- [first, second]", "- first", "- first", "each of “distinct” must be a list, not text"),
    ("activities", "required: false}", "input: colour}", "colour", "unknown input “colour”"),
    ("activities", "id: mark-note", "id: sort-greetings", "Mark the", "activity “sort-greetings” is there already"),
    ("check", "        right: true\n", "", "- id: a", "exactly one option with “right: true”, this one has 0"),
    ("check", "text: Goodbye", "text: Goodbye\n        right: true", "- id: a", "this one has 2"),
    ("check", "        why: It parts.\n", "", "- id: b", "this option has no explanation"),
    ("check", "why: It parts.", "why: ''", "why: ''", "“why” is empty"),
    ("check", "text: Goodbye", "text: Hello", "id: b", "two options of this question have the same text"),
    ("check", "- id: b", "- id: a", "why: It parts", "option “a” is there already, at line 15"),
    ("check", "draw: 1", "draw: 2", "draw: 2", "“draw” is 2, but the pool has 1 questions"),
    ("check", "lesson: hello", "lesson: gone", "lesson: gone", "link to an unknown lesson “gone”"),
    ("check", "outcome: greet", "outcome: wave", "outcome: wave", "unknown outcome “wave”"),
    ("check", "stem: Which", "stem: <i>Which</i>", "stem", "raw HTML (<i>) is off"),
    ("statement", "version: 2", "version: two", "version", "“version” must be a whole number, not text"),
    ("statement", "I say hello.", "", "---", "there is no text"),
]


def _faulty_line(path: Path, mark: str, reason: str) -> int:
    """The expected line; a few faults are known to stand just before or after the marked text."""
    if "is given twice in" in reason:
        return line_of(path, mark.strip()) + 1
    if reason.startswith(("activity", "option “a”")):
        return line_of(path, mark) - 2
    if reason == "two options of this question have the same text":
        return line_of(path, "text: Hello")
    if reason == "there is no text":
        return path.read_text(encoding="utf-8").splitlines().index("---", 1) + 2
    return line_of(path, mark)


@pytest.mark.parametrize(("stem", "old", "new", "mark", "reason"), FAULTS, ids=[it[4] for it in FAULTS])
def test_a_fault_is_named_by_file_line_and_reason(
    stem: str, old: str, new: str, mark: str, reason: str, tmp_path: Path
) -> None:
    folder = write_module(tmp_path, changes={stem: (old, new)})
    problems = check_content([tmp_path])
    path = next(folder.glob(f"{stem}.*"))
    assert (str(path), _faulty_line(path, mark, reason)) in [(it.file, it.line) for it in problems]
    assert any(reason in it.explanation for it in problems)
    with pytest.raises(ContentError) as raised:
        load_catalogue([tmp_path])
    assert raised.value.message == f"{raised.value.file}:{raised.value.line}: {raised.value.explanation}"


def test_a_question_needs_two_options(tmp_path: Path) -> None:
    only = "      - id: b\n        text: Goodbye\n        why: It parts.\n"
    write_module(tmp_path, check=(only, ""))
    assert [it.explanation for it in check_content([tmp_path])] == ["a question needs at least two options"]


@pytest.mark.parametrize("name", ["hello.md", "activities.yaml", "check.yaml", "statement.md"])
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    folder = write_module(tmp_path)
    (folder / name).unlink()
    problems = check_content([tmp_path])
    assert (str(folder / name), 1, "there is no such file") in [(it.file, it.line, it.explanation) for it in problems]


def test_a_file_must_be_utf8_and_a_file(tmp_path: Path) -> None:
    folder = write_module(tmp_path)
    (folder / "hello.md").write_bytes(b"---\nid: hello\ntitle: Ol\xe9\n---\nText\n")
    (folder / "check.yaml").unlink()
    (folder / "check.yaml").mkdir()
    found = {(Path(it.file).name, it.line, it.explanation) for it in check_content([tmp_path])}
    assert ("hello.md", 3, "this is not UTF-8 text") in found
    assert any(name == "check.yaml" and "cannot be read" in reason for name, _, reason in found)


@pytest.mark.parametrize("text", ["# No keys\n", "---\nid: hello\nno end\n", "---\n- a\n---\nText\n"])
def test_a_lesson_begins_with_keys(text: str, tmp_path: Path) -> None:
    folder = write_module(tmp_path)
    (folder / "hello.md").write_text(text, encoding="utf-8")
    first = check_content([tmp_path])[0]
    assert "expected keys" in first.explanation or "not valid YAML" in first.explanation


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    folder = write_module(tmp_path)
    version = load_catalogue([tmp_path]).modules[0].version
    for path in folder.iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_catalogue([tmp_path]).modules[0].version == version


def test_every_fault_is_told_not_only_the_first(tmp_path: Path) -> None:
    write_module(
        tmp_path, module=("order: 1", "order: x"), hello=("minutes: 2", "minutes: y"), check=("draw: 1", "draw: z")
    )
    files = [Path(it.file).name for it in check_content([tmp_path])]
    assert files == ["check.yaml", "hello.md", "module.yaml"]


def test_keys_under_a_key_must_be_keys(tmp_path: Path) -> None:
    folder = write_module(tmp_path, module=("statement: ", "scope: scope.yaml\nstatement: "))
    (folder / "scope.yaml").write_text("id: scope\nhours: 20\nadvice:\n  task-missing: x\n", encoding="utf-8")
    reasons = {(it.line, it.explanation) for it in check_content([tmp_path]) if it.file.endswith("scope.yaml")}
    assert (2, "“hours” must have keys, not a number") in reasons
    assert (4, "“task-missing” must have keys, not text") in reasons
    assert any("“words” is missing" in reason for _, reason in reasons)


def test_the_version_follows_content_and_not_layout(tmp_path: Path) -> None:
    write_module(tmp_path / "a")
    write_module(tmp_path / "b", check=("draw: 1", "# one is enough\ndraw:   1"))
    write_module(tmp_path / "c", hello=("Say *hello*", "Do say *hello*"))
    a, b, c = (load_catalogue([tmp_path / name]).modules[0].version for name in "abc")
    assert a == b
    assert a != c


def test_a_module_may_have_lessons_alone(tmp_path: Path) -> None:
    parts = "activities: activities.yaml\ncheck: check.yaml\nstatement: statement.md\n"
    folder = write_module(tmp_path, module=(parts, ""))
    text = (folder / "module.yaml").read_text(encoding="utf-8")
    text = text.replace("minutes: 6", "minutes: 2").replace("points: 5", "points: 0")
    (folder / "module.yaml").write_text(text, encoding="utf-8")
    module = load_catalogue([tmp_path]).modules[0]
    assert (module.activities, module.check, module.statement, module.required_parts) == ((), None, None, ())


def test_rows_without_an_id_are_told_once_each(tmp_path: Path) -> None:
    write_module(tmp_path, activities=("{id: good-day, ", "{"))
    assert [it.explanation for it in check_content([tmp_path])] == ["“id” is missing"]


def test_an_image_counts_for_the_version_and_is_listed(tmp_path: Path) -> None:
    folder = write_module(tmp_path, hello=("Say *hello*", "![A hand](hand.svg) Say *hello*"))
    (folder / "hand.svg").write_text("<svg/>", encoding="utf-8")
    module = load_catalogue([tmp_path]).modules[0]
    assert dict(module.assets) == {"hand.svg": folder / "hand.svg"}
    assert 'src="asset:hand.svg" alt="A hand"' in module.lessons[0].html
    (folder / "hand.svg").write_text("<svg></svg>", encoding="utf-8")
    assert load_catalogue([tmp_path]).modules[0].version != module.version


def test_a_later_folder_replaces_a_module_by_id(tmp_path: Path) -> None:
    write_module(tmp_path / "ours")
    write_module(tmp_path / "ours", "farewell", module=("id: greeting", "id: farewell"))
    write_module(tmp_path / "theirs", "hallo", module=("title: Greeting", "title: Hallo"))
    catalogue = load_catalogue([tmp_path / "ours", tmp_path / "theirs"])
    assert [(it.id, it.slug, it.title) for it in catalogue.modules] == [
        ("farewell", "farewell", "Greeting"),
        ("greeting", "hallo", "Hallo"),
    ]
    assert catalogue.find_module("greeting") is catalogue.find_module_by_slug("hallo")
    assert catalogue.find_module("gone") is None
    assert catalogue.find_module_by_slug("greeting") is None


def test_an_id_is_used_once_in_a_folder_and_a_slug_once_in_all(tmp_path: Path) -> None:
    write_module(tmp_path / "a")
    write_module(tmp_path / "a", "welcome")
    (problem,) = check_content([tmp_path / "a"])
    assert (Path(problem.file).parent.name, problem.line) == ("welcome", 1)
    assert "the module id “greeting” is taken by" in problem.explanation
    write_module(tmp_path / "b", module=("id: greeting", "id: other"))
    write_module(tmp_path / "c")
    (problem,) = check_content([tmp_path / "b", tmp_path / "c"])
    assert (problem.line, "the slug “greeting” is taken by" in problem.explanation) == (2, True)


def test_a_part_id_is_used_once_in_a_module(tmp_path: Path) -> None:
    write_module(tmp_path, activities=("id: people", "id: check"))
    assert any("two parts of the module have the id “check”" in it.explanation for it in check_content([tmp_path]))


def test_folders_must_exist_and_hold_modules(tmp_path: Path) -> None:
    assert check_content([tmp_path / "none"])[0].explanation == "there is no such folder"
    (tmp_path / ".git").mkdir()
    (tmp_path / "_drafts").mkdir()
    (tmp_path / "README.md").write_text("x", encoding="utf-8")
    assert "no folders with a module.yaml" in check_content([tmp_path])[0].explanation
