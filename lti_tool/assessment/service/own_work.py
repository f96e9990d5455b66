"""Everything that a student wrote and got back in one course, gathered for her to keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lti_tool.assessment.catalog import Learner
from lti_tool.assessment.models import Draft
from lti_tool.assessment.queries import KeptVersion, find_rubric_text
from lti_tool.assessment.rules import OwnWords, tell_answers, tell_leftovers
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


@dataclass(frozen=True, slots=True)
class OwnModule:
    """One module: texts in the order of its parts, versions oldest first."""

    story: ModuleStory
    texts: tuple[OwnText, ...]
    versions: tuple[OwnVersion, ...]

    @property
    def module(self) -> Module:
        """The module itself."""
        return self.story.line.module

    @property
    def is_empty(self) -> bool:
        """Whether the student has left nothing here yet."""
        return not (self.texts or self.versions or self.story.attempts or self.story.line.standing.touched_at)


def gather_own_work(session: Session, catalogue: Catalogue, learner: Learner) -> tuple[OwnModule, ...]:
    """All modules in which the student did something."""
    rubrics: dict[str, Rubric | None] = {}

    def read_rubric(digest: str) -> Rubric | None:
        if digest not in rubrics:
            text = find_rubric_text(session, digest)
            rubrics[digest] = rubric_from(text.content) if text is not None else None
        return rubrics[digest]

    found = []
    for story in tell_story(session, catalogue, learner).modules:
        artefact = story.line.module.artefact
        versions = tuple(
            OwnVersion(it, _tell(artefact, it.submission.answers), read_rubric(it.submission.rubric_digest))
            for it in story.versions
        )
        found.append(OwnModule(story, tuple(_list_texts(story)), versions))
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
