"""Contracts of files: kinds, sizes, words that must not appear."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "lti_tool"
KINDS = {
    "admin": set(),
    "artefacts": {"marks", "reader", "words"},
    "assessment": {"session"},
    "app": {"blueprints", "factory", "health", "migrations", "serving", "tables", "warming", "wsgi"},
    "cli": None,  # a file for each command
    "config": {"settings"},
    "clock": set(),
    "db": {"base", "engine", "statements"},
    "documents": {"digest", "drawing", "frontmatter", "markdown", "nodes"},
    "errors": set(),
    "launch": {"oidc", "canvas", "registration", "deep_linking", "messages"},
    "lti": {"claims", "messages", "roles", "scopes"},
    "outbound": {"asking", "resolving", "session", "transport", "turns"},
    "passback": {"ags", "worker"},
    "registration": {"keys", "connector"},
    "roster": {"nrps", "worker"},
    "rubrics": set(),
    "telemetry": {"logs", "metrics"},
    "web": {
        "bytecode",
        "cookies",
        "errors",
        "fragments",
        "guard",
        "headers",
        "language",
        "limits",
        "messages",
        "pages",
        "phrases",
        "purge",
        "session",
    },
}
COMMON = {"__init__", "views", "forms", "service", "queries", "models", "rules", "catalog", "messages"}
FORBIDDEN_NAMES = re.compile(r"(^|_)(utils?|helpers?|managers?|handlers?|misc|common)($|_)")
MAX_LINES = 350


def source_files() -> list[Path]:
    return [path for path in PACKAGE.rglob("*.py") if "_data" not in path.parts]


@pytest.mark.parametrize("path", source_files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_ends(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_no_drawers() -> None:
    drawers = [str(path.relative_to(ROOT)) for path in source_files() if FORBIDDEN_NAMES.search(path.stem)]
    assert drawers == []


def test_files_are_of_a_known_kind() -> None:
    strangers = []
    for path in source_files():
        package, *rest = path.relative_to(PACKAGE).parts
        if package in ("sandbox", "__init__.py") or not rest:
            continue
        own = KINDS.get(package, set())
        if own is None:
            continue
        if Path(rest[0]).stem not in COMMON | own:
            strangers.append(str(path.relative_to(ROOT)))
    assert strangers == []


def test_no_machine_path_and_no_registry_stands_in_the_repository() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    ).stdout.split("\n")
    forbidden = re.compile(
        "|".join(["/wo" + "rk/", "/ro" + "ot/", "--index" + "-url", "pypi" + r"\.org", "registry" + r"\.npmjs"])
    )
    found = []
    for name in filter(None, listed):
        path = ROOT / name
        if not path.is_file() or path.suffix in (".png", ".woff2", ".ico"):
            continue
        if forbidden.search(path.read_text(encoding="utf-8", errors="replace")):
            found.append(name)
    assert found == []
