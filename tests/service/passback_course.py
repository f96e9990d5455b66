"""A course with students, a platform on loopback and a clock that a test moves."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lti_tool.db import SessionFactory, make_session_factory
from lti_tool.outbound import PlatformSession
from lti_tool.passback.catalog import ActivityProgress, DeliveryReport, GradingProgress
from lti_tool.passback.models import Delivery
from lti_tool.passback.service import deliver_due, queue_score
from lti_tool.registration.catalog import ProductFamily
from lti_tool.registration.models import Registration
from lti_tool.roster.models import Context, Membership
from tests.builders import make_context, make_member, make_registration
from tests.service.passback_platform import Platform

NOW = datetime(2026, 9, 1, 8, 0, 0, 250_000, tzinfo=UTC)
SECRET = "a-secret-for-tests-only-0123456789abcdef"
LAUNCH = "http://localhost:8000/lti/launch"
TAG = "module:expectations"
ZOE = "sub-Zoë"


@dataclass
class Course:
    session: Session
    platform: Platform
    factory: SessionFactory
    registration: Registration
    context: Context
    zoe: Membership
    now: datetime = NOW
    timeout: float = 5.0
    http: PlatformSession = field(init=False)

    def __post_init__(self) -> None:
        self.http = PlatformSession(timeout=self.timeout, allow_private=True)

    def wait(self, **units: float) -> None:
        self.now += timedelta(**units)

    def score(
        self,
        given: float | None,
        maximum: float | None = 10,
        *,
        who: Membership | None = None,
        tag: str = TAG,
        comment: str = "Well done, Zoë.",
        submitted_at: datetime | None = None,
        grading: GradingProgress = GradingProgress.FULLY_GRADED,
        activity: ActivityProgress = ActivityProgress.COMPLETED,
    ) -> Delivery | None:
        delivery = queue_score(
            self.session,
            context_id=self.context.id,
            user_id=(who or self.zoe).user_id,
            tag=tag,
            label="What a micro-internship is",
            score_given=given,
            score_maximum=maximum,
            comment=comment,
            submitted_at=submitted_at or self.now,
            now=self.now,
            grading_progress=grading,
            activity_progress=activity,
        )
        self.session.commit()
        return delivery

    def deliver(self, **options: Any) -> DeliveryReport:
        # An open transaction would keep SQLite's senders out.
        self.session.commit()
        report = deliver_due(
            self.factory,
            self.http,
            SECRET,
            launch_url=LAUNCH,
            now_fn=lambda: self.now,
            jitter=lambda: 1.0,
            **options,
        )
        self.session.expire_all()
        return report

    def deliveries(self) -> list[Delivery]:
        self.session.expire_all()
        return list(self.session.scalars(select(Delivery).order_by(Delivery.id)))

    @property
    def last(self) -> Delivery:
        return self.deliveries()[-1]

    @property
    def states(self) -> list[str]:
        return [str(delivery.state) for delivery in self.deliveries()]


def open_course(session: Session, platform: Platform, *, has_gradebook: bool = True) -> Course:
    family = ProductFamily.CANVAS if platform.rules == "canvas" else ProductFamily.MOODLE
    registration = make_registration(session, base=platform.base, family=family)
    context = make_context(
        session, registration=registration, lineitems_url=platform.lineitems_url if has_gradebook else None
    )
    zoe = make_member(session, "Zoë", context=context)
    session.commit()
    bind = session.get_bind()
    assert isinstance(bind, Engine)
    return Course(session, platform, make_session_factory(bind), registration, context, zoe)
