"""`lti-tool content`."""

import os
from pathlib import Path

import click

from lti_tool.assessment.session import content_folders
from lti_tool.cli.group import EXIT_CODE
from lti_tool.config import load_settings
from lti_tool.content.service import RUBRICS, check_content, load_catalogue
from lti_tool.rubrics.rules import list_criteria
from lti_tool.rubrics.service import read_rubrics


@click.group()
def content() -> None:
    """The preparation modules."""


@content.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
def check(folders: tuple[Path, ...]) -> None:
    """Read all modules and rubrics and name every fault with file and line.

    Without FOLDERS: the modules that come with the tool, and those of LTI_TOOL_CONTENT_DIR. Rubrics are read from
    the tool's own and from the folder `rubrics` in each of them.
    """
    modules, places = content_folders(None if folders else load_settings(os.environ).content_dir)
    if folders:
        modules, places = folders, (*places, *(folder / RUBRICS for folder in folders))
    rubrics, problems = read_rubrics(places)
    problems += check_content(modules, criteria=list_criteria(rubrics))
    for problem in problems:
        click.echo(f"Error: {problem.message}", err=True)
    if problems:
        raise click.exceptions.Exit(EXIT_CODE)
    catalogue = load_catalogue(modules)
    for module in catalogue.modules:
        click.echo(f"{module.id}  {module.version_short}  {module.title}")
    click.echo("No faults.")
