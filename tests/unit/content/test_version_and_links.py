from markupsafe import Markup

from lti_tool.content.rules import place_links
from lti_tool.documents.digest import content_hash


def test_the_version_ignores_order_and_follows_content() -> None:
    one = content_hash({"a": {"x": 1, "y": ["é"]}, "b": "text"})
    assert one == content_hash({"b": "text", "a": {"y": ["é"], "x": 1}})
    assert one != content_hash({"a": {"x": 1, "y": ["e"]}, "b": "text"})
    assert len(one) == 64


def test_lesson_and_asset_links_become_addresses_that_are_escaped() -> None:
    html = Markup('<a href="lesson:pay-and-tax">Pay</a> <img src="asset:a.png" alt="A">')
    placed = place_links(html, lambda name: f'/l/{name}?a=1&b="', lambda name: f"/static/{name}")
    assert placed == ('<a href="/l/pay-and-tax?a=1&amp;b=&#34;">Pay</a> <img src="/static/a.png" alt="A">')
    assert isinstance(placed, Markup)
    assert "asset:a.png" in place_links(html, lambda name: name)
