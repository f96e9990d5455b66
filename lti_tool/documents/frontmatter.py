"""Markdown files that begin with YAML between two lines of three hyphens."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from lti_tool.documents.nodes import Fields, Source, parse_yaml, plain_value, read_text
from lti_tool.errors import ContentError

_FENCE = "---\n"


@dataclass(frozen=True, slots=True)
class Page:
    """A Markdown file: its keys, its text, the line where the text begins, and both as plain data."""

    fields: Fields
    text: str
    line: int
    source: Source
    plain: object


def read_page(path: Path, known: Collection[str], problems: list[ContentError]) -> Page | None:
    """A Markdown file with its keys; None and noted faults if it cannot be read."""
    text = read_text(path, problems)
    if text is None:
        return None
    end = text.find("\n" + _FENCE, len(_FENCE) - 1)
    if not text.startswith(_FENCE) or end < 0:
        problems.append(ContentError(str(path), 1, "expected keys between two lines of --- at the top"))
        return None
    head, body = text[len(_FENCE) : end + 1], text[end + 1 + len(_FENCE) :]
    node = parse_yaml(head, Source(str(path), problems, offset=1))
    if node is None:
        return None
    line = text.count("\n", 0, end + 1) + 2
    if not body.strip():
        problems.append(ContentError(str(path), line, "there is no text"))
    fields = Fields(node, Source(str(path), problems, offset=1), known)
    return Page(fields, body, line, Source(str(path), problems), {"keys": plain_value(node), "text": body})
