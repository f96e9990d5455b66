"""The way in as browsers live through it: cookies, no cookies, the platform's storage, a window of its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lti_tool.web.models import Visit
from lti_tool.web.session import Stores
from tests.certification.flow import CROSS_SITE, SAME_ORIGIN, query_of
from tests.certification.keys import rsa_key, sign
from tests.certification.platform import FOR_USER, LAUNCH_PRESENTATION, Platform
from tests.certification.server import KeyServer

TOOL = "http://localhost:8000"


@pytest.fixture(scope="module")
def key_server() -> Iterator[KeyServer]:
    with KeyServer().running() as server:
        yield server


@pytest.fixture
def platform(app: Flask, key_server: KeyServer) -> Platform:
    return Platform(key_server, app).register()


class Browser:
    """One browser in front of the platform's pages."""

    def __init__(self, app: Flask, platform: Platform, *, keeps_cookies: bool = True) -> None:
        self.app = app
        self.platform = platform
        self.client: FlaskClient = app.test_client(use_cookies=keeps_cookies)

    def post(self, path: str, data: dict[str, Any], **headers: str) -> TestResponse:
        given = {name.replace("_", "-"): value for name, value in headers.items()} or {
            **CROSS_SITE,
            "Origin": self.platform.origin,
        }
        return self.client.post(path, base_url=TOOL, data=data, headers=given)

    def get(self, path: str, headers: dict[str, str]) -> TestResponse:
        return self.client.get(path, base_url=TOOL, headers=headers)

    def login(self, **changes: str | None) -> TestResponse:
        return self.post("/lti/login", self.platform.login_parameters(**changes))

    def launch(self, authorisation_url: str, *, origin: str | None = None, **changes: Any) -> TestResponse:
        asked = query_of(authorisation_url)
        claims = self.platform.claims(asked["nonce"]) | changes
        token = sign({"alg": "RS256", "kid": rsa_key().kid}, claims, rsa_key())
        headers = {**CROSS_SITE, "Origin": origin or self.platform.origin}
        return self.client.post(
            "/lti/launch", base_url=TOOL, data={"id_token": token, "state": asked["state"]}, headers=headers
        )


def soup_of(response: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(response.get_data(as_text=True), "html.parser")


def form_fields(response: TestResponse, number: int = 0) -> dict[str, str]:
    form = soup_of(response).find_all("form")[number]
    return {str(field["name"]): str(field["value"]) for field in form.find_all("input")}


def refresh_of(response: TestResponse) -> str:
    tag = soup_of(response).find("meta", attrs={"http-equiv": "refresh"})
    assert tag is not None
    return str(tag["content"]).split("url=", 1)[1]


def count_visits(app: Flask) -> int:
    stores: Stores = app.extensions["lti_tool"]
    with stores.reading() as session:
        return session.scalar(select(func.count()).select_from(Visit)) or 0


def test_a_browser_that_keeps_cookies(app: Flask, platform: Platform) -> None:
    browser = Browser(app, platform)
    login = browser.login()
    assert login.status_code == 302
    cookie = login.headers["Set-Cookie"]
    for attribute in ("Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/", "Max-Age=600"):
        assert attribute in cookie
    entered = browser.launch(login.location)
    assert entered.status_code == 303
    page = browser.get(entered.location, CROSS_SITE)
    assert page.status_code == 200
    assert platform.origin in page.headers["Content-Security-Policy"]
    # A second launch keeps the browser's key: the first tab stays open.
    again = browser.launch(browser.login().location)
    assert again.status_code == 303
    assert browser.get(entered.location, CROSS_SITE).status_code == 200


def test_two_tabs_at_once(app: Flask, platform: Platform) -> None:
    browser = Browser(app, platform)
    first, second = browser.login(), browser.login()
    assert browser.launch(second.location).status_code == 303
    assert browser.launch(first.location).status_code == 303


def test_a_browser_that_keeps_nothing_enters_by_a_page_of_ours(app: Flask, platform: Platform) -> None:
    browser = Browser(app, platform, keeps_cookies=False)
    entered = browser.launch(browser.login().location)
    assert entered.status_code == 200
    assert "Set-Cookie" not in entered.headers
    assert platform.origin in entered.headers["Content-Security-Policy"]
    address = refresh_of(entered)
    assert browser.get(address, SAME_ORIGIN).status_code == 200
    # The same address from anywhere else, or pasted.
    assert browser.get(address, CROSS_SITE).status_code == 401
    assert browser.get(address, {"Sec-Fetch-Site": "none"}).status_code == 401


def put_page(browser: Browser) -> tuple[str, str, TestResponse]:
    page = browser.login(lti_storage_target="_parent")
    assert page.status_code == 200
    root = soup_of(page).find(id="platform-storage")
    assert root is not None
    assert (root["data-mode"], root["data-target"], root["data-origin"]) == ("put", "_parent", browser.platform.origin)
    return str(root["data-value"]), str(root["data-next"]), page


def test_the_platforms_storage(app: Flask, platform: Platform) -> None:
    browser = Browser(app, platform, keeps_cookies=False)
    secret, authorisation_url, put = put_page(browser)
    assert query_of(authorisation_url)["state"] != secret
    asked = browser.launch(authorisation_url, origin="https://evil.example")
    assert asked.status_code == 200
    root = soup_of(asked).find(id="platform-storage")
    put_root = soup_of(put).find(id="platform-storage")
    assert root is not None and put_root is not None
    assert (root["data-mode"], root["data-key"]) == ("get", put_root["data-key"])
    assert secret not in asked.get_data(as_text=True)
    assert count_visits(app) == 0
    fields = form_fields(asked)
    own = {"Origin": TOOL, "Sec_Fetch_Site": "same-origin"}
    # Somebody else's page may hold a launch of its own and a secret: it may not bind this browser to it.
    assert browser.post("/lti/launch/bind", {**fields, "value": secret}).status_code == 400
    entered = browser.post("/lti/launch/bind", {**fields, "value": secret}, **own)
    assert entered.status_code == 303
    assert browser.get(entered.location, SAME_ORIGIN).status_code == 200
    assert browser.post("/lti/launch/bind", {**fields, "value": secret}, **own).status_code == 400
    assert count_visits(app) == 1


def test_storage_that_is_silent(app: Flask, platform: Platform) -> None:
    browser = Browser(app, platform, keeps_cookies=False)
    _, authorisation_url, _ = put_page(browser)
    asked = browser.launch(authorisation_url)
    entered = browser.post("/lti/launch/bind", {**form_fields(asked), "value": ""}, Origin=TOOL)
    assert entered.status_code == 303
    _, authorisation_url, _ = put_page(browser)
    asked = browser.launch(authorisation_url, origin="https://evil.example")
    refused = browser.post("/lti/launch/bind", {**form_fields(asked), "value": ""}, Origin=TOOL)
    assert refused.status_code == 400
    assert "did not let us recognize you" in refused.get_data(as_text=True)


def test_storage_is_not_asked_where_cookies_come_back(app: Flask, platform: Platform) -> None:
    browser = Browser(app, platform)
    _, authorisation_url, _ = put_page(browser)
    assert browser.launch(authorisation_url).status_code == 303
    assert browser.login(lti_storage_target="_parent").status_code == 302


def test_a_window_of_its_own_after_a_launch_that_could_not_be_bound(app: Flask, platform: Platform) -> None:
    framed = Browser(app, platform, keeps_cookies=False)
    back: dict[str, Any] = {LAUNCH_PRESENTATION: {"return_url": platform.origin + "/course?sesskey=a1"}}
    refused = framed.launch(framed.login().location, origin="https://evil.example", **back)
    assert refused.status_code == 400
    assert platform.origin in refused.headers["Content-Security-Policy"]
    links = [link["href"] for link in soup_of(refused).find_all("a", href=True)]
    assert platform.origin + "/course?sesskey=a1" in links
    offer = framed.login(lti_storage_target="_parent")
    assert offer.status_code == 200
    new_window, here = soup_of(offer).find_all("form")
    assert new_window["target"] == "_blank" and not here.get("target")
    fields = form_fields(offer)
    assert fields["lti_message_hint"] == platform.login_parameters()["lti_message_hint"]
    assert "lti_storage_target" not in fields and "lti_storage_target" in form_fields(offer, 1)
    window = Browser(app, platform)
    started = window.post("/lti/login", fields, Origin=TOOL, Sec_Fetch_Site="same-origin")
    assert started.status_code == 200
    entered = window.launch(refresh_of(started))
    assert entered.status_code == 303
    assert window.get(entered.location, CROSS_SITE).status_code == 200
    # The next launch starts without the question.
    assert framed.login().status_code == 302


def test_a_review_of_somebody_who_never_came(app: Flask, platform: Platform) -> None:
    browser = Browser(app, platform)
    asked = query_of(browser.login().location)
    claims = platform.submission_review_claims(asked["nonce"])
    token = sign({"alg": "RS256", "kid": rsa_key().kid}, claims, rsa_key())
    entered = browser.post("/lti/launch", {"id_token": token, "state": asked["state"]})
    page = browser.get(entered.location, CROSS_SITE)
    assert page.status_code == 200
    assert "has not opened the activity yet" in page.get_data(as_text=True)


def test_a_student_who_asks_for_another_students_review_gets_the_own_page(app: Flask, platform: Platform) -> None:
    browser = Browser(app, platform)
    asked = query_of(browser.login().location)
    claims = platform.submission_review_claims(asked["nonce"])
    claims |= {k: v for k, v in platform.claims(asked["nonce"]).items() if k.endswith("roles")}
    claims[FOR_USER] = {"user_id": "somebody-else"}
    token = sign({"alg": "RS256", "kid": rsa_key().kid}, claims, rsa_key())
    entered = browser.post("/lti/launch", {"id_token": token, "state": asked["state"]})
    assert entered.status_code == 303
    assert "/people/" not in entered.location and "unopened" not in entered.location


def test_a_link_to_a_module_opens_the_module(app: Flask, platform: Platform) -> None:
    browser = Browser(app, platform)
    custom = "https://purl.imsglobal.org/spec/lti/claim/custom"
    entered = browser.launch(browser.login().location, **dict[str, Any]({custom: {"module": "expectations"}}))
    assert entered.location.rstrip("/").split("/")[-2] == "modules"
    assert browser.get(entered.location, CROSS_SITE).status_code == 200
    unknown = browser.launch(browser.login().location, **dict[str, Any]({custom: {"module": "gone"}}))
    assert "/modules/" not in unknown.location
    assert browser.get(unknown.location, CROSS_SITE).status_code == 200


def test_the_launch_address_by_hand(app: Flask, platform: Platform) -> None:
    page = Browser(app, platform).get("/lti/launch", {})
    assert page.status_code == 405
    assert page.headers["Allow"] == "POST"
    assert "must be opened from a course" in page.get_data(as_text=True)


def test_public_keys(app: Flask, platform: Platform) -> None:
    response = Browser(app, platform).get("/lti/jwks.json", {})
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=600"
    keys = response.get_json()["keys"]
    assert keys and all("d" not in key and key["alg"] == "RS256" for key in keys)
    assert Browser(app, platform).get("/lti/jwks.json", {}).get_json()["keys"] == keys
