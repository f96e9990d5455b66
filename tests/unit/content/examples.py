"""The examples of modules/README.md and rubrics/README.md as files."""

import re
from collections.abc import Mapping
from pathlib import Path

from lti_tool.rubrics.catalog import Rubric
from lti_tool.rubrics.service import load_rubrics

ROOT = Path(__file__).resolve().parents[3]
_FENCE = re.compile(r"^```(?:yaml|markdown) (?P<name>\S+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def write_examples(document: Path, folder: Path) -> None:
    """The blocks of a document as the files that they are parts of."""
    blocks = _FENCE.findall(document.read_text(encoding="utf-8"))
    assert blocks
    for name, body in blocks:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(before + body, encoding="utf-8")


def write_example_module(root: Path) -> Mapping[str, Rubric]:
    """The module in `root/modules/greetings` and its rubric in `root/rubrics`; the rubrics."""
    folder = root / "modules" / "greetings"
    write_examples(ROOT / "modules" / "README.md", folder)
    activities = folder / "activities.yaml"
    activities.write_text("activities:\n" + activities.read_text(encoding="utf-8"), encoding="utf-8")
    write_examples(ROOT / "rubrics" / "README.md", root / "rubrics")
    return load_rubrics([root / "rubrics"])
