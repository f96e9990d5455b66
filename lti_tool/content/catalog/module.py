"""A module and the catalogue of all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup

from lti_tool.content.catalog.activities import Activity
from lti_tool.content.catalog.artefact import Artefact
from lti_tool.content.catalog.check import Check
from lti_tool.content.catalog.checks import NO_WORDING, Wording
from lti_tool.content.catalog.parts import Part, PartKind
from lti_tool.content.catalog.scope import ScopeTemplate
from lti_tool.web.phrases import ENGLISH


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a student can do after the module."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from; `scope_note` says whose rule it is when it is not a general one."""

    id: str
    title: str
    url: str
    scope_note: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """A page to read."""

    id: str
    title: str
    minutes: int
    outcomes: tuple[str, ...]
    sources: tuple[str, ...]
    html: Markup
    word_count: int


@dataclass(frozen=True, slots=True)
class Statement:
    """The expectations statement that a student signs: a signature stores id, version and digest."""

    id: str
    version: int
    title: str
    minutes: int
    points: int
    agree_label: str
    html: Markup
    digest: str
    # Of the same text in other languages: who has signed one has signed all.
    translated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """One preparation module. `version` is the SHA-256 of its content, `version_short` the shown part.

    Each is read once, so one is equal to itself only: what is decided about it may be kept by it.
    """

    id: str
    slug: str
    title: str
    summary: str
    order: int
    minutes: int
    points: int
    outcomes: tuple[Outcome, ...]
    sources: tuple[Source, ...]
    lessons: tuple[Lesson, ...]
    activities: tuple[Activity, ...]
    check: Check | None
    scope: ScopeTemplate | None
    statement: Statement | None
    artefact: Artefact | None
    assets: Mapping[str, Path]
    version: str
    # Everything in the module, in the order in which a student meets it.
    parts: tuple[Part, ...] = field(init=False, repr=False)
    # What its words are in.
    language: str = ENGLISH
    # The title in English, as gradebooks have it; the title itself if "".
    label: str = ""

    def __post_init__(self) -> None:
        """List the parts once: each page asks for them."""
        object.__setattr__(self, "parts", self._list_parts())
        object.__setattr__(self, "label", self.label or self.title)

    @property
    def version_short(self) -> str:
        """The first 12 characters of the version, for people."""
        return self.version[:12]

    def _list_parts(self) -> tuple[Part, ...]:
        parts = [Part(it.id, PartKind.LESSON, it.title, it.minutes, 0, False) for it in self.lessons]
        parts += [Part(it.id, it.kind, it.title, it.minutes, it.points, it.is_required) for it in self.activities]
        for kind, it in (
            (PartKind.CHECK, self.check),
            (PartKind.SCOPE, self.scope),
            (PartKind.STATEMENT, self.statement),
            (PartKind.ARTEFACT, self.artefact),
        ):
            if it is not None:
                parts.append(Part(it.id, kind, it.title, it.minutes, it.points, True))
        return tuple(parts)

    @property
    def required_parts(self) -> tuple[Part, ...]:
        """What must be done before the module is complete."""
        return tuple(part for part in self.parts if part.is_required)

    def find_lesson(self, lesson_id: str) -> Lesson | None:
        """The lesson of that id, if the module has it."""
        return next((lesson for lesson in self.lessons if lesson.id == lesson_id), None)

    def find_activity(self, activity_id: str) -> Activity | None:
        """The activity of that id, if the module has it."""
        return next((activity for activity in self.activities if activity.id == activity_id), None)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All modules, in the order of the programme, and the words that the checks of texts know."""

    modules: tuple[Module, ...]
    wording: Wording = NO_WORDING
    # The same modules in other languages; what is not translated stands there in English.
    translations: Mapping[str, "Catalogue"] = field(default_factory=dict)

    def in_language(self, language: str) -> "Catalogue":
        """The modules in a language, as far as they are translated."""
        return self.translations.get(language, self)

    def find_module(self, module_id: str) -> Module | None:
        """The module of that permanent id."""
        return next((module for module in self.modules if module.id == module_id), None)

    def find_module_by_slug(self, slug: str) -> Module | None:
        """The module at that address."""
        return next((module for module in self.modules if module.slug == slug), None)
