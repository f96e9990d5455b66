"""Read a file in a process of its own, so that a hostile file can cost seconds but never the page."""

import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from lti_tool.artefacts.catalog import Reading, Refused
from lti_tool.artefacts.reader.limits import MAX_BYTES
from lti_tool.artefacts.words import REFUSALS, refuse

log = logging.getLogger("lti_tool.uploads")

MAX_ANSWER_BYTES = 4 * 1024 * 1024
WALL_SECONDS = 10.0
WAIT_SECONDS = 15.0
READERS_AT_ONCE = 2
# A class that uploads in one minute must not hold all threads of a process: who comes then is asked to try again.
WAITERS = 4

_READERS = threading.BoundedSemaphore(READERS_AT_ONCE)
_PLACES = threading.BoundedSemaphore(READERS_AT_ONCE + WAITERS)
_PACKAGE_ROOT = Path(__file__).resolve().parents[3]


def read_file(data: bytes, name: str, *, seconds: float = WALL_SECONDS) -> Reading | Refused:
    """What a machine reads in the file, or why it is not read; answers within WAIT_SECONDS + `seconds`.

    The kind is decided by the content; a name whose ending says something else is refused.
    """
    if not data:
        return refuse("empty")
    if len(data) > MAX_BYTES:
        return refuse("too_large")
    if not _PLACES.acquire(blocking=False):
        return refuse("busy")
    try:
        return _wait_and_read(data, name, seconds)
    finally:
        _PLACES.release()


def _wait_and_read(data: bytes, name: str, seconds: float) -> Reading | Refused:
    if not _READERS.acquire(timeout=WAIT_SECONDS):
        return refuse("busy")
    try:
        answer = _ask_reader(data, name, seconds)
    except OSError as error:
        # The machine has no memory, no process or no room on the disk to spare.
        log.error("no reader", extra={"event": "upload_failed", "error": type(error).__name__})
        return refuse("busy")
    finally:
        _READERS.release()
    return _understand(answer)


def _ask_reader(data: bytes, name: str, seconds: float) -> bytes | None:
    """The reader's bytes; b"" if it died, None if it ran out of time."""
    # Only what Python needs: no setting and no secret of the tool reaches a process that parses strangers' files.
    environment = {"PYTHONPATH": str(_PACKAGE_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}
    late = threading.Event()
    with tempfile.TemporaryFile() as source:
        source.write(data)
        source.seek(0)
        process = subprocess.Popen(
            [sys.executable, "-P", "-s", "-m", "lti_tool.artefacts.reader", Path(name).suffix[:12]],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=os.sep,
        )

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, stop)
        timer.start()
        try:
            with process:
                assert process.stdout is not None  # noqa: S101 - asked for above
                answer = process.stdout.read(MAX_ANSWER_BYTES + 1)
                process.kill()
        finally:
            timer.cancel()
    return None if late.is_set() and not answer else answer


def _understand(answer: bytes | None) -> Reading | Refused:
    if answer is None:
        return refuse("too_slow")
    if len(answer) > MAX_ANSWER_BYTES:
        return refuse("too_complex")
    try:
        found: dict[str, Any] = _make_printable(json.loads(answer))
        if "refused" in found:
            return refuse(found["refused"] if found["refused"] in REFUSALS else "damaged")
        return Reading.from_json(found)
    except (ValueError, KeyError, TypeError):
        # The reader died (memory, a crash of a parser) or stopped in the middle of its answer.
        return refuse("damaged")


def _make_printable(value: Any) -> Any:
    """The same without half characters, which no page can show; a file may hold them."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_make_printable(it) for it in value]
    if isinstance(value, dict):
        return {key: _make_printable(it) for key, it in value.items()}
    return value
