"""An operator's terminal for tests of the command line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from lti_tool.app.migrations import make_config
from lti_tool.cli import main

Run = Callable[..., Result]


def make_run(tmp_path: Path, **environ: str) -> Run:
    """Runs commands with these settings; more may be given for one run."""
    env = {
        "LTI_TOOL_INSTANCE_DIR": str(tmp_path / "instance"),
        "LTI_TOOL_SECRET_KEY": "a-secret-for-tests-only-0123456789abcdef",
        "LTI_TOOL_BASE_URL": "https://prep.example.edu",
    }

    def run(*arguments: str, **more: str) -> Result:
        return CliRunner().invoke(main, arguments, env=env | environ | more, catch_exceptions=False)

    return run


@contextmanager
def at_head(database_url: str) -> Iterator[None]:
    """While it lasts, commands find the schema of a database whose tables stand at the head."""
    command.stamp(make_config(database_url), "head")
    yield
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    engine.dispose()


def fails(result: Result, *words: str) -> None:
    """Exit code 2 and one line that says all of these."""
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    for word in words:
        assert word in result.stderr
