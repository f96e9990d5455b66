"""Compiled templates, kept in a folder: what one process has compiled, the next start and all others only read."""

import hashlib
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket

from lti_tool.web.phrases import ENGLISH, catalogue_path

_PARTS = Path(__file__).with_name("language.py")


class KeptBytecode(FileSystemBytecodeCache):
    """By template and language: an app's environment of each language compiles its own words in.

    A folder that cannot be made or written only costs the time. Nobody but the tool's own user may write there, since
    what is in it is run.
    """

    def __init__(self, folder: Path) -> None:
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(str(folder), "%s.cache")

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """Jinja's own, where a change of the messages or of what compiles them in counts as one of the template."""
        language = getattr(environment, "language", ENGLISH)
        key = self.get_cache_key(name, f"{language}:{filename}")
        bucket = Bucket(environment, key, f"{self.get_source_checksum(source)}:{_stamp(language)}")
        self.load_bytecode(bucket)
        return bucket

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is kept of this template, if it can be read."""
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it, if it can be kept."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


@lru_cache(maxsize=32)
def _stamp(language: str) -> str:
    digest = hashlib.sha256(version("jinja2").encode())
    for path in (_PARTS, catalogue_path(language)):
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()[:16]
