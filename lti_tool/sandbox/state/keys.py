"""The platform's signing keys: made once, kept, rotated by hand."""

import json
import secrets
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from lti_tool.sandbox.state.faults import FaultsState
from lti_tool.sandbox.store import Row
from lti_tool.sandbox.times import now, to_text


class KeysState(FaultsState):
    """Signs with the newest key and publishes the last three."""

    def rotate_keys(self) -> str:
        """Sign with a new key from now on; its kid."""
        kid = secrets.token_hex(10)
        self.store.insert("signing_key", kid=kid, private_pem=new_private_pem(), created_at=to_text(now()))
        return kid

    def current_key(self) -> Row:
        """The key that signs now."""
        with self.store.transaction():
            row = self.store.one("SELECT * FROM signing_key ORDER BY id DESC LIMIT 1")
            if row is None:
                self.rotate_keys()
                row = self.store.get("SELECT * FROM signing_key ORDER BY id DESC LIMIT 1")
        return row

    def sign(self, claims: dict[str, Any]) -> str:
        """A JWT, RS256, with the kid of the current key."""
        key = self.current_key()
        return jwt.encode(claims, _read(key["private_pem"]), algorithm="RS256", headers={"kid": key["kid"]})

    def public_keys(self) -> list[dict[str, Any]]:
        """The keyset's `keys`: the newest three."""
        self.current_key()
        return [_public(row) for row in self.store.all("SELECT * FROM signing_key ORDER BY id DESC LIMIT 3")]

    def verify_own(self, token: str, audience: str) -> dict[str, Any]:
        """The claims of a token that this site signed; jwt.PyJWTError otherwise."""
        kid = jwt.get_unverified_header(token).get("kid")
        found = next((key for key in self.public_keys() if key["kid"] == kid), None)
        if found is None:
            raise jwt.InvalidTokenError("unknown kid")
        return jwt.decode(token, jwt.PyJWK(found).key, algorithms=["RS256"], audience=audience)


def new_private_pem() -> str:
    """A fresh RSA key of 2048 bits."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@lru_cache(maxsize=16)
def _read(pem: str) -> rsa.RSAPrivateKey:
    """Reading checks the numbers of the key, which is slow: each key is read once."""
    private = serialization.load_pem_private_key(pem.encode(), None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise TypeError("a signing key must be RSA")
    return private


def _public(row: Row) -> dict[str, Any]:
    public: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(_read(row["private_pem"]).public_key()))
    public.pop("key_ops", None)
    return {**public, "kid": row["kid"], "alg": "RS256", "use": "sig"}
