"""Few builders of rows, for service tests; people are named."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.lti.roles import CourseRole
from lti_tool.registration.catalog import ProductFamily
from lti_tool.registration.models import Deployment, Institution, Registration
from lti_tool.roster.models import Context, Membership, User

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
LINE_ITEM_SCOPES = [
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
    "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
    "https://purl.imsglobal.org/spec/lti-ags/scope/score",
]


def make_registration(
    session: Session,
    *,
    base: str = "http://127.0.0.1:9000",
    client_id: str = "client-1",
    family: ProductFamily = ProductFamily.MOODLE,
) -> Registration:
    institution = Institution(name="Riverbend University", created_at=NOW)
    session.add(institution)
    session.flush()
    registration = Registration(
        institution_id=institution.id,
        issuer=base,
        client_id=client_id,
        auth_url=base + "/auth",
        token_url=base + "/token",
        jwks_url=base + "/jwks",
        product_family=family,
        name="Riverbend LMS",
        created_at=NOW,
    )
    session.add(registration)
    session.flush()
    return registration


def make_context(
    session: Session,
    *,
    registration: Registration | None = None,
    lti_id: str = "course-1",
    lineitems_url: str | None = None,
) -> Context:
    registration = registration or session.scalars(select(Registration)).first() or make_registration(session)
    deployment = session.scalars(
        select(Deployment).where(Deployment.registration_id == registration.id)
    ).first() or Deployment(registration_id=registration.id, deployment_id="1", created_at=NOW)
    session.add(deployment)
    session.flush()
    context = Context(
        deployment_id=deployment.id,
        lti_id=lti_id,
        label="MIR 101",
        title="Micro-internship readiness",
        lineitems_url=lineitems_url,
        ags_scopes=LINE_ITEM_SCOPES if lineitems_url else [],
        created_at=NOW,
    )
    session.add(context)
    session.flush()
    return context


def make_member(
    session: Session,
    name: str,
    *,
    context: Context | None = None,
    role: CourseRole = CourseRole.LEARNER,
    is_test_user: bool = False,
) -> Membership:
    context = context or session.scalars(select(Context)).first() or make_context(session)
    user = User(
        registration_id=context.deployment.registration_id,
        sub=f"sub-{name}",
        name=name,
        is_test_user=is_test_user,
        created_at=NOW,
    )
    session.add(user)
    session.flush()
    member = Membership(context_id=context.id, user_id=user.id, role=role, created_at=NOW)
    session.add(member)
    session.flush()
    return member
