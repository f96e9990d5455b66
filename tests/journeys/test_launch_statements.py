"""What a launch may ask of the database: budgets, since each statement is time of every student at eight o'clock."""

from collections.abc import Iterator

import pytest
from flask import Flask

from benchmarks.statements import count_launch
from tests.certification.browser import ClientBrowser
from tests.certification.keys import rsa_key
from tests.certification.platform import Platform, stores_of
from tests.certification.server import KeyDocument, KeyServer


@pytest.fixture
def platform(app: Flask) -> Iterator[Platform]:
    with KeyServer().running() as server:
        found = Platform(server, app)
        found.publish(KeyDocument.of(rsa_key().jwk()))
        yield found.register()


@pytest.mark.parametrize("keeps_cookies", [True, False])
def test_a_launch_keeps_its_budget(app: Flask, platform: Platform, keeps_cookies: bool) -> None:
    # The first one of all learns the course, the platform and its origins.
    count_launch(app, platform, ClientBrowser(app, keeps_cookies=keeps_cookies))
    found = count_launch(app, platform, ClientBrowser(app, keeps_cookies=keeps_cookies))
    begun = sum(statement.startswith("BEGIN") for seen in found.values() for statement in seen)
    is_one = keeps_cookies and stores_of(app).engine.dialect.name == "postgresql"
    # A browser without cookies is bound by what the platform has proven, which is one more to read. On PostgreSQL all
    # that a usual launch writes is one statement, which needs no transaction around it.
    budget = {"login": 2, "launch": 3 if is_one else 7 if keeps_cookies else 8, "first page": 2}
    over = {name: seen for name, seen in found.items() if len(seen) > budget[name]}
    assert not over
    assert begun == (0 if is_one else 1)
