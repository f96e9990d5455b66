"""Tables of results, their history, and facts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.db import Base


class Result(Base):
    """What stands for a member on an activity, such as `module:expectations` or `check:expectations`."""

    __tablename__ = "result"
    __table_args__ = (UniqueConstraint("context_id", "user_id", "activity"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    activity: Mapped[str]
    score_given: Mapped[float]
    score_maximum: Mapped[float]
    comment: Mapped[str] = mapped_column(Text, default="")
    # When the work was handed in, not when it was graded (AGS `submission.submittedAt`).
    submitted_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    # Module or rubric version that the score was made with.
    version: Mapped[str] = mapped_column(default="")


class ResultRecord(Base):
    """Every score ever recorded, also those that changed nothing: a regrade supersedes, erases nothing."""

    __tablename__ = "result_record"
    __table_args__ = (Index("ix_result_record_member", "context_id", "user_id", "activity"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    activity: Mapped[str]
    score_given: Mapped[float]
    score_maximum: Mapped[float]
    comment: Mapped[str] = mapped_column(Text, default="")
    submitted_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    version: Mapped[str] = mapped_column(default="")
    # Whether it became the Result that stands.
    became_result: Mapped[bool]


class Fact(Base):
    """Something true of a person besides scores: a signed statement, a set of goals, a wave done."""

    __tablename__ = "fact"
    __table_args__ = (
        UniqueConstraint("user_id", "context_id", "kind", "key", "version"),
        Index("ix_fact_user_kind", "user_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"), index=True)
    kind: Mapped[str]
    key: Mapped[str]
    version: Mapped[str] = mapped_column(default="")
    value: Mapped[Any] = mapped_column(JSON)
    at: Mapped[datetime]
