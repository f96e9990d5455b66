"""Pieces of pages that are kept."""

import pytest
from flask import Flask, g
from markupsafe import Markup

from lti_tool.web.fragments import Fragments, init_fragments


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    init_fragments(app)
    return app


def render(app: Flask, token: str, key: tuple[str, ...] | None, body: str) -> str:
    page = app.jinja_env.from_string("{% call kept(key) %}{{ body }}{% endcall %}")
    with app.test_request_context():
        g.visit_token = token
        return page.render(key=key, body=Markup(body))


def test_a_piece_is_rendered_once_and_leads_each_reader_into_her_own_visit(app: Flask) -> None:
    first = render(app, "zoe-token", ("stop", "1"), '<a href="/v/zoe-token/modules/resume">Go</a>')
    second = render(app, "amara-token", ("stop", "1"), "never rendered")
    assert first == '<a href="/v/zoe-token/modules/resume">Go</a>'
    assert second == '<a href="/v/amara-token/modules/resume">Go</a>'


def test_what_is_kept_names_nobodys_visit(app: Flask) -> None:
    render(app, "zoe-token", ("stop", "1"), '<a href="/v/zoe-token/">Go</a>')
    kept = app.extensions["lti_tool_fragments"].find(("en", "stop", "1"))
    assert kept is not None
    assert "zoe-token" not in kept


def test_pieces_of_other_keys_and_of_one_person_are_rendered(app: Flask) -> None:
    render(app, "zoe-token", ("stop", "1"), "one")
    assert render(app, "zoe-token", ("stop", "2"), "two") == "two"
    assert render(app, "zoe-token", None, "mine") == "mine"
    assert render(app, "zoe-token", None, "mine again") == "mine again"


def test_memory_is_bounded_and_what_is_used_stays() -> None:
    pieces = Fragments(most=2)
    pieces.keep("a", "A")
    pieces.keep("b", "B")
    assert pieces.find("a") == "A"
    pieces.keep("c", "C")
    assert (len(pieces), pieces.find("a"), pieces.find("b")) == (2, "A", None)
