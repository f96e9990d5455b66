"""An institution's files over ours: one file replaces one file, and nobody touches ours."""

from pathlib import Path

import pytest

from lti_tool.content.catalog import Module
from lti_tool.content.service import check_content, load_catalogue
from tests.unit.content.builders import ACTIVITIES, CHECK, LESSON, STATEMENT, write_module

# File of ours, its text, what an institution writes in its place.
CHANGES = [
    ("hello.md", LESSON, "Say *hello*", "Say *hallo*"),
    ("activities.yaml", ACTIVITIES, "Sort them.", "Sort these."),
    ("check.yaml", CHECK, "Which word greets?", "Which word is a greeting?"),
    ("statement.md", STATEMENT, "I say hello.", "I say hallo."),
]


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    write_module(tmp_path / "ours")
    return tmp_path / "ours"


def lay(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / "theirs" / "greeting" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return tmp_path / "theirs"


def load(*folders: Path) -> Module:
    (module,) = load_catalogue(folders).modules
    return module


@pytest.mark.parametrize(("name", "text", "old", "new"), CHANGES, ids=[it[0] for it in CHANGES])
def test_one_file_replaces_one_of_ours(ours: Path, tmp_path: Path, name: str, text: str, old: str, new: str) -> None:
    before = {path: path.read_bytes() for path in ours.rglob("*.*")}
    theirs = lay(tmp_path, name, text.replace(old, new))
    module, plain = load(ours, theirs), load(ours)
    assert new.strip("*") in repr(module) or new.replace("*hallo*", "<em>hallo</em>") in repr(module)
    assert module.version != plain.version
    changed = {"lessons", "activities", "check", "statement"}
    assert sum(getattr(module, it) != getattr(plain, it) for it in changed) == 1
    assert {path: path.read_bytes() for path in ours.rglob("*.*")} == before


def test_an_image_and_its_lesson_may_come_from_two_folders(ours: Path, tmp_path: Path) -> None:
    (ours / "greeting" / "hand.png").write_bytes(b"ours")
    hello = ours / "greeting" / "hello.md"
    hello.write_text(LESSON + "\n![A hand](hand.png)\n", encoding="utf-8")
    theirs = lay(tmp_path, "hand.png", "theirs")
    assert load(ours, theirs).assets == {"hand.png": theirs / "greeting" / "hand.png"}
    assert load(ours, theirs).version != load(ours).version


def test_a_third_folder_lies_over_both(ours: Path, tmp_path: Path) -> None:
    theirs = lay(tmp_path, "hello.md", LESSON.replace("Say *hello*", "Say *hallo*"))
    third = tmp_path / "third"
    (third / "greeting").mkdir(parents=True)
    (third / "greeting" / "statement.md").write_text(STATEMENT.replace("say hello", "say salut"), encoding="utf-8")
    module = load(ours, theirs, third)
    assert "hallo" in module.lessons[0].html
    assert module.statement is not None and "salut" in module.statement.html


def test_a_fault_is_named_in_the_file_that_counts(ours: Path, tmp_path: Path) -> None:
    theirs = lay(tmp_path, "hello.md", LESSON.replace("[manners]", "[book]"))
    (problem,) = check_content([ours, theirs])
    assert (problem.file, problem.line) == (str(theirs / "greeting" / "hello.md"), 6)


def test_a_file_that_replaces_nothing_is_told(ours: Path, tmp_path: Path) -> None:
    theirs = lay(tmp_path, "helo.md", LESSON)
    lay(tmp_path, "README.md", "Why we changed it.")
    (problem,) = check_content([ours, theirs])
    assert problem.file.endswith("helo.md")
    assert "no file “helo.md” to replace; it has activities.yaml, check.yaml, hello.md" in problem.explanation


def test_a_folder_of_files_needs_a_module_of_its_name(ours: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs" / "greting").mkdir(parents=True)
    (tmp_path / "theirs" / "greting" / "hello.md").write_text(LESSON, encoding="utf-8")
    (problem,) = check_content([ours, tmp_path / "theirs"])
    assert problem.explanation == "no module.yaml in it, and no module “greting” whose files it could replace"


def test_a_folder_with_a_module_replaces_the_whole(ours: Path, tmp_path: Path) -> None:
    write_module(tmp_path / "theirs", hello=("Say *hello*", "Say *hallo*"))
    (tmp_path / "theirs" / "greeting" / "check.yaml").unlink()
    assert [it.file for it in check_content([ours, tmp_path / "theirs"])] == [
        str(tmp_path / "theirs" / "greeting" / "check.yaml")
    ]
