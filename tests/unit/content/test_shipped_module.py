"""The module that ships: complete, readable, and a check whose key gives nothing away."""

import re
from collections import Counter

import pytest
from markupsafe import Markup

from lti_tool.content.catalog import Check, FormActivity, MarkActivity, Module, Question, SortActivity
from lti_tool.content.rules import check_form, check_scope, draw_questions, mark_sorting, scope_from_answers
from lti_tool.content.service import check_content, default_content_dir, load_catalogue


@pytest.fixture(scope="module")
def module() -> Module:
    found = load_catalogue([default_content_dir()]).find_module("expectations")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def check(module: Module) -> Check:
    assert module.check is not None
    return module.check


def plain(html: Markup) -> str:
    """Text with a full stop after each block, so that headings and list items end a sentence."""
    blocks = re.sub(r"</(?:h\d|li|p|td|th)>", ". ", html)
    return Markup(blocks).striptags()


def syllables(word: str) -> int:
    """A usual estimate: groups of vowels, without a silent e at the end."""
    word = re.sub(r"[^a-z]", "", word.lower())
    trimmed = re.sub(r"(?:[^laeiouy]e|es|ed)$", "", word)
    return max(1, len(re.findall(r"[aeiouy]+", trimmed)))


def grade(text: str) -> float:
    """Flesch-Kincaid grade level."""
    words = re.findall(r"[A-Za-zéÉ’'-]+", text)
    sentences = [part for part in re.split(r"[.!?]+(?:\s|$)", text) if re.search(r"[A-Za-z]{2}", part)]
    per_sentence = len(words) / len(sentences)
    return 0.39 * per_sentence + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_all_shipped_content_is_sound() -> None:
    assert check_content([default_content_dir()]) == []


def test_the_module_is_complete(module: Module) -> None:
    assert (module.slug, module.minutes, module.points) == ("expectations", 25, 10)
    assert [part.id for part in module.required_parts] == ["contacts", "check", "scope", "statement"]
    assert [part.points for part in module.required_parts] == [0, 8, 1, 1]
    assert len(module.lessons) == 6
    assert sum(lesson.word_count for lesson in module.lessons) >= 2500
    used = {name for lesson in module.lessons for name in lesson.outcomes}
    assert used == {outcome.id for outcome in module.outcomes}


def test_facts_have_sources_and_platform_rules_say_whose_they_are(module: Module) -> None:
    used = {name for lesson in module.lessons for name in lesson.sources}
    assert used == {source.id for source in module.sources}
    for source in module.sources:
        assert source.scope_note, source.id
    for lesson in module.lessons:
        assert ("Parker Dewey" in lesson.html) == any(it.startswith("pd-") for it in lesson.sources), lesson.id


def test_lessons_read_no_harder_than_grade_nine(module: Module) -> None:
    for lesson in module.lessons:
        assert 3 <= grade(plain(lesson.html)) <= 9, lesson.id
    assert module.statement is not None
    assert grade(plain(module.statement.html)) <= 9


def test_each_lesson_ends_with_something_to_do(module: Module) -> None:
    for lesson in module.lessons:
        assert "<strong>Do this next:</strong>" in lesson.html or "next step" in lesson.html, lesson.id


def test_the_pool_is_large_and_even(module: Module, check: Check) -> None:
    assert len(check.questions) >= 24
    assert (check.draw, check.pass_percent, check.tries) == (8, 75, 3)
    per_lesson = Counter(question.lesson for question in check.questions)
    assert set(per_lesson) == {lesson.id for lesson in module.lessons}
    assert min(per_lesson.values()) >= 4
    assert {question.outcome for question in check.questions} == {outcome.id for outcome in module.outcomes}
    assert all(len(question.options) == 4 for question in check.questions)
    stems = [question.stem_html for question in check.questions]
    assert len(set(stems)) == len(stems)


def test_every_draw_touches_every_lesson(module: Module, check: Check) -> None:
    for number in range(50):
        drawn = draw_questions(check, f"student-{number}")
        assert {it.question.lesson for it in drawn} == {lesson.id for lesson in module.lessons}


def length(option_html: Markup) -> int:
    return len(option_html.striptags())


def rank(question: Question) -> int:
    """0 if the key is the shortest option, 3 if it is the longest."""
    return sorted(length(option.text_html) for option in question.options).index(
        length(question.right_option.text_html)
    )


def test_the_key_is_not_given_away_by_its_length(check: Check) -> None:
    ranks = Counter(rank(question) for question in check.questions)
    assert ranks[3] / len(check.questions) <= 0.35
    assert ranks[0] / len(check.questions) <= 0.35
    assert set(ranks) == {0, 1, 2, 3}


def test_the_key_is_not_given_away_by_its_place(check: Check) -> None:
    places = Counter(question.right_option.id for question in check.questions)
    assert set(places) == {"a", "b", "c", "d"}
    assert max(places.values()) / len(check.questions) <= 0.35
    drawn = Counter(
        next(place for place, option in enumerate(it.options) if option.is_right)
        for number in range(50)
        for it in draw_questions(check, f"student-{number}")
    )
    assert max(drawn.values()) / sum(drawn.values()) <= 0.32


def test_every_option_explains_itself_in_its_own_words(check: Check) -> None:
    for question in check.questions:
        explanations = [option.explanation_html.striptags() for option in question.options]
        assert len(set(explanations)) == 4, question.id
        assert all(len(text.split()) >= 6 for text in explanations), question.id


def test_the_practice_is_as_large_as_promised(module: Module) -> None:
    sort, mark, form = module.activities
    assert isinstance(sort, SortActivity)
    assert isinstance(mark, MarkActivity)
    assert isinstance(form, FormActivity)
    assert len(sort.items) == 10
    assert Counter(item.answer for item in sort.items) == {"expected": 5, "not-expected": 5}
    assert mark_sorting(sort, {item.id: item.answer for item in sort.items}).right == 10
    assert {part.is_problem for part in mark.parts} == {True, False}
    assert len(mark.parts) >= 8


def test_the_contacts_accept_their_good_examples_and_refuse_three_times_the_same(module: Module) -> None:
    form = module.find_activity("contacts")
    assert isinstance(form, FormActivity)
    good = {field.id: field.good for field in form.fields}
    assert check_form(form, good).is_accepted
    same = good | {"employer-2": good["employer-1"], "employer-3": good["employer-1"]}
    assert [finding.field for finding in check_form(form, same).findings] == ["employer-2", "employer-3"]


def test_the_scope_template_accepts_its_good_examples_and_refuses_each_bad_one(module: Module) -> None:
    assert module.scope is not None
    policy = module.scope.policy
    assert (policy.min_hours, policy.max_hours) == (10, 40)
    good = {field.id: field.good for field in module.scope.fields}
    assert check_scope(scope_from_answers(good), policy).is_accepted
    for field in module.scope.fields:
        result = check_scope(scope_from_answers(good | {field.id: field.bad}), policy)
        assert field.id in [finding.field for finding in result.findings], field.id
    assert {example.is_good for example in module.scope.examples} == {True, False}


def test_the_statement_is_versioned_and_speaks_for_the_student(module: Module) -> None:
    assert module.statement is not None
    assert module.statement.version >= 1
    assert module.statement.agree_label.startswith("I ")
    assert "AI tools" in module.statement.html
