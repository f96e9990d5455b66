"""`lti-tool registration-link`."""

import click

from lti_tool import clock
from lti_tool.cli.institution import choose_institution
from lti_tool.cli.store import open_store
from lti_tool.registration.service import make_invite


@click.command("registration-link")
@click.option("--institution", default="", help="Whose platform it is; made if it does not exist.")
@click.option("--days", type=click.IntRange(1, 90), help="How long it is good; LTI_TOOL_INVITE_DAYS if not given.")
def registration_link(institution: str, days: int | None) -> None:
    """Print a link with which an LMS registers the tool, once.

    The same institution's link updates a platform that is registered already.
    """
    with open_store() as store:
        chosen = choose_institution(store.session, institution, clock.now(), may_make=True)
        invite, code = make_invite(store.session, chosen.id, clock.now(), days or store.settings.invite_days)
        click.echo(f"{store.settings.base_url}/lti/register/{code}")
        click.echo(f"For {chosen.name}, once, until {invite.expires_at:%Y-%m-%d %H:%M} UTC.", err=True)
