"""Keys of the forged platform, and a signer that follows no library's rules: it must be able to sign what is wrong."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

_making = Lock()

Jwk = dict[str, Any]


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


@dataclass(frozen=True)
class RsaKey:
    """An RSA key of the platform under its kid."""

    kid: str
    private: rsa.RSAPrivateKey

    def jwk(self, **changes: Any) -> Jwk:
        """The public half as the JWKS shows it; a change to None leaves the member out."""
        numbers = self.private.public_key().public_numbers()
        members = {"kty": "RSA", "kid": self.kid, "use": "sig", "alg": "RS256"}
        members |= {"n": _number(numbers.n), "e": _number(numbers.e)} | changes
        return {name: value for name, value in members.items() if value is not None}

    def public_pem(self) -> bytes:
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )


@dataclass(frozen=True)
class EcKey:
    """An elliptic-curve key, which this tool never accepts."""

    kid: str
    private: ec.EllipticCurvePrivateKey

    def jwk(self, **changes: Any) -> Jwk:
        numbers = self.private.public_key().public_numbers()
        members = {"kty": "EC", "crv": "P-256", "kid": self.kid, "use": "sig", "alg": "ES256"}
        return members | {"x": b64(numbers.x.to_bytes(32, "big")), "y": b64(numbers.y.to_bytes(32, "big"))} | changes


def rsa_key(kid: str = "platform-key-1", bits: int = 2048) -> RsaKey:
    """One key per kid and size in a test run: making them is slow. Threads that ask at once get the same one."""
    with _making:
        return _make_rsa_key(kid, bits)


@cache
def _make_rsa_key(kid: str, bits: int) -> RsaKey:
    return RsaKey(kid, rsa.generate_private_key(65537, bits))


@cache
def ec_key(kid: str = "platform-key-ec") -> EcKey:
    return EcKey(kid, ec.generate_private_key(ec.SECP256R1()))


def _sign_rsa(hash_type: type[hashes.HashAlgorithm]) -> Callable[[Any, bytes], bytes]:
    return lambda key, data: key.private.sign(data, padding.PKCS1v15(), hash_type())


def _sign_pss(key: Any, data: bytes) -> bytes:
    signature: bytes = key.private.sign(data, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    return signature


def _sign_ec(key: Any, data: bytes) -> bytes:
    r, s = decode_dss_signature(key.private.sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


_SIGNERS: dict[str, Callable[[Any, bytes], bytes]] = {
    "RS256": _sign_rsa(hashes.SHA256),
    "RS384": _sign_rsa(hashes.SHA384),
    "RS512": _sign_rsa(hashes.SHA512),
    "PS256": _sign_pss,
    "ES256": _sign_ec,
    # The classic confusion: a public key taken for a shared secret.
    "HS256": lambda key, data: hmac.new(key.public_pem(), data, hashlib.sha256).digest(),
    "none": lambda _key, _data: b"",
}


def sign(header: dict[str, Any], body: Any, key: RsaKey | EcKey, algorithm: str = "RS256") -> str:
    """A compact JWS with exactly this header and body; `algorithm` is what really signs."""
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    signed = b64(json.dumps(header).encode()) + "." + b64(payload)
    return signed + "." + b64(_SIGNERS[algorithm](key, signed.encode()))
