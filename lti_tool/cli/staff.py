"""`lti-tool staff`: access for career staff."""

from datetime import datetime

import click

from lti_tool import clock
from lti_tool.admin.queries import get_grant, list_grants
from lti_tool.admin.service import make_grant, revoke_grant
from lti_tool.cli.institution import choose_institution
from lti_tool.cli.store import open_store
from lti_tool.cli.table import show_table
from lti_tool.roster.models import StaffGrant


@click.group()
def staff() -> None:
    """Access for career staff."""


@staff.command()
@click.option("--label", required=True, help="Whom it is for, in your words.")
@click.option("--institution", default="", help="Needed where more than one is known.")
@click.option("--days", type=click.IntRange(1, 90), default=7, show_default=True, help="How long the code is good.")
def grant(label: str, institution: str, days: int) -> None:
    """Print a one-time code; the person opens the tool in a course and enters it under "Staff access"."""
    with open_store() as store:
        chosen = choose_institution(store.session, institution, clock.now(), may_make=False)
        made, code = make_grant(store.session, chosen.id, label, clock.now(), days=days)
        click.echo(code)
        words = f"Grant {made.id} at {chosen.name}, until {made.code_expires_at:%Y-%m-%d %H:%M} UTC."
        click.echo(words, err=True)


@staff.command()
@click.argument("grant_id", type=int)
def revoke(grant_id: int) -> None:
    """End a grant at once."""
    with open_store() as store:
        found = get_grant(store.session, grant_id)
        revoke_grant(store.session, found, clock.now())
        click.echo(f"Grant {grant_id} ({found.label}) is revoked.")


@staff.command("list")
def list_() -> None:
    """List all grants."""
    with open_store() as store:
        now = clock.now()
        rows = [(it.id, it.label, _state(it, now), _person(it)) for it in list_grants(store.session)]
    show_table(("ID", "FOR", "STATE", "PERSON"), rows, empty="There are no staff grants.")


def _state(grant: StaffGrant, now: datetime) -> str:
    if grant.revoked_at is not None:
        return "revoked"
    if grant.taken_up_at is not None:
        return "in use"
    return "code waits" if now < grant.code_expires_at else "code too old"


def _person(grant: StaffGrant) -> str:
    return grant.user.display_name if grant.user is not None else "-"
