"""What a student wrote or chose, as words that can be read without the tool."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never

from markupsafe import Markup

from lti_tool.content.catalog import (
    Activity,
    Artefact,
    Field,
    FormActivity,
    MarkActivity,
    RankActivity,
    RecordActivity,
    RewriteActivity,
    ScaleActivity,
    ScenarioActivity,
    ScopeTemplate,
    SortActivity,
)
from lti_tool.content.rules import walk_scenario
from lti_tool.web.phrases import Phrase


@dataclass(frozen=True, slots=True)
class OwnWords:
    """One answer under what was asked."""

    asked: str
    said: str


def tell_answers(part: Activity | ScopeTemplate | Artefact, answers: Mapping[str, str]) -> tuple[OwnWords, ...]:
    """The answers in the order of the page, without the empty ones; ids become the words that were shown."""
    return tuple(OwnWords(asked, said) for asked, said in _tell(part, answers) if said.strip())


def tell_leftovers(answers: Mapping[str, str]) -> tuple[OwnWords, ...]:
    """The same of a part that is no longer in the modules: under the ids that it had."""
    return tuple(OwnWords(name, said) for name, said in answers.items() if said.strip())


def _tell(part: Activity | ScopeTemplate | Artefact, answers: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    match part:
        case FormActivity() | ScopeTemplate():
            return _tell_fields(part.fields, answers)
        case Artefact():
            return _tell_fields(part.text_fields, answers)
        case SortActivity():
            piles = {choice.id: choice.label for choice in part.choices}
            return [(_plain(it.text_html), piles.get(answers.get(it.id, ""), "")) for it in part.items]
        case MarkActivity():
            return [(_plain(it.text_html), Phrase("Ticked") if it.id in answers else "") for it in part.parts]
        case RankActivity():
            return [
                (_plain(it.text_html), Phrase("Place %(number)s", number=answers[it.id]))
                for it in part.items
                if answers.get(it.id)
            ]
        case RewriteActivity():
            return [(Phrase("My version"), answers.get("text", ""))]
        case ScaleActivity():
            levels = [(f"{it.value:+d}: {it.label}", answers.get(it.field, "")) for it in part.levels]
            return [(Phrase("My goal"), answers.get("goal", "")), *levels]
        case RecordActivity():
            heard = [(_plain(it.text_html), Phrase("Ticked") if it.id in answers else "") for it in part.review]
            return [*heard, (Phrase("What I change next time"), answers.get("note", ""))]
        case ScenarioActivity():
            walk = walk_scenario(part, answers.get("way", "").split())
            return [(_plain(step.scene.html), _plain(step.choice.text_html)) for step in walk.steps]
        case _:
            assert_never(part)


def _tell_fields(fields: Iterable[Field], answers: Mapping[str, str]) -> list[tuple[str, str]]:
    known = {field.id: field.label for field in fields}
    # Words of fields that are no longer asked stand last, under the ids that they had.
    left = [(name, said) for name, said in answers.items() if name not in known]
    return [*((label, answers.get(name, "")) for name, label in known.items()), *left]


def _plain(html: Markup) -> str:
    return html.striptags()
