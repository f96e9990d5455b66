"""Tables of the work that students hand in, each version kept, and what was said of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.db import Base


class RubricText(Base):
    """A rubric as it was when work was first rated with it: later files never change what an old rating meant."""

    __tablename__ = "rubric_text"

    # SHA-256 of the content.
    digest: Mapped[str] = mapped_column(primary_key=True)
    rubric_id: Mapped[str]
    content: Mapped[dict[str, Any]]
    first_used_at: Mapped[datetime]


class Upload(Base):
    """A file that a student gave, and what was read in it. The bytes stand in the upload folder under `storage_key`."""

    __tablename__ = "upload"
    __table_args__ = (Index("ix_upload_owner", "context_id", "user_id", "module_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    module_id: Mapped[str]
    # The name that the student's device gave it, made safe to show and to save under.
    name: Mapped[str]
    # Of the content, not of the name: `pdf`, `docx` or `txt`.
    kind: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    # Random; says nothing of the person or the file.
    storage_key: Mapped[str] = mapped_column(unique=True)
    # What a machine reads, in reading order, with its warnings. Large, so that it is only loaded where it is shown.
    reading: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    # What the checks said of it, and how it answers the posting: see `rules/file.py`.
    analysis: Mapped[dict[str, Any] | None]
    uploaded_at: Mapped[datetime]
    # When the student took it out of her draft again. A file that was handed in stays with its version.
    removed_at: Mapped[datetime | None]


class Submission(Base):
    """One version of a piece of work, as it was handed in. Nothing in it changes afterwards."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("context_id", "user_id", "module_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    module_id: Mapped[str]
    # 1, 2, 3 …
    number: Mapped[int]
    # Field id to text.
    answers: Mapped[dict[str, Any]]
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    # What the automatic checks said then.
    findings: Mapped[list[dict[str, Any]]]
    # The student's own rating: criterion id to level.
    own_rating: Mapped[dict[str, Any]]
    rubric_digest: Mapped[str] = mapped_column(ForeignKey("rubric_text.digest"))
    # The module's version then.
    version: Mapped[str]
    submitted_at: Mapped[datetime]


class Decision(Base):
    """What a person decided about a version. A later decision replaces an earlier one and erases nothing."""

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_submission", "submission_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    # `approved` or `returned`.
    verdict: Mapped[str]
    note: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime]
    # When the student said that she has read it.
    acknowledged_at: Mapped[datetime | None]


class IgnoredFinding(Base):
    """A finding that a student leaves as it is, with her reason; it belongs to the words that it was about."""

    __tablename__ = "ignored_finding"
    # PostgreSQL cuts names after 63 characters.
    __table_args__ = (
        UniqueConstraint(
            "context_id", "user_id", "module_id", "rule", "quote_digest", name="uq_ignored_finding_rule_quote"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    module_id: Mapped[str]
    rule: Mapped[str]
    quote_digest: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    ignored_at: Mapped[datetime]
