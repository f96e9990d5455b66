"""A small LMS that can be registered with: openid configuration and registration endpoint over HTTP."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"


class Platform:
    """Its answers may be changed before a request; what it was asked is kept."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.token = "registration-token-1"
        self.configuration: Any = {
            "issuer": base,
            "authorization_endpoint": base + "/mod/lti/auth.php",
            "token_endpoint": base + "/mod/lti/token.php",
            "jwks_uri": base + "/mod/lti/certs.php",
            "registration_endpoint": base + "/mod/lti/openid-registration.php",
            "scopes_supported": [
                "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
                "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
                "https://purl.imsglobal.org/spec/lti-ags/scope/score",
                "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
                "openid",
            ],
            "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
            CONFIGURATION: {
                "product_family_code": "moodle",
                "version": "4.5.5+ (Build: 20250613)",
                "messages_supported": [
                    {"type": "LtiResourceLinkRequest"},
                    {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]},
                ],
                "variables": ["Context.id.history", "Person.address.timezone", "User.id"],
            },
        }
        self.configuration_status = 200
        self.status = 200
        self.client_id = "iFUjm10GHKfV3wY"
        self.answer: Any = {"deployment_id": "4"}
        self.raw: str | None = None
        self.requests: list[dict[str, Any]] = []

    @property
    def configuration_url(self) -> str:
        return self.base + "/mod/lti/openid-configuration.php"

    def answer_configuration(self, authorization: str | None) -> tuple[int, str]:
        if authorization != f"Bearer {self.token}":
            return 401, "missing_registration_token"
        return self.configuration_status, json.dumps(self.configuration)

    def answer_registration(self, authorization: str | None, body: str) -> tuple[int, str]:
        if authorization != f"Bearer {self.token}":
            return 401, "missing_registration_token"
        request = json.loads(body)
        self.requests.append(request)
        if self.raw is not None:
            return self.status, self.raw
        return self.status, json.dumps(request | {"client_id": self.client_id} | self.answer)


@contextmanager
def run_platform() -> Iterator[Platform]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(*platform.answer_configuration(self.headers.get("Authorization")))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._send(*platform.answer_registration(self.headers.get("Authorization"), body))

        def _send(self, status: int, text: str) -> None:
            data = text.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    platform = Platform(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
