"""Practice activities and short forms."""

from dataclasses import dataclass

from markupsafe import Markup

from lti_tool.content.catalog.parts import Field, PartKind
from lti_tool.content.catalog.practice import (
    RankActivity,
    RecordActivity,
    RewriteActivity,
    ScaleActivity,
    ScenarioActivity,
)


@dataclass(frozen=True, slots=True)
class SortChoice:
    """One of the piles that statements are sorted into."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class SortItem:
    """A statement to sort (both texts inline); `answer` is the id of a choice."""

    id: str
    text_html: Markup
    answer: str
    explanation_html: Markup


@dataclass(frozen=True, slots=True)
class SortActivity:
    """Sort statements into piles."""

    id: str
    title: str
    minutes: int
    points: int
    is_required: bool
    intro_html: Markup
    choices: tuple[SortChoice, ...]
    items: tuple[SortItem, ...]
    kind: PartKind = PartKind.SORT

    def find_choice(self, choice_id: str | None) -> SortChoice | None:
        """The choice of that id, if there is one."""
        return next((choice for choice in self.choices if choice.id == choice_id), None)


@dataclass(frozen=True, slots=True)
class MarkPart:
    """A sentence of the document to mark up (both texts inline)."""

    id: str
    text_html: Markup
    is_problem: bool
    explanation_html: Markup


@dataclass(frozen=True, slots=True)
class MarkActivity:
    """Tick the parts of a short document that are a problem."""

    id: str
    title: str
    minutes: int
    points: int
    is_required: bool
    intro_html: Markup
    document_title: str
    parts: tuple[MarkPart, ...]
    kind: PartKind = PartKind.MARK


@dataclass(frozen=True, slots=True)
class FormActivity:
    """A short form to fill; fields named together in `distinct` must have different answers."""

    id: str
    title: str
    minutes: int
    points: int
    is_required: bool
    intro_html: Markup
    fields: tuple[Field, ...]
    distinct: tuple[tuple[str, ...], ...]
    kind: PartKind = PartKind.FORM


Activity = (
    SortActivity
    | MarkActivity
    | FormActivity
    | RankActivity
    | RewriteActivity
    | ScenarioActivity
    | ScaleActivity
    | RecordActivity
)
