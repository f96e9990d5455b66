"""Cases of the 1EdTech certification suite (guide §6.1), with the exact values that the suite sends."""

from dataclasses import dataclass

from tests.certification.platform import (
    CONTEXT,
    DEPLOYMENT_ID,
    INSTITUTION_PERSON,
    INSTRUCTOR,
    LEARNER,
    MESSAGE_TYPE,
    RESOURCE_LINK,
    ROLES,
    VERSION,
    Change,
    Claims,
    Token,
    drop,
    put,
)


@dataclass(frozen=True)
class Bad:
    """A launch that must be refused."""

    id: str
    reasons: frozenset[str]
    status: int
    changes: tuple[Change, ...] = ()
    token: Token | None = None


@dataclass(frozen=True)
class Valid:
    """A launch that must be accepted."""

    id: str
    roles: tuple[str, ...]
    role: str
    changes: tuple[Change, ...] = ()
    has_context: bool = True


def _only_a_name(claims: Claims) -> None:
    claims.clear()
    claims["name"] = "badltilaunch"


def bad(id: str, reason: str, status: int, *changes: Change, token: Token | None = None) -> Bad:
    return Bad(id, frozenset(reason.split("|")), status, changes, token)


KNOWN_BAD = (
    bad("B1-no-kid", "kid_missing", 401, token=Token(header={"badtestonly": "12345", "alg": "RS256"})),
    bad("B2-wrong-kid", "kid_unknown", 401, token=Token(header={"alg": "RS256", "kid": "imstester_66067"})),
    bad("B3-wrong-version", "version_wrong", 400, put(VERSION, "11.3")),
    bad("B4-no-version", "version_wrong", 400, drop(VERSION)),
    # The header has neither kid nor alg, the body no claim: which is named first is not fixed.
    bad("B5-not-lti", "token_malformed|algorithm_refused|kid_missing", 401, _only_a_name, token=Token(header={})),
    bad(
        "B6-claims-missing",
        "version_wrong|message_type_unknown|roles_missing",
        400,
        drop(MESSAGE_TYPE, ROLES, VERSION),
    ),
    bad("B7-timestamps", "expired", 401, put("iat", 11111), put("exp", 22222)),
    bad("B8-no-message-type", "message_type_unknown", 400, drop(MESSAGE_TYPE)),
    bad("B9-no-roles", "roles_missing", 400, drop(ROLES)),
    bad("B10-no-deployment", "deployment_missing", 400, drop(DEPLOYMENT_ID)),
    bad("B11-no-resource-link", "resource_link_missing", 400, drop(RESOURCE_LINK)),
    bad("B12-empty-user", "user_empty", 400, put("sub", "")),
    bad("B12-no-user", "user_missing", 400, drop("sub")),
)

_NAMES = ("name", "given_name", "family_name", "middle_name")
_UNKNOWN = "http://purl.imsglobal.org/vocab/lis/v2/unknown/unknown#Helper"
_UNKNOWN_TOO = "http://purl.imsglobal.org/vocab/lis/v2/uknownrole/unknown#Unknown"

# Differences of the payloads, and whether a context is left.
_PLAIN: tuple[tuple[str, tuple[Change, ...], bool], ...] = (
    ("V1-plain", (), True),
    ("V6-email-only", (drop(*_NAMES),), True),
    ("V7-names-only", (drop("email"),), True),
    ("V8-no-personal-data", (drop("email", *_NAMES),), True),
    ("V9-email-no-context", (drop(CONTEXT, *_NAMES),), False),
)

VALID = (
    *(
        Valid(f"{name}-instructor", (INSTRUCTOR,), "instructor", changes, has_context)
        for name, changes, has_context in _PLAIN
    ),
    *(Valid(f"{name}-student", (LEARNER,), "learner", changes, has_context) for name, changes, has_context in _PLAIN),
    Valid(
        "V2-several-roles-instructor",
        (INSTRUCTOR, INSTITUTION_PERSON + "Staff", INSTITUTION_PERSON + "Other"),
        "instructor",
    ),
    Valid(
        "V2-several-roles-student",
        (LEARNER, INSTITUTION_PERSON + "Student", INSTITUTION_PERSON + "Mentor"),
        "learner",
    ),
    Valid("V3-short-role-instructor", ("Instructor",), "instructor"),
    Valid("V3-short-role-student", ("Learner",), "learner"),
    Valid("V4-unknown-role-instructor", (_UNKNOWN,), "none"),
    Valid("V4-unknown-role-student", (LEARNER, _UNKNOWN_TOO), "learner"),
    Valid("V5-no-role-instructor", ("",), "none"),
    Valid("V5-no-role-student", ("",), "none"),
)
