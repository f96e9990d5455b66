"""The doorway for scores and facts: one Result per member and activity, every score kept in the history."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.db import insert_or_ignore
from lti_tool.gradebook.catalog import Keep
from lti_tool.gradebook.models import Fact, Result, ResultRecord
from lti_tool.gradebook.rules import becomes_result
from lti_tool.passback.catalog import PROGRAMME_TAG
from lti_tool.passback.service import queue_score
from lti_tool.roster.models import Membership

_FACT_KEY = ["user_id", "context_id", "kind", "key", "version"]


def record_result(
    session: Session,
    *,
    context_id: int,
    user_id: int,
    activity: str,
    score_given: float,
    score_maximum: float,
    submitted_at: datetime,
    now: datetime,
    comment: str = "",
    version: str = "",
    keep: Keep = Keep.LATEST,
    label: str | None = None,
    sends: bool = True,
) -> Result:
    """Record a score and return the Result that stands afterwards.

    `submitted_at` is when the work was handed in. With `sends`, a new Result goes to the LMS column of `activity`
    (named `label` where it has to be made), if it differs from what stood. Raises ValueError for a score that is
    negative or has no positive maximum.
    """
    if not score_given >= 0 or not score_maximum > 0:
        raise ValueError(f"not a score: {score_given} of {score_maximum}")
    standing = _lock_result(session, context_id, user_id, activity)
    becomes = becomes_result(
        keep,
        given=score_given,
        maximum=score_maximum,
        standing_given=standing.score_given if standing else None,
        standing_maximum=standing.score_maximum if standing else None,
    )
    session.add(
        ResultRecord(
            context_id=context_id,
            user_id=user_id,
            activity=activity,
            score_given=score_given,
            score_maximum=score_maximum,
            comment=comment,
            submitted_at=submitted_at,
            recorded_at=now,
            version=version,
            became_result=becomes,
        )
    )
    if standing is not None and not becomes:
        session.flush()
        return standing
    values = {
        "score_given": score_given,
        "score_maximum": score_maximum,
        "comment": comment,
        "submitted_at": submitted_at,
        "recorded_at": now,
        "version": version,
    }
    same = standing is not None and all(
        getattr(standing, name) == values[name] for name in ("score_given", "score_maximum", "comment", "submitted_at")
    )
    result = standing or Result(context_id=context_id, user_id=user_id, activity=activity)
    for name, value in values.items():
        setattr(result, name, value)
    session.add(result)
    session.flush()
    if sends and not same:
        queue_score(
            session,
            context_id=context_id,
            user_id=user_id,
            tag=activity,
            label=label or activity,
            score_given=score_given,
            score_maximum=score_maximum,
            comment=comment,
            submitted_at=submitted_at,
            now=now,
        )
    return result


def record_programme(
    session: Session,
    *,
    context_id: int,
    user_id: int,
    completed: int,
    total: int,
    submitted_at: datetime,
    now: datetime,
    label: str,
) -> Result:
    """Record how many of all modules a member has completed; sent only where a launch has bound a column for it."""
    return record_result(
        session,
        context_id=context_id,
        user_id=user_id,
        activity=PROGRAMME_TAG,
        score_given=completed,
        score_maximum=total,
        submitted_at=submitted_at,
        now=now,
        label=label,
    )


def record_fact(
    session: Session,
    *,
    user_id: int,
    context_id: int,
    kind: str,
    key: str,
    now: datetime,
    version: str = "",
    value: object = True,
) -> Fact:
    """Record something true of a person besides scores, once: the same fact again keeps its first time.

    A different value of the same kind, key and version replaces the old one, with a new time.
    """
    names = {"user_id": user_id, "context_id": context_id, "kind": kind, "key": key, "version": version}
    find = select(Fact).filter_by(**names)
    fact = session.scalars(find).first()
    if fact is None:
        insert_or_ignore(session, Fact, {**names, "value": value, "at": now}, key=_FACT_KEY)
        fact = session.scalars(find).one()
    if fact.value != value:
        fact.value = value
        fact.at = now
        session.flush()
    return fact


def _lock_result(session: Session, context_id: int, user_id: int, activity: str) -> Result | None:
    """The standing Result; the member is held until the transaction ends, so two tabs hand in one after the other."""
    session.execute(
        select(Membership.id)
        .where(Membership.context_id == context_id, Membership.user_id == user_id)
        .with_for_update(key_share=True)
    )
    return session.scalars(
        select(Result)
        .where(Result.context_id == context_id, Result.user_id == user_id, Result.activity == activity)
        .execution_options(populate_existing=True)
    ).one_or_none()
