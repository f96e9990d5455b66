"""Whether a launch is bound to the browser that began it, and what it teaches about the platform."""

from collections.abc import Collection
from dataclasses import dataclass

from lti_tool.launch.catalog import Binding


@dataclass(frozen=True)
class BindingFacts:
    """What a launch POST shows of its browser."""

    # The cookie of this state came back with the value that the login set.
    has_login_cookie: bool
    # The request carried any cookie that we ever set.
    has_any_cookie: bool
    # The login gave a secret to the platform's storage.
    used_storage: bool
    # The `Origin` header, or None.
    origin: str | None


def has_platform_origin(facts: BindingFacts, platform_origins: Collection[str]) -> bool:
    """Whether a page of the platform made this request, in a browser that keeps nothing for us.

    `null` and a missing header never match: any page can send those.
    """
    return not facts.has_any_cookie and facts.origin not in (None, "", "null") and facts.origin in platform_origins


def decide_binding(facts: BindingFacts, platform_origins: Collection[str]) -> Binding:
    """The first binding that holds; `STORAGE` means that the platform's storage has to be asked."""
    if facts.has_login_cookie:
        return Binding.COOKIE
    if facts.used_storage:
        return Binding.STORAGE
    return Binding.ORIGIN if has_platform_origin(facts, platform_origins) else Binding.NONE


def list_learned_origins(
    signed_origins: Collection[str], posted_origin: str | None, own_origin: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a bound launch teaches: origins that may frame us, and those that may bind later launches.

    An origin is proven only if the signed message names it *and* the POST came from it. The header alone would let
    anybody teach us a page of their own by posting their own token from it. `posted_origin` is None for a launch that
    no cookie bound: it proves none.
    """
    signed = tuple(dict.fromkeys(origin for origin in signed_origins if origin != own_origin))
    return signed, tuple(origin for origin in signed if origin == posted_origin)
