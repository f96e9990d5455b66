"""Tables of line items and of the outbox."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_tool.db import Base
from lti_tool.passback.catalog import DeliveryState, LineItemState
from lti_tool.roster.models import Context, User

# Written out, since SQLite uses a partial index only where the condition stands in the statement letter by letter.
UNDER_WAY = text("delivery.state in ('pending', 'sending')")
IS_PARKED = text("delivery.state = 'parked'")
_UNDER_WAY = text("state in ('pending', 'sending')")
_IS_PARKED = text("state = 'parked'")


class LineItem(Base):
    """A gradebook column in the LMS, one per (context, tag); the row is claimed before the column is asked for."""

    __tablename__ = "line_item"
    __table_args__ = (UniqueConstraint("context_id", "tag"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("context.id"))
    # Equals `resourceId` and the activity, such as `module:expectations`.
    tag: Mapped[str]
    # Both unknown while only a launch has named the column.
    label: Mapped[str] = mapped_column(default="")
    score_maximum: Mapped[float | None]
    # AGS address; None until it is known.
    url: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(default=LineItemState.WANTED)
    # A claim named it, so it belongs to the launched link.
    is_from_launch: Mapped[bool] = mapped_column(default=False)
    # One sender looks for the column, or makes it, until then.
    leased_until: Mapped[datetime | None]
    created_at: Mapped[datetime]

    context: Mapped[Context] = relationship()


class Delivery(Base):
    """One score on its way: a row in the transaction that made the score, a request later."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index(
            "ix_delivery_due",
            "registration_id",
            "next_try_at",
            sqlite_where=_UNDER_WAY,
            postgresql_where=_UNDER_WAY,
        ),
        Index("ix_delivery_line_item_user", "line_item_id", "user_id"),
        Index("ix_delivery_user", "user_id"),
        Index("ix_delivery_parked", "reason", sqlite_where=_IS_PARKED, postgresql_where=_IS_PARKED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    line_item_id: Mapped[int] = mapped_column(ForeignKey("line_item.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    score_given: Mapped[float | None]
    score_maximum: Mapped[float | None]
    activity_progress: Mapped[str]
    grading_progress: Mapped[str]
    comment: Mapped[str] = mapped_column(Text, default="")
    submitted_at: Mapped[datetime]
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=DeliveryState.PENDING)
    # The score's `timestamp`: fixed and stored before the first send, the same in every retry.
    stamp: Mapped[datetime | None]
    # The column's address at the latest send; None = never sent. Values once sent there are "ours".
    sent_to: Mapped[str | None] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(default=0)
    # When it may be taken up. Whoever sends moves it ahead while it lives, so a dead sender's rows fall due.
    next_try_at: Mapped[datetime]
    # The sender that holds the row.
    leased_by: Mapped[str | None]
    # Begin of the present run of failures.
    failing_since: Mapped[datetime | None]
    # How often the platform called the stamp too old and a later one was given.
    restamps: Mapped[int] = mapped_column(default=0)
    # A teacher chose our score over theirs.
    is_overruling: Mapped[bool] = mapped_column(default=False)
    # Canvas: the assignment allows no further attempt, so only the grade is sent.
    is_grade_only: Mapped[bool] = mapped_column(default=False)
    # A code of the catalogue and what the platform said, without personal data.
    reason: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(Text, default="")
    finished_at: Mapped[datetime | None]

    line_item: Mapped[LineItem] = relationship()
    user: Mapped[User] = relationship()


class Worker(Base):
    """A worker that runs, or was killed: one that ends properly takes its row away."""

    __tablename__ = "worker"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    version: Mapped[str]
    started_at: Mapped[datetime]
    # A running worker renews it every few seconds.
    seen_at: Mapped[datetime]


class DeliveryTotal(Base):
    """How many tries ever ended how, over all workers: counted beside the outbox, whose rows are forgotten one day."""

    __tablename__ = "delivery_total"

    # A field of `DeliveryReport`.
    outcome: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger, default=0)


class PlatformPause(Base):
    """A platform that asked to be left alone, or seems to be away: no worker sends it anything until then."""

    __tablename__ = "platform_pause"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    until: Mapped[datetime]
