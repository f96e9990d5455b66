"""The usual launch on PostgreSQL, in one statement: everything that it touches is known, save perhaps the person.

The way for all cases (`opening`) takes six round trips to the server for it, within a transaction. SQLite has no round
trips, and no statements that write in the midst of others.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, Boolean, DateTime, Integer, String, bindparam, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from lti_tool.db import insert_of
from lti_tool.launch.models import LoginRecord
from lti_tool.lti.roles import STAFF_ROLES
from lti_tool.roster.models import Membership, User
from lti_tool.roster.service import PERSON_UPDATES, Person, list_person_values
from lti_tool.web.models import Visit
from lti_tool.web.service import VisitFor, list_visit_values

_DIALECT = "postgresql"
_logins: Any = LoginRecord.__table__
_users: Any = User.__table__
_members: Any = Membership.__table__
_visits: Any = Visit.__table__
_PERSON = (*Person.__dataclass_fields__, "registration_id", "created_at")
_MEMBER = ("context_id", "user_id", "role", "has_been_staff", "created_at", "last_launch_at")
_VISIT = tuple(column.name for column in _visits.c if column.name not in ("id", "user_id"))


def writes_at_once(session: Session) -> bool:
    """Whether the database can spend a login, place a person and open a visit in one statement."""
    return session.get_bind().dialect.name == _DIALECT


def write_usual(
    session: Session,
    *,
    login_id: int,
    outcome: str,
    person: Person,
    user_id: int | None,
    member_id: int | None,
    facts: VisitFor,
    token: str,
    browser_key: str,
    now: datetime,
) -> int | None:
    """Spend the login and open the visit; the visit's id, or None where another request has spent the login.

    `user_id` and `member_id` are None for rows that do not exist yet; `facts.user_id` is not looked at.
    """
    # No parameter has the name of a column: SQLAlchemy would set that column by it.
    values = {
        "the_login": login_id,
        "the_outcome": outcome,
        "the_time": now,
        "the_person": user_id,
        "the_member": member_id,
        "the_role": facts.role,
        "is_of_staff": facts.role in STAFF_ROLES,
        "the_course": facts.context_id,
        **_named("person", list_person_values(person, facts.registration_id, now)),
        **_named("visit", list_visit_values(facts, token, browser_key=browser_key, now=now)),
    }
    statement = _statement(is_known=user_id is not None, is_member=member_id is not None)
    found: int | None = session.connection().execute(statement, values).scalar_one_or_none()
    return found


@lru_cache(maxsize=4)
def _statement(*, is_known: bool, is_member: bool) -> Any:
    """Built once for each of the three cases. Each part stands on the part before: no login spent, nothing written."""
    spent = (
        update(_logins)
        .where(_logins.c.id == bindparam("the_login", type_=Integer()), _logins.c.consumed_at.is_(None))
        .values(
            consumed_at=bindparam("the_time", type_=DateTime(timezone=True)),
            outcome=bindparam("the_outcome", type_=String()),
        )
        .returning(_logins.c.id)
        .cte("spent")
    )
    person = _known_person(spent) if is_known else _new_person(spent)
    member = _return(person) if is_member else _join(person)
    opened = select(person.c.id, *_given("visit", _visits, _VISIT))
    return (
        insert(_visits)
        .from_select(["user_id", *_VISIT], opened, include_defaults=False)
        .returning(_visits.c.id)
        .add_cte(member)
    )


def _known_person(spent: CTE) -> CTE:
    return select(bindparam("the_person", type_=Integer()).label("id")).select_from(spent).cte("person")


def _new_person(spent: CTE) -> CTE:
    made: Any = insert_of(_DIALECT)(_users).from_select(
        list(_PERSON), select(*_given("person", _users, _PERSON)).select_from(spent), include_defaults=False
    )
    # Two tabs of a new person come in at once.
    returned: CTE = (
        made.on_conflict_do_update(
            index_elements=["registration_id", "sub"], set_={name: made.excluded[name] for name in PERSON_UPDATES}
        )
        .returning(_users.c.id)
        .cte("person")
    )
    return returned


def _return(person: CTE) -> CTE:
    return (
        update(_members)
        .where(_members.c.id == bindparam("the_member", type_=Integer()), exists(select(person.c.id)))
        .values(
            role=bindparam("the_role", type_=String()),
            last_launch_at=bindparam("the_time", type_=DateTime(timezone=True)),
            # Two tabs may launch at once with different roles; having been staff is never lost by that.
            has_been_staff=or_(_members.c.has_been_staff, bindparam("is_of_staff", type_=Boolean())),
        )
        .returning(_members.c.id)
        .cte("member")
    )


def _join(person: CTE) -> CTE:
    now = bindparam("the_time", type_=DateTime(timezone=True))
    row = select(
        bindparam("the_course", type_=Integer()),
        person.c.id,
        bindparam("the_role", type_=String()),
        bindparam("is_of_staff", type_=Boolean()),
        now,
        now,
    )
    made: Any = insert_of(_DIALECT)(_members).from_select(list(_MEMBER), row, include_defaults=False)
    returned: CTE = (
        made.on_conflict_do_update(
            index_elements=["context_id", "user_id"],
            set_={
                "role": made.excluded.role,
                "last_launch_at": made.excluded.last_launch_at,
                "has_been_staff": or_(_members.c.has_been_staff, made.excluded.has_been_staff),
            },
        )
        .returning(_members.c.id)
        .cte("member")
    )
    return returned


def _given(prefix: str, table: Any, names: tuple[str, ...]) -> list[Any]:
    return [bindparam(f"{prefix}_{name}", type_=table.c[name].type) for name in names]


def _named(prefix: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{prefix}_{name}": value for name, value in values.items()}
