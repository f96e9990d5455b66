"""Writes a new module for an author: a small one that works, to be changed part by part."""

import re
from pathlib import Path

from lti_tool.content.service.module import MODULE_FILE
from lti_tool.errors import ContentError

_SLUG = re.compile(r"[a-z][a-z0-9-]*")
_LONGEST = 60
_TEMPLATE = Path(__file__).resolve().parents[1] / "scaffold"


def write_module(folder: Path, rubrics: Path, slug: str, title: str, order: int, taken: frozenset[str]) -> list[Path]:
    """Write `folder/slug` and `rubrics/slug.yaml`; the files, in the order in which an author meets them.

    Nothing that exists is touched: a folder, a rubric or a module (`taken`: slugs and ids) of that name raises
    ContentError, and so does a wrong slug.
    """
    target, rubric = folder / slug, rubrics / f"{slug}.yaml"
    if not _SLUG.fullmatch(slug) or len(slug) > _LONGEST:
        raise ContentError(
            str(target), 1, f"“{slug}” must be lower-case letters, digits and hyphens, {_LONGEST} at most"
        )
    if slug in taken:
        raise ContentError(str(target), 1, f"there is a module “{slug}” already; choose another name")
    for path in (target, rubric):
        if path.exists():
            raise ContentError(str(path), 1, "this exists already and stays as it is; choose another name")
    texts = {path: path.read_text(encoding="utf-8") for path in sorted((_TEMPLATE / "module").rglob("*.*"))}
    files = {target / path.relative_to(_TEMPLATE / "module"): text for path, text in texts.items()}
    files[rubric] = (_TEMPLATE / "rubric.yaml").read_text(encoding="utf-8")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_fill(text, slug, title, order), encoding="utf-8")
    return sorted(files, key=lambda path: (path.name != MODULE_FILE, path == rubric, path))


def title_from(slug: str) -> str:
    """A title to begin with: `thank-you-notes` is “Thank you notes”."""
    words = slug.replace("-", " ")
    return words[:1].upper() + words[1:]


def _fill(text: str, slug: str, title: str, order: int) -> str:
    # In double quotes any title is YAML.
    quoted = '"' + title.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return text.replace("%slug%", slug).replace("%title%", quoted).replace("%order%", str(order))
