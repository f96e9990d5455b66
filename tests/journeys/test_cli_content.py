"""`lti-tool content`: what an author types, and what answers."""

from pathlib import Path

import pytest

from tests.journeys.terminal import fails, make_run


def test_a_new_module_passes_the_check_at_once(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    folder = tmp_path / "mine"
    written = run("content", "new", "good-mornings", "--title", 'Say "good morning": daily', "--folder", str(folder))
    assert written.exit_code == 0
    assert written.stdout.splitlines()[0] == str(folder / "good-mornings" / "module.yaml")
    assert written.stdout.splitlines()[-1] == str(folder / "rubrics" / "good-mornings.yaml")
    checked = run("content", "check", str(folder))
    assert (checked.exit_code, checked.stderr) == (0, "")
    assert 'Say "good morning": daily' in checked.stdout and "expectations" in checked.stdout
    assert run("content", "check", LTI_TOOL_CONTENT_DIR=str(folder)).stdout == checked.stdout


def test_the_folder_may_be_a_setting_and_the_title_comes_from_the_name(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    assert run("content", "new", "good-mornings", LTI_TOOL_CONTENT_DIR=str(tmp_path / "mine")).exit_code == 0
    text = (tmp_path / "mine" / "good-mornings" / "module.yaml").read_text(encoding="utf-8")
    assert 'title: "Good mornings"' in text and "order: 100" in text


@pytest.mark.parametrize("taken", ["good-mornings/module.yaml", "rubrics/good-mornings.yaml"])
def test_nothing_that_exists_is_touched(tmp_path: Path, taken: str) -> None:
    there = tmp_path / "mine" / taken
    there.parent.mkdir(parents=True)
    there.write_text("mine", encoding="utf-8")
    fails(
        make_run(tmp_path)("content", "new", "good-mornings", "--folder", str(tmp_path / "mine")),
        "this exists already and stays as it is",
    )
    assert list((tmp_path / "mine").rglob("*.*")) == [there]
    assert there.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("resume", "there is a module “resume” already"),
        ("../up", "must be lower-case letters, digits and hyphens"),
        ("Good", "must be lower-case letters"),
        ("a" * 61, "60 at most"),
    ],
)
def test_a_name_that_cannot_be_used(tmp_path: Path, slug: str, words: str) -> None:
    fails(make_run(tmp_path)("content", "new", slug, "--folder", str(tmp_path / "mine")), words)
    assert not (tmp_path / "mine").exists()


def test_a_new_module_needs_a_place(tmp_path: Path) -> None:
    fails(make_run(tmp_path)("content", "new", "good-mornings"), "--folder", "LTI_TOOL_CONTENT_DIR")


def test_faults_and_advice_name_file_and_line(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    mine = tmp_path / "mine"
    run("content", "new", "good-mornings", "--folder", str(mine))
    lesson = mine / "good-mornings" / "lessons" / "one-question.md"
    lesson.write_text(lesson.read_text(encoding="utf-8").replace("sources: [example]\n", ""), encoding="utf-8")
    advised = run("content", "check", str(mine))
    assert advised.exit_code == 0 and advised.stdout.endswith("No faults, 1 warning.\n")
    assert (
        f"Warning: {mine / 'good-mornings' / 'module.yaml'}:28: no lesson cites the source “example”" in advised.stderr
    )
    rubric = mine / "rubrics" / "good-mornings.yaml"
    rubric.write_text(rubric.read_text(encoding="utf-8").replace("weight: 1", "weight: 9"), encoding="utf-8")
    refused = run("content", "check", str(mine))
    assert refused.exit_code == 2 and refused.stdout == ""
    assert f"Error: {rubric}:38: this criterion is 69% of all weights" in refused.stderr
    # Only what cannot be read keeps the tool from starting.
    assert "Warning: " in refused.stderr


def test_single_files_are_laid_over_ours(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    ours = Path(run("content", "where").stdout.strip())
    over = tmp_path / "mine" / "expectations" / "lessons"
    over.mkdir(parents=True)
    text = (ours / "expectations" / "lessons" / "people.md").read_text(encoding="utf-8")
    (over / "people.md").write_text(text + "\nOur office is open.\n", encoding="utf-8")
    changed = run("content", "check", str(tmp_path / "mine"))
    assert changed.exit_code == 0
    before, after = (it.splitlines()[0] for it in (run("content", "check").stdout, changed.stdout))
    assert before.split()[0] == after.split()[0] == "expectations" and before != after
    (over / "peple.md").write_text(text, encoding="utf-8")
    fails_with = run("content", "check", str(tmp_path / "mine"))
    assert fails_with.exit_code == 2 and "no file “lessons/peple.md” to replace" in fails_with.stderr
