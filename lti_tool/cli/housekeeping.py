"""What is forgotten: logins, visits and codes that are over, scores that later ones replaced; in short transactions."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.admin.service import count_unused_grants, purge_unused_grants
from lti_tool.artefacts.service import find_old_keys, forget_bytes
from lti_tool.assessment.service import count_replaced_files, list_unknown_keys, purge_replaced_files
from lti_tool.config import Settings
from lti_tool.db import SessionFactory, make_session_factory
from lti_tool.launch.service import count_over_launches, purge_launches
from lti_tool.passback.service.purge import FIRST, Cell, find_forgettable, forget_deliveries
from lti_tool.passback.service.signs import forget_killed_workers
from lti_tool.registration.service import count_old_invites, purge_invites
from lti_tool.web.purge import count_over_codes, count_over_visits, purge_codes, purge_visits

log = logging.getLogger("lti_tool.housekeeping")

_EVERY_SECONDS = 3600
# Between two batches everybody else may write.
_BREATH_SECONDS = 0.02
# Files that are looked up at once.
_FILES = 500

# (session, now, how long to keep what is over) → rows
Purge = Callable[[Session, datetime, timedelta], int]


@dataclass(frozen=True)
class Chore:
    """One kind of row that is forgotten by age alone."""

    name: str
    days: Callable[[Settings], int]
    purge: Purge
    count: Purge


_BY_AGE = (
    Chore("logins", lambda it: it.keep_visits_days, purge_launches, count_over_launches),
    Chore("visits", lambda it: it.keep_visits_days, purge_visits, count_over_visits),
    Chore("window codes", lambda it: it.keep_visits_days, purge_codes, count_over_codes),
    Chore("invitations", lambda it: it.keep_codes_days, purge_invites, count_old_invites),
    Chore("staff codes", lambda it: it.keep_codes_days, purge_unused_grants, count_unused_grants),
    Chore("replaced files", lambda it: it.keep_uploads_days, purge_replaced_files, count_replaced_files),
)
_SCORES = "replaced scores"
_UNKNOWN = "unknown files"


def list_chores() -> list[str]:
    """What is forgotten, in the order in which it is."""
    return [*(chore.name for chore in _BY_AGE), _UNKNOWN, _SCORES]


def purge_all(
    sessions: SessionFactory,
    settings: Settings,
    now: datetime,
    *,
    dry_run: bool = False,
    stop: threading.Event | None = None,
) -> Counter[str]:
    """Forget all that is over, or only count it; how many rows of each kind. A set `stop` ends it after a batch."""
    stop = stop or threading.Event()
    gone: Counter[str] = Counter(dict.fromkeys(list_chores(), 0))
    for chore in _BY_AGE:
        keep = timedelta(days=chore.days(settings))
        for rows in _by_age(sessions, chore, now, keep, dry_run=dry_run):
            gone[chore.name] += rows
            if stop.wait(0 if dry_run else _BREATH_SECONDS):
                return gone
    for files in _unknown_files(sessions, settings, now, dry_run=dry_run):
        gone[_UNKNOWN] += files
        if stop.wait(_BREATH_SECONDS if files else 0):
            return gone
    before = now - timedelta(days=settings.keep_deliveries_days)
    for rows in _replaced_scores(sessions, before, dry_run=dry_run):
        gone[_SCORES] += rows
        if stop.wait(_BREATH_SECONDS if rows else 0):
            return gone
    if not dry_run:
        with sessions.begin() as session:
            forget_killed_workers(session, now)
    return gone


def keep_house(sessions: SessionFactory, settings: Settings, stop: threading.Event) -> None:
    """Forget what is over, now and every hour, until asked to stop."""
    while not stop.is_set():
        try:
            gone = purge_all(sessions, settings, clock.now(), stop=stop)
            rows = {name.replace(" ", "_"): count for name, count in gone.items()}
            log.info("forgot what is over", extra={"event": "purge", **rows})
        except SQLAlchemyError as error:
            log.warning("database away", extra={"event": "database_away", "error": type(error).__name__})
        except Exception as error:
            # A bug of ours in one chore must not end all the others in silence.
            log.error("not forgotten", extra={"event": "purge_failed", "error": type(error).__name__})
        stop.wait(_EVERY_SECONDS)


def _by_age(sessions: SessionFactory, chore: Chore, now: datetime, keep: timedelta, *, dry_run: bool) -> Iterator[int]:
    if dry_run:
        with _reading(sessions)() as session:
            yield chore.count(session, now, keep)
        return
    while True:
        with sessions.begin() as session:
            rows = chore.purge(session, now, keep)
        if not rows:
            return
        yield rows


def _replaced_scores(sessions: SessionFactory, before: datetime, *, dry_run: bool) -> Iterator[int]:
    reading = _reading(sessions)
    after: Cell | None = FIRST
    while after is not None:
        with reading() as session:
            found = find_forgettable(session, before, after)
        if found.delivery_ids and not dry_run:
            with sessions.begin() as session:
                forget_deliveries(session, found.delivery_ids)
        yield len(found.delivery_ids)
        after = found.after


def _unknown_files(sessions: SessionFactory, settings: Settings, now: datetime, *, dry_run: bool) -> Iterator[int]:
    """Files on the disk that no row knows: those of rows that were forgotten just now, and what a crash left.

    Young ones are left alone: a row may be about to be written, or a backup of the database about to be put back.
    """
    reading, folder = _reading(sessions), settings.upload_folder
    keys = find_old_keys(folder, now - timedelta(days=settings.keep_uploads_days))
    while batch := list(islice(keys, _FILES)):
        with reading() as session:
            unknown = list_unknown_keys(session, batch)
        if not dry_run:
            for key in unknown:
                forget_bytes(folder, key)
        yield len(unknown)


def _reading(sessions: SessionFactory) -> SessionFactory:
    # On SQLite a session that may write would keep all others from writing.
    return make_session_factory(sessions.kw["bind"].execution_options(read_only=True))
