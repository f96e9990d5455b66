"""Reading level and size."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass

from markupsafe import Markup

from lti_tool.content.catalog import Module, Remark
from lti_tool.content.rules.reading import rate_reading, read_prose

# About grade 9: first-year students read it with ease, and others with some help.
LESSON_GRADE = 9.0
MODULE_GRADE = 10.0
# A module that says it takes an hour gives an hour's reading and doing. Slow readers manage 150 words a minute, and
# practice needs time too.
WORDS_PER_MINUTE = 100
_NEAR_WORDS = 4


def review_reading(module: Module) -> Iterable[Remark]:
    """Lessons that are harder than grade 9, and an error where all of them together are harder than grade 10."""
    pages = {lesson.id: read_prose(lesson.html) for lesson in module.lessons}
    for lesson_id, page in pages.items():
        found = rate_reading(page)
        if found.grade > LESSON_GRADE:
            reason = (
                f"this lesson reads at grade {found.grade:.1f}; aim for {LESSON_GRADE:.0f} or less. Write shorter "
                f"sentences (the longest has {found.longest_words} words) and plainer words"
            )
            near = " ".join(found.longest.split()[:_NEAR_WORDS])
            yield Remark(False, "lesson", lesson_id, reason, near)
    whole = rate_reading("\n".join(pages.values()))
    if whole.grade > MODULE_GRADE:
        reason = (
            f"the lessons together read at grade {whole.grade:.1f}; {MODULE_GRADE:.0f} is the limit. Begin with the "
            "longest sentences"
        )
        yield Remark(True, "module", "", reason)


def review_size(module: Module) -> Iterable[Remark]:
    """A module with far fewer words than its minutes promise."""
    words = count_module_words(module)
    wanted = WORDS_PER_MINUTE * module.minutes
    if words < wanted:
        reason = (
            f"lessons, practice and check have {words} words; {module.minutes} minutes need about {wanted}. "
            "Write more, or lower the minutes of the parts"
        )
        yield Remark(False, "module", "", reason)


def count_module_words(module: Module) -> int:
    """The words of lessons, activities and check, explanations among them, as a student meets them."""
    return sum(lesson.word_count for lesson in module.lessons) + _count((module.activities, module.check))


def _count(value: object) -> int:
    if isinstance(value, Markup):
        return len(value.striptags().split())
    if isinstance(value, tuple):
        return sum(_count(it) for it in value)
    if is_dataclass(value):
        return sum(_count(getattr(value, it.name)) for it in fields(value) if it.name not in ("kind", "phrases"))
    # Ids and kinds are single words; a label that is one is no loss.
    return len(value.split()) if isinstance(value, str) and " " in value else 0
