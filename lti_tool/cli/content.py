"""`lti-tool content`."""

import os
from pathlib import Path

import click

from lti_tool.assessment.session import content_folders
from lti_tool.cli.group import EXIT_CODE
from lti_tool.config import load_settings
from lti_tool.content.service import RUBRICS, check_content, load_catalogue, review_content
from lti_tool.errors import ContentError
from lti_tool.rubrics.rules import list_criteria
from lti_tool.rubrics.service import read_rubrics, review_rubrics


@click.group()
def content() -> None:
    """The preparation modules."""


@content.command()
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
def check(folders: tuple[Path, ...]) -> None:
    """Read all modules and rubrics; name every fault with file and line, and what to do about it.

    Without FOLDERS: the modules that come with the tool, and those of LTI_TOOL_CONTENT_DIR. With FOLDERS: as if they
    were laid over the tool's own, one after the other. Rubrics stand in the folder `rubrics` of each of them.

    Errors end with exit code 2. Warnings are advice: reading level of a lesson, few words, what nothing uses.
    """
    modules, places = content_folders(None if folders else load_settings(os.environ).content_dir)
    if folders:
        modules, places = (*modules, *folders), (*places, *(folder / RUBRICS for folder in folders))
    rubrics, errors = read_rubrics(places)
    criteria = list_criteria(rubrics)
    errors += check_content(modules, criteria=criteria)
    warnings: list[ContentError] = []
    for faults, advice in (review_rubrics(places), review_content(modules, criteria=criteria)):
        errors += faults
        warnings += advice
    for word, found in (("Error", errors), ("Warning", warnings)):
        for problem in found:
            click.echo(f"{word}: {problem.message}", err=True)
    if errors:
        raise click.exceptions.Exit(EXIT_CODE)
    for module in load_catalogue(modules).modules:
        click.echo(f"{module.id}  {module.version_short}  {module.title}")
    click.echo(f"No faults, {len(warnings)} warnings." if warnings else "No faults.")
