"""Use cases of a student's file: keep it, take it out, look at it, leave a finding as it is, forget what is over."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from lti_tool.artefacts.catalog import Finding, PostingMatch
from lti_tool.assessment.catalog import Learner
from lti_tool.assessment.models import IgnoredFinding, Upload
from lti_tool.assessment.queries import (
    find_latest_upload,
    is_replaced,
    list_handed_in_files,
    list_ignored,
    list_known_keys,
)
from lti_tool.assessment.rules import (
    FindingGroup,
    PostingRun,
    PreviewPage,
    ShownFinding,
    digest_posting,
    group_findings,
    lay_out_preview,
    mark_posting,
    quote_digest,
    read_analysis,
    read_findings,
    read_reading,
    show_findings,
)
from lti_tool.assessment.service.completion import lock_learner
from lti_tool.content.catalog import Module
from lti_tool.db import upsert

_BATCH = 500
# Characters of a line that may stand around quoted words.
_LONGEST_LINE = 200


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file as a page shows it. `pages` is None where it was read by an older version of the reader."""

    upload: Upload
    pages: tuple[PreviewPage, ...] | None
    is_truncated: bool
    findings: tuple[ShownFinding, ...]
    groups: tuple[FindingGroup, ...]
    match: PostingMatch | None = None
    runs: tuple[PostingRun, ...] = ()
    # The posting was changed after the file was compared with it.
    is_posting_newer: bool = False

    @property
    def is_scan(self) -> bool:
        """Whether no page holds a word that a machine can read."""
        return self.pages is not None and not any(page.lines for page in self.pages)

    def line_of(self, finding: Finding) -> tuple[str, str]:
        """What stands before and after the quoted words on their line; empty where the line is not known."""
        where = finding.where
        page = next((it for it in self.pages or () if where is not None and it.number == where.page), None)
        if where is None or page is None or not 0 < where.line <= len(page.lines):
            return "", ""
        before, found, after = page.lines[where.line - 1].text.partition(finding.quote)
        return (before.strip(), after.strip()) if found and len(before) + len(after) <= _LONGEST_LINE else ("", "")

    @property
    def lines(self) -> list[str]:
        """What a machine reads, line by line."""
        return [line.text for page in self.pages or () for line in page.lines]


def keep_upload(session: Session, learner: Learner, module: Module, upload: Upload) -> Upload:
    """Make a stored file the one of the draft. The same file again, as a double press sends it, is the first one."""
    lock_learner(session, learner)
    latest = find_latest_upload(session, learner, module.id)
    if latest is not None and (latest.sha256, latest.name) == (upload.sha256, upload.name):
        latest.reading, latest.analysis = upload.reading, upload.analysis
        session.flush()
        return latest
    upload.context_id, upload.user_id, upload.module_id = learner.context_id, learner.user_id, module.id
    session.add(upload)
    session.flush()
    return upload


def remove_upload(session: Session, learner: Learner, module: Module, upload_id: int, now: datetime) -> list[str]:
    """Take the file out of the draft; the keys of the bytes that nobody needs any more once this is committed.

    Files of versions that were handed in stay with them. A form that is older than the newest file changes nothing.
    """
    lock_learner(session, learner)
    latest = find_latest_upload(session, learner, module.id)
    if latest is None or latest.id != upload_id:
        return []
    mine = (
        Upload.context_id == learner.context_id,
        Upload.user_id == learner.user_id,
        Upload.module_id == module.id,
        Upload.removed_at.is_(None),
    )
    files = {it.id: it.storage_key for it in session.scalars(select(Upload).where(*mine))}
    kept = list_handed_in_files(session, files)
    gone = [it for it in files if it not in kept]
    session.execute(update(Upload).where(Upload.id.in_(kept)).values(removed_at=now))
    session.execute(delete(Upload).where(Upload.id.in_(gone)))
    return [files[it] for it in gone]


def keep_analysis(session: Session, upload_id: int, analysis: Mapping[str, Any]) -> None:
    """Keep what is said of a file now that it was compared with another posting."""
    session.execute(update(Upload).where(Upload.id == upload_id).values(analysis=dict(analysis)))


def list_findings(
    session: Session, learner: Learner, module_id: str, upload: Upload | None
) -> tuple[ShownFinding, ...]:
    """What is said of a file, with the student's reasons for leaving some of it."""
    findings = read_analysis(upload.analysis if upload is not None else None).findings
    ignored = {digest: it.reason for (_, digest), it in list_ignored(session, learner, module_id).items()}
    return show_findings(findings, ignored)


def show_file(session: Session, learner: Learner, module_id: str, upload: Upload, posting: str) -> FileShown:
    """A file of a draft, whose reading is loaded; `posting` is the text that stands in the draft now."""
    return show_unkept_file(upload, posting, list_findings(session, learner, module_id, upload))


def show_unkept_file(upload: Upload, posting: str, findings: Sequence[ShownFinding] | None = None) -> FileShown:
    """The same of a file that is not kept, as in a preview."""
    analysis, reading = read_analysis(upload.analysis), read_reading(upload.reading)
    shown = tuple(findings) if findings is not None else show_findings(analysis.findings, {})
    is_current = digest_posting(posting) == analysis.posting_digest
    return FileShown(
        upload=upload,
        pages=lay_out_preview(reading) if reading is not None else None,
        is_truncated=reading is not None and reading.truncated,
        findings=shown,
        groups=group_findings(shown),
        match=analysis.match if is_current else None,
        runs=mark_posting(posting, analysis.match) if analysis.match is not None and is_current else (),
        is_posting_newer=not is_current,
    )


def show_handed_in_file(upload: Upload, kept: Sequence[Mapping[str, Any]]) -> FileShown:
    """The file of a version, whose reading is loaded, with what was said of it when it was handed in."""
    reading, shown = read_reading(upload.reading), read_findings(kept)
    return FileShown(
        upload=upload,
        pages=lay_out_preview(reading) if reading is not None else None,
        is_truncated=reading is not None and reading.truncated,
        findings=shown,
        groups=group_findings(shown),
    )


def ignore_finding(
    session: Session, learner: Learner, module: Module, *, rule: str, quote: str, reason: str, now: datetime
) -> None:
    """Leave a finding as it is, with a reason; said again, the later reason stands."""
    values = {
        "context_id": learner.context_id,
        "user_id": learner.user_id,
        "module_id": module.id,
        "rule": rule,
        "quote_digest": quote_digest(quote),
        "reason": reason,
        "ignored_at": now,
    }
    key = ("context_id", "user_id", "module_id", "rule", "quote_digest")
    upsert(session, IgnoredFinding, values, key=key, update=("reason", "ignored_at"))


def heed_finding(session: Session, learner: Learner, module: Module, name: str) -> None:
    """Take up again a finding that was ignored."""
    session.execute(
        delete(IgnoredFinding).where(
            IgnoredFinding.context_id == learner.context_id,
            IgnoredFinding.user_id == learner.user_id,
            IgnoredFinding.module_id == module.id,
            IgnoredFinding.quote_digest == name,
        )
    )


def purge_replaced_files(session: Session, now: datetime, keep: timedelta) -> int:
    """Forget up to a batch of files that were replaced before they were handed in, so long ago; how many.

    Their bytes, which no row knows then, are deleted by whoever looks for such.
    """
    ids = session.scalars(select(Upload.id).where(*is_replaced(now - keep)).limit(_BATCH)).all()
    if ids:
        session.execute(delete(Upload).where(Upload.id.in_(ids)))
    return len(ids)


def count_replaced_files(session: Session, now: datetime, keep: timedelta) -> int:
    """How many files were replaced before they were handed in, so long ago."""
    return session.scalars(select(func.count()).select_from(Upload).where(*is_replaced(now - keep))).one()


def list_unknown_keys(session: Session, keys: Collection[str]) -> set[str]:
    """Those of these storage keys that no row knows."""
    return set(keys) - list_known_keys(session, keys)
