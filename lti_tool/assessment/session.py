"""The catalogue of modules of the running app: read once, when the app starts."""

from functools import lru_cache
from pathlib import Path
from typing import cast

from flask import Flask, current_app

from lti_tool.config import Settings
from lti_tool.content.catalog import Catalogue
from lti_tool.content.service import default_content_dir, load_catalogue

_KEY = "lti_tool_content"


def init_content(app: Flask, settings: Settings) -> None:
    """Read the modules, ours and then the institution's; raises ContentError rather than start with a bad file."""
    folders = [default_content_dir()] + ([settings.content_dir] if settings.content_dir else [])
    app.extensions[_KEY] = _read(tuple(folders), _stamps(folders))


def catalogue() -> Catalogue:
    """The modules of the running app."""
    return cast(Catalogue, current_app.extensions[_KEY])


@lru_cache(maxsize=4)
def _read(folders: tuple[Path, ...], _stamps: tuple[tuple[str, int, int], ...]) -> Catalogue:
    """Several apps of one process, as tests make them, read unchanged files once."""
    return load_catalogue(folders)


def _stamps(folders: list[Path]) -> tuple[tuple[str, int, int], ...]:
    files = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
    return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files)
