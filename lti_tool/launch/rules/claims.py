"""Claims → `Launch`: which messages are accepted, and what is taken from them (LTI Core 1.3 §5.3, §5.4)."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from lti_tool.errors import LaunchRefused
from lti_tool.launch.catalog import DeepLinkingSettings, Endpoint, Launch
from lti_tool.launch.rules.values import (
    Claims,
    is_own_url,
    is_unexpanded,
    read_identifier,
    read_moment,
    read_object,
    read_optional_identifier,
    read_optional_object,
    read_strings,
    read_text,
    read_url,
)
from lti_tool.lti import claims as names
from lti_tool.lti.messages import MessageType
from lti_tool.lti.roles import RoleDecision, decide_role
from lti_tool.registration.rules import origin_of

# LTI Data Privacy Launch writes its message type without the prefix that all others have.
_MESSAGE_TYPES = {str(each): each for each in MessageType} | {"DataPrivacyLaunchRequest": MessageType.DATA_PRIVACY}
# Deep Linking 2.0 §4.4.9 makes roles optional; the suite's deep linking request has no target_link_uri.
_ABOUT_A_LINK = frozenset({MessageType.RESOURCE_LINK, MessageType.SUBMISSION_REVIEW})
_MODULE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+\-]*(/[A-Za-z0-9_+\-]+)*")
_SHORT = 64


@dataclass(frozen=True)
class Expected:
    """What the login promised, and whose tool this is."""

    issuer: str
    # `lti_deployment_id` of the login, or None.
    deployment_id: str | None
    target_link_uri: str
    own_origin: str


def read_launch(claims: Claims, expected: Expected) -> Launch:
    """Decide whether a verified message is accepted; raises `LaunchRefused` with a message reason code."""
    message_type = _message_type(claims)
    deployment_id = read_identifier(claims.get(names.DEPLOYMENT_ID), missing="deployment_missing")
    if expected.deployment_id is not None and expected.deployment_id != deployment_id:
        raise LaunchRefused("deployment_changed")
    target = _target_link_uri(claims, message_type, expected)
    sub = _sub(claims)
    custom = read_optional_object(claims, names.CUSTOM)
    roles = _roles(claims, message_type)
    context = read_object(claims, names.CONTEXT)
    context_id = read_optional_identifier(context.get("id"))
    link_id, link_title = _resource_link(claims, message_type)
    # Canvas sends the context's id as the link's id where there is no link: no activity hangs on that.
    is_link = link_id != context_id
    endpoint = _endpoint(claims, expected.issuer)
    presentation = read_optional_object(claims, names.LAUNCH_PRESENTATION)
    platform = read_optional_object(claims, names.TOOL_PLATFORM)
    nrps = read_optional_object(claims, names.NRPS)
    memberships_url = read_url(nrps.get("context_memberships_url"), expected.issuer) or None
    return_url = read_url(presentation.get("return_url"), expected.issuer)
    deep_linking = _deep_linking(claims, expected.issuer) if message_type is MessageType.DEEP_LINKING else None
    return Launch(
        message_type=message_type,
        deployment_id=deployment_id,
        sub=sub,
        role=roles.role,
        is_test_user=roles.is_test_user or custom.get("student_view") in (True, "true"),
        is_institution_administrator=roles.is_institution_administrator,
        is_masquerade=_is_set(custom.get("masquerading_user_id")),
        name=read_text(claims.get("name")),
        given_name=read_text(claims.get("given_name")),
        family_name=read_text(claims.get("family_name")),
        email=_email(claims.get("email")),
        # What the platform's page around ours is in: a course may be in another language than the person's own.
        locale=_match(_LOCALE, presentation.get("locale")) or _match(_LOCALE, claims.get("locale")),
        timezone=_match(_ZONE, custom.get("timezone")) or _match(_ZONE, claims.get("zoneinfo")),
        context_id=context_id,
        context_label=read_text(context.get("label")),
        context_title=read_text(context.get("title")),
        link_id=link_id if is_link else "",
        link_title=link_title if is_link else "",
        activity=_activity(custom.get("module"), target),
        due_at=_due_at(custom) if message_type is MessageType.RESOURCE_LINK else "",
        endpoint=endpoint,
        memberships_url=memberships_url,
        return_url=return_url,
        product_family=read_text(platform.get("product_family_code")),
        guid=read_text(platform.get("guid")),
        for_user=_for_user(claims, message_type, endpoint) or _learner(message_type, target),
        deep_linking=deep_linking,
        origins=_origins(return_url, memberships_url, endpoint, deep_linking),
    )


def _message_type(claims: Claims) -> MessageType:
    if claims.get(names.VERSION) != names.LTI_VERSION:
        raise LaunchRefused("version_wrong")
    given = claims.get(names.MESSAGE_TYPE)
    message_type = _MESSAGE_TYPES.get(given) if isinstance(given, str) else None
    if message_type is None:
        raise LaunchRefused("message_type_unknown")
    return message_type


def _target_link_uri(claims: Claims, message_type: MessageType, expected: Expected) -> str:
    """Core §5.3.4: the claim must be the login's value, and it counts, since the login was not signed.

    Open edX begins every login with the tool's plain address and names what was picked in the claim only: a query
    that the claim adds is taken, nothing else may differ.
    """
    target = claims.get(names.TARGET_LINK_URI)
    if target is None or target == "":
        if message_type in _ABOUT_A_LINK:
            raise LaunchRefused("target_link_uri_missing")
        return ""
    if not isinstance(target, str):
        raise LaunchRefused("claim_malformed")
    if not is_own_url(target, expected.own_origin):
        raise LaunchRefused("target_link_uri_foreign")
    if expected.target_link_uri not in (target, target.partition("?")[0]):
        raise LaunchRefused("target_link_uri_changed")
    return target


def _sub(claims: Claims) -> str:
    if claims.get("sub") == "":
        raise LaunchRefused("user_empty")
    return read_identifier(claims.get("sub"), missing="user_missing")


def _roles(claims: Claims, message_type: MessageType) -> RoleDecision:
    roles = claims.get(names.ROLES)
    if roles is None:
        if message_type in _ABOUT_A_LINK:
            raise LaunchRefused("roles_missing")
        roles = []
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise LaunchRefused("roles_malformed")
    return decide_role(roles)


def _resource_link(claims: Claims, message_type: MessageType) -> tuple[str, str]:
    link = read_object(claims, names.RESOURCE_LINK)
    if message_type is MessageType.RESOURCE_LINK:
        link_id = read_identifier(link.get("id"), missing="resource_link_missing")
    else:
        link_id = read_optional_identifier(link.get("id"))
    return link_id, read_text(link.get("title"))


def _endpoint(claims: Claims, issuer: str) -> Endpoint | None:
    ags = read_optional_object(claims, names.AGS_ENDPOINT)
    if not ags:
        return None
    lineitem = ags.get("lineitem")
    return Endpoint(
        scopes=read_strings(ags.get("scope")),
        lineitems=read_url(ags.get("lineitems"), issuer) or None,
        lineitem="" if lineitem == "" else read_url(lineitem, issuer) or None,
    )


def _for_user(claims: Claims, message_type: MessageType, endpoint: Endpoint | None) -> str:
    user = read_optional_object(claims, names.FOR_USER)
    if message_type is not MessageType.SUBMISSION_REVIEW:
        given = user.get("user_id")
        return read_identifier(given, missing="") if isinstance(given, str) and given else ""
    for_user = read_identifier(user.get("user_id"), missing="for_user_missing")
    if endpoint is None or not endpoint.lineitem:
        raise LaunchRefused("line_item_missing")
    return for_user


def _learner(message_type: MessageType, target: str) -> str:
    """The hint of a submission's own address: Canvas opens it as an ordinary launch of whoever grades."""
    if message_type is not MessageType.RESOURCE_LINK:
        return ""
    given = (parse_qs(urlsplit(target).query).get("learner") or [""])[0]
    return given if len(given) <= names.ID_LENGTH and given.isascii() and given.isprintable() else ""


def _deep_linking(claims: Claims, issuer: str) -> DeepLinkingSettings:
    """Deep Linking 2.0 §4.4.1: return URL, types and targets are required."""
    settings = claims.get(names.DL_SETTINGS)
    if not isinstance(settings, dict):
        raise LaunchRefused("deep_linking_settings_wrong")
    found = DeepLinkingSettings(
        return_url=read_url(settings.get("deep_link_return_url"), issuer),
        accept_types=read_strings(settings.get("accept_types")),
        accept_targets=read_strings(settings.get("accept_presentation_document_targets")),
        accept_multiple=settings.get("accept_multiple") is True,
        accept_lineitem=_flag(settings.get("accept_lineitem")),
        title=read_text(settings.get("title")),
        text=read_text(settings.get("text")),
        data=_data(settings.get("data")),
    )
    if not (found.return_url and found.accept_types and found.accept_targets):
        raise LaunchRefused("deep_linking_settings_wrong")
    return found


def _data(value: object) -> str | None:
    """§4.5.5: returned unchanged, so a value that could not be kept unchanged is refused."""
    if value is None:
        return None
    if not isinstance(value, str) or "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise LaunchRefused("deep_linking_settings_wrong")
    return value


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _activity(module: object, target: str) -> str:
    """The link's module: its custom parameter, else the query of its own address."""
    given = module if isinstance(module, str) and module and not is_unexpanded(module) else ""
    if not given:
        given = (parse_qs(urlsplit(target).query).get("module") or [""])[0]
    return f"module:{given}" if _MODULE.fullmatch(given) else ""


def _due_at(custom: Claims) -> str:
    """Canvas says the person's own date, with an extension if she has one; LTI Core's variable that of the link."""
    found = read_moment(custom.get("canvas_due_at")) or read_moment(custom.get("due_at"))
    return found.isoformat() if found is not None else ""


def _is_set(value: object) -> bool:
    """Whether a substitution variable expanded to somebody; old Canvas sends ids as numbers."""
    if isinstance(value, str):
        return bool(value) and "$" not in value
    return isinstance(value, int) and not isinstance(value, bool)


def _email(value: object) -> str:
    """A cut address would be somebody else's, so a long one is left out."""
    text = read_text(value)
    return text if isinstance(value, str) and len(value) < names.ID_LENGTH else ""


def _match(pattern: re.Pattern[str], value: object) -> str:
    text = read_text(value)
    return text if len(text) <= _SHORT and pattern.fullmatch(text) else ""


def _origins(
    return_url: str, memberships_url: str | None, endpoint: Endpoint | None, deep_linking: DeepLinkingSettings | None
) -> tuple[str, ...]:
    urls = [return_url, memberships_url or ""]
    if endpoint is not None:
        urls += [endpoint.lineitems or "", endpoint.lineitem or ""]
    if deep_linking is not None:
        urls.append(deep_linking.return_url)
    return tuple(dict.fromkeys(filter(None, map(origin_of, urls))))
