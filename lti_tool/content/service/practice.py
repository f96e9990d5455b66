"""Reads practice that is more than sorting: ranking, rewriting, stories, scales."""

from typing import TypedDict

from markupsafe import Markup

from lti_tool.content.catalog import (
    EndingKind,
    ModelText,
    RankActivity,
    RankItem,
    RecordActivity,
    ReviewPoint,
    RewriteActivity,
    ScaleActivity,
    ScaleLevel,
    ScaleModel,
    ScenarioActivity,
    Scene,
    SceneChoice,
)
from lti_tool.content.service.checks import read_checks
from lti_tool.documents.markdown import Markdown
from lti_tool.documents.nodes import Fields, report_repeats

LEVELS = (-2, -1, 0, 1, 2)


class Frame(TypedDict):
    """What every activity says of itself."""

    id: str
    title: str
    minutes: int
    points: int
    is_required: bool
    intro_html: Markup


def read_frame(row: Fields, markdown: Markdown) -> Frame:
    """The keys that every activity has."""
    return Frame(
        id=row.identifier("id"),
        title=row.text("title"),
        minutes=row.number("minutes", 1, 240),
        points=row.number("points", 0, 1000, default=0),
        is_required=row.flag("required"),
        intro_html=markdown.render(row.text("intro"), row.source, row.line_of("intro")),
    )


def read_rank(row: Fields, markdown: Markdown) -> RankActivity:
    """Things to put in order, written best first."""
    rows = row.rows("items", ("id", "text", "why"))
    items = tuple(
        RankItem(it.identifier("id"), _inline(it, "text", markdown), _inline(it, "why", markdown)) for it in rows
    )
    report_repeats(zip([item.id for item in items], rows, strict=True), "item")
    if 0 < len(items) < 3:
        row.report("an order needs at least three items", "items")
    order = [item.id for item in items]
    ties = row.lists("tie")
    for tie in ties:
        places = sorted(order.index(it) for it in tie if it in order)
        if len(places) != len(tie) or len(tie) < 2:
            row.report("each list in “tie” names two or more items", "tie")
        elif places[-1] - places[0] != len(places) - 1:
            row.report("items that may change places must stand next to each other", "tie")
    return RankActivity(**read_frame(row, markdown), items=items, ties=ties)


def read_rewrite(row: Fields, markdown: Markdown) -> RewriteActivity:
    """A weak text to better, with checks and models."""
    models = row.rows("models", ("text", "why"))
    return RewriteActivity(
        **read_frame(row, markdown),
        given_html=_lines(row, "given", markdown),
        prompt_html=markdown.render(row.text("prompt"), row.source, row.line_of("prompt")),
        max_length=row.number("max_length", 20, 5000),
        checks=read_checks(row),
        models=tuple(ModelText(_lines(it, "text", markdown), _inline(it, "why", markdown)) for it in models),
    )


def read_scenario(row: Fields, markdown: Markdown) -> ScenarioActivity:
    """A story whose every way ends."""
    rows = row.rows("scenes", ("id", "text", "choices", "ending", "lesson"))
    scenes = tuple(_read_scene(it, markdown) for it in rows)
    report_repeats(zip([scene.id for scene in scenes], rows, strict=True), "scene")
    start = row.text("start")
    known = {scene.id: scene for scene in scenes}
    if start and start not in known:
        row.report(f"“start” names an unknown scene “{start}”", "start")
    for scene, scene_row in zip(scenes, rows, strict=True):
        for choice in scene.choices:
            if choice.to not in known:
                scene_row.report(f"the choice “{choice.id}” leads to an unknown scene “{choice.to}”", "choices")
    if not row.source.problems:
        _report_ways(dict(zip(known, rows, strict=True)), known, start)
    return ScenarioActivity(**read_frame(row, markdown), start=start, scenes=scenes)


def read_scale(row: Fields, markdown: Markdown) -> ScaleActivity:
    """A goal and five levels of success."""
    rows = row.rows("levels", ("value", "label", "hint", "example"))
    levels = tuple(
        ScaleLevel(it.number("value", -2, 2), it.text("label"), it.text("hint"), it.text("example", default=""))
        for it in rows
    )
    if rows and tuple(level.value for level in levels) != LEVELS:
        row.report("a scale has the five values -2, -1, 0, 1 and 2, in this order", "levels")
    models = tuple(
        _read_scale_model(it, markdown) for it in row.rows("models", ("goal", "levels", "why"), is_needed=False)
    )
    return ScaleActivity(
        **read_frame(row, markdown),
        goal_prompt=row.text("goal_prompt"),
        levels=levels,
        models=models,
        max_length=row.number("max_length", 20, 2000, default=300),
    )


def read_record(row: Fields, markdown: Markdown) -> RecordActivity:
    """Questions to answer aloud, and what to listen for afterwards."""
    prompts = row.rows("prompts", ("text",))
    review = row.rows("review", ("id", "text"))
    points = tuple(ReviewPoint(it.identifier("id"), _inline(it, "text", markdown)) for it in review)
    report_repeats(zip([point.id for point in points], review, strict=True), "point")
    return RecordActivity(
        **read_frame(row, markdown),
        prompts=tuple(_inline(it, "text", markdown) for it in prompts),
        seconds=row.number("seconds", 10, 600),
        review=points,
        note_prompt=row.text("note_prompt"),
    )


def _read_scale_model(row: Fields, markdown: Markdown) -> ScaleModel:
    levels = row.texts("levels")
    if len(levels) != len(LEVELS):
        row.report("a model has five levels", "levels")
    return ScaleModel(row.text("goal"), levels, _inline(row, "why", markdown))


def _read_scene(row: Fields, markdown: Markdown) -> Scene:
    choice_rows = row.rows("choices", ("id", "text", "to", "why"), is_needed=False)
    choices = tuple(
        SceneChoice(it.identifier("id"), _inline(it, "text", markdown), it.text("to"), _inline(it, "why", markdown))
        for it in choice_rows
    )
    report_repeats(zip([choice.id for choice in choices], choice_rows, strict=True), "choice")
    ending = row.text("ending", default="")
    if ending and ending not in set(EndingKind):
        row.report(f"unknown ending “{ending}”; known are {', '.join(EndingKind)}", "ending")
        ending = ""
    if ending and choices:
        row.report("an ending has no choices", "choices")
    if ending and "lesson" not in row:
        row.report("an ending needs a “lesson”: what to take away")
    if not ending and len(choices) < 2:
        row.report("a scene has two choices or more, or is an “ending”")
    return Scene(
        id=row.identifier("id"),
        html=markdown.render(row.text("text"), row.source, row.line_of("text")),
        choices=choices,
        ending=EndingKind(ending) if ending else None,
        lesson_html=_inline(row, "lesson", markdown) if "lesson" in row else markdown.render_inline("", row.source, 1),
    )


def _report_ways(rows: dict[str, Fields], scenes: dict[str, Scene], start: str) -> None:
    """Note scenes that nothing leads to, and scenes from which no ending can be reached."""
    met, todo = {start}, [start]
    while todo:
        for choice in scenes[todo.pop()].choices:
            if choice.to not in met:
                met.add(choice.to)
                todo.append(choice.to)
    ends = {scene.id for scene in scenes.values() if scene.ending is not None}
    grows = True
    while grows:
        more = {it.id for it in scenes.values() if it.id not in ends and any(c.to in ends for c in it.choices)}
        grows = bool(more)
        ends |= more
    for scene_id in scenes:
        if scene_id not in met:
            rows[scene_id].report(f"nothing leads to the scene “{scene_id}”; name it in a choice, or remove it")
        elif scene_id not in ends:
            rows[scene_id].report(f"no way from the scene “{scene_id}” ends")


def _inline(row: Fields, name: str, markdown: Markdown) -> Markup:
    return markdown.render_inline(row.text(name), row.source, row.line_of(name))


def _lines(row: Fields, name: str, markdown: Markdown) -> Markup:
    """A text whose lines are kept, as those of an e-mail are."""
    first = row.line_of(name)
    lines = row.text(name).split("\n")
    return Markup("<br>").join(
        markdown.render_inline(line, row.source, first + at) if line.strip() else Markup()
        for at, line in enumerate(lines)
    )
