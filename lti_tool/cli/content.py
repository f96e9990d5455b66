"""`lti-tool content`."""

import os
from pathlib import Path

import click

from lti_tool.assessment.session import content_folders
from lti_tool.cli.group import EXIT_CODE
from lti_tool.config import load_settings
from lti_tool.content.service import RUBRICS, check_content, default_content_dir, load_catalogue, review_content
from lti_tool.content.service.scaffold import title_from, write_module
from lti_tool.errors import ContentError, SettingError
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
    count = f", {len(warnings)} warning{'s' if len(warnings) > 1 else ''}" if warnings else ""
    click.echo(f"No faults{count}.")


@content.command()
@click.argument("slug")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Instead of LTI_TOOL_CONTENT_DIR.")
@click.option("--title", help="What students read. [default: from SLUG]")
@click.option("--order", type=click.IntRange(0, 1000), default=100, show_default=True, help="Its place among modules.")
def new(slug: str, folder: Path | None, title: str | None, order: int) -> None:
    """Write a new module SLUG: a small one that works, with a rubric, to be changed part by part.

    Nothing that exists is touched.
    """
    # The folder may be one that is still to be made.
    own = folder or (Path(named) if (named := os.environ.get("LTI_TOOL_CONTENT_DIR")) else None)
    if own is None:
        raise SettingError("Where shall it go? Name a folder with --folder, or set LTI_TOOL_CONTENT_DIR.")
    found = load_catalogue([default_content_dir()]).modules
    taken = frozenset(name for module in found for name in (module.id, module.slug))
    for path in write_module(own, own / RUBRICS, slug, (title or "").strip() or title_from(slug), order, taken):
        click.echo(path)
    click.echo(f"Written. Change {own / slug}, then run: lti-tool content check {own}", err=True)


@content.command()
def where() -> None:
    """Print the folder of the modules that come with the tool."""
    click.echo(default_content_dir())
