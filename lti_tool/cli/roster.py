"""`lti-tool roster`: who is in a course, as its platform lists them."""

import click

from lti_tool import clock
from lti_tool.cli.store import check_schema, open_store, read_settings
from lti_tool.cli.table import show_table
from lti_tool.db import make_engine, make_session_factory
from lti_tool.errors import NotFound
from lti_tool.roster.catalog import WORDS, RosterReason
from lti_tool.roster.models import RosterSync
from lti_tool.roster.queries import CourseRoster, count_members, list_rosters
from lti_tool.roster.service import want_roster
from lti_tool.roster.worker import RosterReader


@click.group()
def roster() -> None:
    """Who is in a course, as its platform lists them."""


@roster.command()
@click.argument("course_id", type=int, required=False)
def show(course_id: int | None) -> None:
    """List the courses with how reading their members went; with a COURSE_ID, that course in full."""
    with open_store() as store:
        if course_id is not None:
            found = _get(list_rosters(store.session, context_id=course_id), course_id)
            for name, value in _describe(found, count_members(store.session, course_id)):
                click.echo(f"{name + ':':<12}{value}")
            return
        rows = [
            (
                it.context.id,
                it.platform,
                it.context.title or it.context.label or it.context.lti_id,
                it.sync.members if it.sync is not None else "-",
                _when(it.sync),
                _state(it),
            )
            for it in list_rosters(store.session)
        ]
    show_table(
        ("ID", "PLATFORM", "COURSE", "MEMBERS", "READ", "STATE"), rows, empty="Nobody has opened the tool in a course."
    )


@roster.command()
@click.argument("course_id", type=int, required=False)
@click.option("--all", "all_", is_flag=True, help="Every course that offers its members; the worker reads them.")
def sync(course_id: int | None, all_: bool) -> None:
    """Read a course's members from its platform now."""
    if (course_id is None) is not all_:
        raise click.UsageError("Name a course (see `lti-tool roster show`) or give --all.")
    settings = read_settings()
    engine = make_engine(settings.database_url)
    try:
        check_schema(engine)
        sessions = make_session_factory(engine)
        with sessions.begin() as session:
            found = list_rosters(session, context_id=course_id)
            if course_id is not None:
                _get(found, course_id)
            offered = [it.context.id for it in found if it.context.memberships_url]
            for context_id in offered:
                want_roster(session, context_id, clock.now())
        if course_id is None:
            click.echo(f"{len(offered)} courses are to be read; `lti-tool worker` does it.")
            return
        if not offered:
            raise NotFound("roster_not_offered", f"The platform of course {course_id} offers no list of its members.")
        report = RosterReader(settings, sessions).read_next(course_id)
    finally:
        engine.dispose()
    if report is None:
        raise NotFound("roster_busy", f"Course {course_id} is being read by a worker, or its platform is switched off.")
    click.echo(f"{report.members} listed: {report.added} new, {report.changed} changed, {report.left} left.")
    if report.failure is not None:
        click.echo(f"Not read to the end. {WORDS[report.failure.reason]} ({report.failure.detail})", err=True)
        raise click.exceptions.Exit(1)


def _get(found: list[CourseRoster], course_id: int) -> CourseRoster:
    if not found:
        raise NotFound("course_unknown", f"There is no course {course_id}. See `lti-tool roster show`.")
    return found[0]


def _describe(it: CourseRoster, counts: dict[str, int]) -> list[tuple[str, str]]:
    lines = [
        ("Course", it.context.title or it.context.label or it.context.lti_id),
        ("Platform", it.platform),
        ("Address", it.context.memberships_url or "not offered by the platform"),
        ("Read", _when(it.sync)),
        ("State", _state(it)),
        ("People", ", ".join(f"{count} {role}" for role, count in counts.items()) or "nobody"),
    ]
    if it.sync is not None and it.sync.reason:
        lines += [
            ("Why", WORDS[RosterReason(it.sync.reason)]),
            ("It said", it.sync.detail or "-"),
            ("Tries", str(it.sync.tries)),
        ]
    if it.sync is not None and it.sync.due_at is not None:
        lines.append(("Next", f"{it.sync.due_at:%Y-%m-%d %H:%M} UTC"))
    return lines


def _when(sync: RosterSync | None) -> str:
    return f"{sync.synced_at:%Y-%m-%d %H:%M} UTC" if sync is not None and sync.synced_at is not None else "never"


def _state(it: CourseRoster) -> str:
    if not it.context.memberships_url:
        return "not offered"
    if it.sync is None:
        return "not asked for"
    if it.sync.reason:
        return it.sync.reason
    return "waiting" if it.sync.due_at is not None else "ok"
