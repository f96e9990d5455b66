"""`lti-tool serve`."""

import gc
import multiprocessing
import os
import tempfile
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine

from lti_tool.config import Settings
from lti_tool.errors import SettingError

_HIGHEST_PORT = 65535
# Requests that may wait at once in one process, for a platform or for a file that is being sent; one of them computes.
# All others run in place, one after the other.
_THREADS = 16
# For the requests in flight when a process is to end.
_GRACE_SECONDS = 20
# New objects before the collector looks: a page makes some thousands, nearly all gone by themselves.
_GARBAGE = 20_000


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, _HIGHEST_PORT))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option(
    "--threads",
    default=_THREADS,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Requests in each process that may wait at once for a platform or for a file that is sent.",
)
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the tool. Stands behind a proxy that ends https, save on this machine alone."""
    # What is made at the start stays; the collector would look through all of it again and again.
    gc.disable()
    with ExitStack() as stack:
        if workers > 1:
            # The processes share their counters through files; the client library looks when it is imported, which is
            # why no module of the app is imported above.
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="lti-tool-metrics-"))
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        from lti_tool.cli.store import read_settings

        settings = read_settings()
        _run(_make_app(settings), settings, host, port, workers, threads)


def _make_app(settings: Settings) -> "Flask":
    """The app that all processes share: made and warmed once, and what is wrong is said once."""
    from lti_tool.app import create_app
    from lti_tool.app.warming import warm
    from lti_tool.artefacts.service import check_folder
    from lti_tool.cli.store import check_schema
    from lti_tool.telemetry import init_logging

    init_logging(settings.log_format, settings.log_level)
    app = create_app(settings)
    try:
        check_folder(settings.upload_folder)
    except OSError as error:
        raise SettingError(
            f"The folder for students' files, {settings.upload_folder}, cannot be written ({error.strerror})."
        ) from None
    engine = app.extensions["lti_tool"].engine
    try:
        check_schema(engine)
        _check_own_origin(engine, settings)
        warm(app)
    finally:
        # No connection outlives the fork.
        engine.dispose()
    return app


def _check_own_origin(engine: "Engine", settings: Settings) -> None:
    """Raise `SettingError` where a platform in use stands on our origin: its cookies and pages would be ours."""
    from lti_tool.db import make_session_factory
    from lti_tool.registration.queries import list_registrations
    from lti_tool.registration.rules import origin_of

    own = origin_of(settings.base_url)
    with make_session_factory(engine)() as session:
        for it in list_registrations(session):
            if it.is_active and own in (origin_of(it.issuer), origin_of(it.auth_url)):
                raise SettingError(
                    f"LTI_TOOL_BASE_URL ({own}) is the origin of platform {it.id} ({it.name}). Give the tool a host"
                    f" name of its own, or run `lti-tool platform disable {it.id}`."
                )


def _run(app: "Flask", settings: Settings, host: str, port: int, workers: int, threads: int) -> None:
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    from lti_tool.app.serving import InPlace

    # The processes are copies of this one, with the app in it; macOS, and Python from 3.14 on, would start empty ones.
    multiprocessing.set_start_method("fork", force=True)
    # What stands now stays: the collector never looks at it again, and so never copies it into the processes.
    gc.freeze()
    gc.enable()
    gc.set_threshold(_GARBAGE, 20, 50)
    made = InPlace(app.wsgi_app, threads=threads, at_once=1)
    try:
        Granian(
            "lti_tool.app.wsgi:make_app",
            address=host,
            port=port,
            interface=Interfaces.RSGI,
            http=HTTPModes.http1,
            websockets=False,
            workers=workers,
            respawn_failed_workers=True,
            workers_kill_timeout=_GRACE_SECONDS,
            log_level=LogLevels(settings.log_level.lower()),
            # Addresses hold visits, which are secrets: no access log.
            log_access=False,
        ).serve(target_loader=lambda: made, wrap_loader=False)  # type: ignore[arg-type, return-value] # typed for WSGI alone
    except (OSError, RuntimeError) as error:
        raise SettingError(f"Cannot listen on {host}:{port}: {error}.") from None
