"""Finding a score's column: bound by a launch, found by tag, or made, by one sender at a time."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from lti_tool.outbound import OneAsks
from lti_tool.passback.ags import PlatformGradebook, PlatformRefused
from lti_tool.passback.catalog import PROGRAMME_TAG, Answer, Column, LineItemState, ReasonCode, Step
from lti_tool.passback.models import LineItem
from lti_tool.passback.rules import choose_column, wish_column
from lti_tool.passback.service.endings import Later, Parked
from lti_tool.passback.service.jobs import Job
from lti_tool.passback.service.outbox import Outbox

# How long others keep away from a column that is being looked for or made.
_LEASE = timedelta(seconds=30)
_LOOK_AGAIN = timedelta(seconds=2)
# After a request for a column whose outcome is unknown: time for the platform to finish it, so that listing finds it.
_SETTLE = timedelta(seconds=5)


class Columns:
    """The line items of this process's deliveries."""

    def __init__(self, outbox: Outbox, launch_url: str) -> None:
        self._outbox = outbox
        self._launch_url = launch_url
        self._asking: OneAsks[int, str | Later | Parked] = OneAsks()

    def find(self, job: Job, gradebook: PlatformGradebook, now: datetime) -> str | Later | Parked:
        """The address of a delivery's column, or why there is none yet. Raises `PlatformRefused`."""
        if job.line_item.url is not None:
            return job.line_item.url
        # The class arrives together: one thread asks, the others get its answer.
        return self._asking.ask(job.line_item.id, lambda: self._find(job, gradebook, now))

    def _find(self, job: Job, gradebook: PlatformGradebook, now: datetime) -> str | Later | Parked:
        with self._outbox.reading() as session:
            line_item = session.get_one(LineItem, job.line_item.id)
        if line_item.url is not None:
            return line_item.url
        missing = _what_is_missing(line_item, gradebook)
        return missing or self._ask(job, line_item, gradebook, now)

    def _ask(self, job: Job, line_item: LineItem, gradebook: PlatformGradebook, now: datetime) -> str | Later | Parked:
        if not self._hold(line_item.id, now):
            return Later(now + _LOOK_AGAIN, {})
        try:
            found = self._find_or_make(job, line_item, gradebook)
        except PlatformRefused as error:
            self._let_go(line_item.id, now + _SETTLE if _is_open(error.answer) else None)
            raise
        if found is None:
            self._let_go(line_item.id, None)
            return Parked(ReasonCode.SCOPE_LINE_ITEM_MISSING)
        return self._bind(line_item.id, found.url)

    def _find_or_make(self, job: Job, line_item: LineItem, gradebook: PlatformGradebook) -> Column | None:
        found = choose_column(gradebook.list_columns(line_item.tag), line_item.tag)
        if found is not None or not gradebook.may_make_columns:
            return found
        maximum = line_item.score_maximum or job.delivery.score_maximum or 1
        family = job.registration.product_family
        wish = wish_column(line_item.tag, line_item.label, maximum, family, launch_url=self._launch_url)
        return gradebook.create_column(wish)

    def doubt(self, line_item_id: int, url: str, reason: ReasonCode) -> None:
        """Note that the platform no longer has the column, or that it answers as if it were not ours."""
        values: dict[str, object] = {"state": LineItemState.DOUBTFUL}
        if reason == ReasonCode.COLUMN_GONE:
            values = {"state": LineItemState.GONE, "url": None, "is_from_launch": False}
        self._change(line_item_id, url, values)

    def trust(self, line_item: LineItem, url: str) -> None:
        """Note that a column of which there was doubt has taken a score."""
        if line_item.state == LineItemState.DOUBTFUL:
            self._change(line_item.id, url, {"state": LineItemState.BOUND})

    def _change(self, line_item_id: int, url: str, values: dict[str, object]) -> None:
        with self._outbox.writing() as session:
            session.execute(update(LineItem).where(LineItem.id == line_item_id, LineItem.url == url).values(**values))

    def _hold(self, line_item_id: int, now: datetime) -> bool:
        with self._outbox.writing() as session:
            held = session.scalars(
                update(LineItem)
                .where(
                    LineItem.id == line_item_id,
                    LineItem.url.is_(None),
                    or_(LineItem.leased_until.is_(None), LineItem.leased_until <= now),
                )
                .values(leased_until=now + _LEASE)
                .returning(LineItem.id)
            ).first()
        return held is not None

    def _let_go(self, line_item_id: int, until: datetime | None) -> None:
        with self._outbox.writing() as session:
            session.execute(update(LineItem).where(LineItem.id == line_item_id).values(leased_until=until))

    def _bind(self, line_item_id: int, url: str) -> str:
        """Keep the address, unless a launch has bound another one since; the address that stands."""
        with self._outbox.writing() as session:
            session.execute(
                update(LineItem)
                .where(LineItem.id == line_item_id, LineItem.url.is_(None))
                .values(url=url, state=LineItemState.BOUND, leased_until=None)
            )
            return _read_url(session, line_item_id) or url


def _is_open(answer: Answer) -> bool:
    """Whether the column may have been made all the same."""
    return answer.step is Step.CREATE and (answer.status is None or answer.status >= 500)


def _what_is_missing(line_item: LineItem, gradebook: PlatformGradebook) -> Parked | None:
    if line_item.state == LineItemState.GONE:
        return Parked(ReasonCode.COLUMN_GONE)
    if line_item.tag == PROGRAMME_TAG:
        return Parked(ReasonCode.NO_COLUMN_YET)
    if not gradebook.has_address:
        return Parked(ReasonCode.NO_GRADEBOOK_SERVICE)
    if not gradebook.may_read_columns:
        return Parked(ReasonCode.SCOPE_LINE_ITEM_MISSING)
    return None


def _read_url(session: Session, line_item_id: int) -> str | None:
    return session.scalar(select(LineItem.url).where(LineItem.id == line_item_id))
