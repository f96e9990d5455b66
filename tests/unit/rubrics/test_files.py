"""Rubrics as files: what is read, and what is refused with file, line and reason."""

from pathlib import Path

import pytest

from lti_tool.errors import ContentError
from lti_tool.rubrics.service import default_rubrics_dir, load_rubrics, read_rubrics

SOUND = """\
id: note
title: A note
version: 2
pass:
  mean: 2.75
  must_pass_level: 3
criteria:
  - id: clear
    title: Clear
    must_pass: true
    levels:
      1: Nobody understands it.
      2: Some of it is understood.
      3: It is understood.
      4: It is understood at once.
    look_for: Would your aunt understand it?
    snippets:
      - "Say {what} first."
"""


def write(folder: Path, text: str = SOUND, name: str = "note") -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_sound_rubric_is_read(tmp_path: Path) -> None:
    write(tmp_path)
    rubric = load_rubrics([tmp_path])["note"]
    assert (rubric.title, rubric.version, rubric.pass_mean, rubric.must_pass_level) == ("A note", 2, 2.75, 3)
    assert [it.id for it in rubric.criteria] == ["clear"]
    assert (rubric.criteria[0].weight, rubric.criteria[0].describe(4)) == (1, "It is understood at once.")


def test_a_later_folder_replaces_a_rubric_and_gives_it_another_digest(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder in (ours, theirs):
        folder.mkdir()
    write(ours)
    write(theirs, SOUND.replace("A note", "Our note"))
    both = load_rubrics([ours, theirs])["note"]
    assert both.title == "Our note"
    assert both.digest != load_rubrics([ours])["note"].digest


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("id: note", "id: other", 1, "must be the name of the file, note"),
        ("mean: 2.75", "mean: high", 5, "“mean” must be a number, not text"),
        ("mean: 2.75", "mean: 5", 5, "“mean” must be from 1 to 4, not 5"),
        ("  mean: 2.75\n", "", 5, "“mean” is missing"),
        ("      4: It is understood at once.\n", "", 12, "“4” is missing"),
        ("4: It is understood at once.", "4: It is understood.", 12, "two levels have the same words"),
        ("must_pass: true", "must_pass: 3", 10, "must be true or false"),
        ("    look_for: Would your aunt understand it?\n", "", 8, "“look_for” is missing"),
        ("version: 2", "version: 2\nauthor: Zoë", 4, "unknown key “author”"),
        ("criteria:", "criteria: [", 8, "not valid YAML"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, old: str, new: str, line: int, reason: str) -> None:
    path = write(tmp_path, SOUND.replace(old, new))
    rubrics, problems = read_rubrics([tmp_path])
    assert rubrics == {}
    assert (problems[0].file, problems[0].line) == (str(path), line)
    assert reason in str(problems[0])
    with pytest.raises(ContentError):
        load_rubrics([tmp_path])


def test_two_criteria_cannot_share_an_id(tmp_path: Path) -> None:
    criterion = SOUND.split("criteria:\n")[1]
    write(tmp_path, SOUND + criterion)
    assert "criterion “clear” is there already" in str(read_rubrics([tmp_path])[1][0])


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "note.yaml").write_bytes(b"\xff\xfe")
    assert "not UTF-8" in str(read_rubrics([tmp_path])[1][0])


def test_the_shipped_rubrics_are_sound() -> None:
    rubrics, problems = read_rubrics([default_rubrics_dir()])
    assert problems == []
    for rubric in rubrics.values():
        assert any(it.is_must_pass for it in rubric.criteria)
        assert all(3 <= len(it.snippets) <= 6 for it in rubric.criteria)
