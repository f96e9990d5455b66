"""Stands in for systemd in one folder: starts and stops the web and the worker with the settings of `lti-tool.env`.

As `systemctl`: `services.py start|stop|restart lti-tool-web lti-tool-worker`. As a service: `services.py run NAME`.
"""

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

STATE = Path(".services")
PATIENCE = 60


def read_environment() -> dict[str, str]:
    """The settings as `EnvironmentFile=` reads them."""
    lines = Path("lti-tool.env").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if line.strip())
    return {name: " ".join(shlex.split(value)) for name, value in pairs}


def run(name: str) -> int:
    """Be a service until asked to stop; notes how its program ended."""
    environment = read_environment()
    port = str(urlsplit(environment["LTI_TOOL_BASE_URL"]).port)
    programs = {"lti-tool-web": ["lti-tool", "serve", "--port", port], "lti-tool-worker": ["lti-tool", "worker"]}
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("LTI_TOOL_")}
    with (STATE / f"{name}.log").open("a") as log:
        program = subprocess.Popen(programs[name], env=inherited | environment, stdout=log, stderr=log)
        signal.signal(signal.SIGTERM, lambda *_: program.terminate())
        code = program.wait()
    (STATE / f"{name}.code").write_text(str(code))
    return 0


def start(name: str) -> None:
    """Start a service that does not run."""
    STATE.mkdir(exist_ok=True)
    if is_running(name):
        return
    (STATE / f"{name}.code").unlink(missing_ok=True)
    nothing = subprocess.DEVNULL
    command = [sys.executable, __file__, "run", name]
    service = subprocess.Popen(command, start_new_session=True, stdin=nothing, stdout=nothing, stderr=nothing)
    (STATE / f"{name}.pid").write_text(str(service.pid))


def stop(name: str) -> None:
    """Ask a service to end and wait until it has."""
    if not is_running(name):
        return
    os.kill(_pid(name), signal.SIGTERM)
    until = time.monotonic() + PATIENCE
    while is_running(name):
        if time.monotonic() > until:
            os.killpg(_pid(name), signal.SIGKILL)
            sys.exit(f"{name} did not end")
        time.sleep(0.05)


def is_running(name: str) -> bool:
    """Whether the service's process lives; one that has ended and that nobody has waited for does not."""
    try:
        state = Path(f"/proc/{_pid(name)}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def _pid(name: str) -> int:
    return int((STATE / f"{name}.pid").read_text())


def main(verb: str, *names: str) -> None:
    """Do one verb for each service."""
    for name in names:
        if verb == "run":
            run(name)
        if verb in ("stop", "restart"):
            stop(name)
        if verb in ("start", "restart"):
            start(name)


if __name__ == "__main__":
    main(*sys.argv[1:])
