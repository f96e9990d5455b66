"""Reads of the files that students gave, and of the findings that they leave as they are."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased, undefer

from lti_tool.assessment.catalog import Learner
from lti_tool.assessment.models import IgnoredFinding, Submission, Upload


def find_upload(
    session: Session, learner: Learner, module_id: str, upload_id: int | None, *, with_reading: bool = False
) -> Upload | None:
    """A student's own file; what a machine reads in it is large and loaded only when asked for."""
    if upload_id is None:
        return None
    query = select(Upload).where(Upload.id == upload_id, *_belongs_to(learner, module_id))
    return session.scalars(query.options(undefer(Upload.reading)) if with_reading else query).one_or_none()


def find_latest_upload(
    session: Session, learner: Learner, module_id: str, *, with_reading: bool = False
) -> Upload | None:
    """The file of a student's draft: the one that she gave last and has not taken out again."""
    query = (
        select(Upload)
        .where(*_belongs_to(learner, module_id), Upload.removed_at.is_(None))
        .order_by(Upload.id.desc())
        .limit(1)
    )
    return session.scalars(query.options(undefer(Upload.reading)) if with_reading else query).first()


def list_uploads(session: Session, learner: Learner) -> dict[str, list[Upload]]:
    """All files of a student in a course, by module, oldest first."""
    query = select(Upload).where(Upload.context_id == learner.context_id, Upload.user_id == learner.user_id)
    found: dict[str, list[Upload]] = {}
    for upload in session.scalars(query.order_by(Upload.id)):
        found.setdefault(upload.module_id, []).append(upload)
    return found


def list_ignored(session: Session, learner: Learner, module_id: str) -> dict[tuple[str, str], IgnoredFinding]:
    """What a student left as it is, by rule and digest of the quote."""
    found = session.scalars(
        select(IgnoredFinding).where(
            IgnoredFinding.context_id == learner.context_id,
            IgnoredFinding.user_id == learner.user_id,
            IgnoredFinding.module_id == module_id,
        )
    )
    return {(it.rule, it.quote_digest): it for it in found}


def list_handed_in_files(session: Session, upload_ids: Collection[int]) -> set[int]:
    """Those of these files that belong to a version that was handed in."""
    query = select(Submission.upload_id).where(Submission.upload_id.in_(upload_ids))
    return {it for it in session.scalars(query) if it is not None}


def is_replaced(before: datetime) -> tuple[ColumnElement[bool], ...]:
    """A file that came before that moment, was never handed in, and that a newer one of the same work replaced."""
    newer = aliased(Upload)
    has_newer = (
        select(newer.id)
        .where(
            newer.context_id == Upload.context_id,
            newer.user_id == Upload.user_id,
            newer.module_id == Upload.module_id,
            newer.id > Upload.id,
        )
        .exists()
    )
    is_handed_in = select(Submission.id).where(Submission.upload_id == Upload.id).exists()
    return Upload.uploaded_at < before, has_newer, ~is_handed_in


def list_known_keys(session: Session, keys: Collection[str]) -> set[str]:
    """Those of these storage keys that a row knows."""
    return set(session.scalars(select(Upload.storage_key).where(Upload.storage_key.in_(keys))))


def _belongs_to(learner: Learner, module_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Upload.context_id == learner.context_id,
        Upload.user_id == learner.user_id,
        Upload.module_id == module_id,
    )
