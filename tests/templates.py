"""Templates that are compiled once in a test run, and not again for each app that a test makes."""

from jinja2 import Environment
from jinja2.bccache import Bucket, BytecodeCache


class KeptBytecode(BytecodeCache):
    """Bytecode in memory, by template and language: an app's environment of each language compiles its own words in."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """Jinja's own, with the language in the key."""
        key = f"{getattr(environment, 'language', '')}:{self.get_cache_key(name, filename)}"
        bucket = Bucket(environment, key, self.get_source_checksum(source))
        self.load_bytecode(bucket)
        return bucket

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take the bytecode of this source, if it is there."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._kept[bucket.key] = bucket.bytecode_to_string()
