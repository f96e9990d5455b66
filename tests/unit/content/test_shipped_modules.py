"""All modules that ship: complete, readable, fair. What is particular to one of them stands in a file of its own."""

import re
from collections import Counter
from statistics import mean

import pytest

from lti_tool.content.catalog import Artefact, Check, Module, PartKind
from lti_tool.content.rules import draw_questions
from lti_tool.content.rules.quality.check import rank_key
from lti_tool.content.rules.quality.text import count_module_words
from lti_tool.content.rules.reading import rate_reading, read_prose
from lti_tool.content.service import check_content, default_content_dir, load_catalogue, review_content
from lti_tool.rubrics.rules import list_criteria, score_rating, weight_shares
from lti_tool.rubrics.service import default_rubrics_dir, load_rubrics, review_rubrics

RUBRICS = load_rubrics([default_rubrics_dir()])
CRITERIA = list_criteria(RUBRICS)
MODULES = {it.id: it for it in load_catalogue([default_content_dir()], criteria=CRITERIA).modules}
ORIENTATION = "expectations"
JUDGED = [it for it in MODULES.values() if it.id != ORIENTATION]
ALL = pytest.mark.parametrize("module", MODULES.values(), ids=MODULES.keys())
WITH_WORK = pytest.mark.parametrize("module", JUDGED, ids=[it.id for it in JUDGED])


def check_of(module: Module) -> Check:
    assert module.check is not None
    return module.check


def artefact_of(module: Module) -> Artefact:
    assert module.artefact is not None
    return module.artefact


def test_all_six_are_there_in_the_order_of_the_programme() -> None:
    assert list(MODULES) == ["expectations", "resume", "linkedin", "etiquette", "goals", "interview"]


def test_nobody_has_anything_to_say_about_them() -> None:
    folders, rubrics = [default_content_dir()], [default_rubrics_dir()]
    assert check_content(folders, criteria=CRITERIA) == []
    errors, warnings = review_content(folders, criteria=CRITERIA)
    assert (errors, [it.message for it in warnings]) == ([], [])
    assert review_rubrics(rubrics) == ([], [])


@ALL
def test_there_is_enough_to_read_and_do(module: Module) -> None:
    assert count_module_words(module) >= (2_500 if module.id == ORIENTATION else 6_000)
    assert sum(lesson.word_count for lesson in module.lessons) >= (2_500 if module.id == ORIENTATION else 5_000)
    assert len([it for it in module.activities if it.kind is not PartKind.FORM]) >= 2
    assert all(lesson.word_count >= 300 for lesson in module.lessons)


@ALL
def test_it_takes_as_long_as_promised(module: Module) -> None:
    if module.id == ORIENTATION:
        assert module.minutes == 25
    else:
        assert 45 <= module.minutes <= 75


@ALL
def test_it_reads_at_grade_nine_or_below(module: Module) -> None:
    for lesson in module.lessons:
        assert 2 <= rate_reading(read_prose(lesson.html)).grade <= 9, lesson.id


@ALL
def test_facts_have_sources(module: Module) -> None:
    cited = {name for lesson in module.lessons for name in lesson.sources}
    assert cited == {source.id for source in module.sources}
    assert len(module.sources) >= 5
    assert all(source.scope_note and source.url.startswith("https://") for source in module.sources)


@ALL
def test_each_lesson_ends_with_something_to_do(module: Module) -> None:
    for lesson in module.lessons:
        end = lesson.html.rstrip().rsplit("<p>", 1)[1] if "<p>" in lesson.html else ""
        assert "Do this next" in lesson.html or "next step" in lesson.html or "next" in end, lesson.id


@ALL
def test_eight_questions_are_drawn_from_twenty_or_more(module: Module) -> None:
    check = check_of(module)
    assert (check.draw, check.pass_percent, check.tries) == (8, 75, 3)
    assert len(check.questions) >= 20
    assert all(len(question.options) == 4 for question in check.questions)
    per_lesson = Counter(question.lesson for question in check.questions)
    assert set(per_lesson) == {lesson.id for lesson in module.lessons} and min(per_lesson.values()) >= 3
    assert {question.outcome for question in check.questions} <= {outcome.id for outcome in module.outcomes}
    assert len({question.stem_html for question in check.questions}) == len(check.questions)


@ALL
def test_every_option_is_explained_in_words_of_its_own(module: Module) -> None:
    for question in check_of(module).questions:
        reasons = [option.explanation_html.striptags() for option in question.options]
        assert len(set(reasons)) == 4, question.id
        assert min(len(reason.split()) for reason in reasons) >= 5, question.id
        assert sum(option.is_right for option in question.options) == 1


@ALL
def test_length_does_not_give_the_key_away(module: Module) -> None:
    ranks = [rank_key(question) for question in check_of(module).questions]
    assert 0.35 <= mean(ranks) <= 0.65
    assert ranks.count(1.0) / len(ranks) <= 0.4
    assert ranks.count(0.0) / len(ranks) <= 0.4
    assert max(Counter(ranks).values()) / len(ranks) <= 0.5


@ALL
def test_nobody_passes_by_choosing_the_longest_or_the_shortest(module: Module) -> None:
    check = check_of(module)
    for guess in (max, min):
        passed = 0
        for number in range(100):
            right = sum(
                guess(it.options, key=lambda option: len(option.text_html.striptags())).is_right
                for it in draw_questions(check, f"guess-{number}")
            )
            passed += right * 100 >= check.pass_percent * check.draw
        assert passed <= 5


@ALL
def test_place_does_not_give_the_key_away(module: Module) -> None:
    check = check_of(module)
    written = Counter([option.is_right for option in it.options].index(True) for it in check.questions)
    assert set(written) == {0, 1, 2, 3} and max(written.values()) / len(check.questions) <= 0.35
    shown = Counter(
        [option.is_right for option in it.options].index(True)
        for number in range(50)
        for it in draw_questions(check, f"student-{number}")
    )
    assert max(shown.values()) / sum(shown.values()) <= 0.32


@WITH_WORK
def test_the_work_is_judged_by_four_levels_in_words(module: Module) -> None:
    rubric = RUBRICS[artefact_of(module).rubric]
    assert rubric.id == module.id
    assert (rubric.pass_mean, rubric.must_pass_level) == (2.75, 3)
    assert sum(weight_shares(rubric).values()) == pytest.approx(1)
    for criterion in rubric.criteria:
        assert len(set(criterion.levels)) == 4 and min(len(it.split()) for it in criterion.levels) >= 6, criterion.id
        assert criterion.look_for.endswith("?") or len(criterion.look_for.split()) >= 6
        assert 3 <= len(criterion.snippets) <= 5, criterion.id


@WITH_WORK
def test_exemplars_stand_at_two_three_and_four_with_a_note_for_each_criterion(module: Module) -> None:
    artefact = artefact_of(module)
    criteria = CRITERIA[artefact.rubric]
    assert [it.level for it in artefact.exemplars] == [2, 3, 4]
    assert len({it.person for it in artefact.exemplars}) == 3
    for exemplar in artefact.exemplars:
        assert Counter(it.criterion for it in exemplar.annotations) == Counter(criteria)
        assert all(it.quote and len(it.note_html.striptags().split()) >= 6 for it in exemplar.annotations)
        assert abs(mean(it.level for it in exemplar.annotations) - exemplar.level) <= 0.75
    passing = [_passes(module, it.level) for it in artefact.exemplars]
    assert passing == [False, True, True]


def _passes(module: Module, level: int) -> bool:
    exemplar = next(it for it in artefact_of(module).exemplars if it.level == level)
    rating = {it.criterion: it.level for it in exemplar.annotations}
    return score_rating(RUBRICS[artefact_of(module).rubric], rating).is_passed


@WITH_WORK
def test_a_drawing_teaches_where_it_stands(module: Module) -> None:
    found = [it for lesson in module.lessons for it in re.findall(r"<figure>.*?</figure>", lesson.html, re.DOTALL)]
    assert found
    for figure in found:
        assert 'role="img" aria-label="' in figure and "<figcaption>" in figure
        assert not re.search(r"style=|#[0-9a-f]{3}|<style|<script", figure)
        (label,) = re.findall(r'aria-label="([^"]*)"', figure)
        assert len(label.split()) >= 12
        sizes = [float(it) for it in re.findall(r'font-size="([\d.]+)"', figure)]
        (width,) = re.findall(r'viewBox="0 0 (\d+)', figure)
        # On a phone of 320 px the drawing is 288 px wide.
        assert min(sizes, default=14) * 288 / int(width) >= 11.5
