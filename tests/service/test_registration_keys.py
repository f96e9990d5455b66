"""Our keys: made once, sealed, rotated without a gap, all published."""

import threading
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.db import make_engine, make_session_factory
from lti_tool.errors import SettingError
from lti_tool.registration import keys
from lti_tool.registration.keys import (
    get_signing_key,
    list_keys,
    list_published_jwks,
    replace_keys,
    reseal_keys,
    rotate_keys,
    thumbprint,
)
from lti_tool.registration.models import ToolKey

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
SECRET = "a-secret-for-tests-only-0123456789abcdef"


def test_first_call_makes_current_and_next(session: Session) -> None:
    key = get_signing_key(session, SECRET, NOW)
    published = list_published_jwks(session, SECRET, NOW)["keys"]
    assert [row.state for row in list_keys(session)] == ["current", "next"]
    assert published[0] == key.public_jwk and published[0]["kid"] == key.kid == thumbprint(key.public_jwk)
    assert {jwk["alg"] for jwk in published} == {"RS256"}
    assert {jwk["use"] for jwk in published} == {"sig"}
    assert not any("d" in jwk or "p" in jwk for jwk in published)
    assert key.private_key.key_size == 2048


def test_published_key_verifies_what_the_key_signs(session: Session) -> None:
    key = get_signing_key(session, SECRET, NOW)
    token = jwt.encode({"iss": "client-1"}, key.private_key, algorithm="RS256", headers={"kid": key.kid})
    public = jwt.PyJWK.from_dict(list_published_jwks(session, SECRET, NOW)["keys"][0])
    assert jwt.decode(token, public, algorithms=["RS256"]) == {"iss": "client-1"}


def test_the_key_set_alone_makes_the_first_key(session: Session) -> None:
    published = list_published_jwks(session, SECRET, NOW)["keys"]
    assert published[0]["kid"] == get_signing_key(session, SECRET, NOW).kid
    assert len(published) == 2


def test_thumbprint_of_the_rfc() -> None:
    # RFC 7638 §3.1
    n = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3"
        "oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZ"
        "HzTyNfg2Lb8x0tXqUzN8V0ZOh9TlxUy2cPMOy0SUrRWPO2U9l8C6LH3jBqVCL1j4kGQm5q8y1P3m2QIwRxk5nVZ1cE7Jp3iDNbyrL6F3d6T"
    )
    once = thumbprint({"kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"})
    assert once == thumbprint({"e": "AQAB", "n": n, "kty": "RSA"})
    assert len(once) == 43


def test_rotation_keeps_every_key_published(session: Session) -> None:
    first = get_signing_key(session, SECRET, NOW)
    announced = list_keys(session)[1].kid
    second = rotate_keys(session, SECRET, NOW + timedelta(days=90))
    third = rotate_keys(session, SECRET, NOW + timedelta(days=180))
    assert second.kid == announced
    assert get_signing_key(session, SECRET, NOW).kid == third.kid
    published = {jwk["kid"] for jwk in list_published_jwks(session, SECRET, NOW)["keys"]}
    assert {first.kid, second.kid, third.kid} < published and len(published) == 4
    states = [row.state for row in list_keys(session)]
    assert states == ["current", "next", "retired", "retired"]
    assert second.retired_at == NOW + timedelta(days=180)


def test_rotation_of_an_empty_store(session: Session) -> None:
    rotated = rotate_keys(session, SECRET, NOW)
    assert get_signing_key(session, SECRET, NOW).kid == rotated.kid
    assert len(list_keys(session)) == 3


def test_rotation_without_a_next_key(session: Session) -> None:
    get_signing_key(session, SECRET, NOW)
    session.delete(list_keys(session)[1])
    session.flush()
    rotate_keys(session, SECRET, NOW)
    assert [row.state for row in list_keys(session)] == ["current", "next", "retired"]


def test_private_half_is_sealed(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    key = get_signing_key(session, SECRET, NOW)
    row = session.scalars(select(ToolKey).where(ToolKey.kid == key.kid)).one()
    assert "PRIVATE" not in row.private_pem_sealed
    monkeypatch.setattr(keys, "_parsed", {})
    with pytest.raises(SettingError, match="LTI_TOOL_SECRET_KEY"):
        get_signing_key(session, "another-secret-0123456789abcdef0123456789", NOW)


def test_key_is_parsed_once(session: Session) -> None:
    first, second = get_signing_key(session, SECRET, NOW), get_signing_key(session, SECRET, NOW)
    assert first.private_key is second.private_key


def test_many_first_calls_make_one_key(database_url: str) -> None:
    engine = make_engine(database_url)
    factory = make_session_factory(engine)
    kids: list[str] = []

    def ask() -> None:
        with factory.begin() as own:
            kids.append(get_signing_key(own, SECRET, NOW).kid)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with factory() as own:
        assert len(list_keys(own)) == 2
    engine.dispose()
    assert len(kids) == 6 and len(set(kids)) == 1


def test_keys_that_others_may_know_are_withdrawn(session: Session) -> None:
    known = get_signing_key(session, SECRET, NOW)
    fresh = replace_keys(session, SECRET, NOW)
    published = {jwk["kid"] for jwk in list_published_jwks(session, SECRET, NOW)["keys"]}
    assert known.kid not in published
    assert fresh.kid in published
    assert len(published) == 2
    assert get_signing_key(session, SECRET, NOW).kid == fresh.kid
    assert [row.state for row in list_keys(session)] == ["current", "next", "withdrawn", "withdrawn"]


def test_a_lost_secret_is_left_behind_by_replacing_the_keys(session: Session) -> None:
    get_signing_key(session, SECRET, NOW)
    another = "another-secret-for-tests-0123456789abcdef"
    fresh = replace_keys(session, another, NOW)
    assert get_signing_key(session, another, NOW).kid == fresh.kid
    assert rotate_keys(session, another, NOW).kid != fresh.kid


def test_a_former_secret_still_opens_and_resealing_ends_the_need_for_it(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    another = "another-secret-for-tests-0123456789abcdef"
    withdrawn = get_signing_key(session, SECRET, NOW)
    key = replace_keys(session, SECRET, NOW)
    monkeypatch.setattr(keys, "_parsed", {})
    assert get_signing_key(session, (another, SECRET), NOW).kid == key.kid
    assert reseal_keys(session, (another, SECRET)) == 2
    assert reseal_keys(session, another) == 0
    monkeypatch.setattr(keys, "_parsed", {})
    assert get_signing_key(session, another, NOW).kid == key.kid != withdrawn.kid
    with pytest.raises(SettingError, match="LTI_TOOL_PREVIOUS_SECRET_KEYS"):
        reseal_keys(session, SECRET)


def test_keys_made_while_two_secrets_are_known_are_sealed_with_the_present_one(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    another = "another-secret-for-tests-0123456789abcdef"
    key = get_signing_key(session, (another, SECRET), NOW)
    monkeypatch.setattr(keys, "_parsed", {})
    assert get_signing_key(session, another, NOW).kid == key.kid
