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
from lti_tool.content.rules.scope import ScopeCheck, ScopeFinding, check_scope, scope_from_answers
from lti_tool.content.rules.version import content_hash

__all__ = [
    "BriefResult",
    "CheckScore",
    "DrawnQuestion",
    "FormCheck",
    "FormFinding",
    "ItemMark",
    "PartMark",
    "QuestionMark",
    "ScopeCheck",
    "ScopeFinding",
    "SortResult",
    "check_form",
    "check_scope",
    "content_hash",
    "draw_questions",
    "mark_brief",
    "mark_sorting",
    "place_links",
    "scope_from_answers",
    "score_check",
    "shuffle_options",
    "tries_left",
]
