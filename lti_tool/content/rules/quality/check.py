"""Knowledge checks: enough questions, and a key that nothing but knowledge finds."""

import re
from collections import Counter
from collections.abc import Iterable
from math import ceil

from lti_tool.content.catalog import Check, Module, Question, Remark

# 20 questions for a check of 8: two tries have little in common.
POOL_PER_DRAW = 2.5
# From so many questions on, a habit is one and no accident.
FEWEST_FOR_HABITS = 8
# Of the questions, in how many the key may be the longest option, or the shortest. Chance is a quarter of four.
MOST_EXTREME = 0.4
# How far the mean rank of the key's length may be from the middle, of the whole range.
MOST_OFF_MIDDLE = 0.2
MOST_AT_ONE_RANK = 0.5
MOST_AT_ONE_PLACE = 0.5
# How much more often words of one kind may stand in right options than in wrong ones, or the other way about.
MOST_CUE = 0.25
_FEWEST_WORDS = 4
# "All of the above", "None of these", "Both A and C": said in full, each would be an answer of its own.
_ORDER_WORDS = re.compile(
    r"\bof the (?:above|below)\b|\ball the above\b|^(?:all|none|both|neither|any) of (?:these|them)\W*$|"
    r"^(?:both |neither )?[a-d] (?:and|or|nor) [a-d]\W*$",
    re.IGNORECASE,
)

# A student who knows nothing strikes out what is "always" so, and chooses what comes with a reason.
_CUES = (
    ("absolute words (always, never, only …)", re.compile(
        r"\b(?:always|never|every\w*|all|none|only|nobody|nothing|any\w*|must|just)\b", re.IGNORECASE
    )),
    ("reasons (because, so that …)", re.compile(r"\b(?:because|so that|since)\b|, so\b", re.IGNORECASE)),
)  # fmt: skip


def review_check(module: Module) -> Iterable[Remark]:
    """What is wrong with a module's check as a whole, and with single questions."""
    check = module.check
    if check is None:
        return
    wanted = ceil(check.draw * POOL_PER_DRAW)
    if len(check.questions) < wanted:
        reason = f"the pool has {len(check.questions)} questions; to draw {check.draw} it needs {wanted}. Write more"
        yield Remark(True, "check", check.id, reason)
    asked = {question.lesson for question in check.questions}
    for lesson in module.lessons:
        if lesson.id not in asked:
            yield Remark(False, "check", check.id, f"no question is about the lesson “{lesson.id}”; write one")
    for question in check.questions:
        yield from _review_question(question)
    if len(check.questions) >= FEWEST_FOR_HABITS:
        yield from _review_lengths(check)
        yield from _review_places(check)
        yield from _review_words(check)


def rank_key(question: Question) -> float:
    """Where the key's length stands among the options': 0 for the shortest, 1 for the longest."""
    key = len(question.right_option.text_html.striptags())
    others = [len(it.text_html.striptags()) for it in question.options if not it.is_right]
    below = sum(it < key for it in others) + 0.5 * sum(it == key for it in others)
    return below / len(others)


def _review_question(question: Question) -> Iterable[Remark]:
    reasons = [option.explanation_html.striptags() for option in question.options]
    for option, why in zip(question.options, reasons, strict=True):
        text = option.text_html.striptags()
        if _ORDER_WORDS.search(text):
            reason = f"the option “{text}” leans on the others, but each student sees another order. Say it in full"
            yield Remark(True, "question", question.id, reason)
        if len(why.split()) < _FEWEST_WORDS:
            reason = (
                f"the explanation of “{text}” says too little; say why a student might think so, or why it is right"
            )
            yield Remark(False, "question", question.id, reason)
    if len(set(reasons)) < len(reasons):
        reason = "two options have the same explanation; say for each what is wrong with it"
        yield Remark(True, "question", question.id, reason)


def _review_lengths(check: Check) -> Iterable[Remark]:
    ranks = [rank_key(question) for question in check.questions]
    count = len(ranks)
    for rank, word, other in ((1.0, "longest", "lengthen a wrong one"), (0.0, "shortest", "shorten a wrong one")):
        share = ranks.count(rank) / count
        if share > MOST_EXTREME:
            reason = (
                f"the right option is the {word} in {share:.0%} of the questions, which gives it away; {other} until "
                f"it is {MOST_EXTREME:.0%} at most"
            )
            yield Remark(True, "check", check.id, reason)
    mean = sum(ranks) / count
    if abs(mean - 0.5) > MOST_OFF_MIDDLE:
        word = "long" if mean > 0.5 else "short"
        reason = f"the right options are {word} ones as a rule, which gives them away; make lengths more equal"
        yield Remark(True, "check", check.id, reason)
    rank, often = Counter(rank for rank in ranks if 0 < rank < 1).most_common(1)[0] if set(ranks) - {0, 1} else (0, 0)
    if often / count > MOST_AT_ONE_RANK:
        reason = (
            f"in {often / count:.0%} of the questions the right option has the same place in order of length "
            f"({rank:.0%} of the way up); vary it"
        )
        yield Remark(False, "check", check.id, reason)


def _review_places(check: Check) -> Iterable[Remark]:
    places = Counter([option.is_right for option in it.options].index(True) for it in check.questions)
    place, often = places.most_common(1)[0]
    if often / len(check.questions) > MOST_AT_ONE_PLACE:
        reason = (
            f"the right option is written as number {place + 1} in {often / len(check.questions):.0%} of the "
            "questions; students see them shuffled, but spread them for whoever reads the file"
        )
        yield Remark(False, "check", check.id, reason)


def _review_words(check: Check) -> Iterable[Remark]:
    right = [it.right_option.text_html.striptags() for it in check.questions]
    wrong = [o.text_html.striptags() for it in check.questions for o in it.options if not o.is_right]
    for words, pattern in _CUES:
        in_right, in_wrong = (
            sum(bool(pattern.search(text)) for text in texts) / len(texts) for texts in (right, wrong)
        )
        if abs(in_right - in_wrong) > MOST_CUE:
            reason = (
                f"{words} stand in {in_right:.0%} of the right options and in {in_wrong:.0%} of the wrong ones, which "
                "gives them away; use them in both"
            )
            yield Remark(False, "check", check.id, reason)
