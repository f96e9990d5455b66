"""The version of what people wrote."""

import hashlib
import json
from collections.abc import Mapping


def content_hash(documents: Mapping[str, object]) -> str:
    """SHA-256 (hex) over documents by name: order of names and keys, and layout of YAML, do not count."""
    canonical = json.dumps(documents, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()
