"""Reads one module: a folder with `module.yaml` and the files it names, and files that are laid over them."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from yaml import MappingNode

from lti_tool.content.catalog import (
    Activity,
    Artefact,
    Check,
    Exemplar,
    Lesson,
    Module,
    Outcome,
    PartKind,
    ScopeTemplate,
    Statement,
)
from lti_tool.content.catalog import Source as Reference
from lti_tool.content.service.activities import ACTIVITY_KEYS, read_activity
from lti_tool.content.service.artefact import (
    ARTEFACT_KEYS,
    EXEMPLAR_KEYS,
    RubricCriteria,
    read_artefact,
    read_exemplar,
)
from lti_tool.content.service.check import CHECK_KEYS, read_check
from lti_tool.content.service.scope import SCOPE_KEYS, read_scope
from lti_tool.documents.digest import content_hash
from lti_tool.documents.frontmatter import Page, read_page
from lti_tool.documents.markdown import Markdown
from lti_tool.documents.nodes import Fields, Source, parse_yaml, plain_value, read_text, report_repeats
from lti_tool.errors import ContentError
from lti_tool.web.phrases import ENGLISH, list_languages

MODULE_FILE = "module.yaml"
_MODULE_KEYS = (
    "id", "slug", "title", "summary", "order", "minutes", "points", "outcomes", "lessons", "activities",
    "check", "scope", "statement", "artefact", "sources",
)  # fmt: skip
_LESSON_KEYS = ("id", "title", "minutes", "outcomes", "sources")
_Part = TypeVar("_Part", Check, ScopeTemplate, Statement, Artefact)
_STATEMENT_KEYS = ("id", "version", "title", "minutes", "points", "agree")


@dataclass(slots=True)
class _Reading:
    """What is known of the module that is being read."""

    # The module's folder, and then those whose files replace the ones before.
    layers: tuple[Path, ...]
    problems: list[ContentError]
    # None where nobody knows the rubrics.
    criteria: RubricCriteria | None
    markdown: Markdown = field(init=False)
    files: dict[str, Path] = field(default_factory=dict)
    plain: dict[str, object] = field(default_factory=dict)
    nodes: dict[str, MappingNode] = field(default_factory=dict)
    outcomes: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    # None when a lesson could not be read: links to it are then not faults of their own.
    lessons: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        self.markdown = Markdown(self.find_file)

    def find_file(self, name: str) -> Path:
        """The file of that name that counts; in the module's own folder if there is none."""
        found = (layer / name for layer in reversed(self.layers) if (layer / name).is_file())
        return next(found, self.layers[0] / name)


@dataclass(frozen=True, slots=True)
class ReadModule:
    """A module, where it says its id and its slug, and the files that it was read from by their names in it."""

    module: Module
    file: str
    id_line: int
    slug_line: int
    layers: tuple[Path, ...]
    files: Mapping[str, Path]
    # Drawings that are shown as images: file and line of the place, name, reason.
    images: tuple[tuple[str, int, str, str], ...]
    # What its YAML files say, with their lines.
    nodes: Mapping[str, MappingNode]


def read_module(
    layers: Sequence[Path], criteria: RubricCriteria | None = None
) -> tuple[ReadModule | None, list[ContentError]]:
    """A module and no faults, or no module and every fault that was found in it.

    `layers`: its folder, and folders whose files replace those of the same name in the ones before.
    """
    problems: list[ContentError] = []
    reading = _Reading(tuple(layers), problems, criteria)
    fields = _read_yaml(reading, MODULE_FILE, _MODULE_KEYS)
    if fields is None:
        return None, problems
    module = _read_parts(fields, reading)
    if reading.lessons is not None:
        reading.markdown.finish(reading.lessons)
    _report_wrong_sums(fields, module)
    if problems:
        return None, sorted(problems, key=lambda problem: (problem.file, problem.line))
    _report_lost_files(reading)
    if problems:
        return None, problems
    lines = fields.line_of("id"), fields.line_of("slug")
    files = {**reading.files, **reading.markdown.assets}
    images = tuple(reading.markdown.images)
    return ReadModule(module, fields.source.file, *lines, reading.layers, files, images, reading.nodes), []


def _report_lost_files(reading: _Reading) -> None:
    """A file that is laid over a module replaces one or is named by another: else its name is wrong."""
    used = {*reading.files, *reading.markdown.assets}
    for layer in reading.layers[1:]:
        for name in list_files(layer):
            if name not in used:
                reason = f"the module has no file “{name}” to replace; it has {', '.join(sorted(used))}"
                reading.problems.append(ContentError(str(layer / name), 1, reason))


def list_files(folder: Path) -> list[str]:
    """The names of the files in a module's folder, without notes for authors and without translations."""
    others = list_languages_of((folder,))
    files = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return [
        it.as_posix()
        for it in files
        if it.name != "README.md" and it.parts[0] not in others and not any(part[0] in "._" for part in it.parts)
    ]


def list_languages_of(layers: Sequence[Path]) -> list[str]:
    """The languages for which a module has a folder, of those that the program itself speaks."""
    others = (language for language in list_languages() if language != ENGLISH)
    return [it for it in others if any((layer / it).is_dir() for layer in layers)]


def _read_parts(fields: Fields, reading: _Reading) -> Module:
    outcomes = _read_outcomes(fields)
    references = _read_references(fields)
    reading.outcomes = tuple(outcome.id for outcome in outcomes)
    reading.references = tuple(reference.id for reference in references)
    lessons = _read_lessons(fields, reading)
    activities = _read_activities(fields, reading)
    check = _read_file(fields, "check", reading, _check_from)
    scope = _read_file(fields, "scope", reading, _scope_from)
    statement = _read_file(fields, "statement", reading, _statement_from)
    artefact = _read_file(fields, "artefact", reading, _artefact_from)
    slug = fields.identifier("slug")
    if slug and slug != reading.layers[0].name:
        fields.report(f"“slug” must be the name of the folder, {reading.layers[0].name}", "slug")
    return Module(
        id=fields.identifier("id"),
        slug=slug,
        title=fields.text("title"),
        summary=fields.text("summary"),
        order=fields.number("order", 0, 1000),
        minutes=fields.number("minutes", 1, 1000),
        points=fields.number("points", 0, 1000),
        outcomes=outcomes,
        sources=references,
        lessons=lessons,
        activities=activities,
        check=check,
        scope=scope,
        statement=statement,
        artefact=artefact,
        assets=dict(reading.markdown.assets),
        version=_version(reading),
    )


def _version(reading: _Reading) -> str:
    images = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in reading.markdown.assets.items()}
    return content_hash({**reading.plain, **images})


def _report_wrong_sums(fields: Fields, module: Module) -> None:
    seen: set[str] = set()
    for part in module.parts:
        if part.id and part.id in seen:
            fields.report(f"two parts of the module have the id “{part.id}”")
        seen.add(part.id)
    if fields.source.problems:
        return  # a part that could not be read would only make the sums wrong as well
    minutes = sum(part.minutes for part in module.parts if part.kind is PartKind.LESSON or part.is_required)
    if minutes != module.minutes:
        fields.report(f"“minutes” is {module.minutes}, but lessons and required parts take {minutes}", "minutes")
    points = sum(part.points for part in module.parts)
    if points != module.points:
        fields.report(f"“points” is {module.points}, but the parts add up to {points}", "points")


def _read_outcomes(fields: Fields) -> tuple[Outcome, ...]:
    rows = fields.rows("outcomes", ("id", "text"))
    outcomes = tuple(Outcome(row.identifier("id"), row.text("text")) for row in rows)
    report_repeats(zip([outcome.id for outcome in outcomes], rows, strict=True), "outcome")
    return outcomes


def _read_references(fields: Fields) -> tuple[Reference, ...]:
    rows = fields.rows("sources", ("id", "title", "url", "note"), is_needed=False)
    references = []
    for row in rows:
        url = row.text("url")
        if url and not url.startswith("https://"):
            row.report("“url” must begin with https://", "url")
        references.append(Reference(row.identifier("id"), row.text("title"), url, row.text("note", default="")))
    report_repeats(zip([reference.id for reference in references], rows, strict=True), "source")
    return tuple(references)


def _read_lessons(fields: Fields, reading: _Reading) -> tuple[Lesson, ...]:
    names = fields.texts("lessons")
    read = [_read_markdown(reading, name, _LESSON_KEYS) for name in names]
    pages = [page for page in read if page is not None]
    lessons = tuple(_lesson_from(page, reading) for page in pages)
    report_repeats(zip([it.id for it in lessons], [page.fields for page in pages], strict=True), "lesson")
    if len(pages) == len(names):
        reading.lessons = tuple(lesson.id for lesson in lessons)
    return lessons


def _lesson_from(page: Page, reading: _Reading) -> Lesson:
    keys = page.fields
    outcomes, sources = keys.texts("outcomes"), keys.texts("sources", is_needed=False)
    for name in outcomes:
        if name not in reading.outcomes:
            keys.report(f"unknown outcome “{name}”", "outcomes")
    for name in sources:
        if name not in reading.references:
            keys.report(f"unknown source “{name}”", "sources")
    lesson_id = keys.identifier("id")
    return Lesson(
        id=lesson_id,
        title=keys.text("title"),
        minutes=keys.number("minutes", 1, 240),
        outcomes=outcomes,
        sources=sources,
        html=reading.markdown.render_page(page.text, page.source, page.line, lesson_id),
        word_count=len(page.text.split()),
    )


def _read_activities(fields: Fields, reading: _Reading) -> tuple[Activity, ...]:
    if "activities" not in fields:
        return ()
    document = _read_yaml(reading, fields.text("activities"), ("activities",))
    if document is None:
        return ()
    read = [(read_activity(row, reading.markdown), row) for row in document.rows("activities", ACTIVITY_KEYS)]
    found = [(activity, row) for activity, row in read if activity is not None]
    report_repeats([(activity.id, row) for activity, row in found], "activity")
    return tuple(activity for activity, _ in found)


def _read_file(
    fields: Fields, name: str, reading: _Reading, read: Callable[[str, _Reading], _Part | None]
) -> _Part | None:
    return read(fields.text(name), reading) if name in fields else None


def _check_from(name: str, reading: _Reading) -> Check | None:
    fields = _read_yaml(reading, name, CHECK_KEYS)
    if fields is None:
        return None
    return read_check(fields, reading.markdown, reading.lessons, reading.outcomes)


def _scope_from(name: str, reading: _Reading) -> ScopeTemplate | None:
    fields = _read_yaml(reading, name, SCOPE_KEYS)
    return None if fields is None else read_scope(fields, reading.markdown)


def _statement_from(name: str, reading: _Reading) -> Statement | None:
    page = _read_markdown(reading, name, _STATEMENT_KEYS)
    if page is None:
        return None
    keys = page.fields
    return Statement(
        id=keys.identifier("id"),
        version=keys.number("version", 1, 10000),
        title=keys.text("title"),
        minutes=keys.number("minutes", 1, 240),
        points=keys.number("points", 0, 1000),
        agree_label=keys.text("agree"),
        html=reading.markdown.render(page.text, page.source, page.line),
        digest=content_hash({"statement": page.plain}),
    )


def _artefact_from(name: str, reading: _Reading) -> Artefact | None:
    fields = _read_yaml(reading, name, ARTEFACT_KEYS)
    if fields is None:
        return None
    artefact = read_artefact(fields, reading.markdown, reading.criteria)
    return replace(artefact, exemplars=_read_exemplars(reading, artefact))


def _read_exemplars(reading: _Reading, artefact: Artefact) -> tuple[Exemplar, ...]:
    """The files of `exemplars/`, lowest level first."""
    parts = tuple(field.id for field in artefact.fields)
    criteria = (reading.criteria or {}).get(artefact.rubric)
    exemplars = []
    for name in sorted({path.name for layer in reading.layers for path in (layer / "exemplars").glob("*.yaml")}):
        fields = _read_yaml(reading, f"exemplars/{name}", EXEMPLAR_KEYS)
        if fields is not None:
            exemplars.append(read_exemplar(fields, reading.markdown, parts, criteria))
    return tuple(sorted(exemplars, key=lambda it: it.level))


def _read_yaml(reading: _Reading, name: str, known: tuple[str, ...]) -> Fields | None:
    path = reading.find_file(name)
    text = read_text(path, reading.problems)
    if text is None:
        return None
    reading.files[name] = path
    source = Source(str(path), reading.problems)
    node = parse_yaml(text, source)
    if node is None:
        return None
    reading.plain[name] = plain_value(node)
    reading.nodes[name] = node
    return Fields(node, source, known)


def _read_markdown(reading: _Reading, name: str, known: tuple[str, ...]) -> Page | None:
    path = reading.find_file(name)
    page = read_page(path, known, reading.problems)
    if page is not None:
        reading.files[name] = path
        reading.plain[name] = page.plain
    return page
