"""One claimed score to its platform: column, read-back, stamp, request, verdict."""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from lti_tool.outbound import PlatformSession
from lti_tool.passback.ags import PlatformGradebook, PlatformRefused
from lti_tool.passback.catalog import (
    Action,
    Answer,
    PlatformResult,
    Policy,
    ReasonCode,
    Score,
    Standing,
    Verdict,
    get_reason,
)
from lti_tool.passback.rules import (
    decide_refused_stamp,
    decide_standing,
    describe_answer,
    is_outage,
    is_same_grade,
    judge_answer,
    next_stamp,
    parse_retry_after,
    wait_before_try,
    wait_when_limited,
    write_score,
)
from lti_tool.passback.service.columns import Columns
from lti_tool.passback.service.endings import Arrived, Ending, Failed, KeptTheirs, Later, Parked
from lti_tool.passback.service.jobs import Job
from lti_tool.passback.service.outbox import Outbox
from lti_tool.passback.service.planning import Cell, Plan, Planner, Read, alone, must_read
from lti_tool.passback.service.storing import stamp_jobs, unsend
from lti_tool.registration.connector import ToolConnector
from lti_tool.registration.keys import SigningKey

logger = logging.getLogger("lti_tool.passback")

# A platform whose clock is ahead calls stamps too old for a while; after so many fresh ones a person has to look.
_MOST_RESTAMPS = 4
_RESTAMP_WAIT = timedelta(seconds=30)

# Answers about one column that put its address in doubt.
_DOUBTS = (ReasonCode.COLUMN_GONE, ReasonCode.COURSE_UNAVAILABLE, ReasonCode.COLUMN_OF_OTHER_REGISTRATION)


class LeaseLost(Exception):
    """Another sender has taken this delivery over."""


@dataclass(slots=True)
class Outcome:
    """What a sender's thread has done: deliveries that ended (None: another sender's by now), and ones to send yet."""

    ended: list[tuple[Job, Ending | None]]
    plans: list[Plan] = field(default_factory=list)


@dataclass(frozen=True)
class Sender:
    """Delivers claimed jobs; its threads share it."""

    outbox: Outbox
    columns: Columns
    planner: Planner
    platform_session: PlatformSession
    launch_url: str
    worker: str
    now_fn: Callable[[], datetime]
    # From 0 to 1; spreads the tries.
    jitter: Callable[[], float]

    def gradebook_of(self, job: Job, key: SigningKey) -> PlatformGradebook:
        """The gradebook of a job's course."""
        connector = ToolConnector(job.registration, job.deployment_id, key=key, platform_session=self.platform_session)
        return PlatformGradebook(connector, job.context.lineitems_url, job.context.ags_scopes)

    def deliver(self, plan: Plan) -> Outcome:
        """Try one score of which little is known: column, cell, stamp, request."""
        return self._outcome(plan, lambda: self._attempt(plan.job, plan.gradebook))

    def send_stamped(self, plan: Plan) -> Outcome:
        """Send one score whose cell is known and whose stamp is stored."""
        cell = plan.cell
        if cell is None or not plan.is_ready:
            # Storing took so long that somebody may have written meanwhile: look again, at this cell alone. To begin
            # anew would never end where storing takes that long each time.
            return self._unsend(plan)
        return self._outcome(plan, lambda: self._heeding(plan.job, cell, plan.gradebook, self._post))

    def _unsend(self, plan: Plan) -> Outcome:
        """Note that a score whose stamp is stored was not sent after all; it is tried on its own."""
        with self.outbox.writing() as session:
            held = unsend(session, self.worker, plan.job)
        return Outcome([], [alone(plan)]) if held else Outcome([(plan.job, None)])

    def look(self, read: Read) -> Outcome:
        """Read a column's results for many scores; without an answer each is tried on its own, unless all must wait."""
        try:
            plans, ended = self.planner.look(read)
        except PlatformRefused as error:
            first, *others = self.planner.give_up(read)
            verdict = judge_answer(error.answer, first.job.registration.product_family)
            if verdict.action is Action.PAUSE or is_outage(verdict):
                return Outcome([(first.job, self._judge(first.job, error.answer))], others)
            return Outcome([], [first, *others])
        except Exception as error:
            _note(read.plans[0].job, error)
            return Outcome([], self.planner.give_up(read))
        return Outcome([*ended], plans)

    def _outcome(self, plan: Plan, attempt: Callable[[], Ending]) -> Outcome:
        job = plan.job
        try:
            return Outcome([(job, attempt())])
        except PlatformRefused as error:
            return Outcome([(job, self._judge(job, error.answer))])
        except LeaseLost:
            return Outcome([(job, None)])
        except SQLAlchemyError:
            raise
        except Exception as error:
            _note(job, error)
            return Outcome([(job, self._fail(job, Verdict(Action.RETRY, ReasonCode.OUR_ERROR), ""))])

    def _attempt(self, job: Job, gradebook: PlatformGradebook) -> Ending:
        if not job.is_sent_for:
            return Parked(ReasonCode.NOT_A_STUDENT)
        url = self.columns.find(job, gradebook, self.now_fn())
        if not isinstance(url, str):
            return url
        if not gradebook.may_send_scores:
            return Parked(ReasonCode.SCOPE_SCORE_MISSING)
        return self._heeding(job, Cell.of(job, url), gradebook, self._send)

    def _heeding(
        self, job: Job, cell: Cell, gradebook: PlatformGradebook, step: Callable[[Job, Cell, PlatformGradebook], Ending]
    ) -> Ending:
        """A step that talks about one column: heed what its answer says of stamp and column."""
        try:
            return step(job, cell, gradebook)
        except PlatformRefused as error:
            verdict = judge_answer(error.answer, job.registration.product_family)
            if verdict.action is Action.READ_BACK:
                return self._after_refused_stamp(job, cell, gradebook)
            if verdict.reason in _DOUBTS:
                self.columns.doubt(job.line_item.id, cell.url, verdict.reason)
            raise

    def _send(self, job: Job, cell: Cell, gradebook: PlatformGradebook) -> Ending:
        if job.points is not None and must_read(job, cell, gradebook):
            standing = decide_standing(
                gradebook.find_result(cell.url, job.sub),
                job.points,
                attempted=cell.attempted,
                is_overruling=job.delivery.is_overruling,
            )
            if standing is not Standing.SEND:
                return Arrived() if standing is Standing.ALREADY_THERE else KeptTheirs()
        later = self._stamp(job, cell)
        return later or self._post(job, cell, gradebook)

    def _post(self, job: Job, cell: Cell, gradebook: PlatformGradebook) -> Ending:
        gradebook.send_score(cell.url, self._body(job, cell))
        self.columns.trust(job.line_item, cell.url)
        return KeptTheirs() if self._is_overridden(job, cell, gradebook) else Arrived()

    def _is_overridden(self, job: Job, cell: Cell, gradebook: PlatformGradebook) -> bool:
        """Whether the platform took a score that was to replace a teacher's and still shows theirs (Moodle §5)."""
        if not job.delivery.is_overruling or job.points is None or not gradebook.may_read_results:
            return False
        found = gradebook.find_result(cell.url, job.sub)
        return found is not None and found.points is not None and not is_same_grade(found.points, job.points)

    def _stamp(self, job: Job, cell: Cell) -> Later | None:
        """Store the score's `timestamp` before the request that carries it; never one in the future."""
        with self.outbox.writing() as session:
            held, ahead = stamp_jobs(session, self.worker, [(job, cell)], self.now_fn())
        if not held and not ahead:
            raise LeaseLost
        return ahead[0][1] if ahead else None

    def _body(self, job: Job, cell: Cell) -> dict[str, object]:
        delivery = job.delivery
        if delivery.stamp is None:
            raise LookupError("a score leaves with a stamp that is stored")
        score = Score(
            sub=job.sub,
            points=job.points,
            activity_progress=delivery.activity_progress,
            grading_progress=delivery.grading_progress,
            comment=delivery.comment,
            submitted_at=delivery.submitted_at,
            stamp=delivery.stamp,
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

    def _after_refused_stamp(self, job: Job, cell: Cell, gradebook: PlatformGradebook) -> Ending:
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
            is_slow = reason.policy is Policy.RETRY_SLOWLY and failures > reason.soon
            nth = failures - reason.soon if is_slow else failures
            wait = max(wait_before_try(nth, jitter=self.jitter(), is_slow=is_slow), asked or timedelta())
        return Failed(
            now + wait,
            verdict.reason,
            failing_since=since,
            detail=detail,
            pauses=verdict.action is Action.PAUSE,
            is_outage=is_outage(verdict),
        )


def _note(job: Job, error: Exception) -> None:
    """A bug of ours: where it happened, without the message, which may hold what was sent."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    logger.error(
        "delivery failed",
        extra={"event": "delivery_failed", "delivery_id": job.delivery.id, "error": type(error).__name__, "at": place},
    )
