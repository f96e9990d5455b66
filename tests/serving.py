"""The tool on `localhost`, served in threads of this process, for tests with a platform at another address."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from sqlalchemy import Engine
from werkzeug.serving import ThreadedWSGIServer, make_server

import lti_tool.app
from lti_tool.config import Settings, load_settings
from lti_tool.sandbox.serving import QuietHandler, whole_answers


@contextmanager
def run_tool(folder: Path, database_url: str) -> Iterator[tuple[Settings, Engine]]:
    """Serve the tool on any free port until the end; no platform is registered."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        settings = load_settings(
            {
                "LTI_TOOL_INSTANCE_DIR": str(folder / "instance"),
                "LTI_TOOL_DATABASE_URL": database_url,
                "LTI_TOOL_BASE_URL": f"http://localhost:{bound.getsockname()[1]}",
                "LTI_TOOL_SECRET_KEY": "a-secret-for-tests-only-0123456789abcdef",
                "LTI_TOOL_ALLOW_PRIVATE_PLATFORMS": "1",
            }
        )
        app = lti_tool.app.create_app(settings)
        engine: Engine = app.extensions["lti_tool"].engine
        server = make_server(
            "127.0.0.1", 0, whole_answers(app), threaded=True, request_handler=QuietHandler, fd=bound.fileno()
        )
        cast(ThreadedWSGIServer, server).daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield settings, engine
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            engine.dispose()
