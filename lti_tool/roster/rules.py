"""Pure rules of the roster: reading members (NRPS 2.0 §2.1), what a page changes, when to ask again."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from lti_tool.lti.claims import ID_LENGTH
from lti_tool.lti.roles import STAFF_ROLES, CourseRole, decide_role
from lti_tool.roster.catalog import LASTING, KnownMember, PagePlan, RosterFailure, RosterMember

# No database keeps these: NUL, and halves of surrogate pairs that JSON can spell.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_TEXT_LENGTH = 255
# NRPS 2.0 §2.3: whoever has no status is active.
_ACTIVE = "active"
_KEPT = STAFF_ROLES | {CourseRole.LEARNER}

_FIRST_WAIT = timedelta(minutes=2)
_LONGEST_WAIT = timedelta(hours=12)
_MOST_TRIES = 12


def roster_url(url: str, *, limit: int, rlid: str = "", role: str = "") -> str:
    """The first page's address (NRPS 2.0 §2.4): the claim's own query is kept, `limit` and the filters are added."""
    parts = urlsplit(url)
    wanted = {"limit": str(limit), "rlid": rlid, "role": role}
    added = urlencode({name: value for name, value in wanted.items() if value})
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, added))), fragment=""))


def read_members(listed: Iterable[object]) -> tuple[RosterMember, ...]:
    """The members of a page; entries without a usable `user_id` are skipped, people listed twice are made one.

    Nothing but identity, role, status and names is taken: what is not used is not kept.
    """
    entries: dict[str, list[Mapping[str, Any]]] = {}
    for entry in listed:
        sub = _sub(entry.get("user_id")) if isinstance(entry, dict) else ""
        if sub and isinstance(entry, dict):
            entries.setdefault(sub, []).append(entry)
    return tuple(_member(sub, mine) for sub, mine in entries.items())


def plan_page(
    members: Iterable[RosterMember],
    known: Mapping[str, KnownMember],
    seen: Collection[int] = frozenset(),
    met: Collection[str] = frozenset(),
) -> PagePlan:
    """What a page changes. `seen` and `met`: people of earlier pages, those who were known by their ids, the others by
    what the platform calls them; the first of two entries for one person counts.

    Launches outrank the roster in roles and names. Nobody is stored who has no use here: test users, observers,
    people without a role; if they are known they are not taken for gone.
    """
    people: list[tuple[str, tuple[str, str, str]]] = []
    memberships: list[tuple[str, CourseRole]] = []
    found: set[int] = set()
    fresh: set[str] = set()
    added = changed = 0
    for member in members:
        one = known.get(member.sub)
        if not member.is_here or member.sub in met or (one is not None and one.user_id in seen):
            continue
        if one is not None:
            found.add(one.user_id)
        else:
            fresh.add(member.sub)
        if member.is_test_user or (member.role not in _KEPT and (one is None or one.role is None)):
            continue
        names = _names(member, one)
        is_member = one is not None and one.role is not None
        is_renamed = one is None or names != one.names
        is_moved = one is None or one.has_left or (not one.has_launched and one.role != member.role)
        if is_renamed:
            people.append((member.sub, names))
        if is_moved:
            memberships.append((member.sub, member.role))
        added += not is_member
        changed += is_member and (is_renamed or is_moved)
    return PagePlan(tuple(people), tuple(memberships), frozenset(found), frozenset(fresh), added, changed)


def wait_after(failure: RosterFailure, tries: int, *, jitter: float) -> timedelta | None:
    """How long to wait after the `tries`th failure in a row; None where a person has to change something first.

    `jitter` from 0 to 1 spreads the tries of many courses.
    """
    if failure.reason in LASTING or tries >= _MOST_TRIES:
        return None
    wait = min(_FIRST_WAIT * (1 << (tries - 1)), _LONGEST_WAIT) * (0.75 + jitter / 2)
    return max(wait, failure.retry_after or timedelta())


def _sub(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.isascii() or len(value) > ID_LENGTH or "\0" in value:
        return ""
    return value


def _member(sub: str, entries: list[Mapping[str, Any]]) -> RosterMember:
    here = [entry for entry in entries if str(entry.get("status") or _ACTIVE).lower() == _ACTIVE]
    # Somebody with two enrolments may be listed twice: all roles count.
    roles = [role for entry in here or entries for role in _list(entry.get("roles"))]
    decision = decide_role(roles)
    first = (here or entries)[0]
    return RosterMember(
        sub,
        decision.role,
        is_here=bool(here),
        is_test_user=decision.is_test_user,
        name=_text(first.get("name")),
        given_name=_text(first.get("given_name")),
        family_name=_text(first.get("family_name")),
    )


def _list(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, str) else []


def _text(value: object) -> str:
    # A substitution variable that came through as its own name is no name.
    if not isinstance(value, str) or value.startswith("$"):
        return ""
    return _UNSTORABLE.sub("", value).strip()[:_TEXT_LENGTH]


def _names(member: RosterMember, known: KnownMember | None) -> tuple[str, str, str]:
    if known is None:
        return member.names
    pairs = zip(member.names, known.names, strict=True)
    kept = [(own or listed) if known.has_launched else (listed or own) for listed, own in pairs]
    return kept[0], kept[1], kept[2]
