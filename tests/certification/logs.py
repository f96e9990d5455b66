"""Everything that the tool logs during a test, and what must never stand in it."""

import logging
from typing import Any

LAUNCH_LOGGER = "lti_tool.launch"
LAUNCH_FIELDS = frozenset(
    {"event", "verdict", "reason", "message_type", "registration_id"}
    | {"deployment", "binding", "strength", "role", "status"}
)
# Shorter values would be found by chance inside numbers and names.
_SHORTEST_SECRET = 5
_STANDARD = set(logging.makeLogRecord({}).__dict__) | {"taskName"}


class LogTap(logging.Handler):
    """Collects records, and remembers the values that may not be in any of them."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.records: list[logging.LogRecord] = []
        self.secrets: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def keep_out(self, *values: object) -> None:
        """Name personal data and secrets of the next requests."""
        self.secrets.update(value for value in values if isinstance(value, str) and len(value) >= _SHORTEST_SECRET)

    def launches(self, since: int = 0) -> list[logging.LogRecord]:
        """The structured launch records after the first `since` records."""
        return [
            record
            for record in self.records[since:]
            if record.name == LAUNCH_LOGGER and getattr(record, "event", "") == "launch"
        ]

    def bugs(self) -> list[dict[str, Any]]:
        """Unexpected errors that became a page."""
        return [fields_of(record) for record in self.records if getattr(record, "event", "") == "bug"]

    def assert_no_secrets(self) -> None:
        for record in self.records:
            line = line_of(record)
            found = [secret for secret in self.secrets if secret in line]
            assert not found, f"a log record of {record.name} holds {found}: {line[:500]}"


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """What was given as `extra`."""
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


def line_of(record: logging.LogRecord) -> str:
    """All of a record that a formatter could print."""
    text = record.getMessage() + " " + repr(fields_of(record))
    if record.exc_info:
        text += logging.Formatter().formatException(record.exc_info)
    return text + (record.exc_text or "")
