"""What follows from a finished part: the module's result, once all required parts are done."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.assessment.catalog import Learner, module_activity
from lti_tool.assessment.queries import find_progress, list_grants, list_tries
from lti_tool.assessment.rules import decide_module_state, decide_tries, score_module
from lti_tool.content.catalog import Catalogue, Module
from lti_tool.gradebook.catalog import Keep
from lti_tool.gradebook.models import Result
from lti_tool.gradebook.queries import find_result, list_results
from lti_tool.gradebook.rules import becomes_result
from lti_tool.gradebook.service import record_programme, record_result
from lti_tool.roster.models import Membership

# The gradebook's name of the column for the whole programme.
PROGRAMME_LABEL = "Micro-internship preparation"


def lock_learner(session: Session, learner: Learner) -> None:
    """Let one request at a time change a student's work in a course.

    Without it two tabs that finish the last two parts at once would each see the other's part undone. SQLite's
    writers queue anyway.
    """
    session.scalars(
        select(Membership.id)
        .where(Membership.context_id == learner.context_id, Membership.user_id == learner.user_id)
        .with_for_update()
    ).all()


def settle_module(
    session: Session, learner: Learner, module: Module, catalogue: Catalogue, now: datetime
) -> Result | None:
    """Record the module's result if all required parts are done and it is better than what stands."""
    state = decide_module_state(module, find_progress(session, learner, module.id))
    if not state.is_complete:
        return None
    tries = decide_tries(
        list_tries(session, learner).get(module.id, []),
        tries_allowed=module.check.tries if module.check else 0,
        granted=list_grants(session, learner).get(module.id, set()),
    )
    score = score_module(state, tries.best)
    activity = module_activity(module.id)
    old = find_result(session, learner.context_id, learner.user_id, activity)
    if old is not None and not becomes_result(
        Keep.BEST,
        given=score.points,
        maximum=score.maximum,
        standing_given=old.score_given,
        standing_maximum=old.score_maximum,
    ):
        return None
    result = record_result(
        session,
        context_id=learner.context_id,
        user_id=learner.user_id,
        activity=activity,
        score_given=score.points,
        score_maximum=score.maximum,
        submitted_at=score.submitted_at,
        now=now,
        comment=score.comment,
        version=module.version,
        keep=Keep.BEST,
        label=module.label,
    )
    if old is None:
        _record_programme(session, learner, catalogue, result.submitted_at, now)
    return result


def _record_programme(
    session: Session, learner: Learner, catalogue: Catalogue, submitted_at: datetime, now: datetime
) -> None:
    done = {it.activity for it in list_results(session, learner.context_id, learner.user_id)}
    modules = {module_activity(module.id) for module in catalogue.modules}
    record_programme(
        session,
        context_id=learner.context_id,
        user_id=learner.user_id,
        completed=len(done & modules),
        total=len(modules),
        submitted_at=submitted_at,
        now=now,
        label=PROGRAMME_LABEL,
    )
