"""The OIDC flow as a browser lives through it: login, the platform's form, and the way into the visit."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.certification.browser import Answer, Browser, refresh_target
from tests.certification.platform import Claims, Platform, Token

# Parameters of a login that differ; None leaves one out.
Changes = Mapping[str, str | None]

LOGIN = "/lti/login"
LAUNCH = "/lti/launch"
BIND = "/lti/launch/bind"
VISIT_PREFIX = "/v/"

CROSS_SITE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe", "Sec-Fetch-Mode": "navigate"}
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "iframe", "Sec-Fetch-Mode": "navigate"}


@dataclass(frozen=True)
class LoginStarted:
    """What the tool asked the platform for."""

    answer: Answer
    parameters: dict[str, str]

    @property
    def state(self) -> str:
        return self.parameters["state"]

    @property
    def nonce(self) -> str:
        return self.parameters["nonce"]


def query_of(url: str) -> dict[str, str]:
    """The parameters of an address; each must stand there once."""
    values = parse_qs(urlsplit(url).query, keep_blank_values=True)
    assert all(len(each) == 1 for each in values.values()), sorted(values)
    return {name: each[0] for name, each in values.items()}


def send_login(browser: Browser, platform: Platform, changes: Changes | None = None, *, method: str = "POST") -> Answer:
    """The platform sends the browser to our login; nothing is asserted."""
    parameters = platform.login_parameters(**(changes or {}))
    headers = CROSS_SITE | {"Origin": platform.origin}
    if method == "GET":
        return browser.get(LOGIN + "?" + urlencode(parameters), CROSS_SITE)
    return browser.post(LOGIN, parameters, headers)


def start_login(
    browser: Browser, platform: Platform, changes: Changes | None = None, *, method: str = "POST"
) -> LoginStarted:
    """A login that must lead on to the platform."""
    answer = send_login(browser, platform, changes, method=method)
    assert answer.status in (302, 303), (answer.status, answer.text[:2000])
    assert answer.location.split("?")[0] == platform.auth_url
    return LoginStarted(answer, query_of(answer.location))


def post_launch(
    browser: Browser,
    form: Mapping[str, str],
    *,
    origin: str | None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """The form POST to the redirect URI, as a page of `origin` makes it."""
    sent = CROSS_SITE | ({} if origin is None else {"Origin": origin}) | dict(headers or {})
    return browser.post(LAUNCH, form, sent)


def post_token(browser: Browser, platform: Platform, login: LoginStarted, id_token: str) -> Answer:
    """What the platform's self-submitting form sends."""
    return post_launch(browser, {"id_token": id_token, "state": login.state}, origin=platform.origin)


def launch(browser: Browser, platform: Platform, claims: Claims | None = None) -> Answer:
    """A whole launch that nothing is wrong with; `claims` lack only the nonce."""
    login = start_login(browser, platform)
    body = platform.claims("") if claims is None else dict(claims)
    body["nonce"] = login.nonce
    return post_token(browser, platform, login, Token().sign(body))


def entrance_of(answer: Answer) -> str | None:
    """Where an accepted launch leads: the redirect's or the enter page's address; None if it leads nowhere."""
    target = answer.location if answer.status == 303 else refresh_target(answer)
    return target if target is not None and urlsplit(target).path.startswith(VISIT_PREFIX) else None
