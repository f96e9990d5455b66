"""Deep linking on values: items and response as Deep Linking 2.0 wants them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from lti_tool.content.catalog import Catalogue
from lti_tool.launch.catalog import DeepLinkingSettings
from lti_tool.launch.deep_linking.rules import (
    Addressee,
    Choice,
    build_items,
    build_response,
    can_take_columns,
    can_take_links,
    list_choices,
)

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
LAUNCH = "https://prep.example.edu/lti/launch"
WHOLE = Choice("programme", "Prep", "All of it.", 2, "programme")
RESUME = Choice("module:resume", "Résumé", "Draft and check.", 10, "module:resume")
DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"


def settings(**changes: Any) -> DeepLinkingSettings:
    values: dict[str, Any] = {
        "return_url": "https://lms.example.edu/return",
        "accept_types": ("link", "ltiResourceLink"),
        "accept_targets": ("iframe",),
        "accept_multiple": True,
    }
    return DeepLinkingSettings(**(values | changes))


def to(**changes: Any) -> Addressee:
    values = {
        "client_id": "client-1",
        "issuer": "https://lms.example.edu",
        "deployment_id": "4",
        "data": None,
        "is_canvas": False,
    }
    return Addressee(**(values | changes))


def test_items_name_their_module_twice() -> None:
    programme, resume = build_items([WHOLE, RESUME], settings(), LAUNCH, with_columns=True)
    assert programme["url"] == LAUNCH
    assert "custom" not in programme
    assert resume == {
        "type": "ltiResourceLink",
        "url": LAUNCH + "?module=resume",
        "title": "Résumé",
        "text": "Draft and check.",
        "custom": {"module": "resume"},
        "lineItem": {
            "scoreMaximum": 10,
            "label": "Résumé",
            "resourceId": "module:resume",
            "tag": "module:resume",
        },
    }


@pytest.mark.parametrize(
    ("changes", "with_columns", "expected"),
    [
        ({}, True, True),
        ({"accept_lineitem": True}, True, True),
        ({"accept_lineitem": False}, True, False),
        ({}, False, False),
    ],
)
def test_columns_only_where_they_are_taken(changes: dict[str, Any], with_columns: bool, expected: bool) -> None:
    [item] = build_items([RESUME], settings(**changes), LAUNCH, with_columns=with_columns)
    assert ("lineItem" in item) is expected
    assert can_take_columns(settings(**changes)) is (changes.get("accept_lineitem") is not False)


def test_one_item_where_one_is_taken() -> None:
    items = build_items([WHOLE, RESUME], settings(accept_multiple=False), LAUNCH, with_columns=True)
    assert [item["title"] for item in items] == ["Prep"]


def test_no_items_where_links_are_not_taken() -> None:
    wanted = settings(accept_types=("file", "html"))
    assert not can_take_links(wanted)
    assert build_items([RESUME], wanted, LAUNCH, with_columns=True) == []


def test_response_claims() -> None:
    message = build_response(to(), [{"type": "ltiResourceLink"}], nonce="n", now=NOW, module_name="Prep")
    lti = "https://purl.imsglobal.org/spec/lti/claim/"
    assert message == {
        "iss": "client-1",
        "aud": ["https://lms.example.edu"],
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 300,
        "nonce": "n",
        lti + "message_type": "LtiDeepLinkingResponse",
        lti + "version": "1.3.0",
        lti + "deployment_id": "4",
        DL + "content_items": [{"type": "ltiResourceLink"}],
        DL + "msg": "1 item was added.",
    }


@pytest.mark.parametrize("data", ["", "909708", "é\n\"'"])
def test_data_comes_back_unchanged(data: str) -> None:
    assert build_response(to(data=data), [], nonce="n", now=NOW)[DL + "data"] == data


def test_nothing_picked_says_nothing() -> None:
    message = build_response(to(), [], nonce="n", now=NOW)
    assert DL + "data" not in message
    assert DL + "msg" not in message
    assert message[DL + "content_items"] == []


def test_canvas_gets_a_module_name() -> None:
    items = [{"type": "ltiResourceLink"}] * 2
    message = build_response(to(is_canvas=True), items, nonce="n", now=NOW, module_name="Prep")
    assert message["https://canvas.instructure.com/lti/module_name"] == "Prep"
    assert message[DL + "msg"] == "2 items were added."
    other = build_response(to(), items, nonce="n", now=NOW, module_name="Prep")
    assert "https://canvas.instructure.com/lti/module_name" not in other


def test_an_error_is_said() -> None:
    message = build_response(to(), [], nonce="n", now=NOW, error="No links here.")
    assert message[DL + "errormsg"] == "No links here."
    assert DL + "msg" not in message


def test_choices_of_an_empty_catalogue() -> None:
    [whole] = list_choices(Catalogue(()), "Prep")
    assert (whole.key, whole.points) == ("programme", 1)
