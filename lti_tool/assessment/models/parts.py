"""Tables of what students do in modules: where they stand, what they wrote, how they answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.db import Base

_OPEN = text("submitted_at IS NULL")


class PartProgress(Base):
    """Where a member stands in one part of a module; no row means not started."""

    __tablename__ = "part_progress"
    __table_args__ = (UniqueConstraint("context_id", "user_id", "module_id", "part_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    # Permanent ids of the content files.
    module_id: Mapped[str]
    part_id: Mapped[str]
    started_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    # What was done, where a new text asks for it again (a statement's version and digest); "" otherwise.
    version: Mapped[str] = mapped_column(default="")


class Draft(Base):
    """What a member wrote or chose in one part: saved at every post, also when it is not finished."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("context_id", "user_id", "module_id", "part_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    module_id: Mapped[str]
    part_id: Mapped[str]
    # Field or item id to text.
    answers: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    # Whether the member asked for the check after these answers were written.
    is_checked: Mapped[bool]
    # The answers that passed the check last, and when; a later draft does not undo them.
    accepted: Mapped[dict[str, Any] | None]
    accepted_at: Mapped[datetime | None]
    # The module's version at the last post.
    version: Mapped[str]


class Attempt(Base):
    """One try at a knowledge check, with its own copy of the questions: later content never alters it."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("context_id", "user_id", "module_id", "number"),
        # One open try at a time.
        Index(
            "uq_attempt_open",
            "context_id",
            "user_id",
            "module_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    module_id: Mapped[str]
    # 1, 2, 3 …
    number: Mapped[int]
    seed: Mapped[str]
    # Questions, options in the shown order, key and explanations, as they were at the start.
    snapshot: Mapped[dict[str, Any]]
    # Question id to option id.
    answers: Mapped[dict[str, Any]]
    started_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    right: Mapped[int] = mapped_column(default=0)
    asked: Mapped[int]
    points: Mapped[float] = mapped_column(default=0.0)
    points_maximum: Mapped[float]
    is_passed: Mapped[bool] = mapped_column(default=False)
    # The module's version at the start.
    version: Mapped[str]


class TryGrant(Base):
    """One more try that staff unlocked."""

    __tablename__ = "try_grant"
    __table_args__ = (UniqueConstraint("context_id", "user_id", "module_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    module_id: Mapped[str]
    # The number of the try that it unlocks: a second press unlocks nothing more.
    number: Mapped[int]
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    granted_at: Mapped[datetime]
