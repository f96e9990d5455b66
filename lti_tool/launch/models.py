"""Tables of logins, of launches that wait for the platform's storage, and of what a message said beside the visit."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.db import Base


class LoginRecord(Base):
    """One third-party login: state, nonce, registration and target in one row, consumed once.

    Secrets are kept as hashes only.
    """

    __tablename__ = "login_record"
    __table_args__ = (Index("ix_login_record_hint", "registration_id", "login_hint_hash", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    state_hash: Mapped[str] = mapped_column(unique=True)
    nonce_hash: Mapped[str]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    # `lti_deployment_id` of the login; the message must name the same one (Core §4.1.2).
    deployment_id: Mapped[str | None]
    target_link_uri: Mapped[str] = mapped_column(Text)
    # Of the cookie that this login set.
    cookie_hash: Mapped[str]
    # Of the secret that the platform's storage was given; None where the login used none.
    storage_hash: Mapped[str | None]
    # `lti_storage_target`: the frame that keeps it.
    storage_target: Mapped[str] = mapped_column(default="")
    # Keyed hash: the same person at the same platform, without saying who.
    login_hint_hash: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    consumed_at: Mapped[datetime | None]
    # A reason code; `launched` where it was accepted.
    outcome: Mapped[str | None]


class PendingLaunch(Base):
    """A verified launch that waits for the secret from the platform's storage: five minutes, single use.

    Nothing of it is an account yet.
    """

    __tablename__ = "pending_launch"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    login_record_id: Mapped[int] = mapped_column(ForeignKey("login_record.id", ondelete="CASCADE"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    storage_hash: Mapped[str]
    # The launch POST came from a page of the platform, without any cookie of ours: enough where storage is silent.
    has_platform_origin: Mapped[bool] = mapped_column(default=False)
    launch: Mapped[dict[str, Any]]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class VisitMessage(Base):
    """What a deep linking or data privacy message said that its pages need later in the visit."""

    __tablename__ = "visit_message"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), primary_key=True)
    deep_linking: Mapped[dict[str, Any] | None]
    # `for_user.user_id`.
    for_user: Mapped[str] = mapped_column(default="")
