"""`lti-tool keys`."""

from datetime import timedelta

import click

from lti_tool import clock
from lti_tool.cli.store import open_store
from lti_tool.cli.table import show_table
from lti_tool.errors import SettingError
from lti_tool.registration.catalog import KeyState
from lti_tool.registration.keys import (
    get_signing_key,
    list_keys,
    list_published_jwks,
    replace_keys,
    reseal_keys,
    rotate_keys,
)

# Platforms keep a copy of our key set for hours; the next key must be in it before it signs.
_ANNOUNCED = timedelta(days=1)


@click.group()
def keys() -> None:
    """The tool's signing keys."""


@keys.command()
@click.option("--force", is_flag=True, help="Withdraw all keys at once: others may know them, or the secret is lost.")
def rotate(force: bool) -> None:
    """Sign with the next key from now on. Old keys stay published, so nothing already signed goes stale."""
    with open_store() as store:
        secret, now = store.settings.secret_keys, clock.now()
        if force:
            key = replace_keys(store.session, secret, now)
            click.echo(f"All former keys are withdrawn. Key {key.kid} signs from now on.")
            click.echo("Platforms that kept a copy of the key set refuse us until they fetch it again.", err=True)
            return
        get_signing_key(store.session, secret, now)
        following = [key for key in list_keys(store.session) if key.state == KeyState.NEXT]
        if any(now - key.created_at < _ANNOUNCED for key in following):
            raise SettingError(
                "The next key has been published for less than a day, so platforms may not know it. "
                "Wait; or withdraw all keys with --force if the current one is no longer secret."
            )
        key = rotate_keys(store.session, secret, now)
        click.echo(f"Key {key.kid} signs from now on.")


@keys.command()
def reseal() -> None:
    """Seal the keys with the present secret, so that LTI_TOOL_PREVIOUS_SECRET_KEYS need not be set any more.

    Web and workers may run; those that do not know the present secret yet must be started again first.
    """
    with open_store() as store:
        former = reseal_keys(store.session, store.settings.secret_keys)
    if former:
        click.echo(f"{former} keys are sealed with the present secret now. No former secret is needed for them.")
    else:
        click.echo("All keys were sealed with the present secret already.")


@keys.command("list")
def list_() -> None:
    """List all published keys."""
    with open_store() as store:
        list_published_jwks(store.session, store.settings.secret_keys, clock.now())
        rows = [(key.state, key.kid, f"{key.created_at:%Y-%m-%d %H:%M}") for key in list_keys(store.session)]
    show_table(("STATE", "KEY ID", "MADE (UTC)"), rows, empty="")
