"""Use cases of dynamic registration: ask the platform, then keep what it answered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lti_tool.config import Settings
from lti_tool.launch.registration.catalog import (
    PlatformConfiguration,
    RegistrationAnswer,
    RegistrationFailed,
)
from lti_tool.launch.registration.platform import fetch_configuration, send_registration
from lti_tool.launch.registration.rules import (
    build_request,
    check_configuration_url,
    read_answer,
    read_configuration,
)
from lti_tool.outbound import PlatformSession
from lti_tool.registration.models import Invite, Registration
from lti_tool.registration.queries import find_invite, find_registration, list_siblings
from lti_tool.registration.service import NewRegistration, add_registration, spend_invite


@dataclass(frozen=True)
class Kept:
    """The registration that stands now; `updated` where it was known before."""

    registration: Registration
    deployment_id: str | None
    updated: bool
    # A new registration of an LMS that has one: people and work stay with theirs.
    is_second: bool


def get_open_invite(session: Session, code: str, now: datetime) -> Invite:
    """The invitation while it is good; raises `RegistrationFailed`."""
    invite = find_invite(session, code, now)
    if invite is None:
        raise RegistrationFailed(
            "invite_unusable",
            "This registration link is not known, has been used, or is too old.",
            "Ask the operator of this tool for a new link (lti-tool registration-link).",
            status=403,
        )
    return invite


def ask_platform(
    platform: PlatformSession, url: str, token: str, settings: Settings, icon_url: str
) -> tuple[PlatformConfiguration, RegistrationAnswer]:
    """Read the configuration, check it, and register at the platform; raises `RegistrationFailed`.

    No database session is open meanwhile: a slow platform holds nobody up.
    """
    check_configuration_url(url, settings)
    configuration = read_configuration(fetch_configuration(platform, url, token), url, settings)
    request = build_request(configuration, settings, icon_url)
    return configuration, read_answer(send_registration(platform, configuration.registration_url, token, request))


def keep_registration(
    session: Session,
    code: str,
    configuration: PlatformConfiguration,
    answer: RegistrationAnswer,
    now: datetime,
    *,
    settings: Settings,
) -> Kept:
    """Store what the platform answered and spend the invitation, both or neither.

    Raises `ToolError` where the invitation was used meanwhile, or the platform belongs to another institution.
    """
    invite = get_open_invite(session, code, now)
    before = find_registration(session, configuration.issuer, answer.client_id)
    registration = add_registration(
        session,
        NewRegistration(
            issuer=configuration.issuer,
            client_id=answer.client_id,
            auth_url=configuration.auth_url,
            token_url=configuration.token_url,
            jwks_url=configuration.jwks_url,
            token_audience=configuration.token_audience,
            product_family=configuration.family,
            name=configuration.name,
            deployment_ids=(answer.deployment_id,) if answer.deployment_id else (),
            institution_id=invite.institution_id,
        ),
        now,
        settings=settings,
    )
    spend_invite(session, code, registration, now)
    is_second = before is None and bool(list_siblings(session, registration))
    return Kept(registration, answer.deployment_id, updated=before is not None, is_second=is_second)
