"""Tables of visits and of the one-time codes that carry a visit into a new window."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_tool.db import Base
from lti_tool.lti.roles import CourseRole
from lti_tool.registration.models import Deployment, Registration
from lti_tool.roster.models import Context, ResourceLink, User
from lti_tool.web.catalog import Strength


class Visit(Base):
    """What a launch opens: one person, one course, one role, one browser, until it ends.

    The token stands in the address, so that two tabs with two courses never mix; only its hash is kept.
    """

    __tablename__ = "visit"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    # Hash of the browser's key; None while the visit is weak.
    browser_hash: Mapped[str | None] = mapped_column(index=True)
    strength: Mapped[str]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    context_id: Mapped[int | None] = mapped_column(ForeignKey("context.id"))
    resource_link_id: Mapped[int | None] = mapped_column(ForeignKey("resource_link.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    # A `CourseRole`, as the launch said.
    role: Mapped[str]
    is_institution_administrator: Mapped[bool] = mapped_column(default=False)
    is_test_user: Mapped[bool] = mapped_column(default=False)
    # An administrator acts as this person: nothing may be submitted or signed.
    is_masquerade: Mapped[bool] = mapped_column(default=False)
    # A `MessageType`.
    message_type: Mapped[str]
    locale: Mapped[str] = mapped_column(default="")
    # `launch_presentation.return_url`, where the platform gave one; it may carry a session key, so it is never logged.
    return_url: Mapped[str] = mapped_column(Text, default="")
    # When this person's work at the link is due, where the platform says so: with an extension it is hers alone.
    due_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)

    registration: Mapped[Registration] = relationship()
    deployment: Mapped[Deployment] = relationship()
    context: Mapped[Context | None] = relationship()
    resource_link: Mapped[ResourceLink | None] = relationship()
    user: Mapped[User] = relationship()

    @property
    def course_role(self) -> CourseRole:
        """The role as a value of the enumeration."""
        return CourseRole(self.role)

    @property
    def is_strong(self) -> bool:
        """Whether the browser proves with each request that the visit is its own."""
        return self.strength == Strength.STRONG


class VisitCode(Base):
    """Carries a visit into a new window: single use, 60 seconds."""

    __tablename__ = "visit_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(Text, default="")
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
