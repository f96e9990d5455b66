"""The modules and rubrics of the running app: read once, when the app starts."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

from flask import Flask, current_app

from lti_tool.config import Settings
from lti_tool.content.catalog import Catalogue
from lti_tool.content.service import RUBRICS, default_content_dir, load_catalogue
from lti_tool.rubrics.catalog import Rubric
from lti_tool.rubrics.rules import list_criteria
from lti_tool.rubrics.service import default_rubrics_dir, load_rubrics
from lti_tool.web.language import current_language

_KEY = "lti_tool_content"


@dataclass(frozen=True, slots=True)
class Content:
    """What the files say."""

    catalogue: Catalogue
    rubrics: Mapping[str, Rubric]


def init_content(app: Flask, settings: Settings) -> None:
    """Read the files, ours and then the institution's; raises ContentError rather than start with a bad file."""
    modules, rubrics = content_folders(settings.content_dir)
    app.extensions[_KEY] = _read(modules, rubrics, _stamps((*modules, *rubrics)))


def content_folders(own: Path | None) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """The folders of modules and of rubrics, the institution's after ours."""
    if own is None:
        return (default_content_dir(),), (default_rubrics_dir(),)
    return (default_content_dir(), own), (default_rubrics_dir(), own / RUBRICS)


def catalogue() -> Catalogue:
    """The modules of the running app, in the language of this request as far as they are translated."""
    return _content().catalogue.in_language(current_language())


def get_rubric(rubric_id: str) -> Rubric:
    """A rubric of the running app; modules are read only when theirs are there."""
    return _content().rubrics[rubric_id]


def _content() -> Content:
    return cast(Content, current_app.extensions[_KEY])


@lru_cache(maxsize=4)
def _read(modules: tuple[Path, ...], rubrics: tuple[Path, ...], _stamps: tuple[tuple[str, int, int], ...]) -> Content:
    """Several apps of one process, as tests make them, read unchanged files once."""
    found = load_rubrics(rubrics)
    return Content(load_catalogue(modules, criteria=list_criteria(found)), found)


def _stamps(folders: tuple[Path, ...]) -> tuple[tuple[str, int, int], ...]:
    files = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
    return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files)
