"""Reads a module in another language: the same files in a folder with the language's code, with other words in them.

Ids, numbers, answers and links between files stay as they are in the original, so that what a student did in one
language is done in all.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path

import yaml

from lti_tool.content.catalog import Module, ScopeWords
from lti_tool.content.service.artefact import RubricCriteria
from lti_tool.content.service.module import ReadModule, list_languages_of, read_module
from lti_tool.documents.frontmatter import read_page
from lti_tool.documents.nodes import Source, parse_yaml, read_text
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
    ours, theirs = read_page(original, (), []), read_page(path, (), [])
    if ours is None or theirs is None:
        return []
    problems: list[ContentError] = []
    source = Source(str(path), problems, offset=1)
    heads = [parse_yaml((read_text(it, []) or "").split("---\n")[1], Source(str(it))) for it in (original, path)]
    if heads[0] is not None and heads[1] is not None:
        _compare(heads[0], heads[1], "", source)
    if _HEADING.findall(ours.text) != _HEADING.findall(theirs.text):
        problems.append(ContentError(str(path), theirs.line, "the headings are not those of the original"))
    if sorted(_LINK.findall(ours.text)) != sorted(_LINK.findall(theirs.text)):
        reason = "the links to lessons and images are not those of the original"
        problems.append(ContentError(str(path), theirs.line, reason))
    return problems


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
    elif isinstance(original, yaml.ScalarNode) and isinstance(node, yaml.ScalarNode):
        is_text = original.tag.endswith(":str") and key not in _SAME
        if original.tag != node.tag or (not is_text and original.value != node.value):
            source.report(line, f"“{key}” is “{node.value}”, in the original it is “{original.value}”")
    else:
        source.report(line, f"“{key}” is not of the kind that it is in the original")


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
