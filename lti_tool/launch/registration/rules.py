"""Pure rules of dynamic registration: which configuration we trust, what we ask for, what we read back.

A configuration may name any address: only ones of a single origin are believed, so that nobody can register an
issuer that is not theirs.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from lti_tool.config import Settings
from lti_tool.launch.registration.catalog import (
    CANVAS_CUSTOM_PARAMETERS,
    CANVAS_DEEP_LINKING_PLACEMENTS,
    CANVAS_PREFIX,
    CUSTOM_PARAMETERS,
    DESCRIPTION,
    PICKER_HEIGHT,
    PICKER_WIDTH,
    TOOL_ID,
    PlatformConfiguration,
    RegistrationAnswer,
    RegistrationFailed,
)
from lti_tool.lti import claims, scopes
from lti_tool.lti.messages import MessageType
from lti_tool.registration.catalog import ProductFamily
from lti_tool.registration.rules import find_address_problem, origin_of, product_family_of

# Canvas cloud's issuer and its sign-in service have different hosts, one pair per environment.
_CANVAS_CLOUD = tuple(
    frozenset({f"https://canvas.{part}instructure.com", f"https://sso.{part}canvaslms.com"})
    for part in ("", "beta.", "test.")
)
_CLAIMS = ("iss", "sub", "name", "given_name", "family_name", "email", "locale")
_OPTIONAL_MESSAGES = (MessageType.SUBMISSION_REVIEW, MessageType.DATA_PRIVACY)
_ID_LENGTH = 255
_MAX_URL = 2000
# No database keeps these: NUL, and halves of surrogate pairs that JSON can spell.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_BY_HAND = "Otherwise ask the operator of this tool to register the platform by hand (`lti-tool platform add`)."


def check_configuration_url(url: str, settings: Settings) -> str:
    """The origin of the platform's configuration; raises `RegistrationFailed` for one that may not be fetched."""
    problem = find_address_problem(
        {"configuration address": url}, settings.base_url, is_http_allowed=settings.allow_private_platforms
    )
    if problem is not None:
        raise RegistrationFailed(
            "configuration_address_refused", problem, "Start the registration again from your platform."
        )
    return origin_of(url) or ""


def is_canvas_cloud_origin(origin: str) -> bool:
    """Whether the origin is one of Canvas cloud's own, which serve schools on any host name."""
    return any(origin in group for group in _CANVAS_CLOUD)


def read_configuration(data: object, url: str, settings: Settings) -> PlatformConfiguration:
    """Check an openid configuration that was read from `url`; raises `RegistrationFailed`."""
    if not isinstance(data, dict):
        raise _unreadable("it is not a JSON object")
    addresses = {
        "issuer": _text(data, "issuer"),
        "authorization_endpoint": _text(data, "authorization_endpoint"),
        "token_endpoint": _text(data, "token_endpoint"),
        "jwks_uri": _text(data, "jwks_uri"),
        "registration_endpoint": _text(data, "registration_endpoint"),
    }
    problem = find_address_problem(addresses, settings.base_url, is_http_allowed=settings.allow_private_platforms)
    if problem is not None:
        raise RegistrationFailed("platform_refused", problem, _BY_HAND)
    _check_one_origin(addresses, url)
    platform = data.get(claims.PLATFORM_CONFIGURATION)
    platform = platform if isinstance(platform, dict) else {}
    family = platform.get("product_family_code")
    name = platform.get(CANVAS_PREFIX + "account_name")
    audience = data.get("authorization_server")
    return PlatformConfiguration(
        issuer=addresses["issuer"],
        auth_url=addresses["authorization_endpoint"],
        token_url=addresses["token_endpoint"],
        jwks_url=addresses["jwks_uri"],
        registration_url=addresses["registration_endpoint"],
        token_audience=audience if isinstance(audience, str) and _is_plain(audience, _MAX_URL) else None,
        family=product_family_of(family) if isinstance(family, str) else ProductFamily.OTHER,
        name=_UNSTORABLE.sub("", name)[:_ID_LENGTH] if isinstance(name, str) else "",
        scopes=_words(data.get("scopes_supported")),
        claims=_words(data.get("claims_supported")),
        messages=_messages(platform.get("messages_supported")),
        variables=_words(platform.get("variables")) or frozenset(),
    )


def build_request(platform: PlatformConfiguration, settings: Settings, icon_url: str) -> dict[str, Any]:
    """The registration request (LTI Dynamic Registration 1.0 §3.5); only scopes that the platform knows, since
    one unknown scope fails all of it on Canvas.
    """
    return {
        "application_type": "web",
        "grant_types": ["client_credentials", "implicit"],
        "response_types": ["id_token"],
        "client_name": settings.tool_name,
        "client_uri": settings.base_url,
        "logo_uri": icon_url,
        "initiate_login_uri": settings.login_url,
        "redirect_uris": [settings.launch_url],
        "jwks_uri": settings.jwks_url,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(_keep(scopes.REQUESTED, platform.scopes)),
        claims.TOOL_CONFIGURATION: _tool_configuration(platform, settings, icon_url),
    }


def read_answer(data: object) -> RegistrationAnswer:
    """What we keep of the answer: the rest of it is known to be wrong on Moodle. Raises `RegistrationFailed`."""
    client_id = data.get("client_id") if isinstance(data, dict) else None
    # Canvas writes a number as a string; a number is accepted alike.
    client_id = str(client_id) if isinstance(client_id, int) and not isinstance(client_id, bool) else client_id
    if not isinstance(data, dict) or not isinstance(client_id, str) or not _is_plain(client_id, _ID_LENGTH):
        raise RegistrationFailed(
            "answer_unreadable",
            "The platform accepted the registration but named no client id.",
            "Delete the tool in the platform and start again.",
            _BY_HAND,
            status=424,
        )
    configuration = data.get(claims.TOOL_CONFIGURATION)
    nested = configuration.get("deployment_id") if isinstance(configuration, dict) else None
    for deployment_id in (data.get("deployment_id"), nested):
        if isinstance(deployment_id, str | int) and _is_plain(str(deployment_id), _ID_LENGTH):
            return RegistrationAnswer(client_id, str(deployment_id))
    return RegistrationAnswer(client_id, None)


def _tool_configuration(platform: PlatformConfiguration, settings: Settings, icon_url: str) -> dict[str, Any]:
    is_canvas = platform.family is ProductFamily.CANVAS
    configuration: dict[str, Any] = {
        # Moodle compares host and port with those of target_link_uri.
        "domain": settings.host,
        "description": DESCRIPTION,
        "target_link_uri": settings.launch_url,
        "claims": ["iss", "sub", *_keep(_CLAIMS[2:], platform.claims)],
        "custom_parameters": _custom_parameters(platform),
    }
    if not is_canvas:
        types = [MessageType.RESOURCE_LINK, MessageType.DEEP_LINKING]
        types += [kind for kind in _OPTIONAL_MESSAGES if kind in platform.messages]
        messages = [_message(kind, settings, icon_url) for kind in types]
        messages[1]["placements"] = ["ContentArea"]
        return configuration | {"messages": messages}
    return configuration | {
        CANVAS_PREFIX + "privacy_level": "public",
        CANVAS_PREFIX + "tool_id": TOOL_ID,
        CANVAS_PREFIX + "vendor": settings.tool_name,
        "messages": _canvas_messages(settings, icon_url),
    }


def _canvas_messages(settings: Settings, icon_url: str) -> list[dict[str, Any]]:
    course = _message(MessageType.RESOURCE_LINK, settings, icon_url) | {
        "placements": [CANVAS_PREFIX + "course_navigation"],
        # Hidden until a teacher shows it: a new entry in every course of a university surprises them.
        CANVAS_PREFIX + "course_navigation/default_enabled": False,
        CANVAS_PREFIX + "visibility": "members",
        CANVAS_PREFIX + "display_type": "full_width_in_context",
    }
    staff = _message(MessageType.RESOURCE_LINK, settings, icon_url) | {
        "label": f"{settings.tool_name} (career staff)",
        "placements": [CANVAS_PREFIX + "account_navigation"],
        CANVAS_PREFIX + "visibility": "admins",
    }
    # A message without placements would become link_selection, so each names its own.
    picker = _message(MessageType.DEEP_LINKING, settings, icon_url) | {
        "label": f"{settings.tool_name}: add modules",
        "placements": [
            "ContentArea" if name == "link_selection" else CANVAS_PREFIX + name
            for name in CANVAS_DEEP_LINKING_PLACEMENTS
        ],
        CANVAS_PREFIX + "launch_width": PICKER_WIDTH,
        CANVAS_PREFIX + "launch_height": PICKER_HEIGHT,
    }
    return [course, staff, picker]


def _message(kind: MessageType, settings: Settings, icon_url: str) -> dict[str, Any]:
    return {
        "type": str(kind),
        "target_link_uri": settings.launch_url,
        "label": settings.tool_name,
        "icon_uri": icon_url,
    }


def _custom_parameters(platform: PlatformConfiguration) -> dict[str, str]:
    if platform.family is ProductFamily.CANVAS:
        return dict(CANVAS_CUSTOM_PARAMETERS)
    offered = {variable.lstrip("$") for variable in platform.variables}
    return {name: value for name, value in CUSTOM_PARAMETERS.items() if value.lstrip("$") in offered}


def _check_one_origin(addresses: Mapping[str, str], url: str) -> None:
    origins = {name: origin_of(address) or "" for name, address in addresses.items()}
    origins["configuration address"] = origin_of(url) or ""
    if any(group.issuperset(origins.values()) for group in _CANVAS_CLOUD):
        return
    home = origins["configuration address"]
    for name, origin in origins.items():
        if origin == home:
            continue
        advice = ["The issuer and all addresses of a platform must share one host.", _BY_HAND]
        if name == "issuer" and is_canvas_cloud_origin(origin):
            advice.insert(0, "On your own Canvas server, set lti_iss in config/security.yml to your own address.")
        raise RegistrationFailed(
            "origins_differ",
            f"The platform's {name} is at {urlsplit(origin).netloc}, but its configuration is at "
            f"{urlsplit(home).netloc}.",
            *advice,
        )


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value:
        raise _unreadable(f"it does not name its {name}")
    if not _is_plain(value, _MAX_URL):
        raise _unreadable(f"its {name} is not an address")
    return value


def _is_plain(value: str, longest: int) -> bool:
    """Whether an identifier or address can be kept: LTI Core 1.3 has them in ASCII, of at most 255 characters."""
    return 0 < len(value) <= longest and value.isascii() and value.isprintable()


def _unreadable(why: str) -> RegistrationFailed:
    return RegistrationFailed(
        "configuration_unreadable",
        f"The platform's configuration cannot be used: {why}.",
        "Start the registration again from your platform; its link works for a short time only.",
        status=424,
    )


def _words(value: object) -> frozenset[str] | None:
    if not isinstance(value, list):
        return None
    return frozenset(word for word in value if isinstance(word, str))


def _messages(value: object) -> frozenset[str]:
    entries = value if isinstance(value, list) else []
    return frozenset(
        entry["type"] for entry in entries if isinstance(entry, dict) and isinstance(entry.get("type"), str)
    )


def _keep(wanted: Iterable[str], offered: frozenset[str] | None) -> list[str]:
    return [word for word in wanted if offered is None or word in offered]
