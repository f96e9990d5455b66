"""`kill -9` of the web server and of the worker while students hand in, press twice, and try again."""

import os
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from sqlalchemy import create_engine, func, make_url, select, text

from lti_tool.assessment.models import Attempt
from lti_tool.cli.demo.seed import StudentWork
from lti_tool.db import make_session_factory
from lti_tool.gradebook.models import Result
from lti_tool.sandbox import Fault, SandboxServer
from lti_tool.sandbox.browser import Page, Visitor
from lti_tool.sandbox.people import STUDENTS
from tests import postgres
from tests.faults.ledger import Ledger
from tests.faults.processes import Processes, run_processes

KILLS = 4
PEOPLE = 6
# Seven questions of eight right, the template and the statement: what all of them do.
POINTS = 9


@pytest.fixture(params=["sqlite", "postgresql"])
def processes(
    request: pytest.FixtureRequest, tmp_path: Path, lms: SandboxServer, worker_id: str
) -> Iterator[Processes]:
    url = f"sqlite:///{tmp_path / 'tool.db'}"
    if request.param == "postgresql":
        url = _make_database(f"lti_tool_processes_{worker_id}")
    with run_processes(tmp_path, url, lms) as processes:
        yield processes


def _make_database(name: str) -> str:
    server = os.environ.get(postgres.ENV)
    if server is None:
        pytest.skip("PostgreSQL is not installed: the PostgreSQL half of the suite did not run")
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@dataclass
class Student:
    """Somebody with a form before them whose sending makes the score."""

    username: str
    browser: Visitor
    page: Page

    def press(self) -> Page | None:
        """Send the form as it stands; None where nobody answered."""
        try:
            return self.browser.submit(self.page, {"agree": "y"}, button="Sign the statement")
        except requests.RequestException:
            return None

    def press_until_it_works(self) -> Page:
        """What people do: twice in a row, and again when the page does not come."""
        self.press()
        until = time.monotonic() + 40
        while time.monotonic() < until:
            page = self.press()
            if page is not None and page.status < 500:
                return page
            time.sleep(0.2)
        raise AssertionError(f"{self.username} never got an answer")


@pytest.mark.parametrize(
    ("processes", "lms"), [("sqlite", "moodle"), ("postgresql", "canvas")], indirect=True, ids=["sqlite", "postgresql"]
)
def test_kill_9_at_any_moment_loses_nothing(processes: Processes) -> None:
    ledger, chance = Ledger(), random.Random(7)
    processes.start("serve")
    processes.wait_until_ready()
    item = processes.register()
    with ThreadPoolExecutor(PEOPLE) as pool:
        students = list(pool.map(lambda one: _prepare(processes, item["id"], one.username), STUDENTS[:PEOPLE]))
    sandbox = processes.lms.sandbox
    sandbox.set_faults(Fault("slow", share=0.5, amount=0.3), Fault("lost", share=0.2), seed=3)
    processes.start("worker")

    with ThreadPoolExecutor(PEOPLE) as pool:
        answers = [pool.submit(_sign_in_time, student, number) for number, student in enumerate(students)]
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.2, 1.2))
            for part in chance.sample(["serve", "worker"], chance.choice((1, 2))):
                processes.kill(part)
                processes.start(part)
        pages = [answer.result() for answer in answers]
    sandbox.set_faults()
    for student, page in zip(students, pages, strict=True):
        assert page.status == 200, (student.username, page.status, page.text[:300])
        ledger.made[student.username].append(POINTS)
        student.browser.close()
    _wait_for_scores(processes, len(students))

    assert ledger.judge(sandbox, processes.tag) == []
    with make_session_factory(processes.engine)() as session:
        results = select(func.count()).select_from(Result).where(Result.activity == processes.tag)
        assert session.scalar(results) == PEOPLE, "one result for each, however often they pressed"
        tries = select(func.count()).select_from(Attempt)
        assert session.scalar(tries) == PEOPLE


def _prepare(processes: Processes, item_id: int, username: str) -> Student:
    """Everything but the signature that completes the module."""
    browser = Visitor(processes.lms.base_url, seconds=10)
    browser.sign_in(username)
    home = browser.launch_item(processes.lms.sandbox.get_item(item_id))
    if "/lti/login" in home.url:
        home = browser.click(home, "Continue")
    work = StudentWork(browser, processes.module)
    work.do(home, "check")
    work._fill_contacts(home)
    work._write(home, button="Check my project")
    return Student(username, browser, browser.click(home, "/statement"))


def _sign_in_time(student: Student, number: int) -> Page:
    time.sleep(number * 0.4)
    double = threading.Thread(target=student.press)
    double.start()
    page = student.press_until_it_works()
    double.join()
    return page


def _wait_for_scores(processes: Processes, count: int) -> None:
    until = time.monotonic() + 40
    while time.monotonic() < until:
        scores = [score for score in processes.lms.sandbox.list_scores(COURSE_LABEL) if score.score is not None]
        if len(scores) == count:
            return
        time.sleep(0.2)


COURSE_LABEL = "MIR 101"
