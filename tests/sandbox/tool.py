"""A throw-away tool: login, launch, deep linking answer, registration and services on plain PyJWT."""

import json
import secrets
import threading
import time
from typing import Any
from urllib.parse import urlencode

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask, Response, make_response, redirect, request
from jwt.algorithms import RSAAlgorithm
from markupsafe import escape
from werkzeug import Response as Answer
from werkzeug.serving import make_server

from lti_tool.sandbox import Registered, Sandbox, spec

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class TinyTool:
    """Serves on localhost, another site than the sandbox on 127.0.0.1; remembers what it was sent."""

    def __init__(self) -> None:
        self.launches: list[dict[str, Any]] = []
        self.logins: list[dict[str, str]] = []
        self.errors: list[dict[str, str]] = []
        self.registration: dict[str, Any] = {}
        self.content: list[dict[str, Any]] = []
        self.answer_changes: dict[str, Any] = {}
        self.auth_changes: dict[str, str | None] = {}
        self.registered: Registered | None = None
        self.kid = "tiny-1"
        app = Flask("tiny")
        app.add_url_rule("/login", view_func=self.login, methods=["GET", "POST"])
        app.add_url_rule("/launch", view_func=self.launch, methods=["POST"])
        app.add_url_rule("/shown", view_func=self.shown)
        app.add_url_rule("/jwks", view_func=self.jwks)
        app.add_url_rule("/register", view_func=self.register)
        self.views = app.view_functions
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.base_url = f"http://localhost:{self._server.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def connect(self, sandbox: Sandbox, **changes: Any) -> Registered:
        self.registered = sandbox.register_tool(
            **{
                "initiate_login_uri": self.base_url + "/login",
                "redirect_uris": [self.base_url + "/launch"],
                "target_link_uri": self.base_url + "/launch",
                "jwks_uri": self.base_url + "/jwks",
                **changes,
            }
        )
        return self.registered

    # Browser's side

    def login(self) -> Answer:
        asked = dict(request.values)
        self.logins.append(asked)
        assert self.registered is not None
        state = secrets.token_urlsafe(8)
        fields: dict[str, str | None] = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": asked["client_id"],
            "redirect_uri": self.base_url + "/launch",
            "login_hint": asked["login_hint"],
            "lti_message_hint": asked["lti_message_hint"],
            "state": state,
            "nonce": secrets.token_urlsafe(8),
            **self.auth_changes,
        }
        query = urlencode({name: value for name, value in fields.items() if value is not None})
        answer = redirect(f"{self.registered.auth_url}?{query}", 302)
        answer.set_cookie("state", state, secure=True, samesite="None", httponly=True, partitioned=True)
        return answer

    def launch(self) -> Answer | str:
        if "error" in request.form:
            self.errors.append(dict(request.form))
            return f"<html><p>refused: {escape(request.form['error'])}"
        assert self.registered is not None
        token = request.form["id_token"]
        keys = jwt.PyJWKSet.from_dict(requests.get(self.registered.jwks_url, timeout=5).json())
        kid = jwt.get_unverified_header(token)["kid"]
        claims: dict[str, Any] = jwt.decode(
            token,
            next(key for key in keys.keys if key.key_id == kid).key,
            algorithms=["RS256"],
            audience=self.registered.client_id,
            issuer=self.registered.issuer,
        )
        claims["_cookie"] = request.cookies.get("state") == request.form["state"]
        claims["_fields"] = sorted(request.form)
        claims["_site"] = request.headers.get("Sec-Fetch-Site")
        claims["_origin"] = request.headers.get("Origin")
        self.launches.append(claims)
        if claims[spec.MESSAGE_TYPE] == spec.DEEP_LINKING_REQUEST:
            return self.deep_link(claims)
        return redirect("/shown?message=" + claims[spec.MESSAGE_TYPE], 303)

    def shown(self) -> str:
        site = request.headers.get("Sec-Fetch-Site")
        if site == "cross-site":
            return '<html><meta http-equiv="refresh" content="0;url=/shown?again=1">'
        return f"<html><h1>Tiny tool</h1><p>site {site}</p>"

    def deep_link(self, claims: dict[str, Any]) -> str:
        assert self.registered is not None
        moment = int(time.time())
        answer = {
            "iss": self.registered.client_id,
            "aud": self.registered.issuer,
            "iat": moment,
            "exp": moment + 60,
            "nonce": secrets.token_hex(8),
            spec.DEPLOYMENT_ID: claims[spec.DEPLOYMENT_ID],
            spec.MESSAGE_TYPE: spec.DEEP_LINKING_RESPONSE,
            spec.VERSION: "1.3.0",
            spec.DL_ITEMS: self.content,
            **self.answer_changes,
        }
        token = jwt.encode(answer, KEY, algorithm="RS256", headers={"kid": self.kid})
        url = escape(claims[spec.DL_SETTINGS]["deep_link_return_url"])
        return f'<form method="post" action="{url}"><input name="JWT" value="{token}"><button>Add</button></form>'

    def jwks(self) -> Response:
        key = json.loads(RSAAlgorithm.to_jwk(KEY.public_key()))
        return make_response({"keys": [{**key, "kid": self.kid, "alg": "RS256", "use": "sig"}]})

    def register(self) -> Response:
        platform = requests.get(request.args["openid_configuration"], timeout=5).json()
        answer = requests.post(
            platform["registration_endpoint"],
            json=self.registration,
            headers={"Authorization": f"Bearer {request.args['registration_token']}"},
            timeout=5,
        )
        return make_response(f"<html><p>{answer.status_code} {escape(answer.text)}</p>")

    # Servers' side

    def assertion(self, **changes: Any) -> str:
        assert self.registered is not None
        moment = int(time.time())
        claims = {
            "iss": self.registered.client_id,
            "sub": self.registered.client_id,
            "aud": self.registered.token_url,
            "iat": moment,
            "exp": moment + 60,
            "jti": secrets.token_hex(8),
            **changes,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": self.kid})

    def ask_token(self, scopes: tuple[str, ...] = spec.ALL_SCOPES, assertion: str | None = None) -> requests.Response:
        assert self.registered is not None
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": assertion or self.assertion(),
            "scope": " ".join(scopes),
        }
        return requests.post(self.registered.token_url, data=form, timeout=5)

    def token(self, *scopes: str) -> str:
        return str(self.ask_token(scopes or spec.ALL_SCOPES).json()["access_token"])


class Caller:
    """Calls services with one token and the right media types."""

    def __init__(self, token: str) -> None:
        self.token = token

    def call(
        self, method: str, url: str, body: dict[str, Any] | None = None, *, kind: str = "", accept: str = "*/*"
    ) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": accept}
        if kind:
            headers["Content-Type"] = kind
        data = None if body is None else json.dumps(body).encode()
        return requests.request(method, url, data=data, headers=headers, timeout=5)

    def lineitems(self, url: str, **query: str) -> requests.Response:
        joined = url + ("&" if "?" in url else "?") + urlencode(query)
        return self.call("GET", joined, accept=spec.LINEITEMS_TYPE)

    def create(self, url: str, **body: Any) -> requests.Response:
        return self.call("POST", url, {"label": "Extra", "scoreMaximum": 10, **body}, kind=spec.LINEITEM_TYPE)

    def score(self, url: str, sub: str, given: float | None, stamp: str, **body: Any) -> requests.Response:
        before, mark, query = url.partition("?")
        full: dict[str, Any] = {
            "userId": sub,
            "timestamp": stamp,
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            **body,
        }
        if given is not None:
            full = {"scoreGiven": given, "scoreMaximum": 10, **full}
        return self.call("POST", f"{before}/scores{mark}{query}", full, kind=spec.SCORE_TYPE)

    def results(self, url: str, **query: str) -> requests.Response:
        before, mark, rest = url.partition("?")
        asked = "&".join(part for part in (rest, urlencode(query)) if part)
        return self.call("GET", f"{before}/results{mark or '?'}{asked}", accept=spec.RESULTS_TYPE)
