"""`lti-tool content`."""

import os
from pathlib import Path

import click

from lti_tool.cli.group import EXIT_CODE
from lti_tool.config import load_settings
from lti_tool.content.service import check_content, default_content_dir, load_catalogue


@click.group()
def content() -> None:
    """The preparation modules."""


@content.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
def check(folders: tuple[Path, ...]) -> None:
    """Read all modules and name every fault with file and line.

    Without FOLDERS: the modules that come with the tool, and those of LTI_TOOL_CONTENT_DIR.
    """
    found = list(folders) or _default_folders()
    problems = check_content(found)
    for problem in problems:
        click.echo(f"Error: {problem.message}", err=True)
    if problems:
        raise click.exceptions.Exit(EXIT_CODE)
    catalogue = load_catalogue(found)
    for module in catalogue.modules:
        click.echo(f"{module.id}  {module.version_short}  {module.title}")
    click.echo("No faults.")


def _default_folders() -> list[Path]:
    own = load_settings(os.environ).content_dir
    return [default_content_dir()] + ([own] if own else [])
