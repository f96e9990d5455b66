"""The edge to platforms at launch: the authorisation request, the id_token, and the platform's keys."""

from lti_tool.launch.oidc.jwks import KeyRing
from lti_tool.launch.oidc.login import make_authorisation_url
from lti_tool.launch.oidc.message import KnownLogin, PlatformLaunch

__all__ = ["KeyRing", "KnownLogin", "PlatformLaunch", "make_authorisation_url"]
