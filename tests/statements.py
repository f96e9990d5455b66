"""What is sent to the database while something is done."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

from lti_tool.db import without_transactions


@contextmanager
def noted(engine: Engine) -> Iterator[list[str]]:
    """The statements, each in one line, as they are sent; within transactions and outside of them."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(" ".join(statement.split()))

    sides = (engine, without_transactions(engine))
    for side in sides:
        event.listen(side, "before_cursor_execute", note)
    try:
        yield found
    finally:
        for side in sides:
            event.remove(side, "before_cursor_execute", note)
