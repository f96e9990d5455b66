"""Platforms: registering twice updates, institutions keep to themselves, invitations work once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.config import Settings
from lti_tool.errors import NotFound, ToolError
from lti_tool.registration.catalog import DeploymentState, ProductFamily
from lti_tool.registration.models import Institution, PlatformOrigin, Registration
from lti_tool.registration.queries import (
    find_deployment,
    find_invite,
    find_registration,
    get_registration,
    list_institutions,
    list_proven_origins,
    list_registrations,
    list_registrations_of_issuer,
    list_siblings,
)
from lti_tool.registration.service import (
    NewRegistration,
    accept_deployment,
    add_registration,
    disable_registration,
    enable_registration,
    make_invite,
    record_deployment,
    register_platform_origins,
    spend_invite,
)

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


def riverbend(**changes: object) -> NewRegistration:
    values: dict[str, object] = {
        "issuer": "https://lms.riverbend.example",
        "client_id": "client-1",
        "auth_url": "https://sso.riverbend.example/auth",
        "token_url": "https://sso.riverbend.example/token",
        "jwks_url": "https://sso.riverbend.example/jwks",
        "product_family": ProductFamily.MOODLE,
        "name": "Riverbend LMS",
        "institution": "Riverbend University",
    }
    return NewRegistration(**(values | changes))  # type: ignore[arg-type]


def test_registering_twice_updates(session: Session, settings: Settings) -> None:
    first = add_registration(session, riverbend(deployment_ids=("1",)), NOW, settings=settings)
    again = add_registration(
        session, riverbend(auth_url="https://lms.riverbend.example/auth2", name=""), NOW, settings=settings
    )
    assert again.id == first.id and again.auth_url.endswith("/auth2")
    assert again.name == "lms.riverbend.example"
    assert len(list_registrations(session)) == 1
    assert list_proven_origins(session, first.id) == ["https://lms.riverbend.example"]
    # Its deployment stays.
    assert find_deployment(session, first.id, "1") is not None


def test_update_does_not_enable_a_disabled_platform(session: Session, settings: Settings) -> None:
    registration = add_registration(session, riverbend(), NOW, settings=settings)
    disable_registration(session, registration)
    assert not add_registration(session, riverbend(), NOW, settings=settings).is_active
    enable_registration(session, registration)
    assert get_registration(session, registration.id).is_active


def test_several_registrations_of_one_issuer(session: Session, settings: Settings) -> None:
    add_registration(session, riverbend(), NOW, settings=settings)
    add_registration(session, riverbend(client_id="client-2", institution="Hill College"), NOW, settings=settings)
    of_issuer = list_registrations_of_issuer(session, "https://lms.riverbend.example")
    assert [registration.client_id for registration in of_issuer] == ["client-1", "client-2"]
    hill = list_institutions(session)[1]
    assert [it.client_id for it in list_registrations(session, hill.id)] == ["client-2"]
    assert find_registration(session, "https://lms.riverbend.example", "client-3") is None


def test_which_registrations_are_of_the_same_lms(session: Session, settings: Settings) -> None:
    def add(client_id: str, **changes: object) -> Registration:
        return add_registration(session, riverbend(client_id=client_id, **changes), NOW, settings=settings)

    own, elsewhere = add("client-1"), add("client-2", institution="Hill College")
    add("client-1", issuer="https://lms.hill.example")
    assert list_siblings(session, own) == [elsewhere]
    # All schools of Canvas cloud share an issuer: only those of the same institution count.
    cloud: dict[str, object] = {"issuer": "https://canvas.instructure.com"}
    first, second = add("1", **cloud), add("2", **cloud)
    add("3", **cloud, institution="Hill College")
    assert list_siblings(session, second) == [first]


@pytest.mark.parametrize("by_id", [True, False])
def test_another_institution_cannot_change_it(session: Session, settings: Settings, by_id: bool) -> None:
    add_registration(session, riverbend(), NOW, settings=settings)
    other = Institution(name="Hill College", created_at=NOW)
    session.add(other)
    session.flush()
    claim = riverbend(
        auth_url="https://evil.example/auth",
        institution="" if by_id else "Hill College",
        institution_id=other.id if by_id else None,
    )
    with pytest.raises(ToolError, match="another institution"):
        add_registration(session, claim, NOW, settings=settings)
    kept = session.scalars(select(Registration)).one()
    assert kept.auth_url == "https://sso.riverbend.example/auth"


def test_own_origin_and_odd_values_are_refused(session: Session, settings: Settings) -> None:
    for changes in (
        {"auth_url": settings.base_url + "/auth"},
        {"token_url": "lms"},
        {"client_id": ""},
        {"client_id": "c" * 256},
    ):
        with pytest.raises(ToolError):
            add_registration(session, riverbend(**changes), NOW, settings=settings)
    assert list_registrations(session) == []


def test_deployments_are_recorded_once(session: Session, settings: Settings) -> None:
    registration = add_registration(session, riverbend(), NOW, settings=settings)
    held = record_deployment(session, registration, "9:abc", NOW, hold=True)
    again = record_deployment(session, registration, "9:abc", NOW, hold=False)
    assert held.id == again.id and again.state == DeploymentState.HELD
    accept_deployment(session, held)
    assert find_deployment(session, registration.id, "9:abc") is held
    assert held.state == DeploymentState.ACCEPTED
    taken = record_deployment(session, registration, "10:abc", NOW, hold=False)
    assert taken.state == DeploymentState.ACCEPTED


def test_proven_origins_stay_proven(session: Session, settings: Settings) -> None:
    registration = add_registration(session, riverbend(), NOW, settings=settings)
    urls = ["https://school.example/courses/1", "https://school.example/", "mailto:x"]
    register_platform_origins(session, registration, urls, NOW, is_proven=True)
    register_platform_origins(session, registration, urls, NOW)
    assert list_proven_origins(session, registration.id) == [
        "https://school.example",
        "https://sso.riverbend.example",
    ]
    origins = session.scalars(select(PlatformOrigin.origin).order_by(PlatformOrigin.origin)).all()
    assert "https://lms.riverbend.example" in origins and len(origins) == 3


def test_an_invite_works_once_and_expires(session: Session, settings: Settings) -> None:
    registration = add_registration(session, riverbend(), NOW, settings=settings)
    invite, code = make_invite(session, registration.institution_id, NOW, 7)
    assert code not in invite.code_hash
    assert find_invite(session, code, NOW + timedelta(days=6)) is invite
    assert find_invite(session, code, NOW + timedelta(days=7)) is None
    assert find_invite(session, code + "x", NOW) is None
    spend_invite(session, code, registration, NOW)
    session.expire_all()
    assert invite.used_at == NOW and invite.registration_id == registration.id
    assert find_invite(session, code, NOW) is None
    with pytest.raises(ToolError, match="same moment"):
        spend_invite(session, code, registration, NOW)


def test_an_invite_for_a_named_institution(session: Session) -> None:
    first, _ = make_invite(session, None, NOW, 7, institution="Riverbend University")
    second, _ = make_invite(session, None, NOW, 7, institution="Riverbend University")
    other, _ = make_invite(session, None, NOW, 7)
    assert first.institution_id == second.institution_id != other.institution_id


def test_unknown_platform(session: Session) -> None:
    with pytest.raises(NotFound, match="platform list"):
        get_registration(session, 99)
