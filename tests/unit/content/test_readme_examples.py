"""The examples of modules/README.md and rubrics/README.md load, and show every kind there is."""

from pathlib import Path

import pytest

from lti_tool.content.catalog import CheckKind, Module, PartKind, RewriteActivity
from lti_tool.content.service import check_content, load_catalogue
from lti_tool.rubrics.rules import list_criteria, review_rubric
from tests.unit.content.examples import ROOT, write_example_module


@pytest.fixture
def module(tmp_path: Path) -> Module:
    rubrics = write_example_module(tmp_path)
    assert check_content([tmp_path / "modules"], criteria=list_criteria(rubrics)) == []
    assert [it for rubric in rubrics.values() for it in review_rubric(rubric)] == []
    return load_catalogue([tmp_path / "modules"], criteria=list_criteria(rubrics)).modules[0]


def test_there_is_an_example_of_every_kind(module: Module) -> None:
    # The scope is too long for an example; the document says where to copy it from.
    assert {part.kind for part in module.parts} == set(PartKind) - {PartKind.SCOPE}
    assert module.artefact is not None and len(module.artefact.exemplars) == 1


def test_there_is_an_example_of_every_check(module: Module) -> None:
    rewrite = next(it for it in module.activities if isinstance(it, RewriteActivity))
    assert {check.kind for check in rewrite.checks} == set(CheckKind)


def test_the_example_links_to_its_heading(module: Module) -> None:
    assert 'href="#at-the-name"' in module.lessons[0].html and 'id="at-the-name"' in module.lessons[0].html


def test_the_words_of_the_documents_are_those_of_the_reader() -> None:
    text = (ROOT / "modules" / "README.md").read_text(encoding="utf-8")
    for kind in PartKind:
        if kind not in (PartKind.LESSON, PartKind.CHECK, PartKind.STATEMENT, PartKind.ARTEFACT, PartKind.SCOPE):
            assert f"`{kind}`: " in text, kind
