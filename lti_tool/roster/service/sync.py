"""Read a course's roster from its platform and keep who is in the course.

Page by page, each in a short transaction of its own: nothing is open while the platform is asked, and memory holds one
page and the ids of those who were seen. Only what differs is written. Departures are known once the whole roster was
read, and never from a part of it.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import (
    Engine,
    Integer,
    String,
    and_,
    bindparam,
    case,
    false,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from lti_tool.db import SessionFactory, UTCDateTime, insert_into, make_session_factory, without_transactions
from lti_tool.roster.catalog import KnownMember, PagePlan, RosterFailure, RosterMember, RosterReason, RosterReport
from lti_tool.roster.models import Membership, User
from lti_tool.roster.nrps import RosterUnreadable
from lti_tool.roster.rules import plan_page

# Members looked up in one statement; a platform may send all at once.
_BATCH = 500
_NAMES = ("name", "given_name", "family_name")

T = TypeVar("T")

_KNOWN = (
    select(
        User.sub,
        User.id,
        User.name,
        User.given_name,
        User.family_name,
        Membership.role,
        Membership.last_launch_at.is_not(None),
        Membership.has_left,
    )
    .outerjoin(Membership, and_(Membership.user_id == User.id, Membership.context_id == bindparam("context_id")))
    .where(User.registration_id == bindparam("registration_id"), User.sub.in_(bindparam("subs", expanding=True)))
)
# Whoever came into the course while it was being read is no departure.
_BEFORE = (
    Membership.created_at < bindparam("began", type_=UTCDateTime()),
    or_(
        Membership.last_launch_at.is_(None),
        Membership.last_launch_at < bindparam("began", type_=UTCDateTime()),
    ),
)
_STAYING = select(Membership.user_id).where(
    Membership.context_id == bindparam("context_id"), Membership.has_left.is_(False), *_BEFORE
)
_LEAVE = (
    update(Membership.__table__)  # type: ignore[arg-type]
    .where(
        Membership.context_id == bindparam("of_context"),
        Membership.user_id == bindparam("of_user"),
        *_BEFORE,
    )
    .values(left_at=bindparam("began", type_=UTCDateTime()))
)


class Roster(Protocol):
    """What is read; `nrps.PlatformRoster` is one."""

    def read_pages(self) -> Iterator[tuple[RosterMember, ...]]:
        """Page after page to the end, or `RosterUnreadable`."""


def sync_roster(
    session_factory: SessionFactory,
    roster: Roster,
    *,
    context_id: int,
    registration_id: int,
    now_fn: Callable[[], datetime],
    keep_hold: Callable[[], None] = lambda: None,
) -> RosterReport:
    """Bring people and memberships of a course up to what its platform lists.

    `keep_hold` is called after each page and may raise to give up. A reading that ends early keeps what it read, marks
    nobody as left and says why in `failure`.
    """
    store = _Store(session_factory, context_id, registration_id)
    began = now_fn()
    seen: set[int] = set()
    met: set[str] = set()
    members = added = changed = pages = 0
    failure: RosterFailure | None = None
    try:
        for page in roster.read_pages():
            pages += 1
            members += sum(member.is_here for member in page)
            for batch in _batches(page):
                plan = store.take(batch, seen, met, now_fn())
                seen |= plan.seen
                met |= plan.met
                added, changed = added + plan.added, changed + plan.changed
            keep_hold()
    except RosterUnreadable as error:
        failure = error.failure
    left = 0
    if failure is None:
        leaving = store.list_leaving(seen, began)
        if leaving and not members:
            failure = RosterFailure(RosterReason.EMPTY)
        else:
            left = store.mark_left(leaving, began)
    return RosterReport(context_id, members, added, changed, left, pages, failure)


class _Store:
    """The rows of one course."""

    def __init__(self, session_factory: SessionFactory, context_id: int, registration_id: int) -> None:
        engine = session_factory.kw["bind"]
        if not isinstance(engine, Engine):
            raise TypeError("the session factory must be bound to an engine")
        self._writing = session_factory
        # Single statements: a page in which nothing has changed begins no transaction and takes no lock.
        self._reading = make_session_factory(without_transactions(engine))
        self._context_id = context_id
        self._registration_id = registration_id

    def take(self, members: tuple[RosterMember, ...], seen: set[int], met: set[str], now: datetime) -> PagePlan:
        with self._reading() as session:
            known = self._list_known(session, [member.sub for member in members])
        plan = plan_page(members, known, seen, met)
        if plan.people or plan.memberships:
            with self._writing.begin() as session:
                self._write(session, plan, now)
        return plan

    def list_leaving(self, seen: set[int], began: datetime) -> list[int]:
        """Members that were not seen."""
        with self._reading() as session:
            rows = session.execute(_STAYING, {"context_id": self._context_id, "began": began})
            return [user_id for part in rows.scalars().partitions(2_000) for user_id in part if user_id not in seen]

    def mark_left(self, user_ids: list[int], began: datetime) -> int:
        for batch in _batches(tuple(user_ids)):
            rows = [{"of_context": self._context_id, "of_user": user_id, "began": began} for user_id in batch]
            with self._writing.begin() as session:
                session.connection().execute(_LEAVE, rows)
        return len(user_ids)

    def _list_known(self, session: Session, subs: list[str]) -> dict[str, KnownMember]:
        values = {"context_id": self._context_id, "registration_id": self._registration_id, "subs": subs}
        return {
            sub: KnownMember(user_id, (name, given, family), role, bool(has_launched), bool(has_left))
            for sub, user_id, name, given, family, role, has_launched, has_left in session.execute(_KNOWN, values)
        }

    def _write(self, session: Session, plan: PagePlan, now: datetime) -> None:
        """People first, then memberships; both as one statement for many rows, and harmless beside launches."""
        connection = session.connection()
        if plan.people:
            insert = insert_into(session, User)
            statement = insert.on_conflict_do_update(
                index_elements=["registration_id", "sub"], set_={name: insert.excluded[name] for name in _NAMES}
            )
            blank = {"email": "", "locale": "", "timezone": "", "is_test_user": False, "created_at": now}
            people = [
                {"registration_id": self._registration_id, "sub": sub, **dict(zip(_NAMES, names, strict=True)), **blank}
                for sub, names in plan.people
            ]
            connection.execute(statement, people)
        if plan.memberships:
            rows = [
                {"of_context": self._context_id, "of_registration": self._registration_id, "sub": sub, "as_role": role}
                for sub, role in plan.memberships
            ]
            connection.execute(_placing(session, now), rows)


def _placing(session: Session, now: datetime) -> Any:
    """Insert memberships by `sub`; one that a launch has made keeps its role, and nobody's leaving stands."""
    insert = insert_into(session, Membership)
    person = select(
        bindparam("of_context", type_=Integer),
        User.id,
        bindparam("as_role", type_=String),
        false(),
        literal(now, UTCDateTime),
        null(),
    ).where(User.registration_id == bindparam("of_registration"), User.sub == bindparam("sub"))
    names = ["context_id", "user_id", "role", "has_been_staff", "created_at", "left_at"]
    insert = insert.from_select(names, person)
    launched = Membership.last_launch_at.is_not(None)
    return insert.on_conflict_do_update(
        index_elements=["context_id", "user_id"],
        set_={"left_at": None, "role": case((launched, Membership.role), else_=insert.excluded.role)},
    )


def _batches(rows: tuple[T, ...]) -> Iterable[tuple[T, ...]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))
