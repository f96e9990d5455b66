"""What the reading process may use, and how much of a file is kept."""

import resource

MAX_BYTES = 5 * 1024 * 1024
MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 8
OPEN_FILES = 64

MAX_PAGES = 20
MAX_LINES = 3000
MAX_CHARACTERS = 120_000
MAX_LINE_CHARACTERS = 4000
MAX_PAGE_OBJECTS = 20_000
MAX_OBJECTS = 20_000
MAX_PICTURES = 200
MAX_LINKS = 200

MAX_ENTRIES = 2000
MAX_UNPACKED_BYTES = 80 * 1024 * 1024
MAX_PART_BYTES = 8 * 1024 * 1024
MAX_RATIO = 150


class Refusal(Exception):
    """Reading stops here; `reason` is a key of `lti_tool.artefacts.words.REFUSALS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def limit_process() -> None:
    """Bound memory, processor time and files of this process; it can write no file and leaves no core."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
