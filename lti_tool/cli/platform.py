"""`lti-tool platform`: platforms that may open the tool."""

import click

from lti_tool import clock
from lti_tool.cli.store import open_store
from lti_tool.cli.table import show_table
from lti_tool.config import Settings
from lti_tool.errors import NotFound
from lti_tool.registration import queries
from lti_tool.registration.catalog import ProductFamily
from lti_tool.registration.models import Registration
from lti_tool.registration.service import (
    NewRegistration,
    accept_deployment,
    add_registration,
    disable_registration,
    enable_registration,
)


@click.group()
def platform() -> None:
    """Platforms that may open the tool."""


@platform.command()
@click.option("--issuer", required=True, help="`iss` of its messages, such as https://lms.example.edu.")
@click.option("--client-id", required=True)
@click.option("--auth-url", required=True, help="Authorisation (OIDC) address.")
@click.option("--token-url", required=True)
@click.option("--jwks-url", required=True, help="Address of its key set.")
@click.option("--token-audience", default="", help="`aud` of token requests, if it is not the token address.")
@click.option("--deployment-id", "deployment_ids", multiple=True, help="May be given more than once.")
@click.option("--family", type=click.Choice([str(it) for it in ProductFamily]), default="other")
@click.option("--name", default="", help="Shown in lists; the issuer's host if not given.")
@click.option("--institution", default="", help="Whose it is; made if it does not exist.")
def add(
    issuer: str,
    client_id: str,
    auth_url: str,
    token_url: str,
    jwks_url: str,
    token_audience: str,
    deployment_ids: tuple[str, ...],
    family: str,
    name: str,
    institution: str,
) -> None:
    """Register a platform by hand, or update the one with the same issuer and client id."""
    new = NewRegistration(
        issuer=issuer,
        client_id=client_id,
        auth_url=auth_url,
        token_url=token_url,
        jwks_url=jwks_url,
        token_audience=token_audience or None,
        product_family=ProductFamily(family),
        name=name,
        deployment_ids=deployment_ids,
        institution=institution,
    )
    with open_store() as store:
        is_new = queries.find_registration(store.session, issuer, client_id) is None
        registration = add_registration(store.session, new, clock.now(), settings=store.settings)
        click.echo(f"Platform {registration.id} ({registration.name}) is registered.")
        if not registration.is_active:
            click.echo(f"It stays switched off. To switch it on: lti-tool platform enable {registration.id}")
        siblings = queries.list_siblings(store.session, registration) if is_new else []
        if siblings:
            others = ", ".join(str(it.id) for it in siblings)
            click.echo(
                f"This LMS is registered already (platform {others}). People and their work stay with the registration"
                " they launched through. Better update that one, with its client id and its institution."
            )
        _show_our_addresses(store.settings)


@platform.command("list")
def list_() -> None:
    """List all platforms."""
    with open_store() as store:
        rows = [
            (it.id, it.state, it.product_family, it.name, it.issuer, it.client_id, it.institution.name)
            for it in queries.list_registrations(store.session)
        ]
    show_table(
        ("ID", "STATE", "FAMILY", "NAME", "ISSUER", "CLIENT ID", "INSTITUTION"),
        rows,
        empty="No platform is registered. Make a link with `lti-tool registration-link`.",
    )


@platform.command()
@click.argument("platform_id", type=int)
def show(platform_id: int) -> None:
    """Show a platform with its deployments, and what it needs to know of us."""
    with open_store() as store:
        registration = queries.get_registration(store.session, platform_id)
        for name, value in _describe(registration):
            click.echo(f"{name + ':':<18}{value}")
        for deployment in registration.deployments:
            click.echo(f"{'Deployment:':<18}{deployment.deployment_id} ({deployment.state})")
        _show_our_addresses(store.settings)


@platform.command()
@click.argument("platform_id", type=int)
def disable(platform_id: int) -> None:
    """Accept no launch and send no score any more; nothing is deleted."""
    with open_store() as store:
        registration = queries.get_registration(store.session, platform_id)
        disable_registration(store.session, registration)
        click.echo(f"Platform {platform_id} ({registration.name}) is disabled.")


@platform.command()
@click.argument("platform_id", type=int)
def enable(platform_id: int) -> None:
    """Take a disabled platform into use again."""
    with open_store() as store:
        registration = queries.get_registration(store.session, platform_id)
        enable_registration(store.session, registration)
        click.echo(f"Platform {platform_id} ({registration.name}) is active.")


@platform.command("accept-deployment")
@click.argument("platform_id", type=int)
@click.argument("deployment_id")
def accept(platform_id: int, deployment_id: str) -> None:
    """Let a held deployment launch."""
    with open_store() as store:
        queries.get_registration(store.session, platform_id)
        deployment = queries.find_deployment(store.session, platform_id, deployment_id)
        if deployment is None:
            raise NotFound(
                "deployment_unknown",
                f"Platform {platform_id} has no deployment {deployment_id!r}. See `lti-tool platform show`.",
            )
        accept_deployment(store.session, deployment)
        click.echo(f"Deployment {deployment_id} is accepted.")


def _describe(registration: Registration) -> list[tuple[str, str]]:
    return [
        ("Name", registration.name),
        ("Institution", registration.institution.name),
        ("State", registration.state),
        ("Family", registration.product_family),
        ("Issuer", registration.issuer),
        ("Client ID", registration.client_id),
        ("Authorisation", registration.auth_url),
        ("Token", registration.token_url),
        ("Token audience", registration.token_audience or registration.token_url),
        ("Key set", registration.jwks_url),
    ]


def _show_our_addresses(settings: Settings) -> None:
    click.echo("Enter at the platform:")
    click.echo(f"  Initiate login URL   {settings.login_url}")
    click.echo(f"  Redirection URI      {settings.launch_url}")
    click.echo(f"  Tool URL             {settings.launch_url}")
    click.echo(f"  Public key set       {settings.jwks_url}")
