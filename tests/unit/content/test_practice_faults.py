"""What the reader refuses in practice, checks of texts, pieces of work and exemplars, by file, line and reason."""

from pathlib import Path

import pytest

from lti_tool.content.service import check_content, load_catalogue, review_content
from lti_tool.rubrics.rules import list_criteria
from tests.unit.content.builders import line_of
from tests.unit.content.examples import write_example_module

ACTIVITIES, ARTEFACT, EXEMPLAR = "activities.yaml", "artefact.yaml", "exemplars/level-3.yaml"

FAULTS = [
    # file, old text, new text, words on the faulty line afterwards, reason
    (ACTIVITIES, "      - {id: hello, text: Hello., why: It is polite and could be for anybody.}\n", "",
     "{id: name-reason", "an order needs at least three items"),
    (ACTIVITIES, "[name, hello]", "[name, gone]", "[name, gone]", "each list in “tie” names two or more items"),
    (ACTIVITIES, "[name, hello]", "[hello]", "[hello]", "each list in “tie” names two or more items"),
    (ACTIVITIES, "[name, hello]", "[name-reason, hello]", "[name-reason", "must stand next to each other"),
    (ACTIVITIES, "max_length: 200", "max_length: 2", "max_length: 2", "“max_length” must be from 20 to 5000, not 2"),
    (ACTIVITIES, "kind: has_greeting", "kind: has_smile", "has_smile", "unknown kind “has_smile”; known are avoids"),
    (ACTIVITIES, "{id: greeting, kind: has_greeting,", "{id: greeting,", "{id: greeting", "“kind” is missing"),
    (ACTIVITIES, "kind: has_question,", "kind: has_question, phrases: [a],",
     "{id: question", "does not belong to the kind"),
    (ACTIVITIES, "kind: has_question,", "kind: has_question, min: 2,",
     "{id: question", "“min” does not belong to the kind"),
    (ACTIVITIES, "kind: words, min: 6, max: 40,", "kind: words,",
     "{id: length", "the kind “words” needs “min” or “max”"),
    (ACTIVITIES, "min: 6, max: 40", "min: 6, max: 4", "{id: length", "“max” is 4, which is less than “min”"),
    (ACTIVITIES, "phrases: [or whatever, hey*], ", "", "{id: slang", "“phrases” is missing"),
    (ACTIVITIES, "start: door", "start: window", "start: window", "“start” names an unknown scene “window”"),
    (ACTIVITIES, "to: long", "to: longer", "{id: sorry", "the choice “explain” leads to an unknown scene “longer”"),
    (ACTIVITIES, "to: long", "to: fine", "- id: long", "nothing leads to the scene “long”; name it in a choice"),
    (ACTIVITIES, "ending: good", "ending: lucky", "ending: lucky", "unknown ending “lucky”"),
    (ACTIVITIES, "        ending: good\n        lesson: Say the right name once, and go on.\n", "",
     "- id: fine", "a scene has two choices or more, or is an “ending”"),
    (ACTIVITIES, "        lesson: An apology takes one sentence.\n", "", "- id: long", "an ending needs a “lesson”"),
    (ACTIVITIES, "        text: Five minutes later you are still at the door.\n",
     "        text: Five.\n        choices:\n          - {id: a, text: b, to: fine, why: c}\n",
     "{id: a, text: b", "an ending has no choices"),
    (ACTIVITIES, "        ending: mixed\n        lesson: An apology takes one sentence.\n",
     "        choices:\n        - {id: a, text: b, to: long, why: c}\n        - {id: d, text: e, to: long, why: f}\n",
     "- id: long", "no way from the scene “long” ends"),
    (ACTIVITIES, "{value: -2, ", "{value: -1, ", "{value: -1, label: Much less", "five values -2, -1, 0, 1 and 2"),
    (ACTIVITIES, "[I greet nobody new., ", "[", "[I greet one.", "a model has five levels"),
    (ACTIVITIES, "seconds: 30", "seconds: 3", "seconds: 3", "“seconds” must be from 10 to 600, not 3"),
    (ACTIVITIES, "{id: speed, ", "{id: name, ", "{id: name, text: Could", "point “name” is there already"),
    (ARTEFACT, "rubric: greeting", "rubric: hello", "rubric: hello", "unknown rubric “hello”; known are greeting"),
    (ARTEFACT, "kind: messages", "kind: poem", "kind: poem", "unknown kind “poem”; known are resume"),
    (ARTEFACT, "kind: messages\n", "", "id: greeting", "“kind” is missing"),
    (ARTEFACT, "    input: textarea\n    max_length: 400\n    checks:\n",
     "    input: file\n  - {id: b, label: B, hint: B, input: file}\n  - id: c\n    label: C\n    hint: C\n"
     "    checks:\n",
     "- id: words", "an artefact has one file at most"),
    (EXEMPLAR, "level: 3\n", "level: 4\n", "level: 4", "“level” is 4, so the file must be called level-4.yaml"),
    (EXEMPLAR, "quote: I am here", "quote: I was here", "I was here", "does not stand in the text of this exemplar"),
    (EXEMPLAR, "criterion: kind", "criterion: brave", "brave", "the rubric has no criterion “brave”"),
    (EXEMPLAR, "criterion: kind", "criterion: clear",
     "Where would you like me to begin?, note", "criterion “clear” is there already"),
    (EXEMPLAR, "  words: ", "  speech: ", "speech", "unknown key “speech”"),
    (EXEMPLAR, "parts:\n", "text: All of it.\nparts:\n", "words:", "an exemplar has “text” or “parts”, not both"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "mark", "reason"), FAULTS, ids=[it[4][:40] for it in FAULTS])
def test_a_fault_is_named(tmp_path: Path, file: str, old: str, new: str, mark: str, reason: str) -> None:
    rubrics = write_example_module(tmp_path)
    path = tmp_path / "modules" / "greetings" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    problems = check_content([tmp_path / "modules"], criteria=list_criteria(rubrics))
    found = [(it.line, it.explanation) for it in problems if it.file == str(path) and reason in it.explanation]
    assert [line for line, _ in found] == [line_of(path, mark)], [it.message for it in problems]


def test_a_criterion_without_a_note_is_told(tmp_path: Path) -> None:
    rubrics = write_example_module(tmp_path)
    path = tmp_path / "modules" / "greetings" / EXEMPLAR
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    (problem,) = check_content([tmp_path / "modules"], criteria=list_criteria(rubrics))
    assert (problem.explanation, problem.line) == ("no annotation for kind", line_of(path, "- {criterion: clear"))
    assert check_content([tmp_path / "modules"]) == []


def test_an_exemplar_may_be_one_text(tmp_path: Path) -> None:
    write_example_module(tmp_path)
    path = tmp_path / "modules" / "greetings" / EXEMPLAR
    text = path.read_text(encoding="utf-8").replace("parts:\n  words: ", "text: ")
    path.write_text(text, encoding="utf-8")
    artefact = load_catalogue([tmp_path / "modules"]).modules[0].artefact
    assert artefact is not None and [name for name, _ in artefact.exemplars[0].texts] == ["text"]


def test_a_remark_on_an_exemplar_names_its_file(tmp_path: Path) -> None:
    rubrics = write_example_module(tmp_path)
    path = tmp_path / "modules" / "greetings" / EXEMPLAR
    path.write_text(path.read_text(encoding="utf-8").replace("level: 3, quote", "level: 1, quote"), encoding="utf-8")
    _, warnings = review_content([tmp_path / "modules"], criteria=list_criteria(rubrics))
    assert [it.line for it in warnings if it.file == str(path)] == [1]
    missing = [it for it in warnings if "exemplars at level" in it.explanation]
    assert {(Path(it.file).name, it.line) for it in missing} == {("artefact.yaml", 1)}


def test_words_of_the_checks_are_read_or_refused(tmp_path: Path) -> None:
    write_example_module(tmp_path)
    words = tmp_path / "modules" / "words.yaml"
    words.write_text("verbs: [Counted]\nnumbers: [two]\n", encoding="utf-8")
    reasons = [it.explanation for it in check_content([tmp_path / "modules"])]
    assert "“dates” is missing" in reasons
    words.write_text("verbs: [", encoding="utf-8")
    assert "not valid YAML" in check_content([tmp_path / "modules"])[0].explanation


def test_words_are_replaced_as_a_whole(tmp_path: Path) -> None:
    write_example_module(tmp_path)
    names = ("verbs", "numbers", "dates", "greetings", "closings", "first_person", "if_words", "then_words")
    for folder, word in (("modules", "Counted"), ("theirs", "Zählte")):
        (tmp_path / folder).mkdir(exist_ok=True)
        text = "".join(f"{name}: [{word}]\n" for name in names)
        (tmp_path / folder / "words.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "theirs" / "greetings").mkdir()
    (tmp_path / "theirs" / "greetings" / "README.md").write_text("Only words are ours.", encoding="utf-8")
    assert load_catalogue([tmp_path / "modules"]).wording.verbs == {"counted"}
    both = load_catalogue([tmp_path / "modules", tmp_path / "theirs"])
    assert both.wording.verbs == {"zählte"}
