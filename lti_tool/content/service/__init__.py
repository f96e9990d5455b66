"""Reads the modules from their folders, once, at the start; a bad file stops the start."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from lti_tool.content.catalog import Catalogue, Module, Wording
from lti_tool.content.catalog.checks import NO_WORDING
from lti_tool.content.service.artefact import RubricCriteria
from lti_tool.content.service.checks import WORDING_FILE, read_wording_file
from lti_tool.content.service.module import MODULE_FILE, ReadModule, read_module
from lti_tool.content.service.quality import review_files, review_translation
from lti_tool.content.service.translation import read_translations
from lti_tool.errors import ContentError

# An institution's own rubrics stand beside its modules under this name.
RUBRICS = "rubrics"

__all__ = ["RUBRICS", "check_content", "default_content_dir", "load_catalogue", "review_content"]


def default_content_dir() -> Path:
    """The `modules/` that come with the tool: inside the installed package, else beside it in a checkout."""
    package = Path(__file__).resolve().parents[2]
    installed = package / "_data" / "modules"
    return installed if installed.is_dir() else package.parent / "modules"


def load_catalogue(folders: Iterable[Path], *, criteria: RubricCriteria | None = None) -> Catalogue:
    """All modules in the folders; a later folder's module replaces an earlier one of the same id, and so its words.

    A folder without `module.yaml` is laid over the module of its name: its files replace those, and the rest stay.

    `criteria`: the ids of each rubric's criteria, by which artefacts and exemplars are checked; None leaves that out.
    Raises ContentError for the first fault.
    """
    found = _read_folders(folders, criteria)
    if found.problems:
        raise found.problems[0]
    modules = [_with_digests(read.module, found) for read in found.modules.values()]
    english = tuple(sorted(modules, key=lambda module: (module.order, module.id)))
    others = {
        language: Catalogue(
            tuple(_with_digests(there[it.id], found) if it.id in there else it for it in english), found.wording
        )
        for language, there in found.translations.items()
    }
    return Catalogue(english, found.wording, others)


def _with_digests(module: Module, found: "_Found") -> Module:
    """The module with a statement that knows its own text in every language."""
    if module.statement is None:
        return module
    same = [found.modules[module.id].module, *(it[module.id] for it in found.translations.values() if module.id in it)]
    digests = {it.statement.digest for it in same if it.statement is not None} - {module.statement.digest}
    return replace(module, statement=replace(module.statement, translated=tuple(sorted(digests))))


def check_content(folders: Iterable[Path], *, criteria: RubricCriteria | None = None) -> list[ContentError]:
    """Every fault in the folders, not raised; none means that `load_catalogue` succeeds."""
    return _read_folders(folders, criteria).problems


def review_content(
    folders: Iterable[Path], *, criteria: RubricCriteria | None = None
) -> tuple[list[ContentError], list[ContentError]]:
    """Errors and warnings about modules that can be read: what should be better before students see it."""
    errors: list[ContentError] = []
    warnings: list[ContentError] = []
    found = _read_folders(folders, criteria)
    warnings += found.warnings
    for read in found.modules.values():
        faults, advice = review_files(read)
        errors += faults
        warnings += advice
        for there in found.translations.values():
            if read.module.id in there:
                errors += review_translation(read, there[read.module.id])
    return errors, warnings


@dataclass(slots=True)
class _Found:
    criteria: RubricCriteria | None
    modules: dict[str, ReadModule] = field(default_factory=dict)
    problems: list[ContentError] = field(default_factory=list)
    wording: Wording = NO_WORDING
    # By language and id.
    translations: dict[str, dict[str, Module]] = field(default_factory=dict)
    warnings: list[ContentError] = field(default_factory=list)


def _read_folders(folders: Iterable[Path], criteria: RubricCriteria | None) -> _Found:
    found = _Found(criteria)
    for folder in folders:
        _read_folder(folder, found)
    slugs: dict[str, ReadModule] = {}
    for read in found.modules.values():
        first = slugs.setdefault(read.module.slug, read)
        if first is not read:
            reason = f"the slug “{read.module.slug}” is taken by {first.file}"
            found.problems.append(ContentError(read.file, read.slug_line, reason))
        _read_other_languages(read, found)
    return found


def _read_other_languages(read: ReadModule, found: _Found) -> None:
    translated, problems, warnings = read_translations(read, found.criteria)
    found.problems += problems
    found.warnings += warnings
    for language, module in translated.items():
        found.translations.setdefault(language, {})[module.id] = module


def _read_folder(folder: Path, found: _Found) -> None:
    """Add the modules of one folder; the ones already found stay unless they are replaced by id."""
    if not folder.is_dir():
        found.problems.append(ContentError(str(folder), 1, "there is no such folder"))
        return
    if (folder / WORDING_FILE).exists():
        wording, problems = read_wording_file(folder / WORDING_FILE)
        found.problems += problems
        found.wording = wording or found.wording
    here: dict[str, ReadModule] = {}
    subfolders = [
        it for it in sorted(folder.iterdir()) if it.is_dir() and it.name[0] not in "._" and it.name != RUBRICS
    ]
    for path in subfolders:
        layers = _layers_of(path, found)
        if len(layers) == 1 and not (path / MODULE_FILE).exists():
            reason = f"no {MODULE_FILE} in it, and no module “{path.name}” whose files it could replace"
            found.problems.append(ContentError(str(path), 1, reason))
            continue
        read, problems = read_module(layers, found.criteria)
        found.problems += problems
        if read is None:
            continue
        if len(layers) > 1:
            found.modules[read.module.id] = read
            continue
        first = here.setdefault(read.module.id, read)
        if first is not read:
            reason = f"the module id “{read.module.id}” is taken by {first.file}"
            found.problems.append(ContentError(read.file, read.id_line, reason))
    if not subfolders:
        found.problems.append(ContentError(str(folder), 1, f"there are no folders with a {MODULE_FILE} in it"))
    found.modules |= here


def _layers_of(folder: Path, found: _Found) -> tuple[Path, ...]:
    """The folder alone if it says that it is a module, else the module of its name with the folder over it."""
    below = next((it.layers for it in found.modules.values() if it.module.slug == folder.name), None)
    return (folder,) if below is None or (folder / MODULE_FILE).exists() else (*below, folder)
