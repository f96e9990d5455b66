"""Reads the rubrics from their files, once, at the start; a bad file stops the start."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lti_tool.documents.digest import content_hash
from lti_tool.documents.nodes import Fields, Source, parse_yaml, plain_value, read_text, report_repeats
from lti_tool.errors import ContentError
from lti_tool.rubrics.catalog import LEVELS, Criterion, Rubric
from lti_tool.rubrics.rules import review_rubric

_RUBRIC_KEYS = ("id", "title", "version", "pass", "criteria")
_CRITERION_KEYS = ("id", "title", "must_pass", "weight", "levels", "look_for", "snippets")
_LEVEL_KEYS = tuple(str(level) for level in LEVELS)


def default_rubrics_dir() -> Path:
    """The `rubrics/` that come with the tool: inside the installed package, else beside it in a checkout."""
    package = Path(__file__).resolve().parents[2]
    installed = package / "_data" / "rubrics"
    return installed if installed.is_dir() else package.parent / "rubrics"


def load_rubrics(folders: Iterable[Path]) -> Mapping[str, Rubric]:
    """All rubrics by id; a later folder's replaces an earlier one. Raises ContentError for the first fault."""
    rubrics, problems = read_rubrics(folders)
    if problems:
        raise problems[0]
    return rubrics


def read_rubrics(folders: Iterable[Path]) -> tuple[dict[str, Rubric], list[ContentError]]:
    """The sound rubrics by id, and every fault of the others."""
    rubrics: dict[str, Rubric] = {}
    problems: list[ContentError] = []
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            rubric, faults = read_rubric(path)
            problems += faults
            if rubric is not None:
                rubrics[rubric.id] = rubric
    return rubrics, problems


def read_rubric(path: Path) -> tuple[Rubric | None, list[ContentError]]:
    """A rubric and no faults, or none and every fault of the file."""
    problems: list[ContentError] = []
    text = read_text(path, problems)
    node = parse_yaml(text, Source(str(path), problems)) if text is not None else None
    if node is None:
        return None, problems
    fields = Fields(node, Source(str(path), problems), _RUBRIC_KEYS)
    rubric = _rubric_from(fields, content_hash({"rubric": plain_value(node)}))
    if rubric.id and rubric.id != path.stem:
        fields.report(f"“id” must be the name of the file, {path.stem}", "id")
    return (None, sorted(problems, key=lambda it: it.line)) if problems else (rubric, [])


def review_rubrics(folders: Iterable[Path]) -> tuple[list[ContentError], list[ContentError]]:
    """Errors and warnings about the rubrics that can be read, at their places."""
    found: tuple[list[ContentError], list[ContentError]] = ([], [])
    for path in (path for folder in folders for path in sorted(folder.glob("*.yaml"))):
        rubric, _ = read_rubric(path)
        for remark in review_rubric(rubric) if rubric is not None else ():
            lines = path.read_text(encoding="utf-8").splitlines()
            marks = (at for at, line in enumerate(lines, start=1) if line.strip() == f"- id: {remark.criterion}")
            found[0 if remark.is_error else 1].append(ContentError(str(path), next(marks, 1), remark.says))
    return found


def rubric_from(content: Mapping[str, Any]) -> Rubric:
    """A rubric from what `dataclasses.asdict` made of it: as it was when work was rated with it."""
    criteria = tuple(
        Criterion(**{**it, "levels": tuple(it["levels"]), "snippets": tuple(it["snippets"])})
        for it in content["criteria"]
    )
    return Rubric(**{**content, "criteria": criteria})


def _rubric_from(fields: Fields, digest: str) -> Rubric:
    rows = fields.rows("criteria", _CRITERION_KEYS)
    criteria = tuple(_criterion_from(row) for row in rows)
    report_repeats(zip([it.id for it in criteria], rows, strict=True), "criterion")
    line = fields.section("pass", ("mean", "must_pass_level"))
    return Rubric(
        id=fields.identifier("id"),
        title=fields.text("title"),
        version=fields.number("version", 1, 10_000),
        pass_mean=line.decimal("mean", 1, 4),
        must_pass_level=line.number("must_pass_level", 1, 4),
        criteria=criteria,
        digest=digest,
    )


def _criterion_from(row: Fields) -> Criterion:
    levels = row.section("levels", _LEVEL_KEYS)
    texts = tuple(levels.text(name) for name in _LEVEL_KEYS)
    if len(set(texts)) < len(texts) and all(texts):
        row.report("two levels have the same words", "levels")
    return Criterion(
        id=row.identifier("id"),
        title=row.text("title"),
        is_must_pass=row.flag("must_pass"),
        weight=row.number("weight", 1, 10, default=1),
        levels=texts,
        look_for=row.text("look_for"),
        snippets=row.texts("snippets", is_needed=False),
    )
