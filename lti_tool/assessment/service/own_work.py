"""Everything that a student wrote and got back in one course, gathered for her to keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lti_tool.assessment.catalog import Learner
from lti_tool.assessment.models import Draft, Upload
from lti_tool.assessment.queries import KeptVersion, find_rubric_text, list_uploads
from lti_tool.assessment.rules import OwnWords, ShownFinding, read_findings, tell_answers, tell_leftovers
from lti_tool.assessment.service.people import ModuleStory, tell_story
from lti_tool.content.catalog import Artefact, Catalogue, Module
from lti_tool.rubrics.catalog import Rubric
from lti_tool.rubrics.service import rubric_from


@dataclass(frozen=True, slots=True)
class OwnText:
    """What was written in one part; `accepted_at` is when it passed its check."""

    title: str
    words: tuple[OwnWords, ...]
    saved_at: datetime
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnVersion:
    """A version that was handed in, with the rubric as it was then."""

    kept: KeptVersion
    words: tuple[OwnWords, ...]
    rubric: Rubric | None
    file: Upload | None
    findings: tuple[ShownFinding, ...]


@dataclass(frozen=True, slots=True)
class OwnModule:
    """One module: texts in the order of its parts, versions oldest first."""

    story: ModuleStory
    texts: tuple[OwnText, ...]
    versions: tuple[OwnVersion, ...]
    # The file of the draft, where it is not that of a version.
    draft_file: Upload | None

    @property
    def files(self) -> tuple[Upload, ...]:
        """Each file once, oldest first."""
        found = {it.file.id: it.file for it in self.versions if it.file is not None}
        return (*found.values(), *((self.draft_file,) if self.draft_file is not None else ()))

    @property
    def module(self) -> Module:
        """The module itself."""
        return self.story.line.module

    @property
    def is_empty(self) -> bool:
        """Whether the student has left nothing here yet."""
        return not (
            self.texts or self.versions or self.draft_file or self.story.attempts or self.story.line.standing.touched_at
        )


def gather_own_work(session: Session, catalogue: Catalogue, learner: Learner) -> tuple[OwnModule, ...]:
    """All modules in which the student did something."""
    rubrics: dict[str, Rubric | None] = {}

    def read_rubric(digest: str) -> Rubric | None:
        if digest not in rubrics:
            text = find_rubric_text(session, digest)
            rubrics[digest] = rubric_from(text.content) if text is not None else None
        return rubrics[digest]

    uploads, found = list_uploads(session, learner), []
    for story in tell_story(session, catalogue, learner).modules:
        artefact, mine = story.line.module.artefact, uploads.get(story.line.module.id, [])
        by_id = {it.id: it for it in mine}
        versions = tuple(
            OwnVersion(
                it,
                _tell(artefact, it.submission.answers),
                read_rubric(it.submission.rubric_digest),
                by_id.get(it.submission.upload_id or 0),
                read_findings(it.submission.findings),
            )
            for it in story.versions
        )
        latest = next((it for it in reversed(mine) if it.removed_at is None), None)
        is_new = latest is not None and all(it.file is not latest for it in versions)
        found.append(OwnModule(story, tuple(_list_texts(story)), versions, latest if is_new else None))
    return tuple(it for it in found if not it.is_empty)


def _list_texts(story: ModuleStory) -> list[OwnText]:
    module, drafts = story.line.module, dict(story.drafts)
    texts = []
    for part in (*module.activities, module.scope, module.artefact):
        draft = drafts.pop(part.id, None) if part is not None else None
        if part is not None and draft is not None:
            texts.append(_text(part.title, tell_answers(part, draft.answers), draft))
    own_rating = f"{module.artefact.id}.rating" if module.artefact is not None else ""
    # Ratings stand with the versions; parts that the module no longer has keep their texts.
    texts += [_text(name, tell_leftovers(it.answers), it) for name, it in drafts.items() if name != own_rating]
    return [it for it in texts if it.words]


def _text(title: str, words: tuple[OwnWords, ...], draft: Draft) -> OwnText:
    return OwnText(title, words, draft.saved_at, draft.accepted_at)


def _tell(artefact: Artefact | None, answers: Mapping[str, str]) -> tuple[OwnWords, ...]:
    return tell_answers(artefact, answers) if artefact is not None else tell_leftovers(answers)
