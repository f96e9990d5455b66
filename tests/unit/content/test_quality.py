"""What is said of content that can be used, and should be better."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from markupsafe import Markup

from lti_tool.content.catalog import Check, Exemplar, Module, Option, Question, Remark
from lti_tool.content.rules import review_module
from lti_tool.content.rules.quality.check import rank_key
from lti_tool.content.service import load_catalogue, review_content
from tests.unit.content.builders import line_of, write_module
from tests.unit.content.test_translation import write_spanish

HARD = (
    "Institutional accountability necessitates comprehensive documentation of organizational responsibilities, "
    "particularly whenever interdisciplinary collaboration predominates."
)


@pytest.fixture
def module(tmp_path: Path) -> Module:
    write_module(tmp_path)
    return load_catalogue([tmp_path]).modules[0]


def remarks(module: Module, about: str = "", *, is_error: bool | None = None) -> list[str]:
    return [
        it.says
        for it in review_module(module)
        if (not about or it.about == about) and (is_error is None or it.is_error == is_error)
    ]


def make_check(lengths: Sequence[tuple[int, int, int, int]], key: int | None = None, draw: int = 2) -> Check:
    """Questions whose options have these lengths, the first one right; at the place `key`, or spread."""
    questions = []
    for number, (right, *wrong) in enumerate(lengths):
        words = [Option("r", Markup("x" * right), Markup("This is right because so."), True)]
        rest = [
            Option(f"w{it}", Markup("y" * size), Markup(f"This fails for reason {it}."), False)
            for it, size in enumerate(wrong)
        ]
        place = number % 4 if key is None else key
        options = (*rest[:place], *words, *rest[place:])
        questions.append(Question(f"q{number}", "hello", "greet", Markup(f"Q{number}?"), options))
    return Check("check", "Check", 1, 3, Markup(""), draw, 75, 3, tuple(questions))


FAIR = [(10, 8, 9, 12), (10, 11, 12, 9), (12, 9, 10, 11), (8, 9, 10, 11)] * 3


def test_a_fair_check_gets_no_remark(module: Module) -> None:
    assert remarks(replace(module, check=make_check(FAIR)), "check") == []


@pytest.mark.parametrize(
    ("lengths", "words"),
    [
        ([(20, 8, 9, 12)] * 6 + FAIR, "the right option is the longest in 50% of the questions"),
        ([(2, 8, 9, 12)] * 6 + FAIR, "the right option is the shortest in 50% of the questions"),
        ([(11, 8, 9, 12)] * 8, "the right option has the same place in order of length (67% of the way up)"),
        ([(20, 8, 9, 12)] * 8, "the right options are long ones as a rule"),
        ([(2, 8, 9, 12)] * 8, "the right options are short ones as a rule"),
    ],
)
def test_a_key_that_its_length_gives_away(module: Module, lengths: list[tuple[int, int, int, int]], words: str) -> None:
    assert any(words in it for it in remarks(replace(module, check=make_check(lengths)), "check"))


def test_a_few_questions_show_no_habit(module: Module) -> None:
    assert remarks(replace(module, check=make_check([(20, 8, 9, 12)] * 7, key=0)), "check") == []


def test_a_key_that_is_always_written_first(module: Module) -> None:
    (said,) = remarks(replace(module, check=make_check(FAIR, key=0)), "check")
    assert said.startswith("the right option is written as number 1 in 100% of the questions")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (
            "wait a day",
            "never wait",
            "absolute words (always, never, only …) stand in 0% of the right options and in 100%",
        ),
        ("ask, so it is clear", "ask her now", "reasons (because, so that …) stand in 100% of the right options"),
    ],
)
def test_words_that_give_the_key_away(module: Module, right: str, wrong: str, said: str) -> None:
    check = make_check(FAIR)
    questions = []
    for question in check.questions:
        options = tuple(
            replace(it, text_html=Markup((right if it.is_right else wrong) + " " + str(it.text_html)))
            for it in question.options
        )
        questions.append(replace(question, options=options))
    found = remarks(replace(module, check=replace(check, questions=tuple(questions))), "check", is_error=False)
    assert any(it.startswith(said) for it in found)
    both = tuple(
        replace(it, options=tuple(replace(o, text_html=Markup("never, so ") + o.text_html) for o in it.options))
        for it in check.questions
    )
    assert remarks(replace(module, check=replace(check, questions=both)), "check") == []


def test_equal_lengths_give_nothing_away() -> None:
    assert rank_key(make_check([(9, 9, 9, 9)]).questions[0]) == 0.5


def test_a_pool_is_larger_than_its_draw(module: Module) -> None:
    (said,) = remarks(replace(module, check=make_check(FAIR, draw=8)), is_error=True)
    assert said == "the pool has 12 questions; to draw 8 it needs 20. Write more"


def test_each_lesson_is_asked_about(module: Module) -> None:
    other = replace(module.lessons[0], id="bye")
    found = remarks(replace(module, lessons=(*module.lessons, other), check=make_check(FAIR)), "check")
    assert found == ["no question is about the lesson “bye”; write one"]


@pytest.mark.parametrize("text", ["All of the above", "None of these.", "Both A and C", "a or b", "All the above"])
def test_options_do_not_lean_on_their_order(module: Module, text: str) -> None:
    check = make_check([(1, 2, 3, 4)])
    first = check.questions[0]
    options = (replace(first.options[0], text_html=Markup(text)), *first.options[1:])
    check = replace(check, questions=(replace(first, options=options),))
    assert any("leans on the others" in it for it in remarks(replace(module, check=check), "question", is_error=True))


@pytest.mark.parametrize("text", ["To both of them and the team", "An apple and a pear", "Call all of them first"])
def test_words_that_only_look_like_it(module: Module, text: str) -> None:
    check = make_check([(1, 2, 3, 4)])
    first = check.questions[0]
    options = (replace(first.options[0], text_html=Markup(text)), *first.options[1:])
    check = replace(check, questions=(replace(first, options=options),))
    assert remarks(replace(module, check=check), "question") == []


def test_explanations_say_something_of_their_own(module: Module) -> None:
    check = make_check([(1, 2, 3, 4)])
    first = check.questions[0]
    options = tuple(replace(it, explanation_html=Markup("It is wrong.")) for it in first.options)
    found = remarks(replace(module, check=replace(check, questions=(replace(first, options=options),))), "question")
    assert sum("says too little" in it for it in found) == 4
    assert found[-1] == "two options have the same explanation; say for each what is wrong with it"


def test_a_hard_lesson_is_a_warning_and_a_hard_module_an_error(module: Module) -> None:
    easy = replace(module.lessons[0], html=Markup("<p>" + "You say it. " * 60 + "</p>"))
    hard = replace(easy, id="hard", html=Markup(f"<p>{HARD}</p>"))
    both = replace(module, lessons=(easy, hard))
    (warning,) = remarks(both, "lesson")
    assert "reads at grade" in warning and "the longest has 13 words" in warning
    assert not any("grade" in it for it in remarks(both, is_error=True))
    assert any("10 is the limit" in it for it in remarks(replace(module, lessons=(hard,)), "module", is_error=True))


def test_few_words_for_the_minutes(module: Module) -> None:
    (said,) = [it for it in remarks(module, "module", is_error=False) if "minutes need" in it]
    assert said.endswith("6 minutes need about 600. Write more, or lower the minutes of the parts")
    lesson = replace(module.lessons[0], word_count=600)
    assert not any("minutes need" in it for it in remarks(replace(module, lessons=(lesson,))))


def test_outcomes_and_sources_are_used_and_students_do_something(module: Module) -> None:
    lesson = replace(module.lessons[0], outcomes=(), sources=())
    found = remarks(replace(module, lessons=(lesson,), activities=module.activities[:1]), "module")
    assert found[:3] == [
        "no lesson has the outcome “greet”; name it in a lesson's “outcomes”, or remove it",
        "no lesson cites the source “manners”; name it in a lesson's “sources”, or remove it",
        "there are 1 activities; students learn by doing, so write 2 at least (modules/README.md shows every kind)",
    ]


def test_exemplars_stand_at_their_levels(module: Module) -> None:
    from lti_tool.content.catalog import Annotation
    from tests.unit.assessment.content import ARTEFACT

    def exemplar(level: int, *levels: int) -> Exemplar:
        notes = tuple(Annotation(f"c{at}", it, "", Markup("")) for at, it in enumerate(levels))
        return Exemplar(level, "E", "Zoë", "A student.", (), notes)

    artefact = replace(ARTEFACT, exemplars=(exemplar(2, 2, 1, 2), exemplar(3, 4, 4)))
    found = [it for it in review_module(replace(module, artefact=artefact, check=None)) if it.about != "module"]
    assert found == [
        Remark(False, "artefact", "note", "there are 0 exemplars at level 4; write one: exemplars/level-4.yaml"),
        Remark(
            False,
            "exemplar",
            "3",
            "the annotations come to 4.0, which is not about level 3; change the levels or the text",
        ),
    ]


def test_remarks_name_file_and_line(tmp_path: Path) -> None:
    folder = write_module(
        tmp_path,
        hello=("Say *hello*", f"{HARD}\n\nSay *hello*"),
        check=("text: Goodbye", "text: None of the above"),
    )
    (folder / "lessons").mkdir()
    (folder / "lessons" / "lost.md").write_text("Nobody reads this.", encoding="utf-8")
    (folder / "README.md").write_text("For authors.", encoding="utf-8")
    (folder / "hand.svg").write_text("<svg/>", encoding="utf-8")
    people = folder / "activities.yaml"
    people.write_text(
        people.read_text(encoding="utf-8").replace("Sort them.", "'![A hand](hand.svg)'"), encoding="utf-8"
    )
    errors, warnings = review_content([tmp_path])
    found: dict[tuple[str, int], str] = {}
    for it in (*errors, *warnings):
        place = Path(it.file).name, it.line
        found[place] = found.get(place, "") + it.explanation
    assert "leans on the others" in found["check.yaml", line_of(folder / "check.yaml", "- id: which-word")]
    assert "the pool has 1 questions" in found["check.yaml", 1]
    assert "reads at grade" in found["hello.md", line_of(folder / "hello.md", "Institutional")]
    assert "nothing in the module uses this file" in found["lost.md", 1]
    shown = found["activities.yaml", line_of(people, "hand.svg")]
    assert shown.startswith("“hand.svg” is shown as an image, which does not follow dark mode: its first tag")
    assert ("README.md", 1) not in found
    assert [Path(it.file).name for it in errors] == ["module.yaml", "check.yaml", "check.yaml"]


def test_the_check_of_a_translation_is_judged_in_its_own_words(tmp_path: Path) -> None:
    write_module(tmp_path)
    spanish = write_spanish(tmp_path / "greeting", check=("text: Goodbye", "text: Both A and B"))
    errors, _ = review_content([tmp_path])
    found = [(it.line, it.explanation) for it in errors if Path(it.file).parent.name == "es"]
    where = line_of(spanish / "check.yaml", "- id: which-word")
    assert any(line == where and "leans on the others" in reason for line, reason in found), errors
