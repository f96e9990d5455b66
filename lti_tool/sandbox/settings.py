"""What a sandbox is told when it starts."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Rules = Literal["moodle", "canvas"]


@dataclass(frozen=True)
class SandboxSettings:
    """Where the sandbox stands and keeps its state.

    `state` is an SQLite file (None keeps everything in memory). `rules` count only for a new state: later
    they are changed on the administration page. Port 0 takes any free port (`make_server` only). `keep_calls`:
    how many calls of tools are remembered.
    """

    host: str = "127.0.0.1"
    port: int = 9000
    state: Path | None = None
    rules: Rules = "canvas"
    name: str = "Riverbend University"
    keep_calls: int = 1000

    @property
    def base_url(self) -> str:
        """Origin and issuer, without a slash at the end."""
        return f"http://{self.host}:{self.port}"
