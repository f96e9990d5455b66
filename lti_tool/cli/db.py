"""`lti-tool db`."""

import click

from lti_tool.app.migrations import upgrade as upgrade_schema
from lti_tool.cli.store import read_settings


@click.group()
def db() -> None:
    """Create the database or bring it up to date."""


@db.command()
def upgrade() -> None:
    """Bring the database to this version's schema; what is stored stays."""
    upgrade_schema(read_settings().database_url)
    click.echo("The database is up to date.")
