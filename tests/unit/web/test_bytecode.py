"""Compiled templates that are kept between starts."""

from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from lti_tool.web.bytecode import KeptBytecode


def render(folder: Path, source: str, language: str = "en") -> str:
    environment = Environment(autoescape=True, loader=DictLoader({"page": source}), bytecode_cache=KeptBytecode(folder))
    environment.language = language  # type: ignore[attr-defined] # as the app's own has it
    return environment.get_template("page").render(name="Zoë")


def test_a_second_start_reads_what_the_first_compiled(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "templates"
    assert render(folder, "Hello {{ name }}") == "Hello Zoë"
    (kept,) = folder.iterdir()
    before = kept.stat().st_mtime_ns
    assert render(folder, "Hello {{ name }}") == "Hello Zoë"
    assert kept.stat().st_mtime_ns == before
    assert folder.stat().st_mode & 0o077 == 0


def test_a_changed_template_is_compiled_anew(tmp_path: Path) -> None:
    render(tmp_path, "Hello {{ name }}")
    assert render(tmp_path, "Good morning, {{ name }}") == "Good morning, Zoë"
    assert len(list(tmp_path.iterdir())) == 1


def test_each_language_keeps_its_own(tmp_path: Path) -> None:
    render(tmp_path, "Hello {{ name }}")
    render(tmp_path, "Hello {{ name }}", "es")
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("place", ["file/templates", "file"])
def test_a_folder_that_cannot_be_written_only_costs_the_time(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert render(tmp_path / place, "Hello {{ name }}") == "Hello Zoë"


def test_a_damaged_file_is_compiled_over(tmp_path: Path) -> None:
    render(tmp_path, "Hello {{ name }}")
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(b"damaged")
    assert render(tmp_path, "Hello {{ name }}") == "Hello Zoë"
    assert kept.read_bytes() != b"damaged"
