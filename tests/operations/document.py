"""The command blocks of a document in docs/, by section."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_FENCE = re.compile(r"^```sh ?(?P<tags>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """Commands for a shell; tags say for which database and where they are meant."""

    tags: frozenset[str]
    commands: str

    def is_for(self, database: str) -> bool:
        """Whether it is meant for this kind of database: named, or no kind is named."""
        kinds = self.tags & {"sqlite", "postgresql"}
        return not kinds or database in kinds


def read_blocks(section: str, document: str = "operate.md") -> list[Block]:
    """All blocks of a section, in the order in which a reader meets them."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    (body,) = re.findall(rf"^## {re.escape(section)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    blocks = [Block(frozenset(tags.split()), commands) for tags, commands in _FENCE.findall(body)]
    assert blocks, section
    return blocks
