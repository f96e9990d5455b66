"""The commands that run until they are stopped, as processes of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

_START = "from lti_tool.cli import main; main()"
# As on macOS, and with Python from 3.14 on.
_SPAWNING = f"import multiprocessing; multiprocessing.set_start_method('spawn'); {_START}"
_PATIENCE = 60


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A tool with its tables made."""
    instance = tmp_path_factory.mktemp("serve") / "instance"
    environ = {key: value for key, value in os.environ.items() if not key.startswith("LTI_TOOL_")} | {
        "LTI_TOOL_INSTANCE_DIR": str(instance),
        "LTI_TOOL_LOG_FORMAT": "text",
        "LTI_TOOL_METRICS_TOKEN": "the-token-of-the-collector",
    }
    made = subprocess.run(
        [sys.executable, "-c", _START, "db", "upgrade"], env=environ, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    return environ


@pytest.fixture
def port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def start(environ: dict[str, str], *arguments: str, program: str = _START) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def stop(process: subprocess.Popen[str]) -> tuple[int, str]:
    process.send_signal(signal.SIGTERM)
    try:
        _, errors = process.communicate(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        _, errors = process.communicate()
    return process.returncode, errors


def get(url: str, **headers: str) -> tuple[int, str]:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def test_serve_where_processes_start_empty(environ: dict[str, str], port: int) -> None:
    process = start(environ, "serve", "--port", str(port), program=_SPAWNING)
    try:
        assert get(f"http://127.0.0.1:{port}/healthz")[0] == 200
    finally:
        code, errors = stop(process)
    assert code == 0, errors


@pytest.mark.parametrize("workers", ["1", "2"])
def test_serve(environ: dict[str, str], port: int, workers: str) -> None:
    process = start(environ, "serve", "--port", str(port), "--workers", workers)
    try:
        assert get(f"http://127.0.0.1:{port}/readyz")[0] == 200
        status, page = get(f"http://127.0.0.1:{port}/lti/canvas.json")
        assert status == 200
        assert "http://localhost:8000/lti/login" in page
        assert get(f"http://127.0.0.1:{port}/nothing")[0] == 404
        assert get(f"http://127.0.0.1:{port}/lti/launch")[0] == 405
        assert get(f"http://127.0.0.1:{port}/metrics")[0] == 404
        # Whichever process answers knows the numbers of all.
        for _ in range(4):
            metrics = get(f"http://127.0.0.1:{port}/metrics", Authorization="Bearer the-token-of-the-collector")[1]
            assert 'lti_tool_launches_total{reason="launch_by_get",verdict="refused"} 1.0' in metrics
            assert 'endpoint="canvas.show_configuration",method="GET",status="200"} 1.0' in metrics
    finally:
        code, errors = stop(process)
    assert code == 0, errors
    assert "Traceback" not in errors
    # Addresses hold visits.
    assert "/lti/canvas.json" not in errors


def test_worker_ends_when_asked(environ: dict[str, str]) -> None:
    process = start(environ, "worker")
    assert process.stdout is not None
    greeting = process.stdout.readline()
    code, errors = stop(process)
    assert greeting == "Sending scores as they come. Stop with Ctrl-C.\n", errors
    assert code == 0, errors
    assert "Traceback" not in errors


def run(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _START, *arguments],
        env=environ,
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )


def fail(environ: dict[str, str], *arguments: str, **more: str) -> str:
    result = run(environ | more, *arguments)
    assert result.returncode == 2, result.stderr
    return result.stderr


def test_serve_refuses_what_is_wrong(environ: dict[str, str], tmp_path: Path, port: int) -> None:
    old = fail(environ, "serve", LTI_TOOL_INSTANCE_DIR=str(tmp_path / "empty"))
    assert old == "Error: The database is not up to date. Run `lti-tool db upgrade`.\n"
    platform = ("--client-id=1", "--token-url=https://t.example/token", "--jwks-url=https://t.example/jwks")
    addresses = ("--issuer=https://lms.riverbend.example", "--auth-url=https://sso.riverbend.example/auth")
    own = environ | {"LTI_TOOL_INSTANCE_DIR": str(tmp_path / "own")}
    for arguments in (("db", "upgrade"), ("platform", "add", *addresses, *platform)):
        assert run(own, *arguments).returncode == 0
    for base in ("https://lms.riverbend.example", "https://sso.riverbend.example:443"):
        same = fail(own, "serve", "--port", str(port), LTI_TOOL_BASE_URL=base)
        assert same.startswith(f"Error: LTI_TOOL_BASE_URL ({base.removesuffix(':443')}) is the origin of platform 1")
        assert same.count("\n") == 1
    (tmp_path / "mine" / "resume").mkdir(parents=True)
    (tmp_path / "mine" / "resume" / "module.yaml").write_text("id: [", encoding="utf-8")
    bad = fail(environ, "serve", LTI_TOOL_CONTENT_DIR=str(tmp_path / "mine"))
    assert bad.startswith("Error: ")
    assert "module.yaml:" in bad
    assert bad.count("\n") == 1
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        busy = fail(environ, "serve", "--port", str(port))
    assert f"Error: Cannot listen on 127.0.0.1:{port}" in busy
    assert "Traceback" not in busy
