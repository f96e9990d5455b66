"""Decisions about content: which questions, in which order, what an answer earns, what a scope lacks."""

from lti_tool.content.rules.activities import (
    BriefResult,
    FormCheck,
    FormFinding,
    ItemMark,
    PartMark,
    SortResult,
    check_form,
    mark_brief,
    mark_sorting,
)
from lti_tool.content.rules.check import (
    CheckScore,
    DrawnQuestion,
    QuestionMark,
    draw_questions,
    score_check,
    shuffle_options,
    tries_left,
)
from lti_tool.content.rules.links import place_links
from lti_tool.content.rules.practice import (
    RankMark,
    RankResult,
    ScaleFinding,
    Step,
    Walk,
    check_scale,
    mark_ranking,
    shuffle_items,
    walk_scenario,
)
from lti_tool.content.rules.quality import review_check, review_module
from lti_tool.content.rules.scope import ScopeCheck, ScopeFinding, check_scope, scope_from_answers
from lti_tool.content.rules.text import TextFinding, check_text, count_words

__all__ = [
    "BriefResult",
    "CheckScore",
    "DrawnQuestion",
    "FormCheck",
    "FormFinding",
    "ItemMark",
    "PartMark",
    "QuestionMark",
    "RankMark",
    "RankResult",
    "ScaleFinding",
    "ScopeCheck",
    "ScopeFinding",
    "SortResult",
    "Step",
    "TextFinding",
    "Walk",
    "check_form",
    "check_scale",
    "check_scope",
    "check_text",
    "count_words",
    "draw_questions",
    "mark_brief",
    "mark_ranking",
    "mark_sorting",
    "place_links",
    "review_check",
    "review_module",
    "scope_from_answers",
    "score_check",
    "shuffle_items",
    "shuffle_options",
    "tries_left",
    "walk_scenario",
]
