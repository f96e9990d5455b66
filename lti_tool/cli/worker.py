"""`lti-tool worker`."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

from lti_tool import clock
from lti_tool.cli.housekeeping import forget_what_is_over, keep_house
from lti_tool.cli.store import check_schema, read_settings
from lti_tool.db import make_engine, make_session_factory
from lti_tool.passback import worker as deliveries
from lti_tool.telemetry import init_logging


@click.command()
@click.option("--once", is_flag=True, help="Send what is due now, then stop.")
def worker(once: bool) -> None:
    """Send waiting scores to the gradebooks until stopped. Any number may run on one database."""
    settings = read_settings()
    engine = make_engine(settings.database_url)
    try:
        check_schema(engine)
        init_logging(settings.log_format, settings.log_level)
        with _stop_on_signal() as stop:
            sessions = make_session_factory(engine)
            if once:
                forget_what_is_over(sessions, clock.now())
            else:
                click.echo("Sending scores as they come. Stop with Ctrl-C.")
                threading.Thread(target=keep_house, args=(sessions, stop), daemon=True).start()
            report = deliveries.run(settings, sessions, once=once, stop=stop)
    finally:
        engine.dispose()
    if once:
        click.echo(
            f"{report.delivered} delivered, {report.kept_theirs} left as changed in the gradebook, "
            f"{report.retried + report.waiting} waiting, {report.parked} need somebody."
        )


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
