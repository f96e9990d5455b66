"""An operator at the terminal: every command, and one clear line for what goes wrong."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from lti_tool.app.wsgi import make_app
from lti_tool.cli import main
from tests.journeys.terminal import Run, at_head, fails, make_run

RIVERBEND = (
    "--issuer=https://lms.riverbend.example",
    "--client-id=client-1",
    "--auth-url=https://lms.riverbend.example/auth",
    "--token-url=https://lms.riverbend.example/token",
    "--jwks-url=https://lms.riverbend.example/jwks",
)


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Iterator[Run]:
    """Runs commands on a database at the head."""
    with at_head(database_url):
        yield make_run(tmp_path, LTI_TOOL_DATABASE_URL=database_url)


def test_help_imports_no_command() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    for name in (
        "serve",
        "worker",
        "demo",
        "db",
        "platform",
        "registration-link",
        "keys",
        "content",
        "staff",
        "passback",
        "purge",
    ):
        assert f"  {name} " in result.output


def test_unknown_command() -> None:
    result = CliRunner().invoke(main, ["serv"], prog_name="lti-tool")
    fails(result, "No such command 'serv'", "lti-tool --help")


def test_a_new_database(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    fails(run("platform", "list"), "lti-tool db upgrade")
    assert run("db", "upgrade").stdout == "The database is up to date.\n"
    assert run("db", "upgrade").exit_code == 0
    assert "No platform is registered" in run("platform", "list").stdout


def test_settings_that_are_wrong(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    fails(run("db", "upgrade", LTI_TOOL_BASE_URL="prep.example.edu"), "LTI_TOOL_BASE_URL")
    fails(run("keys", "list", LTI_TOOL_SECRET="x"), "LTI_TOOL_SECRET is not a setting")
    fails(run("db", "upgrade", LTI_TOOL_DATABASE_URL="postgresql://127.0.0.1:1/none"), "LTI_TOOL_DATABASE_URL")
    (tmp_path / "file").touch()
    fails(run("db", "upgrade", LTI_TOOL_INSTANCE_DIR=str(tmp_path / "file" / "x")), "cannot be made")


def test_a_platform_by_hand(run: Run) -> None:
    added = run(
        "platform", "add", *RIVERBEND, "--deployment-id=1", "--deployment-id=2", "--family=moodle", "--name=Riverbend"
    )
    assert added.exit_code == 0
    assert "Platform 1 (Riverbend) is registered." in added.stdout
    assert "https://prep.example.edu/lti/login" in added.stdout
    again = run("platform", "add", *RIVERBEND, "--name=Riverbend LMS")
    assert "Platform 1 (Riverbend LMS)" in again.stdout
    listed = run("platform", "list").stdout.splitlines()
    assert len(listed) == 2
    assert "https://lms.riverbend.example" in listed[1]
    shown = run("platform", "show", "1").stdout
    assert "1 (accepted)" in shown
    assert "2 (accepted)" in shown
    assert "https://prep.example.edu/lti/jwks.json" in shown


def test_switching_a_platform(run: Run) -> None:
    run("platform", "add", *RIVERBEND)
    assert "is disabled" in run("platform", "disable", "1").stdout
    assert "disabled" in run("platform", "list").stdout
    assert "is active" in run("platform", "enable", "1").stdout
    run("platform", "disable", "1")
    again = run("platform", "add", *RIVERBEND).stdout
    assert "stays switched off" in again
    assert "lti-tool platform enable 1" in again
    assert "disabled" in run("platform", "list").stdout
    fails(run("platform", "disable", "9"), "no platform 9", "platform list")
    fails(run("platform", "show", "9"), "no platform 9")


def test_a_second_client_of_an_lms(run: Run) -> None:
    first = run("platform", "add", *RIVERBEND).stdout
    second = run("platform", "add", *RIVERBEND, "--client-id=client-2")
    assert second.exit_code == 0
    assert "registered already (platform 1)" in second.stdout
    assert "stay with the registration" in second.stdout
    updated = run("platform", "add", *RIVERBEND, "--client-id=client-2").stdout
    for quiet in (first, updated):
        assert "registered already" not in quiet
        assert "switched off" not in quiet


def test_platforms_that_are_refused(run: Run) -> None:
    fails(run("platform", "add", *RIVERBEND[:-1], "--jwks-url=http://lms.example/jwks"), "https://")
    fails(run("platform", "add", *RIVERBEND[:-1], "--jwks-url=https://prep.example.edu/jwks"), "own origin")
    run("platform", "add", *RIVERBEND, "--institution=Riverbend University")
    fails(run("platform", "add", *RIVERBEND, "--institution=Hill College"), "another institution")
    fails(run("platform", "add"), "--issuer")
    fails(run("platform", "show", "one"), "'one'")
    fails(run("--verbose"), "--verbose")
    assert "Usage: main platform" in run("platform").output


def test_accepting_a_deployment(run: Run) -> None:
    run("platform", "add", *RIVERBEND, "--deployment-id=9:abc")
    assert "is accepted" in run("platform", "accept-deployment", "1", "9:abc").stdout
    fails(run("platform", "accept-deployment", "1", "10:abc"), "'10:abc'", "platform show")


def test_a_registration_link(run: Run) -> None:
    fails(run("registration-link"), "--institution", "None is known yet")
    made = run("registration-link", "--institution", "Riverbend University", "--days", "2")
    assert made.exit_code == 0
    assert made.stdout.startswith("https://prep.example.edu/lti/register/")
    assert made.stdout.count("\n") == 1
    assert "For Riverbend University, once" in made.stderr
    # The only institution need not be named.
    assert run("registration-link").exit_code == 0
    run("registration-link", "--institution", "Hill College")
    fails(run("registration-link"), "Hill College, Riverbend University")


def test_keys(run: Run) -> None:
    first = run("keys", "list").stdout.splitlines()
    assert [line.split()[0] for line in first] == ["STATE", "current", "next"]
    fails(run("keys", "rotate"), "less than a day", "--force")
    replaced = run("keys", "rotate", "--force").stdout
    assert first[1].split()[1] not in replaced
    assert first[2].split()[1] not in replaced
    last = run("keys", "list").stdout.splitlines()
    assert [line.split()[0] for line in last] == ["STATE", "current", "next", "withdrawn", "withdrawn"]


def test_keys_after_the_secret_is_lost(run: Run) -> None:
    run("keys", "list")
    other = {"LTI_TOOL_SECRET_KEY": "another-secret-for-tests-0123456789abcdef"}
    fails(run("keys", "rotate", **other), "LTI_TOOL_SECRET_KEY")
    assert run("keys", "rotate", "--force", **other).exit_code == 0
    fails(run("keys", "rotate", **other), "less than a day")


def test_keys_rotate_once_the_next_is_known(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run("keys", "list").stdout.splitlines()
    monkeypatch.setattr("lti_tool.cli.keys._ANNOUNCED", timedelta(0))
    assert first[2].split()[1] in run("keys", "rotate").stdout
    last = run("keys", "list").stdout.splitlines()
    assert [line.split()[0] for line in last] == ["STATE", "current", "next", "retired"]


def test_staff_grants(run: Run) -> None:
    fails(run("staff", "grant", "--label", "Helena"), "--institution")
    assert "no staff grants" in run("staff", "list").stdout
    run("registration-link", "--institution", "Riverbend University")
    granted = run("staff", "grant", "--label", "Helena Marsh, career office")
    assert granted.exit_code == 0
    assert len(granted.stdout.strip()) == 19
    assert "Grant 1 at Riverbend University" in granted.stderr
    assert "code waits" in run("staff", "list").stdout
    assert "is revoked" in run("staff", "revoke", "1").stdout
    assert "revoked" in run("staff", "list").stdout
    fails(run("staff", "revoke", "7"), "no staff grant 7")
    fails(run("staff", "grant", "--label", "x", "--institution", "Hill"), "'Hill'", "Riverbend University")


def test_content_check(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    good = run("content", "check")
    assert good.exit_code == 0
    assert good.stdout.endswith("No faults.\n")
    assert "expectations" in good.stdout
    (tmp_path / "mine" / "resume").mkdir(parents=True)
    (tmp_path / "mine" / "resume" / "module.yaml").write_text("id: [", encoding="utf-8")
    bad = run("content", "check", str(tmp_path / "mine"))
    assert bad.exit_code == 2
    assert "module.yaml:" in bad.stderr
    assert run("content", "check", LTI_TOOL_CONTENT_DIR=str(tmp_path / "mine")).exit_code == 2


def test_one_round_of_the_worker(run: Run) -> None:
    result = run("worker", "--once")
    assert result.exit_code == 0
    assert "0 delivered, 0 left as changed in the gradebook, 0 waiting, 0 need somebody." in result.stdout


def test_a_worker_without_tables(tmp_path: Path) -> None:
    fails(make_run(tmp_path)("worker", "--once"), "lti-tool db upgrade")


def test_a_bug_stays_visible(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr("lti_tool.registration.queries.list_registrations", broken)
    with pytest.raises(KeyError, match="a bug"):
        run("platform", "list")


def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", "from lti_tool.cli import main; main()", "content", "check"],
        env=os.environ | {"LTI_TOOL_INSTANCE_DIR": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr as errors:
        assert errors.read() == b""
    assert process.wait(timeout=60) == 1


def test_the_app_of_the_environment(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    monkeypatch.setenv("LTI_TOOL_INSTANCE_DIR", str(tmp_path))
    monkeypatch.setenv("LTI_TOOL_DATABASE_URL", database_url)
    app = make_app()
    assert app.test_client().get("/healthz").status_code == 200
    app.extensions["lti_tool"].engine.dispose()
