"""Where the bytes of students' files stand: a folder outside of everything that is served, under random names.

A file is on the disk, names of folders included, before the row that knows it is committed. What a crash leaves
between the two is a file that no row knows; `find_old_keys` finds those.
"""

import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

_KEY = re.compile(r"[0-9a-f]{32}")
_FOLDER_MODE = 0o700
_FILE_MODE = 0o600


def keep_bytes(folder: Path, data: bytes) -> str:
    """Write a new file and wait until it is on the disk; returns its random key, raises OSError."""
    key = secrets.token_hex(16)
    path = _path(folder, key)
    _make_folder(path.parent)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(path.parent)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return key


def read_bytes(folder: Path, key: str) -> bytes:
    """The bytes of a file; raises FileNotFoundError where they are gone."""
    return _path(folder, key).read_bytes()


def has_bytes(folder: Path, key: str) -> bool:
    """Whether the file is still there."""
    return _path(folder, key).is_file()


def forget_bytes(folder: Path, key: str) -> None:
    """Delete a file; one that is gone already is fine."""
    _path(folder, key).unlink(missing_ok=True)


def find_old_keys(folder: Path, before: datetime) -> Iterator[str]:
    """The keys of all files that were last written before that moment, in no order."""
    for shelf in _list(folder):
        for path in _list(shelf):
            try:
                is_old = path.stat().st_mtime < before.timestamp()
            except FileNotFoundError:
                continue
            if is_old and _KEY.fullmatch(path.name) and path.parent.name == path.name[:2]:
                yield path.name


def check_folder(folder: Path) -> None:
    """Make the folder where it is missing, and raise OSError unless files can be written there."""
    _make_folder(folder)
    with tempfile.TemporaryFile(dir=folder):
        pass


def _list(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _path(folder: Path, key: str) -> Path:
    # Keys come from our own rows; all the same none may name another place.
    if not _KEY.fullmatch(key):
        raise ValueError("not a key")
    return folder / key[:2] / key


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """A name is on the disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
