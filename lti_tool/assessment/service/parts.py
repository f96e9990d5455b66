"""Parts of a module: begun, written, accepted, done, signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from lti_tool.assessment.catalog import Learner
from lti_tool.assessment.models import Draft, PartProgress
from lti_tool.assessment.queries import find_draft
from lti_tool.assessment.rules import merge_answers, signature_version
from lti_tool.assessment.service.completion import lock_learner, settle_module
from lti_tool.content.catalog import Catalogue, Module, Statement
from lti_tool.db import insert_or_ignore, upsert
from lti_tool.gradebook.service import record_fact


@dataclass(frozen=True, slots=True)
class TwoTexts:
    """Another window saved other words: they stay in the draft. `shown` goes back into the form, `others` beside it."""

    draft: Draft
    # When the other window saved its words.
    saved_at: datetime
    shown: dict[str, str]
    # Field id to the text of the other window.
    others: dict[str, str]


_KEY = ("context_id", "user_id", "module_id", "part_id")


def begin_part(session: Session, learner: Learner, module: Module, part_id: str, now: datetime) -> None:
    """Note that a part was begun; a second call changes nothing."""
    _insert_progress(session, learner, module, part_id, started_at=now, done_at=None, version="")


def finish_part(
    session: Session,
    learner: Learner,
    module: Module,
    part_id: str,
    catalogue: Catalogue,
    now: datetime,
    *,
    version: str = "",
    done_at: datetime | None = None,
) -> None:
    """Note that a part is done and settle the module; the first time stays, unless another version is done now.

    `done_at` is when the student did it, where that is not now.
    """
    lock_learner(session, learner)
    done = done_at or now
    if not _insert_progress(session, learner, module, part_id, started_at=done, done_at=done, version=version):
        session.execute(
            update(PartProgress)
            .where(
                PartProgress.context_id == learner.context_id,
                PartProgress.user_id == learner.user_id,
                PartProgress.module_id == module.id,
                PartProgress.part_id == part_id,
                or_(PartProgress.done_at.is_(None), PartProgress.version != version),
            )
            .values(done_at=done, version=version)
        )
    settle_module(session, learner, module, catalogue, now)


def save_draft(
    session: Session,
    learner: Learner,
    module: Module,
    part_id: str,
    answers: Mapping[str, str],
    now: datetime,
    *,
    is_checked: bool = False,
) -> Draft:
    """Keep what was written or chosen, finished or not; accepted answers stay as they are."""
    begin_part(session, learner, module, part_id, now)
    return upsert(
        session,
        Draft,
        {
            "context_id": learner.context_id,
            "user_id": learner.user_id,
            "module_id": module.id,
            "part_id": part_id,
            "answers": dict(answers),
            "saved_at": now,
            "is_checked": is_checked,
            "version": module.version,
        },
        key=_KEY,
        update=("answers", "saved_at", "is_checked", "version"),
    )


def save_written(
    session: Session,
    learner: Learner,
    module: Module,
    part_id: str,
    answers: Mapping[str, str],
    now: datetime,
    *,
    made_from: str,
    is_checked: bool = False,
) -> Draft | TwoTexts:
    """Keep what was written in a form that was made from the draft with the stamp `made_from` ("" for none).

    The form decides alone where it was made from the stored draft; otherwise the two are merged and no text is lost.
    """
    lock_learner(session, learner)
    stored = find_draft(session, learner, module.id, part_id)
    if stored is None or made_from == stamp_of(stored):
        return save_draft(session, learner, module, part_id, answers, now, is_checked=is_checked)
    merge = merge_answers(stored.answers, answers)
    theirs_at = stored.saved_at
    # An unchanged draft keeps its stamp: the window that wrote it is not out of date.
    saved_at = theirs_at if merge.kept == stored.answers else now
    checked = stored.is_checked if merge.others else is_checked
    draft = save_draft(session, learner, module, part_id, merge.kept, saved_at, is_checked=checked)
    return TwoTexts(draft, theirs_at, merge.shown, merge.others) if merge.others else draft


def save_quietly(
    session: Session,
    learner: Learner,
    module: Module,
    part_id: str,
    answers: Mapping[str, str],
    now: datetime,
    *,
    made_from: str,
) -> Draft | None:
    """Keep what is being typed, in the background; None, with nothing written, where another window saved other words.

    Nobody looks at the answer closely, so there is no merging here: that is for a press of the button.
    """
    lock_learner(session, learner)
    stored = find_draft(session, learner, module.id, part_id)
    if stored is not None and stored.answers == dict(answers):
        return stored
    if stored is not None and made_from != stamp_of(stored):
        return None
    return save_draft(session, learner, module, part_id, answers, now)


def stamp_of(draft: Draft | None) -> str:
    """What a form says of the draft that it was made from."""
    return draft.saved_at.isoformat() if draft is not None else ""


def accept_part(
    session: Session, learner: Learner, module: Module, draft: Draft, catalogue: Catalogue, now: datetime
) -> None:
    """A written part passed its check: keep these answers as the accepted ones and finish the part."""
    draft.accepted = dict(draft.answers)
    draft.accepted_at = now
    session.flush()
    finish_part(session, learner, module, draft.part_id, catalogue, now)


def sign_statement(
    session: Session,
    learner: Learner,
    module: Module,
    statement: Statement,
    catalogue: Catalogue,
    now: datetime,
) -> None:
    """Record the signature under this very text; signing the same text again changes nothing."""
    version = signature_version(statement.version, statement.digest)
    record_fact(
        session,
        user_id=learner.user_id,
        context_id=learner.context_id,
        kind="attestation",
        key=statement.id,
        version=version,
        now=now,
    )
    finish_part(session, learner, module, statement.id, catalogue, now, version=version)


def _insert_progress(
    session: Session,
    learner: Learner,
    module: Module,
    part_id: str,
    *,
    started_at: datetime,
    done_at: datetime | None,
    version: str,
) -> bool:
    values = {
        "context_id": learner.context_id,
        "user_id": learner.user_id,
        "module_id": module.id,
        "part_id": part_id,
        "started_at": started_at,
        "done_at": done_at,
        "version": version,
    }
    return insert_or_ignore(session, PartProgress, values, key=_KEY)
