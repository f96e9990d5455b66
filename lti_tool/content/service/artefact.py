"""Reads the piece of work of a module, and the exemplars beside it."""

from collections.abc import Collection, Mapping
from pathlib import Path

from lti_tool.content.catalog import Annotation, Artefact, ArtefactKind, Exemplar, FieldInput
from lti_tool.content.service.activities import read_fields
from lti_tool.documents.markdown import Markdown
from lti_tool.documents.nodes import Fields, report_repeats

ARTEFACT_KEYS = (
    "id", "title", "kind", "minutes", "points", "intro", "rubric", "parts", "before_you_submit",
)  # fmt: skip
EXEMPLAR_KEYS = ("level", "title", "person", "about", "text", "parts", "annotations")
_LEVELS = (1, 4)

# Rubric id to the ids of its criteria.
RubricCriteria = Mapping[str, Collection[str]]


def read_artefact(fields: Fields, markdown: Markdown, rubrics: RubricCriteria | None) -> Artefact:
    """An artefact from its keys, without its exemplars; its rubric must be one of `rubrics`, where they are known."""
    rubric = fields.identifier("rubric")
    if rubric and rubrics is not None and rubric not in rubrics:
        fields.report(f"unknown rubric “{rubric}”; known are {', '.join(sorted(rubrics)) or 'none'}", "rubric")
    kind = fields.text("kind")
    if kind not in set(ArtefactKind):
        if kind:
            fields.report(f"unknown kind “{kind}”; known are {', '.join(ArtefactKind)}", "kind")
        kind = ArtefactKind.MESSAGES
    parts = read_fields(fields, "parts", may_take_file=True)
    if sum(part.input is FieldInput.FILE for part in parts) > 1:
        fields.report("an artefact has one file at most", "parts")
    return Artefact(
        id=fields.identifier("id"),
        kind=ArtefactKind(kind),
        title=fields.text("title"),
        minutes=fields.number("minutes", 1, 240),
        points=fields.number("points", 0, 1000, default=0),
        intro_html=markdown.render(fields.text("intro"), fields.source, fields.line_of("intro")),
        rubric=rubric,
        fields=parts,
        before_you_submit=fields.texts("before_you_submit", is_needed=False),
        exemplars=(),
    )


def read_exemplar(
    fields: Fields, markdown: Markdown, parts: tuple[str, ...], criteria: Collection[str] | None
) -> Exemplar:
    """One exemplar; its texts belong to the fields named in `parts`, and each quote stands in one of them.

    Where the rubric's `criteria` are known, each has one annotation.
    """
    texts = _read_texts(fields, parts)
    everything = "\n".join(text for _, text in texts)
    rows = fields.rows("annotations", ("criterion", "level", "quote", "note"))
    for row in rows:
        quote = row.text("quote", default="")
        if quote and texts and quote not in everything:
            row.report("“quote” does not stand in the text of this exemplar, word for word", "quote")
    if criteria is not None:
        _report_criteria(fields, rows, criteria)
    annotations = tuple(
        Annotation(
            criterion=row.identifier("criterion"),
            level=row.number("level", *_LEVELS),
            quote=row.text("quote", default=""),
            note_html=markdown.render_inline(row.text("note"), row.source, row.line_of("note")),
        )
        for row in rows
    )
    report_repeats([(it.criterion, row) for it, row in zip(annotations, rows, strict=True)], "criterion")
    level = fields.number("level", *_LEVELS)
    if level and Path(fields.source.file).stem != f"level-{level}":
        fields.report(f"“level” is {level}, so the file must be called level-{level}.yaml", "level")
    return Exemplar(
        level=level,
        title=fields.text("title"),
        person=fields.text("person"),
        about=fields.text("about"),
        texts=texts,
        annotations=annotations,
    )


def _report_criteria(fields: Fields, rows: list[Fields], criteria: Collection[str]) -> None:
    found = {row.text("criterion", default=""): row for row in rows}
    for name, row in found.items():
        if name and name not in criteria:
            row.report(f"the rubric has no criterion “{name}”", "criterion")
    missing = [name for name in criteria if name not in found]
    if missing:
        fields.report(f"no annotation for {', '.join(missing)}", "annotations")


def _read_texts(fields: Fields, parts: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    if "text" in fields:
        if "parts" in fields:
            fields.report("an exemplar has “text” or “parts”, not both", "parts")
        return (("text", fields.text("text")),)
    section = fields.section("parts", parts)
    return tuple((name, section.text(name)) for name in parts if name in section)
