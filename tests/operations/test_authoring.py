"""An author follows docs/author-a-module.md word for word, up to the module in the demo."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from lti_tool.sandbox.browser import Visitor
from tests.operations.document import ROOT, read_blocks

DOCUMENT = "author-a-module.md"
# The demo lets a class of 25 work before it invites.
PATIENCE = 400
# The demo's own ports may be taken where this runs, so it gets others.
LTI_TOOL = """#!/bin/sh
if [ "$1" = demo ]; then set -- "$@" --folder {folder}/demo --port {port} --lms-port {lms_port}; fi
PYTHONPATH={root} exec {python} -c "import sys; sys.argv[0] = 'lti-tool'; from lti_tool.cli import main; main()" "$@"
"""


def find_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        for probe in (one, other):
            probe.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


class Author:
    """A folder, a shell in it that remembers what was exported, and the tool."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said_before = ""
        port, self.lms_port = find_ports()
        program = folder / "bin" / "lti-tool"
        program.parent.mkdir()
        program.write_text(
            LTI_TOOL.format(folder=folder, port=port, lms_port=self.lms_port, root=ROOT, python=sys.executable)
        )
        program.chmod(0o755)
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("LTI_TOOL_", "COV"))}
        self.environ = inherited | {"PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}

    def follow(self, section: str) -> list[str]:
        """Run the blocks of a section; what each printed."""
        said = []
        for block in read_blocks(section, DOCUMENT):
            if "demo" in block.tags:
                continue
            exports = "".join(line for line in self.said_before.splitlines(True) if line.startswith("export "))
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", exports + block.commands],
                cwd=self.folder,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
            assert done.returncode == 0, f"{block.commands}\n{done.stdout}\n{done.stderr}"
            self.said_before += block.commands
            said.append(done.stdout)
        return said

    @contextmanager
    def demo(self) -> Iterator[str]:
        """The demo as the document starts it, once it invites; the address of its LMS."""
        (block,) = (it for it in read_blocks("See it", DOCUMENT) if "demo" in it.tags)
        log = self.folder / "demo.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                ["bash", "-euc", block.commands], cwd=self.folder, env=self.environ, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip
        base = f"http://127.0.0.1:{self.lms_port}"
        try:
            until = time.monotonic() + PATIENCE
            while "Ctrl-C stops everything" not in log.read_text():
                assert process.poll() is None and time.monotonic() < until, log.read_text()
                time.sleep(0.1)
            assert requests.get(base, timeout=10).status_code == 200
            yield base
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(PATIENCE)


@pytest.fixture
def author(tmp_path: Path) -> Author:
    return Author(tmp_path)


def test_the_steps_of_the_document(author: Author) -> None:
    author.follow("Begin with one that works")
    assert (author.folder / "our-modules" / "one-good-question" / "module.yaml").is_file()
    (checked,) = author.follow("Check it")
    assert checked.endswith("No faults.\n") and "One good question" in checked
    (checked,) = author.follow("Change one of ours")
    assert checked.endswith("No faults.\n")
    with author.demo() as lms, Visitor(lms, seconds=30) as browser:
        browser.sign_in("zoe.nunez")
        course = browser.click(browser.open("/"), "Micro-internship readiness")
        _, _, course_id, _, item_id = course.find_link("What a micro-internship is").href.split("/")
        first = browser.launch_item({"course_id": course_id, "id": item_id})
        if "/lti/login" in first.url:
            # Without scripts, a first login at a platform with storage waits for a click.
            first = browser.click(first, "Continue")
        home = browser.click(first, "All modules")
        assert "Your modules" in home.text and "One good question" in home.text
        module = browser.click(home, "/modules/one-good-question")
        lesson = browser.click(module, "/lessons/one-question")
        assert '<svg class="drawing" role="img"' in lesson.html
        people = browser.click(browser.click(home, "/modules/expectations"), "/lessons/people")
        assert "The career office of Riverbend is open on weekdays" in people.text
