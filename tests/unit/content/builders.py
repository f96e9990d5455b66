"""Small pieces of content for tests, as values and as files."""

from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from lti_tool.content.catalog import Check, Option, Question, ScopePolicy
from lti_tool.content.service import default_content_dir, load_catalogue


def question(name: str, lesson: str = "one", right: str = "b") -> Question:
    options = tuple(Option(key, Markup(f"Option {key}"), Markup(f"Because {key}"), key == right) for key in "abcd")
    return Question(name, lesson, "explain", Markup(f"Question {name}?"), options)


def check(*questions: Question, draw: int = 4, pass_percent: int = 75, points: int = 8) -> Check:
    return Check("check", "Check", 4, points, Markup(""), draw, pass_percent, 3, questions)


def shipped_policy() -> ScopePolicy:
    module = load_catalogue([default_content_dir()]).find_module("expectations")
    assert module is not None
    assert module.scope is not None
    return module.scope.policy


MODULE = """\
id: greeting
slug: greeting
title: Greeting
summary: How to say hello.
order: 1
minutes: 6
points: 5
outcomes:
  - id: greet
    text: Greet a host.
lessons:
  - hello.md
activities: activities.yaml
check: check.yaml
statement: statement.md
sources:
  - id: manners
    title: Manners
    url: https://example.org/manners
"""
LESSON = """\
---
id: hello
title: Hello
minutes: 2
outcomes: [greet]
sources: [manners]
---
# Say hello

Say *hello* to [Manners](https://example.org/manners).
"""
ACTIVITIES = """\
activities:
  - id: sort-greetings
    kind: sort
    title: Sort greetings
    minutes: 2
    required: false
    intro: Sort them.
    choices:
      - {id: polite, label: Polite}
      - {id: rude, label: Rude}
    items:
      - {id: good-day, text: Good day, answer: polite, why: It is kind.}
      - {id: oi, text: Oi, answer: rude, why: It is not.}
  - id: mark-note
    kind: mark
    title: Mark the note
    minutes: 2
    required: false
    intro: Tick what is wrong.
    document_title: A note
    parts:
      - {id: opening, text: Hey you, problem: true, why: Use the name.}
      - {id: closing, text: Kind regards, problem: false, why: This is fine.}
  - id: people
    kind: form
    title: People
    minutes: 2
    points: 1
    required: true
    intro: Name two.
    fields:
      - {id: first, label: First, hint: Give a name.}
      - {id: second, label: Second, hint: Give a name., min_words: 2, max_length: 20}
      - {id: more, label: More, hint: Anyone else., required: false}
    distinct:
      - [first, second]
"""
CHECK = """\
id: check
title: Check
minutes: 1
points: 3
intro: Two questions.
draw: 1
pass_percent: 75
tries: 3
questions:
  - id: which-word
    lesson: hello
    outcome: greet
    stem: Which word greets?
    options:
      - id: a
        text: Hello
        right: true
        why: It greets.
      - id: b
        text: Goodbye
        why: It parts.
"""
STATEMENT = """\
---
id: statement
version: 2
title: My statement
minutes: 1
points: 1
agree: I agree.
---
I say hello.
"""
FILES = {
    "module.yaml": MODULE,
    "hello.md": LESSON,
    "activities.yaml": ACTIVITIES,
    "check.yaml": CHECK,
    "statement.md": STATEMENT,
}


Change = tuple[str, str]


def write_module(
    root: Path, slug: str = "greeting", *, changes: Mapping[str, Change] | None = None, **more: Change
) -> Path:
    """A sound module in `root`, with one text replaced in the files that are named (check → check.yaml)."""
    folder = root / slug
    folder.mkdir(parents=True)
    stems = {name.partition(".")[0]: name for name in FILES}
    for name, text in FILES.items():
        (folder / name).write_text(text.replace("slug: greeting", f"slug: {slug}"), encoding="utf-8")
    for stem, (old, new) in {**(changes or {}), **more}.items():
        path = folder / stems[stem]
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {path.name}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def line_of(path: Path, text: str) -> int:
    """The first line of a file that holds `text`."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)
