"""A small module for rules: one lesson, one short form, a check, a scope and a statement."""

from dataclasses import replace

from markupsafe import Markup

from lti_tool.content.catalog import (
    Artefact,
    ArtefactKind,
    Check,
    Field,
    FieldInput,
    FormActivity,
    Lesson,
    MarkActivity,
    Module,
    Option,
    Question,
    ScopeTemplate,
    SortActivity,
    Statement,
)
from lti_tool.content.service import default_content_dir, load_catalogue
from lti_tool.rubrics.catalog import Criterion, Rubric

SHIPPED = load_catalogue([default_content_dir()])
EXPECTATIONS = SHIPPED.modules[0]

SORT = next(it for it in EXPECTATIONS.activities if isinstance(it, SortActivity))
MARK = next(it for it in EXPECTATIONS.activities if isinstance(it, MarkActivity))
CONTACTS = next(it for it in EXPECTATIONS.activities if isinstance(it, FormActivity))


def scope_template() -> ScopeTemplate:
    assert EXPECTATIONS.scope is not None
    return EXPECTATIONS.scope


def question(number: int) -> Question:
    return Question(
        id=f"question-{number}",
        lesson="read",
        outcome="know",
        stem_html=Markup(f"Question <em>{number}</em>?"),
        options=(
            Option("yes", Markup("Yes"), Markup("It is so."), True),
            Option("no", Markup("No"), Markup("It is <b>not</b> so."), False),
        ),
    )


CHECK = Check(
    id="check",
    title="Check",
    minutes=4,
    points=8,
    intro_html=Markup(""),
    draw=4,
    pass_percent=75,
    tries=3,
    questions=tuple(question(number) for number in range(1, 9)),
)
STATEMENT = Statement("statement", 1, "My statement", 1, 1, "I agree.", Markup("<p>Text</p>"), "digest-1")
LESSON = Lesson("read", "Read this", 2, ("know",), (), Markup("<p>Text</p>"), 1)
FORM = FormActivity(
    id="contacts",
    title="My contacts",
    minutes=2,
    points=0,
    is_required=True,
    intro_html=Markup(""),
    fields=(Field("person", "One person", "A name and a role.", FieldInput.TEXT, True, 2, 40, "Sam, lab", "someone"),),
    distinct=(),
)
MODULE = Module(
    id="small",
    slug="small",
    title="A small module",
    summary="Small.",
    order=0,
    minutes=12,
    points=10,
    outcomes=(),
    sources=(),
    lessons=(LESSON,),
    activities=(FORM,),
    check=CHECK,
    scope=replace(scope_template(), id="scope", points=1, minutes=3),
    statement=STATEMENT,
    artefact=None,
    assets={},
    version="0123456789abcdef",
)

ARTEFACT = Artefact(
    id="note",
    kind=ArtefactKind.MESSAGES,
    title="My note",
    minutes=5,
    points=4,
    intro_html=Markup(""),
    rubric="note",
    fields=(
        Field("subject", "Subject", "Short.", FieldInput.TEXT, True, 0, 20, "", ""),
        Field("file", "File", "A PDF.", FieldInput.FILE, True, 0, 5_000_000, "", ""),
        Field("body", "Text", "Longer.", FieldInput.TEXTAREA, True, 0, 200, "", ""),
        Field("more", "More", "If you like.", FieldInput.TEXTAREA, False, 0, 200, "", ""),
    ),
    before_you_submit=("Did you read it aloud?",),
    exemplars=(),
)
RUBRIC = Rubric(
    "note",
    "A note",
    1,
    2.75,
    3,
    tuple(
        Criterion(name, name.title(), True, 1, ("one", "two", "three", "four"), "Look.", ())
        for name in ("clear", "kind")
    ),
    "rubric-digest-1",
)
WORK_MODULE = replace(
    MODULE,
    id="letters",
    slug="letters",
    points=4,
    activities=(),
    check=None,
    scope=None,
    statement=None,
    artefact=ARTEFACT,
)
