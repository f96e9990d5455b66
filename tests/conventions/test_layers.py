"""The layer contracts would notice a new package that nobody has placed."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_every_package_has_a_row() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    placed = {name.strip() for layer in layers for name in layer.split("|")} | {"sandbox"}
    packages = {path.parent.name for path in (ROOT / "lti_tool").glob("*/__init__.py")}
    assert packages == placed
