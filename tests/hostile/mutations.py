"""Mutations of an id_token: what a stranger may post, and what a broken or hostile platform may sign.

All from one seeded generator, so that a failure comes again with its number.
"""

import base64
import copy
import json
import random
from collections.abc import Callable
from typing import Any

from tests.certification.keys import b64, ec_key, rsa_key, sign
from tests.certification.platform import Claims

Header = dict[str, Any]
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_STRANGE = "+/=.~ %\n\t\0é€\U0001f600{}\"'\\"

# Values that a claim or a member of one may have instead of its own.
ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    1.5,
    -0.0,
    2**31,
    2**63,
    -(2**63),
    10**40,
    1e308,
    "",
    " ",
    "0",
    "null",
    "true",
    "\0",
    "a\0b",
    "\ud800",
    "a\udfffb",
    "\ufeff",
    "\u202etxt",
    "\u2028",
    "e\u0301" * 40,
    "\U0001f600" * 80,
    "x" * 255,
    "x" * 256,
    "é" * 255,
    "x" * 20_000,
    "' OR 1=1 --",
    "{{7*7}}${7*7}%s%n",
    "<script>alert(1)</script>",
    "../../../../etc/passwd",
    "javascript:alert(1)",
    "http://[::1",
    "http://\0/",
    "https://user:pw@evil.example/",
    "//evil.example/lti/launch",
    "$Canvas.user.id",
    "file:///etc/passwd",
    "http://127.0.0.1:1/",
    [],
    [None],
    [[]],
    [[[["deep"]]]],
    ["x"] * 300,
    [{}],
    [1, "a", None, {"b": []}],
    {},
    {"": ""},
    {"id": None},
    {"id": []},
    {"id": {"id": {"id": "x"}}},
    {"__proto__": {"role": "admin"}},
    {str(number): number for number in range(200)},
)


def nest(depth: int, value: Any = "deep") -> Any:
    """A value inside that many lists and objects by turns."""
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


class Mutator:
    """Makes hostile tokens; `kind` of the last one says how."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.key = rsa_key()
        self.header: Header = {"typ": "JWT", "alg": "RS256", "kid": self.key.kid}
        self._right_for: Claims | None = None
        self._right_token = ""
        self._spoilers: tuple[Callable[[Claims], str], ...] = (
            self.flip_characters,
            self.flip_bits,
            self.change_header,
            self.confuse_algorithm,
            self.move_segments,
            self.reuse_signature,
            self.stretch,
            self.wrap,
            self.sign_by_stranger,
        )

    def spoil(self, claims: Claims) -> tuple[str, str]:
        """A token that no platform signed as it stands: (kind, token)."""
        spoiler = self.random.choice(self._spoilers)
        return spoiler.__name__, spoiler(claims)

    def bend(self, claims: Claims) -> tuple[str, str]:
        """A token with a right signature over something hostile: (kind, token)."""
        if self.random.random() < 0.15:
            return "sign_raw", self.sign_raw(claims)
        return "sign_claims", self.sign_claims(claims)

    # Tokens that are not genuine

    def flip_characters(self, claims: Claims) -> str:
        characters = list(self.right(claims))
        for _ in range(self.random.choice((1, 1, 1, 2, 5, 50))):
            place = self.random.randrange(len(characters))
            characters[place] = self.random.choice(_ALPHABET + _STRANGE)
        return "".join(characters)

    def flip_bits(self, claims: Claims) -> str:
        parts = [bytearray(_unpad(part)) for part in self.right(claims).split(".")]
        chosen = self.random.choice(parts)
        for _ in range(self.random.choice((1, 1, 8))):
            chosen[self.random.randrange(len(chosen))] ^= 1 << self.random.randrange(8)
        return ".".join(b64(bytes(part)) for part in parts)

    def change_header(self, claims: Claims) -> str:
        header = dict(self.header)
        for _ in range(self.random.choice((1, 2))):
            name = self.random.choice(("alg", "kid", "typ", "crit", "b64", "jku", "jwk", "x5u", "x5c", "zip", "cty"))
            header[name] = self.random.choice((*ODD, "none", "HS256", "RS256", "RS512", self.key.jwk(), "DEF", ["b64"]))
        if self.random.random() < 0.3:
            header.pop(self.random.choice(sorted(header)), None)
        # By the stranger's key, so that no odd header makes a genuine token.
        return sign(header, claims, rsa_key("stranger"))

    def confuse_algorithm(self, claims: Claims) -> str:
        algorithm = self.random.choice(("HS256", "none", "RS384", "RS512", "PS256", "ES256"))
        named = self.random.choice((algorithm, "RS256", "none", "None", "nOnE", "HS256", "ES256", ""))
        if algorithm == "ES256":
            return sign({**self.header, "alg": named}, claims, ec_key(), algorithm)
        return sign({**self.header, "alg": named}, claims, self.key, algorithm)

    def move_segments(self, claims: Claims) -> str:
        parts = self.right(claims).split(".")
        for _ in range(self.random.choice((1, 1, 2, 3))):
            move = self.random.randrange(5)
            place = self.random.randrange(len(parts))
            if move == 0 and len(parts) > 1:
                parts.pop(place)
            elif move == 1:
                parts.insert(place, self.random.choice((*parts, "", "e30", "bnVsbA")))
            elif move == 2:
                parts[place] = ""
            elif move == 3:
                other = self.random.randrange(len(parts))
                parts[place], parts[other] = parts[other], parts[place]
            else:
                parts[place] = parts[place][: self.random.randrange(len(parts[place]) + 1)]
        return ".".join(parts)

    def reuse_signature(self, claims: Claims) -> str:
        """The signature (and perhaps the header) of a genuine token under other claims."""
        header, _, signature = self.right(claims).split(".")
        stolen = self._bent(copy.deepcopy(claims))
        return f"{header}.{b64(json.dumps(stolen).encode())}.{signature}"

    def stretch(self, claims: Claims) -> str:
        token = self.right(claims)
        place = self.random.choice((0, len(token)))
        filling = self.random.choice(("A", "=", ".", "\0", " ", "%", "é"))
        return token[:place] + filling * self.random.choice((1, 2, 100, 20_000)) + token[place:]

    def wrap(self, claims: Claims) -> str:
        """Forms of a token that are not the compact one."""
        token = self.right(claims)
        header, payload, signature = token.split(".")
        return self.random.choice(
            (
                json.dumps({"protected": header, "payload": payload, "signature": signature}),
                json.dumps({"payload": payload, "signatures": [{"protected": header, "signature": signature}]}),
                json.dumps(claims),
                "Bearer " + token,
                f'"{token}"',
                b64(token.encode()),
                b64(b'{"alg":"RSA-OAEP","enc":"A256GCM"}') + ".AA.AA." + b64(token.encode()) + ".AA",
                token + "." + token,
                token.replace(".", "\n.\n"),
                header + ".." + signature,
            )
        )

    def sign_by_stranger(self, claims: Claims) -> str:
        """Right in all but the key; the header may say that the key is ours."""
        stranger = rsa_key("stranger")
        header = self.header | self.random.choice(({}, {"kid": "stranger"}, {"jwk": stranger.jwk()}))
        return sign(header, self._bent(copy.deepcopy(claims)) if self.random.random() < 0.5 else claims, stranger)

    # Genuine tokens that say something hostile

    def sign_claims(self, claims: Claims) -> str:
        return sign(self.header, self._bent(copy.deepcopy(claims)), self.key)

    def sign_raw(self, claims: Claims) -> str:
        """Bodies that are not plain JSON objects of their claims."""
        text = json.dumps(claims)
        raw = self.random.choice(
            (
                text[:-1].encode(),
                text.encode() + b"}",
                text.encode() + b"\0",
                text.encode("utf-16"),
                b"\xef\xbb\xbf" + text.encode(),
                text.replace("Amara", "Am\xe4ra").encode("latin-1"),
                text.encode().replace(b"Amara", b"\xff\xfe"),
                b"[" + text.encode() + b"]",
                text[:-1].encode() + b',"iss":"https://evil.example"}',
                text[:-1].encode() + b',"sub":null}',
                text[:-1].encode() + b',"sub":"twice","sub":"person-2"}',
                text[:-1].encode() + b',"exp":NaN}',
                text[:-1].encode() + b',"iat":-Infinity}',
                text[:-1].encode() + b',"exp":1e999}',
                text[:-1].encode() + b',"iat":' + b"9" * 5000 + b"}",
                text[:-1].encode() + b',"deep":' + b"[" * 3000 + b"]" * 3000 + b"}",
                text[:-1].encode() + b',"deep":' + b'{"a":' * 3000 + b"1" + b"}" * 3000 + b"}",
                text[:-1].encode() + b',"name":"\\ud800"}',
                text[:-1].encode() + b',"sub":"\\u0000"}',
                text[:-1].encode() + b',"x":"' + b"x" * 150_000 + b'"}',
                b"null",
                b"",
            )
        )
        return sign(self.header, raw, self.key)

    def right(self, claims: Claims) -> str:
        """The genuine token; signed once for each login, since signing is the dear part."""
        if self._right_for is not claims:
            self._right_for, self._right_token = claims, sign(self.header, claims, self.key)
        return self._right_token

    def _bent(self, claims: Claims) -> Claims:
        """The claims with one to four things swapped, dropped or added, down to members of members."""
        for _ in range(self.random.choice((1, 1, 2, 4))):
            target: Any = claims
            while target:
                names = sorted(target) if isinstance(target, dict) else range(len(target))
                name = self.random.choice(names)
                inner = target[name]
                if isinstance(inner, dict | list) and inner and self.random.random() < 0.6:
                    target = inner
                    continue
                self._swap(target, name)
                break
        return claims

    def _swap(self, target: Any, name: Any) -> None:
        how = self.random.random()
        value = target[name]
        if how < 0.15:
            del target[name]
        elif how < 0.22 and isinstance(value, str):
            target[name] = value + self.random.choice((" ", "\0", "\ud800", "x" * 300, "/", "é"))
        elif how < 0.28:
            target[name] = nest(self.random.choice((2, 20, 400)), value)
        elif how < 0.34:
            target[name] = [value, value]
        elif how < 0.40 and isinstance(value, int | float):
            target[name] = str(value)
        else:
            target[name] = copy.deepcopy(self.random.choice(ODD))


def is_same_token(one: str, other: str) -> bool:
    """Whether two tokens decode alike: base64url leaves some bits of a last character unused."""
    if one.rpartition(".")[0] != other.rpartition(".")[0]:
        return False
    try:
        return _unpad(one.rpartition(".")[2]) == _unpad(other.rpartition(".")[2])
    except ValueError:
        return False


def _unpad(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
