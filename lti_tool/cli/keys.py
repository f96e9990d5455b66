"""`lti-tool keys`."""

from datetime import timedelta

import click

from lti_tool import clock
from lti_tool.cli.store import open_store
from lti_tool.cli.table import show_table
from lti_tool.errors import SettingError
from lti_tool.registration.catalog import KeyState
from lti_tool.registration.keys import get_signing_key, list_keys, rotate_keys

# Platforms keep a copy of our key set for hours; the next key must be in it before it signs.
_ANNOUNCED = timedelta(days=1)


@click.group()
def keys() -> None:
    """The tool's signing keys."""


@keys.command()
@click.option("--force", is_flag=True, help="Also if platforms may not know the next key yet.")
def rotate(force: bool) -> None:
    """Sign with the next key from now on. Old keys stay published, so nothing already signed goes stale."""
    with open_store() as store:
        now = clock.now()
        get_signing_key(store.session, store.settings.secret_key, now)
        following = [key for key in list_keys(store.session) if key.state == KeyState.NEXT]
        if not force and any(now - key.created_at < _ANNOUNCED for key in following):
            raise SettingError(
                "The next key has been published for less than a day, so platforms may not know it. "
                "Wait, or give --force if the current key is no longer secret."
            )
        key = rotate_keys(store.session, store.settings.secret_key, now)
        click.echo(f"Key {key.kid} signs from now on.")


@keys.command("list")
def list_() -> None:
    """List all published keys."""
    with open_store() as store:
        get_signing_key(store.session, store.settings.secret_key, clock.now())
        rows = [(key.state, key.kid, f"{key.created_at:%Y-%m-%d %H:%M}") for key in list_keys(store.session)]
    show_table(("STATE", "KEY ID", "MADE (UTC)"), rows, empty="")
