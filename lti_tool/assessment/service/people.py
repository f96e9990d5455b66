"""One student's whole story for staff, and what staff may do about it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lti_tool.assessment.catalog import Learner
from lti_tool.assessment.models import Attempt, Draft, TryGrant
from lti_tool.assessment.queries import (
    KeptVersion,
    find_delivery,
    list_attempts,
    list_drafts,
    list_grants,
    list_tries,
    list_versions_of_all_modules,
)
from lti_tool.assessment.rules import Tries, decide_tries
from lti_tool.assessment.service.completion import lock_learner
from lti_tool.assessment.service.overview import ModuleLine, show_student
from lti_tool.content.catalog import Catalogue, Check, Module
from lti_tool.db import insert_or_ignore
from lti_tool.errors import NotFound
from lti_tool.passback.service import retry_delivery


@dataclass(frozen=True, slots=True)
class ModuleStory:
    """What one student did in one module; `drafts` by part id."""

    line: ModuleLine
    tries: Tries
    attempts: tuple[Attempt, ...]
    drafts: dict[str, Draft]
    # Handed-in work, oldest first.
    versions: tuple[KeptVersion, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """What one student did in this course."""

    modules: tuple[ModuleStory, ...]


@dataclass(frozen=True, slots=True)
class NotLocked:
    """The student still has a try: nothing was unlocked."""


def tell_story(session: Session, catalogue: Catalogue, learner: Learner) -> Story:
    """Everything that staff may see of a student's work in this course."""
    view = show_student(session, catalogue, learner)
    tries, grants = list_tries(session, learner), list_grants(session, learner)
    attempts, drafts = list_attempts(session, learner), list_drafts(session, learner)
    versions = list_versions_of_all_modules(session, learner)
    stories = []
    for line in view.lines:
        module = line.module
        stories.append(
            ModuleStory(
                line=line,
                tries=decide_tries(
                    tries.get(module.id, []),
                    tries_allowed=module.check.tries if module.check else 0,
                    granted=grants.get(module.id, set()),
                ),
                attempts=tuple(it for it in attempts if it.module_id == module.id),
                drafts={part_id: it for (owner, part_id), it in drafts.items() if owner == module.id},
                versions=tuple(versions.get(module.id, ())),
            )
        )
    return Story(tuple(stories))


def unlock_try(
    session: Session, learner: Learner, module: Module, check: Check, *, granted_by_id: int, now: datetime
) -> int | NotLocked:
    """Unlock one more try where none is left; the number of that try. A double press unlocks one."""
    lock_learner(session, learner)
    granted = list_grants(session, learner).get(module.id, set())
    known = list_tries(session, learner).get(module.id, [])
    tries = decide_tries(known, tries_allowed=check.tries, granted=granted)
    if not tries.is_locked:
        return NotLocked()
    number = tries.used + 1
    values = {
        "context_id": learner.context_id,
        "user_id": learner.user_id,
        "module_id": module.id,
        "number": number,
        "granted_by_id": granted_by_id,
        "granted_at": now,
    }
    insert_or_ignore(session, TryGrant, values, key=("context_id", "user_id", "module_id", "number"))
    return number


def resend(session: Session, learner: Learner, delivery_id: int, *, overrule: bool, now: datetime) -> bool:
    """Send a parked score of this student again, or with `overrule` ours over the gradebook's.

    False where there is nothing to send any more; raises NotFound for a delivery that is not this student's.
    """
    delivery = find_delivery(session, learner.context_id, learner.user_id, delivery_id)
    if delivery is None:
        raise NotFound("delivery_unknown")
    return retry_delivery(session, delivery, now=now, overrule=overrule)
