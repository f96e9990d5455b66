"""Run the sandbox alone: `python -m lti_tool.sandbox --port 9000 --state sandbox.sqlite`."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from lti_tool.sandbox.app import make_server
from lti_tool.sandbox.settings import SandboxSettings


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m lti_tool.sandbox", description="A small LMS to try LTI tools in.")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--state", type=Path, default=None, help="SQLite file; without it nothing is kept")
    parser.add_argument("--rules", choices=("moodle", "canvas"), default="canvas", help="for a new state only")
    given = parser.parse_args(arguments)
    server = make_server(SandboxSettings(port=given.port, state=given.state, rules=given.rules))
    sys.stdout.write(f"Sandbox LMS at {server.base_url}\n")
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):
        server.serve_forever()
    server.stop()


if __name__ == "__main__":
    main()
