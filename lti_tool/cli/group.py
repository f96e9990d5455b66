"""The group of all commands: imports them late, and makes one line of every expected error."""

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, NoReturn

import click

# For wrong use and wrong settings alike, as click itself has it.
EXIT_CODE = 2


class LazyGroup(click.Group):
    """A group whose commands are named as `module:attribute` with a line of help."""

    def __init__(self, *args: Any, commands_at: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._commands_at = commands_at

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the list."""
        return list(self._commands_at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command; None for an unknown name."""
        if cmd_name not in self._commands_at:
            return None
        module, _, attribute = self._commands_at[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their line of help, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in self._commands_at.items()])

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the options before the command; wrong ones become one line."""
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            _stop_with_usage(error)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an expected error becomes one line on standard error."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _stop_quietly()
        except click.UsageError as error:
            _stop_with_usage(error)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            words = _explain(error)
            if words is None:
                raise
            click.echo(f"Error: {words}", err=True)
            raise click.exceptions.Exit(EXIT_CODE) from None


def _stop_with_usage(error: click.UsageError) -> NoReturn:
    """One line on what was typed wrongly; a command without any arguments shows its help, as click has it."""
    if type(error).__name__ == "NoArgsIsHelpError":
        raise error
    where = f" See `{error.ctx.command_path} --help`." if error.ctx else ""
    click.echo(f"Error: {' '.join(error.format_message().split())}{where}", err=True)
    raise click.exceptions.Exit(EXIT_CODE) from None


def _explain(error: Exception) -> str | None:
    """One line on an error that an operator can do something about; None for a bug of ours."""
    from sqlalchemy.exc import OperationalError, ProgrammingError

    from lti_tool.errors import ToolError

    if isinstance(error, ToolError):
        return " ".join((error.message or error.reason).split())
    if isinstance(error, OperationalError | ProgrammingError):
        why = str(error.orig).strip().splitlines()[0]
        return f"The database cannot be used: {why}. Check LTI_TOOL_DATABASE_URL and run `lti-tool db upgrade`."
    return None


def _stop_quietly() -> NoReturn:
    # The reader of our output has gone (`| head`): Python would complain once more at its exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise click.exceptions.Exit(1) from None
