"""One claimed score to its platform: column, read-back, stamp, request, verdict."""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from sqlalchemy import Table, bindparam, update

from lti_tool.outbound import PlatformSession
from lti_tool.passback.ags import PlatformGradebook, PlatformRefused
from lti_tool.passback.catalog import (
    Action,
    Answer,
    DeliveryState,
    PlatformResult,
    Points,
    Policy,
    ReasonCode,
    Score,
    Standing,
    Verdict,
    get_reason,
)
from lti_tool.passback.models import Delivery
from lti_tool.passback.rules import (
    decide_refused_stamp,
    decide_standing,
    describe_answer,
    is_outage,
    is_same_grade,
    judge_answer,
    must_read_back,
    next_stamp,
    parse_retry_after,
    wait_before_try,
    wait_when_limited,
    write_score,
)
from lti_tool.passback.service.claiming import Job, Sent, has_newer
from lti_tool.passback.service.columns import Columns
from lti_tool.passback.service.endings import Arrived, Ending, Failed, KeptTheirs, Later, Parked, changes_of
from lti_tool.passback.service.outbox import Outbox
from lti_tool.registration.connector import ToolConnector
from lti_tool.registration.keys import SigningKey

logger = logging.getLogger("lti_tool.passback")

# A platform whose clock is ahead calls stamps too old for a while; after so many fresh ones a person has to look.
_MOST_RESTAMPS = 4
_RESTAMP_WAIT = timedelta(seconds=30)

# Answers about one column that put its address in doubt.
_DOUBTS = (ReasonCode.COLUMN_GONE, ReasonCode.COURSE_UNAVAILABLE, ReasonCode.COLUMN_OF_OTHER_REGISTRATION)

# A delivery as long as this sender holds it; Core and built once, since each send takes two of them.
_table = cast(Table, Delivery.__table__)
_HELD = update(_table).where(
    _table.c.id == bindparam("held_id"),
    _table.c.state == DeliveryState.SENDING,
    _table.c.leased_by == bindparam("held_by"),
)
_STAMPED = _HELD.values(stamp=bindparam("new_stamp"), sent_to=bindparam("new_address"))
_ARRIVED = _HELD.values({**changes_of(Arrived(), 0, datetime.min.replace(tzinfo=UTC)), "finished_at": bindparam("now")})


class LeaseLost(Exception):
    """Another sender has taken this delivery over."""


@dataclass(frozen=True)
class Sender:
    """Delivers claimed jobs; its threads share it."""

    outbox: Outbox
    columns: Columns
    platform_session: PlatformSession
    launch_url: str
    worker: str
    now_fn: Callable[[], datetime]
    # From 0 to 1; spreads the tries.
    jitter: Callable[[], float]

    def deliver(self, job: Job, key: SigningKey) -> Ending | None:
        """Try one score once and store how it ended; None where another sender holds it by now."""
        try:
            ending = self._try(job, key)
            return ending if self._store(job, ending) else None
        except LeaseLost:
            return None

    def _try(self, job: Job, key: SigningKey) -> Ending:
        try:
            return self._attempt(job, self._gradebook(job, key))
        except PlatformRefused as error:
            return self._judge(job, error.answer)
        except LeaseLost:
            raise
        except Exception as error:
            _note(job, error)
            return self._fail(job, Verdict(Action.RETRY, ReasonCode.OUR_ERROR), "")

    def _gradebook(self, job: Job, key: SigningKey) -> PlatformGradebook:
        connector = ToolConnector(job.registration, job.deployment_id, key=key, platform_session=self.platform_session)
        return PlatformGradebook(connector, job.context.lineitems_url, job.context.ags_scopes)

    def _attempt(self, job: Job, gradebook: PlatformGradebook) -> Ending:
        if not job.is_sent_for:
            return Parked(ReasonCode.NOT_A_STUDENT)
        url = self.columns.find(job, gradebook, self.now_fn())
        if not isinstance(url, str):
            return url
        if not gradebook.may_send_scores:
            return Parked(ReasonCode.SCOPE_SCORE_MISSING)
        cell = _Cell.of(job, url)
        try:
            return self._send(job, cell, gradebook)
        except PlatformRefused as error:
            verdict = judge_answer(error.answer, job.registration.product_family)
            if verdict.action is Action.READ_BACK:
                return self._after_refused_stamp(job, cell, gradebook)
            if verdict.reason in _DOUBTS:
                self.columns.doubt(job.line_item.id, url, verdict.reason)
            raise

    def _send(self, job: Job, cell: "_Cell", gradebook: PlatformGradebook) -> Ending:
        ours, family = job.points, job.registration.product_family
        reads = must_read_back(family, has_score=ours is not None, is_first=cell.is_first, was_sent=cell.was_sent)
        if ours is not None and reads and gradebook.may_read_results:
            standing = decide_standing(
                gradebook.find_result(cell.url, job.sub),
                ours,
                attempted=cell.attempted,
                is_overruling=job.delivery.is_overruling,
            )
            if standing is not Standing.SEND:
                return Arrived() if standing is Standing.ALREADY_THERE else KeptTheirs()
        stamp = self._stamp(job, cell)
        if isinstance(stamp, Later):
            return stamp
        gradebook.send_score(cell.url, self._body(job, cell, stamp))
        self.columns.trust(job.line_item, cell.url)
        return KeptTheirs() if self._is_overridden(job, cell, gradebook) else Arrived()

    def _is_overridden(self, job: Job, cell: "_Cell", gradebook: PlatformGradebook) -> bool:
        """Whether the platform took a score that was to replace a teacher's and still shows theirs (Moodle §5)."""
        if not job.delivery.is_overruling or job.points is None or not gradebook.may_read_results:
            return False
        found = gradebook.find_result(cell.url, job.sub)
        return found is not None and found.points is not None and not is_same_grade(found.points, job.points)

    def _stamp(self, job: Job, cell: "_Cell") -> datetime | Later:
        """The score's `timestamp`, stored before the request that carries it; never in the future."""
        now = self.now_fn()
        stamp = job.delivery.stamp or next_stamp(now, cell.last_stamp)
        if stamp > now:
            return Later(stamp, {})
        if job.delivery.stamp is None or not cell.was_sent:
            if not self.outbox.change(_STAMPED, {**self._held(job), "new_stamp": stamp, "new_address": cell.url}):
                raise LeaseLost
            job.delivery.stamp = stamp
        return stamp

    def _body(self, job: Job, cell: "_Cell", stamp: datetime) -> dict[str, object]:
        delivery = job.delivery
        score = Score(
            sub=job.sub,
            points=job.points,
            activity_progress=delivery.activity_progress,
            grading_progress=delivery.grading_progress,
            comment=delivery.comment,
            submitted_at=delivery.submitted_at,
            stamp=stamp,
        )
        return write_score(
            score,
            job.registration.product_family,
            launch_url=self.launch_url,
            tag=job.line_item.tag,
            is_first=cell.is_first and not delivery.is_overruling,
            is_new_submission=not delivery.is_grade_only and delivery.submitted_at not in cell.submissions,
            repeats_comment=delivery.comment not in cell.comments,
        )

    def _after_refused_stamp(self, job: Job, cell: "_Cell", gradebook: PlatformGradebook) -> Ending:
        """The platform holds a later date: see whose grade it is."""
        found: PlatformResult | None = None
        if job.points is not None and gradebook.may_read_results:
            found = gradebook.find_result(cell.url, job.sub)
            standing = decide_refused_stamp(
                found, job.points, attempted=cell.attempted, is_overruling=job.delivery.is_overruling
            )
            if standing is not Standing.SEND:
                return Arrived() if standing is Standing.ALREADY_THERE else KeptTheirs()
        restamps = job.delivery.restamps
        if restamps >= _MOST_RESTAMPS:
            return Parked(ReasonCode.TIMESTAMP_REFUSED)
        # The first fresh stamp at once, later ones after ever longer waits.
        now = self.now_fn() + (_RESTAMP_WAIT * (4**restamps - 1))
        stamp = next_stamp(now, job.delivery.stamp, after=found.changed_at if found else None)
        return Later(max(now, stamp), {"stamp": stamp, "restamps": restamps + 1}, is_try=True)

    def _judge(self, job: Job, answer: Answer) -> Ending:
        verdict = judge_answer(answer, job.registration.product_family)
        detail = describe_answer(answer, (job.sub, job.delivery.comment))
        if verdict.action is Action.GRADE_ONLY and not job.delivery.is_grade_only:
            return Later(self.now_fn(), {"is_grade_only": True}, is_try=True)
        if verdict.action in (Action.RETRY, Action.PAUSE):
            return self._fail(job, verdict, detail, answer.retry_after)
        return Parked(verdict.reason, detail)

    def _fail(self, job: Job, verdict: Verdict, detail: str, retry_after: str = "") -> Ending:
        now, reason = self.now_fn(), get_reason(verdict.reason)
        since = job.delivery.failing_since or now
        if now - since >= reason.horizon:
            return Parked(verdict.reason, detail)
        failures, asked = job.delivery.tries + 1, parse_retry_after(retry_after, now)
        if verdict.action is Action.PAUSE:
            wait = wait_when_limited(asked, failures=failures, jitter=self.jitter())
        else:
            is_slow = reason.policy is Policy.RETRY_SLOWLY
            wait = max(wait_before_try(failures, jitter=self.jitter(), is_slow=is_slow), asked or timedelta())
        return Failed(
            now + wait,
            verdict.reason,
            failing_since=since,
            detail=detail,
            pauses=verdict.action is Action.PAUSE,
            is_outage=is_outage(verdict),
        )

    def _store(self, job: Job, ending: Ending) -> bool:
        """Store how a try ended; False where another sender holds the delivery by now."""
        now, held = self.now_fn(), self._held(job)
        if isinstance(ending, Arrived):
            return self.outbox.change(_ARRIVED, {**held, "now": now})
        values = changes_of(ending, job.delivery.tries, now)
        if values["state"] == DeliveryState.PENDING:
            with self.outbox.reading() as session:
                replaced = has_newer(session, job.delivery)
            if replaced:
                values |= {"state": DeliveryState.SUPERSEDED, "finished_at": now}
        return self.outbox.change(_HELD.values(**values), held)

    def _held(self, job: Job) -> dict[str, object]:
        return {"held_id": job.delivery.id, "held_by": self.worker}


def _note(job: Job, error: Exception) -> None:
    """A bug of ours: where it happened, without the message, which may hold what was sent."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    logger.error(
        "delivery failed",
        extra={"event": "delivery_failed", "delivery_id": job.delivery.id, "error": type(error).__name__, "at": place},
    )


@dataclass(frozen=True)
class _Cell:
    """One person's cell in one column, and what of ours has ever been sent there."""

    url: str
    # This delivery was sent before; nobody knows whether it arrived.
    was_sent: bool
    earlier: tuple[Sent, ...]
    last_stamp: datetime | None

    @classmethod
    def of(cls, job: Job, url: str) -> "_Cell":
        return cls(
            url=url,
            was_sent=job.delivery.sent_to == url,
            earlier=tuple(sent for sent in job.earlier if sent.sent_to == url),
            last_stamp=max((sent.stamp for sent in job.earlier), default=None),
        )

    @property
    def attempted(self) -> list[Points]:
        return [sent.points for sent in self.earlier if sent.points is not None]

    @property
    def is_first(self) -> bool:
        return not self.attempted

    @property
    def submissions(self) -> set[datetime]:
        return {sent.submitted_at for sent in self.earlier}

    @property
    def comments(self) -> set[str]:
        return {sent.comment for sent in self.earlier}
