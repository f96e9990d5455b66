"""`lti-tool worker`."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

from lti_tool import clock
from lti_tool.cli.housekeeping import keep_house, purge_all
from lti_tool.cli.store import check_schema, read_settings
from lti_tool.cli.watch import Watch
from lti_tool.config import Settings
from lti_tool.db import SessionFactory, make_engine, make_session_factory
from lti_tool.passback import worker as deliveries
from lti_tool.roster.worker import RosterReader, keep_rosters, read_due
from lti_tool.telemetry import init_logging

# Seconds that a batch of housekeeping may take to end.
_PATIENCE = 10.0
# Asked to end by a newer schema: a supervisor that restarts on failure starts the new version.
EXIT_OUTDATED = 3


@click.command()
@click.option("--once", is_flag=True, help="Send what is due now, then stop.")
def worker(once: bool) -> None:
    """Send waiting scores to the gradebooks until stopped. Any number may run on one database."""
    settings = read_settings()
    engine = make_engine(settings.database_url)
    try:
        check_schema(engine)
        init_logging(settings.log_format, settings.log_level)
        sessions = make_session_factory(engine)
        with _stop_on_signal() as stop:
            watch = Watch(engine, sessions, stop)
            if once:
                _send_once(settings, sessions, watch, stop)
            else:
                _send_on(settings, sessions, watch, stop)
    finally:
        engine.dispose()
    if watch.is_outdated:
        click.echo("The database belongs to a newer version of the tool now. Start that version.", err=True)
        raise click.exceptions.Exit(EXIT_OUTDATED)


def _send_once(settings: Settings, sessions: SessionFactory, watch: Watch, stop: threading.Event) -> None:
    purge_all(sessions, settings, clock.now())
    read_due(RosterReader(settings, sessions), stop)
    report = deliveries.run(settings, sessions, once=True, stop=stop, on_report=watch.count)
    click.echo(
        f"{report.delivered} delivered, {report.kept_theirs} left as changed in the gradebook, "
        f"{report.retried + report.waiting} waiting, {report.parked} need somebody."
    )


def _send_on(settings: Settings, sessions: SessionFactory, watch: Watch, stop: threading.Event) -> None:
    click.echo("Sending scores as they come. Stop with Ctrl-C.")
    watch.say_start(settings)
    beside = [
        threading.Thread(target=watch.run, name="watch", daemon=True),
        threading.Thread(target=keep_house, args=(sessions, settings, stop), name="house", daemon=True),
        threading.Thread(target=keep_rosters, args=(settings, sessions, stop), name="rosters", daemon=True),
    ]
    for thread in beside:
        thread.start()
    try:
        deliveries.run(settings, sessions, stop=stop, on_report=watch.count)
    finally:
        stop.set()
        for thread in beside:
            thread.join(_PATIENCE)
        watch.say_end()


@contextmanager
def _stop_on_signal() -> Iterator[threading.Event]:
    """Let the scores in flight finish when the process is asked to end."""
    stop = threading.Event()
    asked = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in asked}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
