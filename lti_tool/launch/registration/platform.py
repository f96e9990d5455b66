"""The edge of dynamic registration: reads the platform's configuration and posts our registration to it."""

from typing import Any, NoReturn

import requests

from lti_tool.launch.registration.catalog import RegistrationFailed
from lti_tool.outbound import PlatformSession

# What of a refusal is shown to the administrator: Moodle answers a word or a sentence of plain text.
_SHOWN = 300
_AGAIN = "Start the registration again from your platform: its token works once and for about an hour."
_REACH = "Check that this server can reach the platform by https, and that no sign-in page stands before it."


def fetch_configuration(platform: PlatformSession, url: str, token: str) -> object:
    """The openid configuration as JSON; raises `RegistrationFailed`."""
    try:
        response = platform.get(url, headers=_headers(token))
    except requests.RequestException as error:
        raise RegistrationFailed(
            "configuration_unreachable",
            f"The platform's configuration could not be read: {error}.",
            _REACH,
            _AGAIN,
            status=424,
        ) from None
    if response.status_code != 200:
        _refuse("configuration_refused", "The platform did not give out its configuration", response)
    return _json(response)


def send_registration(platform: PlatformSession, url: str, token: str, request: dict[str, Any]) -> object:
    """Post the registration and return the answer as JSON; raises `RegistrationFailed`."""
    try:
        response = platform.post(url, json=request, headers=_headers(token))
    except requests.RequestException as error:
        raise RegistrationFailed(
            "registration_unreachable",
            f"The registration could not be sent to the platform: {error}.",
            "Look whether the tool is listed in your platform all the same, and delete it there.",
            _AGAIN,
            status=424,
        ) from None
    # Moodle answers 200, the specification asks for 201.
    if response.status_code not in (200, 201):
        _refuse("registration_refused", "The platform refused the registration", response)
    return _json(response)


def _headers(token: str) -> dict[str, str]:
    headers = {"Accept": "application/json"}
    return headers | {"Authorization": f"Bearer {token}"} if token else headers


def _refuse(reason: str, words: str, response: requests.Response) -> NoReturn:
    text = response.text.strip()
    # An HTML error page tells an administrator nothing.
    said = "" if text[:1] == "<" else " ".join(text[:_SHOWN].split())
    message = f"{words}: it answered {response.status_code}" + (f", “{said}”." if said else ".")
    raise RegistrationFailed(reason, message, _AGAIN, status=424)


def _json(response: requests.Response) -> object:
    try:
        data: object = response.json()
    except (ValueError, RecursionError):
        raise RegistrationFailed(
            "answer_unreadable", "The platform answered something that is not JSON.", _REACH, _AGAIN, status=424
        ) from None
    return data
