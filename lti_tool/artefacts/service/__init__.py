"""Files of students: what a machine reads in them, and where their bytes stand."""

from lti_tool.artefacts.service.reading import WALL_SECONDS, read_file
from lti_tool.artefacts.service.storage import (
    check_folder,
    find_old_keys,
    forget_bytes,
    has_bytes,
    keep_bytes,
    read_bytes,
)

__all__ = [
    "WALL_SECONDS",
    "check_folder",
    "find_old_keys",
    "forget_bytes",
    "has_bytes",
    "keep_bytes",
    "read_bytes",
    "read_file",
]
