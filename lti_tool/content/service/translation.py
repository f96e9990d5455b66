"""Reads a module in another language: the same files in a folder with the language's code, with other words in them.

Ids, numbers, answers and links between files stay as they are in the original, so that what a student did in one
language is done in all.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import cast

import yaml

from lti_tool.content.catalog import Module, ScopeWords
from lti_tool.content.service.artefact import RubricCriteria
from lti_tool.content.service.module import ReadModule, list_languages_of, read_module
from lti_tool.documents.nodes import Source
from lti_tool.errors import ContentError

# Texts under these keys are ids or names of files, so they are no words to translate; numbers and yes or no never are.
_SAME = frozenset(
    (
        *("id", "slug", "kind", "lesson", "lessons", "outcome", "outcomes", "sources", "activities", "check", "scope"),
        *("statement", "artefact", "answer", "url", "input", "distinct", "to", "ending", "rubric", "criterion", "ties"),
        *("prerequisites", "accepts"),
    )
)
# Lists of words that the checks of texts know: each language has its own.
_OWN_LISTS = frozenset(("words", "phrases"))
_HEADING = re.compile(r"^#+(?= )", re.MULTILINE)
# A lesson (the heading in it has other words), or an image.
_LINK = re.compile(r"\]\((lesson:[^)#]+|(?!https?:|mailto:|lesson:)[^)#]+)")
_WORDS = (".yaml", ".md")


def read_translations(
    read: ReadModule, criteria: RubricCriteria | None
) -> tuple[dict[str, Module], list[ContentError], list[ContentError]]:
    """A module by language, the faults of its translations, and warnings about those that are not whole.

    A translation that lacks a file is not used: a page in two languages helps nobody.
    """
    found: dict[str, Module] = {}
    problems: list[ContentError] = []
    warnings: list[ContentError] = []
    for language in list_languages_of(read.layers):
        translated, faults = read_module(tuple(_interleave(read.layers, language)), criteria)
        if translated is None:
            problems += [it for it in faults if _is_in(Path(it.file), language)]
            continue
        missing = [
            name for name, path in translated.files.items() if path.suffix in _WORDS and not _is_in(path, language)
        ]
        if missing:
            file = str(translated.files[missing[0]])
            reason = f"not translated to “{language}”, so the whole module is shown in English; missing: "
            warnings.append(ContentError(file, 1, reason + ", ".join(sorted(missing))))
            continue
        differences = list(_list_differences(read, translated))
        problems += differences
        if not differences:
            module = replace(translated.module, language=language, label=read.module.title)
            found[language] = _with_words_of_both(module, read.module)
    return found, problems, warnings


def _with_words_of_both(module: Module, original: Module) -> Module:
    """A scope may be written in either language, so its check knows the words of both."""
    if module.scope is None or original.scope is None:
        return module
    mine, theirs = module.scope.policy.words, original.scope.policy.words
    words = ScopeWords(
        **{it.name: tuple(dict.fromkeys(getattr(mine, it.name) + getattr(theirs, it.name))) for it in fields(mine)}
    )
    return replace(module, scope=replace(module.scope, policy=replace(module.scope.policy, words=words)))


def _interleave(layers: Iterable[Path], language: str) -> Iterator[Path]:
    """Each layer, then its own translation: a file that an institution replaces is not said in our older words."""
    for layer in layers:
        yield layer
        if (layer / language).is_dir():
            yield layer / language


def _is_in(path: Path, language: str) -> bool:
    return language in path.parts[-4:-1]


def _list_differences(read: ReadModule, translated: ReadModule) -> Iterator[ContentError]:
    for name, path in translated.files.items():
        original = read.files.get(name)
        if original is None:
            yield ContentError(str(path), 1, "the original has no such file")
        elif path.suffix == ".yaml":
            source = Source(str(path))
            _compare(read.nodes[name], translated.nodes[name], "", source)
            yield from source.problems
        elif path.suffix == ".md":
            yield from _compare_pages(original, path)


def _compare_pages(original: Path, path: Path) -> list[ContentError]:
    source = Source(str(path), offset=1)
    (ours, our_text, _), (theirs, their_text, line) = _read_page(original), _read_page(path)
    _compare(ours, theirs, "", source)
    if _HEADING.findall(our_text) != _HEADING.findall(their_text):
        source.problems.append(ContentError(source.file, line, "the headings are not those of the original"))
    if sorted(_LINK.findall(our_text)) != sorted(_LINK.findall(their_text)):
        reason = "the links to lessons and images are not those of the original"
        source.problems.append(ContentError(source.file, line, reason))
    return source.problems


def _read_page(path: Path) -> tuple[yaml.Node, str, int]:
    """Keys, text and the text's first line of a page that was read before without a fault."""
    plain = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    _, head, text = re.split(r"^---\n", plain, maxsplit=2, flags=re.MULTILINE)
    return cast(yaml.Node, yaml.compose(head, Loader=yaml.SafeLoader)), text, head.count("\n") + 3


def _compare(original: yaml.Node, node: yaml.Node, key: str, source: Source) -> None:
    line = node.start_mark.line + 1
    if key in _OWN_LISTS:
        return
    if isinstance(original, yaml.MappingNode) and isinstance(node, yaml.MappingNode):
        _compare_keys(original, node, source)
    elif isinstance(original, yaml.SequenceNode) and isinstance(node, yaml.SequenceNode):
        if len(original.value) != len(node.value):
            source.report(line, f"“{key}” has {len(node.value)} entries, the original has {len(original.value)}")
        for one, other in zip(original.value, node.value, strict=False):
            _compare(one, other, key, source)
    else:
        is_text = original.tag.endswith(":str") and key not in _SAME
        if original.tag != node.tag or (not is_text and original.value != node.value):
            source.report(line, f"“{key}” is “{node.value}”, in the original it is “{original.value}”")


def _compare_keys(original: yaml.MappingNode, node: yaml.MappingNode, source: Source) -> None:
    ours = {str(key.value): value for key, value in original.value}
    theirs = {str(key.value): value for key, value in node.value}
    for name in ours.keys() - theirs.keys():
        source.report(node.start_mark.line + 1, f"“{name}” is missing; the original has it")
    for key, value in node.value:
        name = str(key.value)
        if name in ours:
            _compare(ours[name], value, name, source)
        else:
            source.report(key.start_mark.line + 1, f"“{name}” is not in the original")
