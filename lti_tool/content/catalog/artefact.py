"""What a student hands in for a module, to be judged with a rubric."""

from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup

from lti_tool.content.catalog.parts import Field, FieldInput


class ArtefactKind(StrEnum):
    """What the work is; it decides which analysis goes with it."""

    RESUME = "resume"
    PROFILE = "profile"
    MESSAGES = "messages"
    GOALS = "goals"
    INTERVIEW = "interview"


@dataclass(frozen=True, slots=True)
class Annotation:
    """One criterion at an exemplar: which level, what it is about (words of the exemplar), and why."""

    criterion: str
    level: int
    quote: str
    note_html: Markup


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A whole piece of work at one level, by a made-up student; `texts` are field ids to what they wrote."""

    level: int
    title: str
    person: str
    about: str
    texts: tuple[tuple[str, str], ...]
    annotations: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class Artefact:
    """A piece of work: its fields with advice, the questions to ask oneself first, and the rubric's id."""

    id: str
    kind: ArtefactKind
    title: str
    minutes: int
    points: int
    intro_html: Markup
    rubric: str
    fields: tuple[Field, ...]
    before_you_submit: tuple[str, ...]
    exemplars: tuple[Exemplar, ...]

    @property
    def file_field(self) -> Field | None:
        """The field that takes a file, if there is one."""
        return next((field for field in self.fields if field.input is FieldInput.FILE), None)

    @property
    def text_fields(self) -> tuple[Field, ...]:
        """The fields that are typed."""
        return tuple(field for field in self.fields if field.input is not FieldInput.FILE)
