"""`lti-tool passback`: scores on their way to the gradebooks."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import click
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.cli.explain import explain_delivery, say_age, say_points, say_time
from lti_tool.cli.store import open_sessions, open_store
from lti_tool.cli.table import show_table
from lti_tool.errors import NotFound, SettingError
from lti_tool.passback.catalog import REASONS, DeliveryState, get_reason
from lti_tool.passback.models import Delivery
from lti_tool.passback.queries import DeliveryFilter, find_story, list_matching, list_open_ids, list_pauses
from lti_tool.passback.service import retry_delivery
from lti_tool.passback.service.hurrying import hurry_deliveries
from lti_tool.registration.queries import get_registration
from lti_tool.roster.models import Context

_COLUMNS = ("ID", "STATE", "SCORE", "COLUMN", "COURSE", "PLATFORM", "TRIES", "NEXT TRY", "WAITS", "REASON")
# One transaction each, so that workers and students are not kept waiting.
_BATCH = 200
_MOST = 100_000

F = TypeVar("F", bound=Callable[..., Any])


def _filters(command: F) -> F:
    for option in (
        click.option("--course", type=int, help="Our number of the course, as `list` shows it."),
        click.option("--registration", type=int, help="Our number of the platform; see `lti-tool platform list`."),
        click.option("--reason", "reasons", multiple=True, type=click.Choice(list(REASONS)), metavar="REASON"),
    ):
        command = option(command)
    return command


@click.group()
def passback() -> None:
    """Scores on their way to the gradebooks."""


@passback.command("list")
@_filters
@click.option("--state", "states", multiple=True, type=click.Choice([str(it) for it in DeliveryState]), metavar="STATE")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, _MOST))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_(
    reasons: tuple[str, ...],
    registration: int | None,
    course: int | None,
    states: tuple[str, ...],
    limit: int,
    as_json: bool,
) -> None:
    """List scores, the oldest first; without --state those that have not arrived. People are numbers."""
    with open_store() as store:
        wanted = _filter(store.session, reasons, registration, course, states)
        found = list_matching(store.session, wanted, limit + 1)
        rows = [_describe(delivery) for delivery in found[:limit]]
        now = clock.now()
        lines = [_line(delivery, now) for delivery in found[:limit]]
    if as_json:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
    else:
        show_table(_COLUMNS, lines, empty="No score waits." if not any((*states, *reasons)) else "There is none.")
    if len(found) > limit:
        click.echo(f"There are more than {limit}: raise --limit.", err=True)


@passback.command()
@click.argument("delivery_id", type=int)
def explain(delivery_id: int) -> None:
    """Tell the whole story of one score: what, where to, tries, answers, why it waits, who can do what."""
    with open_store() as store:
        story = find_story(store.session, delivery_id)
        if story is None:
            raise _unknown(delivery_id)
        lines = explain_delivery(story, clock.now())
    for heading, text in lines:
        click.echo(f"{heading + ':':<18}{text}")


@passback.command()
@click.argument("delivery_id", type=int, required=False)
@_filters
@click.option("--all-parked", is_flag=True, help="Everything that is parked.")
@click.option("--waiting", is_flag=True, help="What waits for its next try, instead of what is parked.")
@click.option("--yes", is_flag=True, help="Do it; without it the scores are only counted.")
def retry(
    delivery_id: int | None,
    reasons: tuple[str, ...],
    registration: int | None,
    course: int | None,
    all_parked: bool,
    waiting: bool,
    yes: bool,
) -> None:
    """Send one score again, or all parked ones that the filters name. A teacher's grade stays as it is."""
    is_bulk = bool(reasons or all_parked or waiting or registration is not None or course is not None)
    if is_bulk == (delivery_id is not None):
        raise SettingError(
            "Name one score by its number, or several by --reason, --course, --registration, --waiting or --all-parked."
        )
    if waiting and all_parked:
        raise SettingError("--waiting and --all-parked exclude each other.")
    if delivery_id is not None:
        _retry_one(delivery_id)
        return
    with open_sessions() as (_, sessions):
        with sessions() as session:
            wanted = _filter(session, reasons, registration, course, ())
            ids = list_open_ids(session, wanted, is_parked=not waiting)
        if not yes:
            click.echo(f"{_scores(len(ids))} would be sent again. Add --yes to do it.")
            return
        sent = 0
        for start in range(0, len(ids), _BATCH):
            some = ids[start : start + _BATCH]
            with sessions.begin() as session:
                sent += hurry_deliveries(session, some, clock.now()) if waiting else _retry_some(session, some)
        with sessions() as session:
            _say_pauses(session)
    click.echo(f"{_scores(sent)} will be sent again; a worker takes them up within seconds.")


def _retry_one(delivery_id: int) -> None:
    with open_store() as store:
        delivery = store.session.get(Delivery, delivery_id)
        if delivery is None:
            raise _unknown(delivery_id)
        if delivery.state in (DeliveryState.PENDING, DeliveryState.SENDING):
            hurry_deliveries(store.session, [delivery_id], clock.now())
            _say_pauses(store.session)
            click.echo(f"Score {delivery_id} is on its way already; it is tried at once.")
            return
        if delivery.state == DeliveryState.KEPT_THEIRS:
            raise SettingError(
                f"Score {delivery_id} gave way to a grade that somebody set in the gradebook. Only a teacher may send "
                "ours over it, on the class page."
            )
        if not retry_delivery(store.session, delivery, now=clock.now()):
            raise SettingError(
                f"Score {delivery_id} is {delivery.state}, or has a later one. See `lti-tool passback list`."
            )
    click.echo(f"Score {delivery_id} will be sent again; a worker takes it up within seconds.")


def _retry_some(session: Session, ids: Sequence[int]) -> int:
    found = [session.get(Delivery, delivery_id) for delivery_id in ids]
    return sum(retry_delivery(session, delivery, now=clock.now()) for delivery in found if delivery is not None)


def _say_pauses(session: Session) -> None:
    for platform, until in list_pauses(session, clock.now()):
        click.echo(f"Platform {platform} is left alone until {say_time(until)}; its scores go after that.", err=True)


def _filter(
    session: Session, reasons: tuple[str, ...], registration: int | None, course: int | None, states: tuple[str, ...]
) -> DeliveryFilter:
    """The filter; raises `NotFound` for a platform or course that does not exist, which is a slip of the fingers."""
    if registration is not None:
        get_registration(session, registration)
    if course is not None and session.get(Context, course) is None:
        raise NotFound("course_unknown", f"There is no course {course}. `lti-tool passback list` shows the numbers.")
    return DeliveryFilter(states=states, reasons=reasons, registration_id=registration, context_id=course)


def _describe(delivery: Delivery) -> dict[str, object]:
    return {
        "id": delivery.id,
        "state": delivery.state,
        "score_given": delivery.score_given,
        "score_maximum": delivery.score_maximum,
        "grading_progress": delivery.grading_progress,
        "column": delivery.line_item.tag,
        "course": delivery.line_item.context_id,
        "platform": delivery.registration_id,
        "person": delivery.user_id,
        "tries": delivery.tries,
        "reason": delivery.reason,
        "answer": delivery.detail,
        "stamp": _iso(delivery.stamp),
        "made_at": _iso(delivery.created_at),
        "next_try_at": _iso(delivery.next_try_at) if delivery.state == DeliveryState.PENDING else None,
        "finished_at": _iso(delivery.finished_at),
    }


def _line(delivery: Delivery, now: datetime) -> tuple[object, ...]:
    due = ""
    if delivery.state == DeliveryState.PENDING:
        due = "now" if delivery.next_try_at <= now else f"in {say_age(now, delivery.next_try_at)}"
    return (
        delivery.id,
        delivery.state,
        say_points(delivery),
        delivery.line_item.tag,
        delivery.line_item.context_id,
        delivery.registration_id,
        delivery.tries,
        due or "-",
        say_age(delivery.created_at, now),
        f"{get_reason(delivery.reason).title} ({delivery.reason})" if delivery.reason else "-",
    )


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _scores(count: int) -> str:
    return "1 score" if count == 1 else f"{count} scores"


def _unknown(delivery_id: int) -> NotFound:
    return NotFound("delivery_unknown", f"There is no score {delivery_id}. See `lti-tool passback list`.")
