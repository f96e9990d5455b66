"""What a launch says once it is verified: plain values, ready to be kept for a moment and read again."""

from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Self

from lti_tool.lti.messages import MessageType
from lti_tool.lti.roles import CourseRole


class Binding(StrEnum):
    """How a launch was tied to the browser that began it; the values stand in the log."""

    COOKIE = "cookie"
    STORAGE = "storage"
    ORIGIN = "origin"
    NONE = "none"


@dataclass(frozen=True)
class Endpoint:
    """The AGS claim. `lineitem`: None if absent, "" if the platform names none for this link, else its address."""

    scopes: tuple[str, ...] = ()
    lineitems: str | None = None
    lineitem: str | None = None


@dataclass(frozen=True)
class DeepLinkingSettings:
    """What the platform lets somebody pick (Deep Linking 2.0 §4.4.1). `data`: None if it was not sent."""

    return_url: str
    accept_types: tuple[str, ...]
    accept_targets: tuple[str, ...]
    accept_multiple: bool = False
    # None where the platform does not say.
    accept_lineitem: bool | None = None
    title: str = ""
    text: str = ""
    data: str | None = None

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The settings as `dataclasses.asdict` wrote them."""
        return cls(
            **{**value, "accept_types": tuple(value["accept_types"]), "accept_targets": tuple(value["accept_targets"])}
        )


@dataclass(frozen=True)
class Launch:
    """A verified message, reduced to what the tool uses. Empty strings stand for what was not sent."""

    message_type: MessageType
    deployment_id: str
    sub: str
    role: CourseRole
    is_test_user: bool = False
    is_institution_administrator: bool = False
    is_masquerade: bool = False
    name: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    locale: str = ""
    timezone: str = ""
    # "" where the launch is outside a course.
    context_id: str = ""
    context_label: str = ""
    context_title: str = ""
    # "" where the message names no link, or only repeats the context's id (Canvas navigation).
    link_id: str = ""
    link_title: str = ""
    # `module:<id>`, or "" for the whole programme.
    activity: str = ""
    # When this person's work at the link is due, as ISO 8601 in UTC.
    due_at: str = ""
    endpoint: Endpoint | None = None
    memberships_url: str | None = None
    return_url: str = ""
    product_family: str = ""
    guid: str = ""
    # Whose work or data the message is about: `for_user.user_id`, or the `learner` of a submission's address.
    for_user: str = ""
    deep_linking: DeepLinkingSettings | None = None
    # Origins of addresses inside the signed message.
    origins: tuple[str, ...] = ()

    @property
    def module_id(self) -> str:
        """The module that the link stands for, or ""."""
        return self.activity.removeprefix("module:")

    def to_json(self) -> dict[str, Any]:
        """Values for a JSON column."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """What `to_json` wrote; lists become tuples again."""
        # A value that waits while the tool is replaced by a later version lacks what that one added.
        known = {field.name: value[field.name] for field in fields(cls) if field.name in value}
        known["message_type"] = MessageType(known["message_type"])
        known["role"] = CourseRole(known["role"])
        known["origins"] = tuple(known["origins"])
        if known["endpoint"] is not None:
            endpoint = known["endpoint"]
            known["endpoint"] = Endpoint(**{**endpoint, "scopes": tuple(endpoint["scopes"])})
        if known["deep_linking"] is not None:
            known["deep_linking"] = DeepLinkingSettings.from_json(known["deep_linking"])
        return cls(**known)


# Outcomes of a login that make the next one offer a window of its own.
UNBOUND = "browser_unbound"
# Until the platform's storage has answered; what stays so was never bound.
WAITING = "waiting_for_storage"
