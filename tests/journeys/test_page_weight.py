"""Pages are light: with everything they ask for, at most 100 kB as a server sends it, compressed."""

import gzip

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.builders import make_member
from tests.journeys.visits import enter
from tests.unit.assessment.content import SHIPPED

MOST = 100_000
MODULES = {it.id: f"/modules/{it.slug}" for it in SHIPPED.modules}
PATHS = [
    "/",
    MODULES["goals"],
    MODULES["goals"] + "/own-work",
    MODULES["goals"] + "/own-work/rating",
    MODULES["etiquette"] + "/own-work",
    MODULES["interview"] + "/practice/say-it-aloud",
    MODULES["resume"] + f"/lessons/{SHIPPED.modules[1].lessons[0].id}",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_light(app: Flask, session: Session, path: str) -> None:
    member = make_member(session, "Zoë Núñez-Øster")
    session.commit()
    person = enter(app, session, member)
    page = person.get(path)
    assert page.status == 200
    found = {str(it["href"]) for it in page.soup.select("link[href]")} | {
        str(it["src"]) for it in page.soup.select("script[src], img[src]")
    }
    assert len(found) > 4
    weight = sum(weigh(it) for it in (page.response, *map(person.client.get, sorted(found))))
    assert weight <= MOST, f"{weight} bytes"


def weigh(response: TestResponse) -> int:
    assert response.status_code == 200
    size = len(gzip.compress(response.data, 6))
    response.close()
    return size
