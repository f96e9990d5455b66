"""Use cases of deep linking: what the platform takes, and the signed answer."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import jwt
from sqlalchemy.orm import Session

from lti_tool.config import Settings
from lti_tool.errors import NotFound
from lti_tool.launch.catalog import DeepLinkingSettings
from lti_tool.launch.deep_linking.rules import Addressee, Choice, build_items, build_response, can_take_links
from lti_tool.launch.queries import find_deep_linking
from lti_tool.registration.catalog import ProductFamily
from lti_tool.registration.keys import ALGORITHM, get_signing_key
from lti_tool.registration.models import Deployment
from lti_tool.web.catalog import OpenVisit

_NO_LINKS = "This tool adds links that open in the course; this place in the course takes none."


@dataclass(frozen=True)
class Answer:
    """What the browser posts to the platform, and where to."""

    return_url: str
    jwt: str
    count: int


def get_settings(session: Session, visit: OpenVisit) -> DeepLinkingSettings:
    """What the platform takes; raises `NotFound` in a visit that no deep linking message opened.

    It is kept with the visit: the return address must not pass through the browser.
    """
    settings = find_deep_linking(session, visit.id)
    if settings is None:
        raise NotFound("deep_linking_not_asked")
    return settings


def answer_platform(
    session: Session, visit: OpenVisit, choices: Sequence[Choice], now: datetime, *, tool: Settings, with_columns: bool
) -> Answer:
    """Sign the response with the current key; no choices means that nothing is added."""
    settings = get_settings(session, visit)
    deployment = session.get_one(Deployment, visit.deployment_id)
    registration = deployment.registration
    items = build_items(choices, settings, tool.launch_url, with_columns=with_columns)
    message = build_response(
        Addressee(
            client_id=registration.client_id,
            issuer=registration.issuer,
            deployment_id=deployment.deployment_id,
            data=settings.data,
            is_canvas=registration.product_family == ProductFamily.CANVAS,
        ),
        items,
        nonce=secrets.token_urlsafe(24),
        now=now,
        module_name=tool.tool_name,
        error="" if can_take_links(settings) else _NO_LINKS,
    )
    key = get_signing_key(session, tool.secret_keys, now)
    token = jwt.encode(message, key.private_key, algorithm=ALGORITHM, headers={"kid": key.kid})
    return Answer(settings.return_url, token, len(items))
