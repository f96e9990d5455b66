"""The sandbox LMS with this tool connected by hand, and members of its course on our side."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.db import SessionFactory, make_session_factory
from lti_tool.gradebook.service import record_result
from lti_tool.lti.roles import CourseRole
from lti_tool.lti.scopes import LINE_ITEM, LINE_ITEM_READONLY, RESULT_READONLY, SCORE
from lti_tool.outbound import PlatformSession
from lti_tool.passback.catalog import DeliveryReport
from lti_tool.passback.models import Delivery
from lti_tool.passback.service import deliver_due, remember_endpoint
from lti_tool.registration.catalog import ProductFamily
from lti_tool.registration.keys import list_published_jwks
from lti_tool.registration.models import Deployment, Institution, Registration
from lti_tool.roster.models import Context, Membership, User
from lti_tool.sandbox import Sandbox, SandboxServer

SECRET = "a-secret-for-tests-only-0123456789abcdef"
COURSE = "MIR 101"
TAG = "module:expectations"
LABEL = "What a micro-internship is"


@dataclass
class SandboxClass:
    """Our view of the course; scores go in by `hand_in`, and out by `deliver`."""

    session: Session
    factory: SessionFactory
    server: SandboxServer
    registration: Registration
    context: Context
    client_id: str
    launch_url: str

    @property
    def lms(self) -> Sandbox:
        return self.server.sandbox

    def member(self, username: str, role: CourseRole = CourseRole.LEARNER) -> Membership:
        person = self.lms.get_person(username)
        sub = self.lms.sub_of(person)
        known = self.session.scalars(select(User).where(User.sub == sub)).first()
        user = known or User(registration_id=self.registration.id, sub=sub, name=person["name"], created_at=clock.now())
        self.session.add(user)
        self.session.flush()
        member = self.session.scalars(select(Membership).where(Membership.user_id == user.id)).first()
        if member is None:
            member = Membership(context_id=self.context.id, user_id=user.id, role=role, created_at=clock.now())
            self.session.add(member)
            self.session.flush()
        return member

    def launch(self, lineitem_url: str | None = None, scopes: list[str] | None = None) -> None:
        """What a launch says about the gradebook."""
        course = self.lms.get_course(COURSE)["id"]
        offered = scopes or [LINE_ITEM, LINE_ITEM_READONLY, RESULT_READONLY, SCORE]
        remember_endpoint(
            self.session,
            self.context,
            lineitems_url=self.lineitems_url(course),
            lineitem_url=lineitem_url,
            scopes=offered,
            activity=TAG,
            now=clock.now(),
        )
        self.session.commit()

    def lineitems_url(self, course: int) -> str:
        if self.lms.moodle:
            tool = self.lms.get_tool(self.client_id)["id"]
            return f"{self.lms.base_url}/mod/lti/services.php/{course}/lineitems?type_id={tool}"
        return f"{self.lms.base_url}/api/lti/courses/{course}/line_items"

    def hand_in(self, username: str, given: float, comment: str = "", submitted_at: datetime | None = None) -> None:
        member, now = self.member(username), clock.now()
        record_result(
            self.session,
            context_id=self.context.id,
            user_id=member.user_id,
            activity=TAG,
            score_given=given,
            score_maximum=10,
            submitted_at=submitted_at or now,
            now=now,
            comment=comment,
            label=LABEL,
        )
        self.session.commit()

    def deliver(self, *, ahead: Any = None) -> DeliveryReport:
        """Deliver what is due now, or a while from now."""
        self.session.commit()
        report = deliver_due(
            self.factory,
            PlatformSession(timeout=10, allow_private=True),
            SECRET,
            launch_url=self.launch_url,
            now_fn=lambda: clock.now() + ahead if ahead else clock.now(),
        )
        self.session.expire_all()
        return report

    @property
    def states(self) -> list[str]:
        return [str(state) for state in self.session.scalars(select(Delivery.state).order_by(Delivery.id))]

    @property
    def reasons(self) -> list[str]:
        return list(self.session.scalars(select(Delivery.reason).order_by(Delivery.id)))


@contextmanager
def serve_keys(factory: SessionFactory) -> Iterator[str]:
    """Our key set on loopback."""
    with factory.begin() as session:
        document = json.dumps(list_published_jwks(session, SECRET, clock.now())).encode()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(document)))
            self.end_headers()
            self.wfile.write(document)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def connect(session: Session, server: SandboxServer, keys_url: str) -> SandboxClass:
    """Register the tool by hand on both sides."""
    bind = session.get_bind()
    assert isinstance(bind, Engine)
    launch_url = keys_url + "/lti/launch"
    given = server.sandbox.register_tool(
        initiate_login_uri=keys_url + "/lti/login",
        redirect_uris=[launch_url],
        target_link_uri=launch_url,
        jwks_uri=keys_url + "/lti/jwks.json",
    )
    now = clock.now()
    institution = Institution(name="Riverbend University", created_at=now)
    session.add(institution)
    session.flush()
    registration = Registration(
        institution_id=institution.id,
        issuer=given.issuer,
        client_id=given.client_id,
        auth_url=given.auth_url,
        token_url=given.token_url,
        jwks_url=given.jwks_url,
        product_family=ProductFamily.MOODLE if server.sandbox.moodle else ProductFamily.CANVAS,
        name="Riverbend",
        created_at=now,
    )
    session.add(registration)
    session.flush()
    deployment = Deployment(registration_id=registration.id, deployment_id=given.deployment_id, created_at=now)
    session.add(deployment)
    session.flush()
    context = Context(deployment_id=deployment.id, lti_id="course", created_at=now, ags_scopes=[])
    session.add(context)
    session.commit()
    return SandboxClass(session, make_session_factory(bind), server, registration, context, given.client_id, launch_url)
