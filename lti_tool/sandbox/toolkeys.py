"""The tool's public keys: fetched with limits, kept, fetched again when a key is unknown."""

import json
import threading
import time
from typing import Any

import jwt
import requests

from lti_tool.sandbox.store import Row

LARGEST_KEYSET = 256 * 1024
SECONDS = 5.0


class ToolKeys:
    """A cache of keysets by address. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keysets: dict[str, list[dict[str, Any]]] = {}

    def verify(self, tool: Row, token: str, audience: str) -> dict[str, Any]:
        """The claims of a tool's JWT (RS256, kid, exp and iat needed); jwt.PyJWTError otherwise."""
        header = jwt.get_unverified_header(token)
        if not header.get("kid"):
            raise jwt.InvalidTokenError("the header has no kid")
        key = self._find(tool["jwks_uri"], str(header["kid"]))
        return jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            audience=audience,
            issuer=tool["client_id"],
            options={"require": ["exp", "iat", "iss", "aud"]},
            leeway=10,
        )

    def _find(self, address: str, kid: str) -> Any:
        for fresh in (False, True):
            for entry in self._keyset(address, fresh=fresh):
                if entry.get("kid") == kid:
                    return jwt.PyJWK(entry, algorithm="RS256").key
        raise jwt.InvalidTokenError(f"the tool's keyset has no key {kid!r}")

    def _keyset(self, address: str, *, fresh: bool) -> list[dict[str, Any]]:
        with self._lock:
            known = self._keysets.get(address)
        if known is not None and not fresh:
            return known
        keys = _fetch(address)
        with self._lock:
            self._keysets[address] = keys
        return keys


def _fetch(address: str) -> list[dict[str, Any]]:
    """Read a keyset: no redirects, bounded in size and time; jwt.PyJWTError."""
    until = time.monotonic() + SECONDS
    body = b""
    try:
        with requests.get(address, timeout=SECONDS, allow_redirects=False, stream=True) as response:
            if response.status_code != 200:
                raise jwt.InvalidTokenError(f"the tool's keyset answered {response.status_code}")
            for chunk in response.iter_content(16 * 1024):
                body += chunk
                if len(body) > LARGEST_KEYSET or time.monotonic() > until:
                    raise jwt.InvalidTokenError("the tool's keyset is too large or too slow")
    except requests.RequestException as error:
        raise jwt.InvalidTokenError("the tool's keyset cannot be reached") from error
    try:
        keys = json.loads(body)["keys"]
    except (ValueError, KeyError, TypeError) as error:
        raise jwt.InvalidTokenError("the tool's keyset is not a JSON Web Key Set") from error
    return [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
