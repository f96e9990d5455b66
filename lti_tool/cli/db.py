"""`lti-tool db`."""

import click

from lti_tool.app.migrations import upgrade as upgrade_schema
from lti_tool.app.migrations import write_revision
from lti_tool.cli.store import read_settings


@click.group()
def db() -> None:
    """Create the database or bring it up to date."""


@db.command()
def upgrade() -> None:
    """Bring the database to this version's schema; what is stored stays."""
    upgrade_schema(read_settings().database_url)
    click.echo("The database is up to date.")


@db.command()
@click.argument("message")
def revision(message: str) -> None:
    """Write the next migration from what the models have and the database, at head, has not (in a checkout)."""
    write_revision(read_settings().database_url, message)
