"""`lti-tool purge`."""

import click

from lti_tool import clock
from lti_tool.cli.housekeeping import purge_all
from lti_tool.cli.store import open_sessions
from lti_tool.cli.table import show_table


@click.command()
@click.option("--dry-run", is_flag=True, help="Only count what would go.")
def purge(dry_run: bool) -> None:
    """Forget what is over, now: the worker does the same every hour."""
    with open_sessions() as (settings, sessions):
        gone = purge_all(sessions, settings, clock.now(), dry_run=dry_run)
    show_table(("WHAT", "WOULD GO" if dry_run else "GONE"), list(gone.items()), empty="")
