"""Tables of institutions, registrations, deployments, tool keys and invitations."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_tool.db import Base
from lti_tool.registration.catalog import DeploymentState, ProductFamily, RegistrationState


class Institution(Base):
    """A university; one or more registrations belong to it."""

    __tablename__ = "institution"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    created_at: Mapped[datetime]


class Registration(Base):
    """A platform that may launch us: (issuer, client_id), since all Canvas cloud schools share an issuer."""

    __tablename__ = "registration"
    __table_args__ = (UniqueConstraint("issuer", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), index=True)
    issuer: Mapped[str]
    client_id: Mapped[str]
    auth_url: Mapped[str] = mapped_column(Text)
    token_url: Mapped[str] = mapped_column(Text)
    jwks_url: Mapped[str] = mapped_column(Text)
    # `aud` of our client assertion; the token URL where the platform names nothing else.
    token_audience: Mapped[str | None] = mapped_column(Text)
    product_family: Mapped[str] = mapped_column(default=ProductFamily.OTHER)
    # Shown to operators: the platform's own name, or the issuer.
    name: Mapped[str]
    # `tool_platform.guid` of the first launch that had one.
    guid: Mapped[str | None]
    state: Mapped[str] = mapped_column(default=RegistrationState.ACTIVE)
    created_at: Mapped[datetime]

    institution: Mapped[Institution] = relationship()
    deployments: Mapped[list["Deployment"]] = relationship(back_populates="registration", order_by="Deployment.id")

    @property
    def is_active(self) -> bool:
        """Whether launches are accepted and scores are sent."""
        return self.state == RegistrationState.ACTIVE


class Deployment(Base):
    """One installation of us in a platform (Canvas: one per account or course)."""

    __tablename__ = "deployment"
    __table_args__ = (UniqueConstraint("registration_id", "deployment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    # The claim's value.
    deployment_id: Mapped[str]
    state: Mapped[str] = mapped_column(default=DeploymentState.ACCEPTED)
    created_at: Mapped[datetime]

    registration: Mapped[Registration] = relationship(back_populates="deployments")


class PlatformOrigin(Base):
    """An origin (scheme, host, port) that pages of this platform come from.

    `proven`: learned from a launch that was bound to the browser by its cookie, so it may bind later launches of
    browsers that keep nothing. All of them may frame us.
    """

    __tablename__ = "platform_origin"
    __table_args__ = (UniqueConstraint("registration_id", "origin"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    origin: Mapped[str]
    is_proven: Mapped[bool] = mapped_column(default=False)
    learned_at: Mapped[datetime]


class ToolKey(Base):
    """A key pair of ours; the private half is sealed with the secret key."""

    __tablename__ = "tool_key"
    __table_args__ = (
        Index(
            "uq_tool_key_one_current",
            "state",
            unique=True,
            sqlite_where=text("state = 'current'"),
            postgresql_where=text("state = 'current'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kid: Mapped[str] = mapped_column(unique=True)
    private_pem_sealed: Mapped[str] = mapped_column(Text)
    public_jwk: Mapped[dict[str, Any]]
    state: Mapped[str]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Invite(Base):
    """A one-time address at which an administrator registers a platform; spent only on success."""

    __tablename__ = "invite"

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    # What it made or updated.
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"))
