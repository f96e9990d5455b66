"""Pure rules of deep linking: what may be picked, and the message that takes it back to the platform."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lti_tool.content.catalog import Catalogue
from lti_tool.launch.catalog import DeepLinkingSettings
from lti_tool.lti import claims

RESOURCE_LINK_TYPE = "ltiResourceLink"
RESPONSE_TYPE = "LtiDeepLinkingResponse"
# The choice that stands for all modules together.
PROGRAMME = "programme"
RESPONSE_LIFETIME = timedelta(minutes=5)


@dataclass(frozen=True)
class Choice:
    """Something that can be placed in a course. `points` is a whole number: Moodle takes nothing else."""

    key: str
    title: str
    text: str
    points: int
    # The line item's tag and resourceId.
    activity: str


@dataclass(frozen=True)
class Addressee:
    """Whom the response is for, and what it must carry back."""

    client_id: str
    issuer: str
    deployment_id: str
    data: str | None
    is_canvas: bool


def list_choices(catalogue: Catalogue, tool_name: str) -> list[Choice]:
    """The whole programme, then each module in its order."""
    whole = Choice(
        PROGRAMME,
        tool_name,
        "All preparation modules on one page. The grade is the number of finished modules.",
        max(len(catalogue.modules), 1),
        PROGRAMME,
    )
    modules = [
        Choice(f"module:{it.id}", it.title, it.summary, it.points, f"module:{it.id}") for it in catalogue.modules
    ]
    return [whole, *modules]


def can_take_links(settings: DeepLinkingSettings) -> bool:
    """Whether the platform takes what we offer; without it the answer holds no items and says why."""
    return RESOURCE_LINK_TYPE in settings.accept_types


def can_take_columns(settings: DeepLinkingSettings) -> bool:
    """Whether a line item may be sent; silence means yes (Canvas and Moodle say nothing)."""
    return settings.accept_lineitem is not False


def build_items(
    choices: Sequence[Choice], settings: DeepLinkingSettings, launch_url: str, *, with_columns: bool
) -> list[dict[str, Any]]:
    """Content items (§3): at most one where the platform takes one, no nulls, values of `custom` as strings.

    The module stands in the address and in `custom`: the address survives a course copy, `custom` not always.
    """
    if not can_take_links(settings):
        return []
    taken = choices if settings.accept_multiple else choices[:1]
    columns = with_columns and can_take_columns(settings)
    return [_item(choice, launch_url, columns) for choice in taken]


def build_response(
    to: Addressee, items: list[dict[str, Any]], *, nonce: str, now: datetime, module_name: str = "", error: str = ""
) -> dict[str, Any]:
    """The claims of the response (§4.5); `data` only if the request had it, since null would not be it."""
    message: dict[str, Any] = {
        "iss": to.client_id,
        "aud": [to.issuer],
        "iat": int(now.timestamp()),
        "exp": int((now + RESPONSE_LIFETIME).timestamp()),
        "nonce": nonce,
        claims.MESSAGE_TYPE: RESPONSE_TYPE,
        claims.VERSION: claims.LTI_VERSION,
        claims.DEPLOYMENT_ID: to.deployment_id,
        claims.DL_CONTENT_ITEMS: items,
    }
    if to.data is not None:
        message[claims.DL_DATA] = to.data
    if error:
        message[claims.DL_ERROR_MESSAGE] = error
    elif items:
        message[claims.DL_MESSAGE] = "1 item was added." if len(items) == 1 else f"{len(items)} items were added."
    if to.is_canvas and module_name and items:
        message[claims.CANVAS_MODULE_NAME] = module_name
    return message


def _item(choice: Choice, launch_url: str, with_column: bool) -> dict[str, Any]:
    item: dict[str, Any] = {
        "type": RESOURCE_LINK_TYPE,
        "url": launch_url,
        "title": choice.title,
        "text": choice.text,
    }
    if choice.key != PROGRAMME:
        module_id = choice.key.removeprefix("module:")
        item["url"] = f"{launch_url}?module={module_id}"
        item["custom"] = {"module": module_id}
    if with_column:
        item["lineItem"] = {
            "scoreMaximum": choice.points,
            "label": choice.title,
            "resourceId": choice.activity,
            "tag": choice.activity,
        }
    return item
