"""The wheel works outside of the checkout, installed by the steps of the Dockerfile."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.xdist_group("packaging")


def run(*command: str, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the files that git knows."""
    source = tmp_path_factory.mktemp("source")
    for name in run("git", "ls-files", cwd=ROOT).splitlines():
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, source / name)
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist", cwd=source)
    return next((source / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a clean environment with the locked dependencies and the wheel."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    lock = str(ROOT / "requirements" / "runtime.txt")
    run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", lock, cwd=folder)
    run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", str(wheel), cwd=folder)
    return folder / "bin"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("LTI_TOOL_", "PYTHON", "COV"))}
    return {**keep, "LTI_TOOL_INSTANCE_DIR": str(tmp_path / "instance")}


def test_the_wheel_carries_content_and_migrations(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for part in (
        "_data/modules/expectations/module.yaml",
        "_data/modules/goals/images/woop.svg",
        "_data/migrations/env.py",
        "content/scaffold/module/module.yaml",
        "web/static/css/tool.css",
    ):
        assert f"lti_tool/{part}" in names
    assert not [name for name in names if name.startswith("tests/")]


def test_it_runs_outside_of_the_checkout(installed: Path, environ: dict[str, str], tmp_path: Path) -> None:
    tool = str(installed / "lti-tool")
    run(tool, "db", "upgrade", cwd=tmp_path, env=environ)
    run(tool, "content", "check", cwd=tmp_path, env=environ)
    run(tool, "content", "new", "first-steps", "--folder", "mine", cwd=tmp_path, env=environ)
    assert "First steps" in run(tool, "content", "check", "mine", cwd=tmp_path, env=environ)
    run(tool, "worker", "--once", cwd=tmp_path, env=environ)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([tool, "serve", "--port", str(port)], cwd=tmp_path, env=environ)
    try:
        assert wait_for(f"http://127.0.0.1:{port}/readyz") == 200
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(url: str) -> int:
    for _ in range(150):
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return int(answer.status)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    return 0


def test_the_image_does_the_steps_that_this_test_does() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"pip install .*--require-hashes -r requirements/runtime.txt", lines)
    assert re.search(r"hatchling build -t wheel", lines)
    assert re.search(r"pip install .*--no-deps /src/dist/", lines)
    assert "USER lti-tool" in lines
    assert "HEALTHCHECK" in lines
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", lines, flags=re.MULTILINE)
    for name in " ".join(copied).split():
        assert (ROOT / name).exists(), name
