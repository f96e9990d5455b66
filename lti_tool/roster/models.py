"""Tables of contexts, resource links, users, memberships and staff grants."""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, Text, UniqueConstraint, and_, or_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_tool.db import Base
from lti_tool.registration.models import Deployment, Registration


class Context(Base):
    """A course (or section, or group) of a platform."""

    __tablename__ = "context"
    __table_args__ = (UniqueConstraint("deployment_id", "lti_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    # `context.id` of the claim.
    lti_id: Mapped[str]
    label: Mapped[str] = mapped_column(default="")
    title: Mapped[str] = mapped_column(default="")
    # AGS endpoint of the latest launch; None where the platform offers none.
    lineitems_url: Mapped[str | None] = mapped_column(Text)
    ags_scopes: Mapped[list[str]] = mapped_column(default=list)
    # NRPS address of the latest launch.
    memberships_url: Mapped[str | None] = mapped_column(Text)
    # A launch after this asks for the roster again.
    roster_next_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    deployment: Mapped[Deployment] = relationship()


class ResourceLink(Base):
    """A placed link that members click; what it stands for is kept in `activity` ("" = the whole programme)."""

    __tablename__ = "resource_link"
    __table_args__ = (UniqueConstraint("context_id", "lti_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"))
    lti_id: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    activity: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]


class User(Base):
    """A person on one platform: (registration, `sub`). Names and e-mail only if the platform sent them."""

    __tablename__ = "user_account"
    __table_args__ = (UniqueConstraint("registration_id", "sub"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    sub: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    given_name: Mapped[str] = mapped_column(default="")
    family_name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(default="")
    timezone: Mapped[str] = mapped_column(default="")
    is_test_user: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    registration: Mapped[Registration] = relationship()

    @property
    def display_name(self) -> str:
        """The name to show; a stable label where the platform sends none."""
        return self.name or " ".join(filter(None, (self.given_name, self.family_name))) or f"Student {self.id:04X}"


class Membership(Base):
    """A person in one context."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("context_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    # A `CourseRole`.
    role: Mapped[str]
    # Whoever has launched as staff here stays out of counts and gradebook.
    has_been_staff: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    # None for those whom only the roster names.
    last_launch_at: Mapped[datetime | None]
    # When a complete roster no longer named this person. Nothing is deleted; a later launch makes it void.
    left_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()
    context: Mapped[Context] = relationship()

    @hybrid_property
    def has_left(self) -> bool:
        """Whether this person has left the course and has not come back by a launch."""
        return self.left_at is not None and (self.last_launch_at is None or self.last_launch_at <= self.left_at)

    @has_left.inplace.expression
    @classmethod
    def _has_left(cls) -> ColumnElement[bool]:
        return and_(cls.left_at.is_not(None), or_(cls.last_launch_at.is_(None), cls.last_launch_at <= cls.left_at))


class RosterSync(Base):
    """The reading of one course's roster from its platform: what is wanted, who does it, how the last one went."""

    __tablename__ = "roster_sync"

    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"), primary_key=True)
    # To be read from then on; None while nothing is wanted.
    due_at: Mapped[datetime | None] = mapped_column()
    # A worker is at it until then, unless it renews; also the sign by which it knows its own hold.
    held_until: Mapped[datetime | None]
    # Failures in a row, with the last one's `RosterReason` and what the platform said.
    tries: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(Text, default="")
    tried_at: Mapped[datetime | None]
    # The last complete reading, and how many it listed.
    synced_at: Mapped[datetime | None]
    members: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        Index("ix_roster_sync_due", due_at, postgresql_where=due_at.is_not(None), sqlite_where=due_at.is_not(None)),
    )

    context: Mapped[Context] = relationship()


class StaffGrant(Base):
    """Career staff rights across an institution; taken up by a one-time code inside a launch."""

    __tablename__ = "staff_grant"

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)
    # Who it is for, in the operator's words.
    label: Mapped[str]
    code_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]
    # The code may be entered until then.
    code_expires_at: Mapped[datetime]
    taken_up_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship()
