"""The orientation: what it has and the others have not. What all modules share is in test_shipped_modules."""

from collections import Counter

import pytest

from lti_tool.content.catalog import Check, FormActivity, MarkActivity, Module, SortActivity
from lti_tool.content.rules import check_form, check_scope, draw_questions, mark_sorting, scope_from_answers
from lti_tool.content.service import default_content_dir, load_catalogue


@pytest.fixture(scope="module")
def module() -> Module:
    found = load_catalogue([default_content_dir()]).find_module("expectations")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def check(module: Module) -> Check:
    assert module.check is not None
    return module.check


def test_the_module_is_complete(module: Module) -> None:
    assert (module.slug, module.minutes, module.points) == ("expectations", 25, 10)
    assert [part.id for part in module.required_parts] == ["contacts", "check", "scope", "statement"]
    assert [part.points for part in module.required_parts] == [0, 8, 1, 1]
    assert len(module.lessons) == 6
    assert sum(lesson.word_count for lesson in module.lessons) >= 2500
    used = {name for lesson in module.lessons for name in lesson.outcomes}
    assert used == {outcome.id for outcome in module.outcomes}


def test_rules_of_a_platform_say_whose_they_are(module: Module) -> None:
    for lesson in module.lessons:
        assert ("Parker Dewey" in lesson.html) == any(it.startswith("pd-") for it in lesson.sources), lesson.id


def test_every_draw_touches_every_lesson(module: Module, check: Check) -> None:
    for number in range(50):
        drawn = draw_questions(check, f"student-{number}")
        assert {it.question.lesson for it in drawn} == {lesson.id for lesson in module.lessons}


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
