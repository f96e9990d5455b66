"""Says where in the files the remarks on a module stand."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from lti_tool.content.catalog import Module, Remark
from lti_tool.content.rules import review_check, review_module
from lti_tool.content.service.module import MODULE_FILE, ReadModule, list_files
from lti_tool.documents.nodes import Source, parse_yaml, read_text
from lti_tool.errors import ContentError

# Keys of module.yaml that name a file by what is in it.
_NAMED = ("activities", "check", "scope", "statement", "artefact")
_OWN_FILE = {"activity": "activities", "check": "check", "question": "check", "artefact": "artefact"}


def review_files(read: ReadModule) -> tuple[list[ContentError], list[ContentError]]:
    """The errors and the warnings about a module that can be read, at their places."""
    files = _Files(read.files)
    errors: list[ContentError] = []
    warnings: list[ContentError] = []
    for remark in review_module(read.module):
        file, line = files.find_place(remark)
        (errors if remark.is_error else warnings).append(ContentError(str(file), line, remark.says))
    for file_name, line, name, why in read.images:
        reason = f"“{name}” is shown as an image, which does not follow dark mode: {why}"
        warnings.append(ContentError(file_name, line, reason))
    warnings += _list_unused(read)
    return errors, sorted(warnings, key=lambda it: (it.file, it.line))


def review_translation(read: ReadModule, translated: Module) -> list[ContentError]:
    """Errors in the check of a module in another language: its words are longer and shorter than the original's."""
    name = _Files(read.files).name_of("check")
    places = (layer / translated.language / name for layer in reversed(read.layers))
    path = next((it for it in places if it.is_file()), None)
    remarks = review_check(translated) if path is not None else ()
    return [ContentError(str(path), _line_of_id(Path(str(path)), it.id), it.says) for it in remarks if it.is_error]


def _list_unused(read: ReadModule) -> Iterable[ContentError]:
    for layer in read.layers:
        for name in list_files(layer):
            if name not in read.files:
                reason = f"nothing in the module uses this file; name it in {MODULE_FILE} or a text, or remove it"
                yield ContentError(str(layer / name), 1, reason)


class _Files:
    """The files of a module, looked up for the place of a part."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files
        self._names = self._read_names()

    def find_place(self, remark: Remark) -> tuple[Path, int]:
        """File and line of what a remark is about; the first line of the module's file if nothing is nearer."""
        if remark.about == "lesson":
            return self._find_lesson(remark)
        if remark.about == "exemplar":
            return self._files[f"exemplars/level-{remark.id}.yaml"], 1
        path = self._files[self.name_of(_OWN_FILE.get(remark.about, ""))]
        return path, _line_of_id(path, remark.id)

    def name_of(self, key: str) -> str:
        """The file that module.yaml names under a key; module.yaml itself if there is none."""
        return self._names.get(key, MODULE_FILE)

    def _find_lesson(self, remark: Remark) -> tuple[Path, int]:
        pages = (path for path in self._files.values() if path.suffix == ".md")
        path = next(it for it in pages if re.search(rf"^id: *[\"']?{remark.id}\b", _text(it), re.MULTILINE))
        near = (at for at, line in enumerate(_text(path).split("\n"), start=1) if remark.near and remark.near in line)
        return path, next(near, 1)

    def _read_names(self) -> dict[str, str]:
        node = _parse(self._files[MODULE_FILE])
        return {key.value: value.value for key, value in node.value if key.value in _NAMED} if node else {}


def _parse(path: Path) -> yaml.MappingNode | None:
    return parse_yaml(_text(path), Source(str(path)))


def _text(path: Path) -> str:
    return read_text(path, []) or ""


def _line_of_id(path: Path, name: str) -> int:
    """The line on which the mapping with that `id` begins."""
    todo: list[yaml.Node | None] = [_parse(path)]
    while todo:
        node = todo.pop(0)
        if isinstance(node, yaml.MappingNode):
            if any(key.value == "id" and value.value == name for key, value in node.value):
                return int(node.start_mark.line) + 1
            todo += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            todo += node.value
    return 1
