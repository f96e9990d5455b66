"""What the loader refuses in a scope file."""

import shutil
from pathlib import Path

import pytest

from lti_tool.content.service import check_content, default_content_dir
from tests.unit.content.builders import line_of

CASES = [
    ("  min: 10\n", "  min: 50\n", "min: 50", "“min” is 50, more than “max” 40"),
    ("  - id: task\n", "  - id: job\n", "- id: job", "“fields” must be, in this order: task, deliverable"),
    ("says: “{word}”", "says: “{name}”", "{name}", "has an unknown place {name}; known are max_hours"),
    ("“{word}” is a duty", "“{word” is a duty", "{word”", "has a wrong brace"),
    ("  pay-missing:\n", "  pay-lost:\n", "pay-lost", "unknown key “pay-lost”"),
    ('hours: "20"\n    start', 'hours: "60"\n    start', "id: good-script", "this example is marked good, but: 60"),
    ("title: A scope that works\n    good: true", "title: A scope that works\n    good: false", "id: good-script",
     "this example is marked bad, but the check accepts it"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "mark", "reason"), CASES, ids=[case[3] for case in CASES])
def test_a_scope_file_is_checked(old: str, new: str, mark: str, reason: str, tmp_path: Path) -> None:
    folder = tmp_path / "expectations"
    shutil.copytree(default_content_dir() / "expectations", folder)
    path = folder / "scope.yaml"
    text = path.read_text(encoding="utf-8").replace('says: "“{word}”', "says: “{word}”")
    text = text.replace('do."\n', "do.\n") if old.startswith("says") else path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [(it.line, it.explanation) for it in check_content([tmp_path]) if it.file == str(path)]
    assert any(reason in explanation for _, explanation in found), found
    lines = [line for line, explanation in found if reason in explanation]
    assert line_of(path, mark) in lines


def test_the_shipped_content_dir_is_the_one_beside_the_package() -> None:
    assert (default_content_dir() / "expectations" / "module.yaml").is_file()
