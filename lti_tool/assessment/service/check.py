"""Knowledge checks: begin a try, save it for later, hand it in once."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from lti_tool.assessment.catalog import Learner, check_activity
from lti_tool.assessment.models import Attempt
from lti_tool.assessment.queries import find_attempt, list_grants, list_seen_questions, list_tries
from lti_tool.assessment.rules import (
    clean_answers,
    decide_tries,
    list_unanswered,
    make_snapshot,
    read_snapshot,
    score_try,
)
from lti_tool.assessment.service.completion import lock_learner, settle_module
from lti_tool.assessment.service.parts import begin_part, finish_part
from lti_tool.content.catalog import Catalogue, Check, Module
from lti_tool.content.rules import draw_questions
from lti_tool.db import insert_or_ignore
from lti_tool.errors import NotFound
from lti_tool.gradebook.catalog import Keep
from lti_tool.gradebook.service import record_result


@dataclass(frozen=True, slots=True)
class TryRefused:
    """No try is left: staff can unlock one."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The try was saved and not handed in: these questions have no answer."""

    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandedIn:
    """The try is in, now or since an earlier press."""

    number: int


def start_try(session: Session, learner: Learner, module: Module, check: Check, now: datetime) -> int | TryRefused:
    """Begin a try, or go on with the open one; the number of the try. A double press begins one."""
    lock_learner(session, learner)
    known = list_tries(session, learner).get(module.id, [])
    granted = list_grants(session, learner).get(module.id, set())
    tries = decide_tries(known, tries_allowed=check.tries, granted=granted)
    if tries.open_number is not None:
        return tries.open_number
    if tries.left == 0:
        return TryRefused()
    number = tries.used + 1
    seed = secrets.token_hex(8)
    drawn = draw_questions(check, seed, list_seen_questions(session, learner, module.id))
    values = {
        "context_id": learner.context_id,
        "user_id": learner.user_id,
        "module_id": module.id,
        "number": number,
        "seed": seed,
        "snapshot": make_snapshot(check, drawn, module.language),
        "answers": {},
        "started_at": now,
        "saved_at": now,
        "asked": len(drawn),
        "points_maximum": float(check.points),
        "version": module.version,
    }
    insert_or_ignore(session, Attempt, values, key=("context_id", "user_id", "module_id", "number"))
    begin_part(session, learner, module, check.id, now)
    return number


def get_attempt(session: Session, learner: Learner, module: Module, number: int) -> Attempt:
    """A student's own try; raises NotFound."""
    attempt = find_attempt(session, learner, module.id, number)
    if attempt is None:
        raise NotFound("try_unknown")
    return attempt


def save_try(
    session: Session,
    learner: Learner,
    module: Module,
    number: int,
    given: Mapping[str, str],
    now: datetime,
) -> Attempt:
    """Keep the answers of an open try; one that was handed in stays as it is.

    A question that is not answered here keeps the answer that another window gave.
    """
    lock_learner(session, learner)
    attempt = get_attempt(session, learner, module, number)
    answers = {**attempt.answers, **clean_answers(read_snapshot(attempt.snapshot), given)}
    session.execute(
        update(Attempt)
        .where(Attempt.id == attempt.id, Attempt.submitted_at.is_(None))
        .values(answers=answers, saved_at=now)
    )
    return get_attempt(session, learner, module, number)


def hand_in(
    session: Session,
    learner: Learner,
    module: Module,
    number: int,
    given: Mapping[str, str],
    catalogue: Catalogue,
    now: datetime,
) -> HandedIn | Unfinished:
    """Score a try, once: of two presses the first counts, and both see its result.

    With questions left open it is only saved. The check's result, the module's result and the score on its way to
    the gradebook are all made here, in the caller's transaction.
    """
    lock_learner(session, learner)
    attempt = save_try(session, learner, module, number, given, now)
    if attempt.submitted_at is not None:
        return HandedIn(number)
    asked = read_snapshot(attempt.snapshot)
    missing = list_unanswered(asked, attempt.answers)
    if missing:
        return Unfinished(missing)
    score = score_try(asked, attempt.answers)
    won = session.scalar(
        update(Attempt)
        .where(Attempt.id == attempt.id, Attempt.submitted_at.is_(None))
        .values(submitted_at=now, right=score.right, points=score.points, is_passed=score.is_passed)
        .returning(Attempt.id)
    )
    if won is None:
        return HandedIn(number)
    if attempt.points_maximum:
        record_result(
            session,
            context_id=learner.context_id,
            user_id=learner.user_id,
            activity=check_activity(module.id),
            score_given=score.points,
            score_maximum=attempt.points_maximum,
            submitted_at=now,
            now=now,
            comment=f"{score.right} of {score.asked} right.",
            version=attempt.version,
            keep=Keep.BEST,
            label=asked.check.title,
            sends=False,
        )
    if score.is_passed:
        finish_part(session, learner, module, asked.check.id, catalogue, now)
    else:
        settle_module(session, learner, module, catalogue, now)
    return HandedIn(number)
