"""Reads checks of texts, and the words of a language that they know."""

from pathlib import Path

from lti_tool.content.catalog import CheckKind, TextCheck, Wording
from lti_tool.content.catalog.checks import WITH_PHRASES, WITH_RANGE
from lti_tool.documents.nodes import Fields, Source, parse_yaml, read_text, report_repeats
from lti_tool.errors import ContentError

_CHECK_KEYS = ("id", "kind", "phrases", "min", "max", "ok", "fix")
WORDING_FILE = "words.yaml"
WORDING_KEYS = ("verbs", "numbers", "dates", "greetings", "closings", "first_person", "if_words", "then_words")
_MOST_WORDS = 5000


def read_checks(row: Fields) -> tuple[TextCheck, ...]:
    """The checks of a field; none where the key is missing."""
    rows = row.rows("checks", _CHECK_KEYS, is_needed=False)
    found = [(check, it) for it in rows if (check := _read_check(it)) is not None]
    report_repeats([(check.id, it) for check, it in found], "check")
    return tuple(check for check, _ in found)


def read_wording_file(path: Path) -> tuple[Wording | None, list[ContentError]]:
    """The words of one language and no faults, or none and every fault."""
    problems: list[ContentError] = []
    text = read_text(path, problems)
    node = parse_yaml(text, Source(str(path), problems)) if text is not None else None
    if node is None:
        return None, problems
    wording = _wording_from(Fields(node, Source(str(path), problems), WORDING_KEYS))
    return (None, problems) if problems else (wording, [])


def _wording_from(fields: Fields) -> Wording:
    lists = {name: tuple(word.casefold() for word in fields.texts(name)) for name in WORDING_KEYS}
    return Wording(
        verbs=frozenset(lists["verbs"]),
        numbers=frozenset(lists["numbers"]),
        dates=frozenset(lists["dates"]),
        greetings=lists["greetings"],
        closings=lists["closings"],
        first_person=frozenset(lists["first_person"]),
        if_words=lists["if_words"],
        then_words=lists["then_words"],
    )


def _read_check(row: Fields) -> TextCheck | None:
    name = row.text("kind")
    if name not in set(CheckKind):
        if name:
            row.report(f"unknown kind “{name}”; known are {', '.join(sorted(CheckKind))}", "kind")
        return None
    kind = CheckKind(name)
    for keys, kinds in ((("phrases",), WITH_PHRASES), (("min", "max"), WITH_RANGE)):
        for key in keys:
            if key in row and kind not in kinds:
                row.report(f"“{key}” does not belong to the kind “{kind}”", key)
    low, high = row.number("min", 0, _MOST_WORDS, default=0), row.number("max", 0, _MOST_WORDS, default=0)
    if kind in WITH_RANGE and not low and not high:
        row.report(f"the kind “{kind}” needs “min” or “max”")
    if high and high < low:
        row.report(f"“max” is {high}, which is less than “min”", "max")
    return TextCheck(
        id=row.identifier("id"),
        kind=kind,
        phrases=row.texts("phrases") if kind in WITH_PHRASES else (),
        low=low,
        high=high,
        ok=row.text("ok"),
        fix=row.text("fix"),
    )
