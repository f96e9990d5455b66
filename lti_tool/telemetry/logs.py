"""Logs: one JSON object a line, or plain text for a terminal."""

import logging
import sys

from pythonjsonlogger.json import JsonFormatter

_TEXT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def init_logging(log_format: str, log_level: str) -> None:
    """Send all records to standard error in one format; called once by each command that serves or works."""
    handler = logging.StreamHandler(sys.stderr)
    if log_format == "json":
        handler.setFormatter(
            JsonFormatter(
                "%(levelname)s %(name)s %(message)s",
                timestamp=True,
                rename_fields={"levelname": "level", "name": "logger"},
            )
        )
    else:
        handler.setFormatter(logging.Formatter(_TEXT))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(log_level)
    # Access lines would hold the addresses of visits, which are secrets.
    for name in ("werkzeug", "_granian", "granian.access", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # Its warnings hold whole addresses, which may name a person (`user_id=`).
    logging.getLogger("urllib3").setLevel(logging.ERROR)
