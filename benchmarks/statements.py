"""Statements of one launch, by its three requests: login, launch, first page."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flask import Flask

from tests.certification.browser import Browser
from tests.certification.flow import CROSS_SITE, SAME_ORIGIN, entrance_of, post_token, start_login
from tests.certification.platform import Platform, Token, stores_of
from tests.statements import noted


def count_launch(app: Flask, platform: Platform, browser: Browser) -> Mapping[str, list[str]]:
    """What each request of a launch sends to the database, BEGIN and COMMIT included."""
    with _noted(app) as at_login:
        login = start_login(browser, platform)
    token = Token().sign(platform.claims(login.nonce))
    with _noted(app) as at_launch:
        answer = post_token(browser, platform, login, token)
    entrance = entrance_of(answer)
    assert entrance is not None, answer.status
    with _noted(app) as at_page:
        page = browser.get(entrance, CROSS_SITE if answer.status == 303 else SAME_ORIGIN)
    assert page.status == 200
    return {"login": at_login, "launch": at_launch, "first page": at_page}


@contextmanager
def _noted(app: Flask) -> Iterator[list[str]]:
    with noted(stores_of(app).engine) as found:
        yield found
    # Each transaction is ended by a COMMIT, which the driver sends.
    found += ["COMMIT" for statement in found if statement.startswith("BEGIN")]
