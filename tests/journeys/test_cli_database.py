"""An operator looks after the database: upgrade, backup, restore, a newer version, a new secret."""

import errno
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from lti_tool.registration import keys
from tests.journeys.terminal import Run, at_head, fails, make_run

ANOTHER = "another-secret-for-tests-0123456789abcdef"
SECRET = "a-secret-for-tests-only-0123456789abcdef"


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Iterator[Run]:
    with at_head(database_url):
        yield make_run(tmp_path, LTI_TOOL_DATABASE_URL=database_url)


@pytest.fixture
def sqlite(tmp_path: Path) -> Run:
    """A tool with its database in the instance folder."""
    run = make_run(tmp_path)
    assert run("db", "upgrade").exit_code == 0
    return run


def test_a_backup_is_one_whole_private_file(sqlite: Run, tmp_path: Path) -> None:
    sqlite("keys", "list")
    copy = tmp_path / "tool-backup.db"
    made = sqlite("db", "backup", str(copy))
    assert made.exit_code == 0
    assert "Keep the secret with it" in made.stdout
    assert copy.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["instance", "tool-backup.db"]
    with sqlite3.connect(copy) as opened:
        assert opened.execute("SELECT count(*) FROM tool_key").fetchone() == (2,)
        assert opened.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    opened.close()
    elsewhere = make_run(tmp_path / "elsewhere")
    assert "is restored" in elsewhere("db", "restore", str(copy)).stdout
    assert elsewhere("db", "upgrade").exit_code == 0
    assert elsewhere("keys", "list").stdout == sqlite("keys", "list").stdout
    assert "sealed with the present secret already" in elsewhere("keys", "reseal").stdout


def test_a_backup_where_files_have_one_name_only(sqlite: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    copy = tmp_path / "copy.db"
    assert sqlite("db", "backup", str(copy)).exit_code == 0
    assert copy.stat().st_mode & 0o077 == 0
    assert copy.stat().st_size > 0
    fails(sqlite("db", "backup", str(copy)), "exists already", "Nothing was written")
    assert make_run(tmp_path / "elsewhere")("db", "restore", str(copy)).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "elsewhere", "instance"]


def test_a_backup_that_cannot_get_its_name_leaves_nothing(
    sqlite: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "link", refuse)
    copy = tmp_path / "copy.db"
    fails(sqlite("db", "backup", str(copy)), "cannot be written")
    assert not copy.exists()


def test_the_log_of_a_former_database_is_not_played_into_a_restored_one(sqlite: Run, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert sqlite("db", "backup", str(copy)).exit_code == 0
    elsewhere = make_run(tmp_path / "elsewhere")
    log = tmp_path / "elsewhere" / "instance" / "lti_tool.db-wal"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(b"what a killed server left")
    fails(elsewhere("db", "restore", str(copy)), "lti_tool.db-wal exists already")
    log.unlink()
    assert elsewhere("db", "restore", str(copy)).exit_code == 0


def test_backups_that_are_refused(sqlite: Run, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert sqlite("db", "backup", str(copy)).exit_code == 0
    fails(sqlite("db", "backup", str(copy)), "exists already", "Nothing was written")
    fails(sqlite("db", "backup", str(tmp_path / "none" / "copy.db")), "cannot be written")
    fails(sqlite("db", "backup"), "FILE")
    fails(make_run(tmp_path / "bare")("db", "backup", str(tmp_path / "x.db")), "no database at")
    fails(sqlite("db", "restore", str(copy)), "exists already")
    elsewhere = make_run(tmp_path / "elsewhere")
    fails(elsewhere("db", "restore", str(tmp_path / "nothing.db")), "There is no file")
    (tmp_path / "letter.txt").write_text("Dear operator, this is no database at all. " * 100)
    fails(elsewhere("db", "restore", str(tmp_path / "letter.txt")), "cannot be copied")
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE t (x)").connection.close()
    fails(elsewhere("db", "restore", str(tmp_path / "other.db")), "not a database of this tool")
    damaged = bytearray(copy.read_bytes())
    damaged[8192:40960] = os.urandom(32768)
    (tmp_path / "damaged.db").write_bytes(damaged)
    fails(elsewhere("db", "restore", str(tmp_path / "damaged.db")), "damaged.db")
    assert not (tmp_path / "elsewhere" / "instance" / "lti_tool.db").exists()


def test_backups_of_postgresql_are_its_own(tmp_path: Path) -> None:
    server = make_run(tmp_path, LTI_TOOL_DATABASE_URL="postgresql://127.0.0.1:1/none")
    fails(server("db", "backup", str(tmp_path / "x")), "pg_dump", "docs/operate.md")
    fails(server("db", "restore", str(tmp_path / "x")), "pg_restore")


def test_a_database_of_a_newer_version(run: Run, database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    for arguments in (("db", "upgrade"), ("worker", "--once"), ("passback", "list"), ("purge",), ("keys", "list")):
        fails(run(*arguments), "newer version of the tool", "backup")


def test_two_upgrades_at_once(tmp_path: Path, postgres_database: str) -> None:
    name = postgres_database.rsplit("/", 1)[1] + "_twice"
    admin = create_engine(postgres_database, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    server = postgres_database.replace("postgresql+psycopg://", "postgresql://").rsplit("/", 1)[0]
    for url in (f"{server}/{name}", f"sqlite:///{tmp_path / 'twice.db'}"):
        environ = os.environ | {"LTI_TOOL_DATABASE_URL": url, "LTI_TOOL_INSTANCE_DIR": str(tmp_path / "instance")}
        both = [
            subprocess.Popen(
                [sys.executable, "-c", "from lti_tool.cli import main; main()", "db", "upgrade"],
                env=environ,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        for process in both:
            printed, errors = process.communicate(timeout=120)
            assert process.returncode == 0, errors
            assert printed == "The database is up to date.\n"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def test_a_new_secret(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    before = run("keys", "list").stdout
    # Each command is a process of its own in real life: nothing parsed is left.
    monkeypatch.setattr(keys, "_parsed", {})
    fails(run("keys", "reseal", LTI_TOOL_SECRET_KEY=ANOTHER), "LTI_TOOL_PREVIOUS_SECRET_KEYS")
    both = {"LTI_TOOL_SECRET_KEY": ANOTHER, "LTI_TOOL_PREVIOUS_SECRET_KEYS": SECRET}
    assert run("keys", "reseal", **both).stdout.startswith("2 keys are sealed with the present secret now.")
    assert "already" in run("keys", "reseal", LTI_TOOL_SECRET_KEY=ANOTHER).stdout
    assert run("keys", "list", LTI_TOOL_SECRET_KEY=ANOTHER).stdout == before
    fails(run("keys", "reseal"), "is not the one that sealed")
