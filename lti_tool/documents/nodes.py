"""YAML read with its line numbers, and typed access that notes every fault, not only the first."""

import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from lti_tool.errors import ContentError

_ID = re.compile(r"^[a-z][a-z0-9-]*$")
_TAG = "tag:yaml.org,2002:"
_KINDS = {
    "str": "text",
    "int": "a number",
    "bool": "yes or no",
    "null": "nothing",
    "map": "keys",
    "seq": "a list",
}


@dataclass(slots=True)
class Source:
    """A file that is being read: its faults go to `problems`; `offset` is the line its YAML begins after."""

    file: str
    problems: list[ContentError] = field(default_factory=list)
    offset: int = 0

    def report(self, line: int, reason: str) -> None:
        """Note a fault; `line` counts from 1 in the YAML or Markdown part."""
        self.problems.append(ContentError(self.file, line + self.offset, reason))


class _Loader(yaml.SafeLoader):
    """The safe loader without aliases: content has no use for them, and they hide where a value stands."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "aliases (*) are not used here", event.start_mark)
        return super().compose_node(parent, index)


def _compose(text: str) -> yaml.Node | None:
    """The document's node: by libyaml, ten times faster, and by the loader above for whatever that does not like.

    Faults are then told in one way, with or without libyaml.
    """
    if yaml.__with_libyaml__:
        with suppress(yaml.YAMLError):
            if not any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.CSafeLoader)):
                node: yaml.Node | None = yaml.compose(text, Loader=yaml.CSafeLoader)
                return node
    loader = _Loader(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def read_text(path: Path, problems: list[ContentError]) -> str | None:
    """The text of a file with plain line ends; None and a noted fault if it is not there or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        problems.append(ContentError(str(path), 1, "there is no such file"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problems.append(ContentError(str(path), line, "this is not UTF-8 text"))
    except OSError as error:
        problems.append(ContentError(str(path), 1, f"cannot be read: {error.strerror}"))
    return None


def parse_yaml(text: str, source: Source) -> yaml.MappingNode | None:
    """The keys of a YAML document; None and a noted fault if it is none."""
    try:
        node = _compose(text)
    except yaml.reader.ReaderError as error:
        source.report(text.count("\n", 0, int(error.position)) + 1, "a character that YAML does not allow")
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        source.report(mark.line + 1 if mark else 1, f"not valid YAML: {error.problem or error.context}")
        return None
    if not isinstance(node, yaml.MappingNode):
        source.report(1, "expected keys (name: value) at the top of the file")
        return None
    return node


def plain_value(node: yaml.Node) -> object:
    """What a node says, without its layout; scalars stay text, so that `8` and `"8"` differ by tag only."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): plain_value(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain_value(item) for item in node.value]
    return [node.tag.removeprefix(_TAG), node.value]


class Fields:
    """The keys of one YAML mapping: each getter returns a value of its type, or notes the fault and returns
    an empty one. What was read with faults is never used.
    """

    def __init__(self, node: yaml.MappingNode, source: Source, known: Collection[str]) -> None:
        self.source = source
        self._mark = node.start_mark
        self.line = node.start_mark.line + 1
        self._values: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in self._values:
                source.report(line, f"“{name}” is given twice")
            elif name not in known:
                source.report(line, f"unknown key “{name}”; known are {', '.join(sorted(known))}")
            else:
                self._values[name] = value

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def report(self, reason: str, name: str = "") -> None:
        """Note a fault at the line of key `name`, or of the whole."""
        self.source.report(self.line_of(name), reason)

    def line_of(self, name: str) -> int:
        """The line of the value of `name`, or of the whole if it is not there."""
        return self._values[name].start_mark.line + 1 if name in self._values else self.line

    def text(self, name: str, default: str | None = None) -> str:
        """Text that is not blank; a missing key is a fault unless there is a `default`."""
        node = self._find(name, is_needed=default is None)
        if node is None:
            return default or ""
        if node.tag != _TAG + "str":
            self.report(f"“{name}” must be text, not {_kind(node)}; put it in quotes", name)
            return ""
        if not node.value.strip():
            self.report(f"“{name}” is empty", name)
        return str(node.value).strip()

    def identifier(self, name: str) -> str:
        """A permanent id: lower-case letters, digits and hyphens."""
        value = self.text(name)
        if value and not _ID.match(value):
            self.report(f"“{name}” must be lower-case letters, digits and hyphens, not “{value}”", name)
        return value

    def number(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number from `low` to `high`."""
        node = self._find(name, is_needed=default is None)
        if node is None:
            return default or 0
        if node.tag != _TAG + "int" or not re.fullmatch(r"-?\d+", node.value):
            self.report(f"“{name}” must be a whole number, not {_kind(node)}", name)
            return 0
        value = int(node.value)
        if not low <= value <= high:
            self.report(f"“{name}” must be from {low} to {high}, not {value}", name)
        return value

    def decimal(self, name: str, low: float, high: float) -> float:
        """A number from `low` to `high`, with or without a decimal point."""
        node = self._find(name, is_needed=True)
        if node is None:
            return 0.0
        if node.tag not in (_TAG + "int", _TAG + "float") or not re.fullmatch(r"-?\d+(?:\.\d+)?", node.value):
            self.report(f"“{name}” must be a number, not {_kind(node)}", name)
            return 0.0
        value = float(node.value)
        if not low <= value <= high:
            self.report(f"“{name}” must be from {low} to {high}, not {node.value}", name)
        return value

    def flag(self, name: str, default: bool | None = None) -> bool:
        """True or false."""
        node = self._find(name, is_needed=default is None)
        if node is None:
            return bool(default)
        if node.tag != _TAG + "bool":
            self.report(f"“{name}” must be true or false, not {_kind(node)}", name)
            return False
        return str(node.value).lower() in {"true", "yes", "on"}

    def texts(self, name: str, *, is_needed: bool = True) -> tuple[str, ...]:
        """A list of texts, without blanks and repeats."""
        found: list[str] = []
        for node in self._items(name, is_needed):
            line = node.start_mark.line + 1
            if node.tag != _TAG + "str" or not node.value.strip():
                self.source.report(line, f"each of “{name}” must be text, not {_kind(node)}; put it in quotes")
            elif node.value.strip() in found:
                self.source.report(line, f"“{node.value.strip()}” is given twice in “{name}”")
            else:
                found.append(node.value.strip())
        return tuple(found)

    def rows(self, name: str, known: Collection[str], *, is_needed: bool = True) -> list["Fields"]:
        """A list of mappings."""
        rows = []
        for node in self._items(name, is_needed):
            if isinstance(node, yaml.MappingNode):
                rows.append(Fields(node, self.source, known))
            else:
                self.source.report(node.start_mark.line + 1, f"each of “{name}” must have keys, not {_kind(node)}")
        return rows

    def lists(self, name: str) -> tuple[tuple[str, ...], ...]:
        """A list of lists of texts; not needed."""
        lists = []
        for node in self._items(name, is_needed=False):
            if isinstance(node, yaml.SequenceNode):
                lists.append(tuple(str(item.value) for item in node.value))
            else:
                self.source.report(node.start_mark.line + 1, f"each of “{name}” must be a list, not {_kind(node)}")
        return tuple(lists)

    def section(self, name: str, known: Collection[str]) -> "Fields":
        """A mapping under a key."""
        node = self._find(name, is_needed=True)
        if isinstance(node, yaml.MappingNode):
            return Fields(node, self.source, known)
        if node is not None:
            self.report(f"“{name}” must have keys, not {_kind(node)}", name)
        empty = yaml.MappingNode(_TAG + "map", [], self._mark if node is None else node.start_mark)
        return Fields(empty, self.source, known)

    def _items(self, name: str, is_needed: bool) -> list[yaml.Node]:
        node = self._find(name, is_needed=is_needed)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.report(f"“{name}” must be a list, not {_kind(node)}", name)
            return []
        if is_needed and not node.value:
            self.report(f"“{name}” is empty", name)
        return list(node.value)

    def _find(self, name: str, *, is_needed: bool) -> yaml.Node | None:
        if name not in self._values and is_needed:
            self.report(f"“{name}” is missing")
        return self._values.get(name)


def report_repeats(rows: Iterable[tuple[str, Fields]], what: str) -> None:
    """Note each id that was used before."""
    lines: dict[str, int] = {}
    for identifier, row in rows:
        if identifier in lines:
            row.report(f"{what} “{identifier}” is there already, at line {lines[identifier]}", "id")
        elif identifier:
            lines[identifier] = row.line_of("id") + row.source.offset


def _kind(node: yaml.Node) -> str:
    short = node.tag.removeprefix(_TAG)
    return _KINDS.get(short, short)
