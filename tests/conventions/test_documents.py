"""Documents say what the code has: each setting has its row."""

from dataclasses import fields
from pathlib import Path

import pytest

from lti_tool.config import Settings

OPERATE = Path(__file__).parent.parent.parent / "docs" / "operate.md"


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_each_setting_is_documented(name: str) -> None:
    assert f"| `LTI_TOOL_{name.upper()}` |" in OPERATE.read_text(encoding="utf-8")
